"""Areas from files into the plan of import, and the plan into an edition."""

import datetime as dt

import pandas as pd
import pytest
import shapely
import sqlalchemy as sa

from geo.access import operator
from geo.boundaries import import_areas, init_site, open_edition, store
from geo.db.schema import area_figures, area_version, lineage, metadata, staged_area, staged_plan
from geo.errors import BadInput, NotFound, Refused, UnknownOption
from geo.exchange import conform, read_file
from geo.frames import CONTRACTS
from tests.publish import hamlet
from tests.publish.hamlet import grid, upper, whole

NOBODY = pd.DataFrame(columns=["id", "use", "status", "households", "planned_households", "x", "y"])


@pytest.fixture
def tx(transaction):
    init_site(transaction, hamlet.SITE, actor=operator("tester"))
    return transaction


@pytest.fixture
def bring(tx, tmp_path):
    """Import rows as a file: a dry run unless `commit` is said."""

    def run(rows, *, level=None, commit=True, skip=False, **options):
        table = read_file(hamlet.write(tmp_path, rows))
        chosen = {"complete": False, "discard": False, "repair": False, **options}
        conformed = conform(
            table, CONTRACTS["areas"], timezone="Asia/Shanghai", repair=chosen["repair"]
        )
        return import_areas(
            tx, hamlet.SITE, conformed, source="test", level=level,
            commit=commit, skip_rejected=skip, actor=operator("tester"), **chosen,
        )  # fmt: skip

    return run


@pytest.fixture
def issue(tx):
    """Open the next edition."""

    def run(title="x", effective=dt.date(2020, 1, 1), buildings=NOBODY):
        return open_edition(
            tx,
            hamlet.SITE,
            title=title,
            effective=effective,
            actor=operator("tester"),
            buildings=buildings,
        )

    return run


def sizes(tx):
    return {
        table.name: tx.scalar(sa.select(sa.func.count()).select_from(table))
        for table in metadata.sorted_tables
    }


def staged(tx):
    return store.staged(tx, store.open_plan(tx).id, epsg=hamlet.EPSG).set_index("code")


def counts(report):
    return (report.new, report.updated, report.unchanged)


def problems(report):
    return [finding.code for finding in report.findings]


def versions(tx, *conditions):
    v = area_version.c
    rows = tx.execute(
        sa.select(v.code, v.place_id, v.first_edition, v.last_edition)
        .where(*conditions)
        .order_by(v.code, v.first_edition)
    )
    return [tuple(row) for row in rows]


# -- staging


def test_a_dry_run_stores_nothing_and_reports_as_the_real_one(tx, bring):
    before = sizes(tx)
    dry = bring(whole(), commit=False)
    assert sizes(tx) == before
    real = bring(whole())
    assert (dry.committed, real.committed) == (False, True)
    assert counts(dry) == counts(real) == (11, 0, 0)
    assert dry.findings == real.findings == ()
    assert sizes(tx)["staged_area"] == 11


def test_importing_again_doubles_nothing(tx, bring):
    bring(whole())
    assert counts(bring(whole())) == (0, 0, 11)
    assert sizes(tx)["staged_area"] == 11
    assert sizes(tx)["staged_plan"] == 1


def test_an_outline_of_one_part_is_the_same_whether_the_file_calls_it_multi_or_not(bring):
    rows = whole()
    multi = [
        {**row, "geometry": shapely.MultiPolygon([row["geometry"]])} if row.get("geometry") else row
        for row in rows
    ]
    bring(multi)
    assert counts(bring(multi)) == (0, 0, 11)
    assert counts(bring(rows)) == (0, 0, 11)


def test_a_changed_row_is_an_update(bring):
    bring(whole())
    assert counts(bring([grid(3, name="新名")])) == (0, 1, 0)


def test_levels_may_be_named_in_either_language(tx, bring):
    rows = [dict(row) for row in whole()]
    for row, word in zip(rows, ["镇", "Community", "社区", "Grid", *["网格"] * 7], strict=True):
        row["level"] = word
    bring(rows)
    assert staged(tx)["level"].value_counts().to_dict() == {"grid": 8, "community": 2, "town": 1}


def test_a_level_nobody_knows_rejects_the_row_and_the_import(tx, bring):
    rows = [*whole(), grid(3, code="0109", level="block")]
    with pytest.raises(Refused, match="1 of 12 rows"):
        bring(rows)
    assert sizes(tx)["staged_area"] == 0
    report = bring(rows, skip=True)
    (reject,) = report.rejects
    assert (reject.row, reject.field, reject.code) == (12, "level", "unknown_level")
    assert "town, community, grid" in reject.remedy_en
    assert sizes(tx)["staged_area"] == 11


def test_a_code_used_twice_rejects_the_later_row_and_names_the_first(bring):
    report = bring([*whole(), grid(3)], skip=True)
    (reject,) = report.rejects
    assert (reject.row, reject.code) == (12, "same_key")
    assert "6" in reject.en  # three rows above the grids, then grid 3


def test_a_list_of_names_and_households_may_come_before_the_outlines(tx, bring):
    table = [{k: v for k, v in row.items() if k != "geometry"} for row in whole()]
    bring(table)
    bring([{"level": "grid", "code": grid(n)["code"], "geometry": hamlet.square(n)}
           for n in hamlet.GRIDS])  # fmt: skip
    row = staged(tx).loc["0103" if hamlet.community(3) == "01" else "0203"]
    assert (row["name"], row["households"], row["parent_code"]) == ("第3网格", 30, "02")
    assert row.geometry.equals(hamlet.square(3))


def test_a_list_of_households_after_the_outlines_takes_no_outline_away(tx, bring):
    bring(whole())
    report = bring([{"level": "grid", "code": "0101", "households": 11}])
    assert (counts(report), problems(report)) == ((0, 1, 0), [])
    row = staged(tx).loc["0101"]
    assert (row["households"], row["name"]) == (11, "第1网格")
    assert row.geometry.equals(hamlet.square(1))


def test_a_file_without_names_renames_no_published_place(tx, bring, issue):
    bring(whole())
    issue()
    report = bring([{"level": "grid", "code": "0101", "geometry": hamlet.square(1)}])
    assert counts(report) == (0, 0, 1)
    assert staged(tx).loc["0101", "name"] == "第1网格"


def test_an_area_without_a_name_goes_by_its_code(tx, bring):
    bring([{"level": "grid", "code": "0101", "geometry": hamlet.square(1)}])
    assert staged(tx).loc["0101", "name"] == "0101"


def test_findings_name_the_row_of_the_file(bring):
    bring(upper())
    report = bring([grid(1), grid(2, parent="99")])
    (finding,) = [f for f in report.findings if f.code == "missing_parent"]
    assert finding.row == 2


def test_what_was_staged_by_mistake_can_be_dropped(tx, bring, issue):
    bring([*whole(), grid(3, code="0299")])
    report = bring(whole(), discard=True)
    assert (counts(report), problems(report)) == ((11, 0, 0), [])
    assert "0299" not in staged(tx).index
    statuses = tx.scalars(sa.select(staged_plan.c.status).order_by(staged_plan.c.id)).all()
    assert statuses == ["discarded", "open"]


def test_a_dry_run_drops_nothing(tx, bring):
    bring(whole())
    assert counts(bring([grid(1)], discard=True, commit=False)) == (1, 0, 0)
    assert sizes(tx)["staged_plan"] == 1
    assert len(staged(tx)) == 11


def test_defects_may_be_staged_but_no_edition_is_made_of_them(tx, bring, issue):
    report = bring(whole(g1={"geometry": hamlet.box(0, 0, width=103)}))
    assert report.committed
    assert "overlap" in problems(report)
    opened = issue()
    assert list(opened.findings) == list(report.findings)
    assert opened.levels == []
    assert sizes(tx)["edition"] == 0
    assert store.open_plan(tx) is not None


def test_an_outline_imported_with_the_plan_shows_an_open_slit(bring):
    outline = shapely.union_all([hamlet.square(n) for n in (1, 2, 5, 6)])
    # 0.5 m are missing along the southern half of the edge between grids 1 and 2.
    rows = whole(
        g1={"geometry": shapely.difference(hamlet.square(1), hamlet.box(99.5, 0, 0.5, 50))}
    )
    assert "gap" not in problems(bring(rows, commit=False))
    rows[1] = {**rows[1], "geometry": outline}
    assert "gap" in problems(bring(rows, commit=False))


def test_a_level_that_is_wrong_for_every_row_is_said_once(bring):
    without = [{k: v for k, v in grid(1).items() if k != "level"}]
    with pytest.raises(BadInput, match="--level, one of town, community, grid"):
        bring(without)
    with pytest.raises(UnknownOption, match="“block” is no level"):
        bring(without, level="block")
    assert counts(bring(without, level="网格")) == (1, 0, 0)


def test_the_level_that_is_said_overrules_the_file_and_a_note_tells_so(tx, bring):
    report = bring([grid(1, level="district")], level="grid")
    assert report.rejects == ()
    (note,) = [note for note in report.notes if note.code == "level_overruled"]
    assert "district" in note.en
    assert staged(tx).loc["0101", "level"] == "grid"
    assert "level_overruled" not in [note.code for note in bring([grid(1)], level="grid").notes]


def test_a_file_that_is_to_be_complete_may_have_no_rejected_rows(tx, bring):
    bring(whole())
    with pytest.raises(Refused, match="without --complete"):
        bring([*whole(), grid(3, level="block")], complete=True, skip=True)


# -- mending


def bent(millimetres):
    """Grid 1 with a vertex in the middle of its eastern edge, pushed into grid 2."""
    corners = [(0, 0), (100, 0), (100 + millimetres / 1000, 50), (100, 100), (0, 100)]
    return shapely.Polygon([hamlet.metres(*xy) for xy in corners])


def test_a_vertex_that_its_neighbour_lacks_is_said_once_and_blocks(bring):
    report = bring(whole(g1={"geometry": bent(1)}))
    assert problems(report) == ["hairs"]


def test_with_repair_the_report_says_first_what_would_move(tx, bring):
    dry = bring(whole(g1={"geometry": bent(1)}), repair=True, commit=False)
    (told,) = dry.findings
    assert (told.code, told.severity) == ("mended", "info")
    assert told.facts["shift_m"] == pytest.approx(0.001)
    # A triangle of 100 m by 1 mm changes sides: 0.05 m² out of one grid or into the other.
    assert told.area_m2 == pytest.approx(0.05, rel=0.1)
    assert sizes(tx)["staged_area"] == 0


def test_mended_lines_are_stored_and_can_be_published(bring, issue):
    report = bring(whole(g1={"geometry": bent(1)}), repair=True)
    assert problems(report) == ["mended"]
    assert issue().levels[-1].areas == 8
    # The same file again: the mended outlines are what there is.
    again = bring(whole(g1={"geometry": bent(1)}), repair=True)
    assert counts(again) == (0, 0, 11)


def test_a_mended_neighbour_is_staged_though_the_file_does_not_name_it(tx, bring, issue):
    bring(whole())
    issue()
    report = bring([grid(1, geometry=bent(2))], repair=True)
    (told,) = report.findings
    assert told.code == "mended"
    assert sum(counts(report)) == 1  # the rows of the file
    assert set(staged(tx).index) == {"0101", *told.codes}
    opened = issue()
    assert opened.findings == []
    assert opened.levels[-1].changed == len(staged_codes(tx, plan=2))


def staged_codes(tx, *, plan):
    return set(tx.scalars(sa.select(staged_area.c.code).where(staged_area.c.plan_id == plan)))


def test_what_can_not_be_mended_is_said_beside_the_defects(bring):
    report = bring(whole(g1={"geometry": hamlet.box(0, 0, width=103)}), repair=True)
    assert problems(report)[:2] == ["not_mended", "overlap"]


# -- editions


def test_an_edition_holds_places_figures_and_no_lineage_at_first(tx, bring, issue):
    bring(whole())
    opened = issue()
    assert opened.number == 1
    assert [(r.level, r.areas, r.households, r.new, r.changed, r.closed) for r in opened.levels] == [
        ("town", 1, 360, 1, 0, 0), ("community", 2, 360, 2, 0, 0), ("grid", 8, 360, 8, 0, 0),
    ]  # fmt: skip
    assert sizes(tx)["lineage"] == 0
    assert tx.scalar(sa.select(staged_plan.c.status)) == "published"


def test_without_areas_there_is_nothing_to_publish(issue):
    with pytest.raises(NotFound, match="import areas"):
        issue()


def test_publishing_the_current_lines_again_opens_and_closes_no_version(tx, bring, issue):
    bring(whole())
    issue()
    before = versions(tx)
    opened = issue()
    assert opened.number == 2
    assert {(r.new, r.changed, r.closed) for r in opened.levels} == {(0, 0, 0)}
    assert versions(tx) == before
    assert sizes(tx)["area_figures"] == 22


def test_the_same_code_is_the_same_place_when_its_outline_moves(tx, bring, issue):
    bring(whole())
    issue()
    (first,) = versions(tx, area_version.c.code == "0101")
    bring([grid(1, geometry=hamlet.box(0, 0, width=120)),
           grid(2, geometry=hamlet.box(120, 0, width=80)),
           grid(5, geometry=hamlet.box(0, 100, width=120)),
           grid(6, geometry=hamlet.box(120, 100, width=80))])  # fmt: skip
    opened = issue()
    assert opened.levels[-1].changed == 4
    place = first[1]
    assert versions(tx, area_version.c.code == "0101") == [
        ("0101", place, 1, 1), ("0101", place, 2, None),
    ]  # fmt: skip
    shares = tx.execute(
        sa.select(lineage.c.from_place, lineage.c.to_place, lineage.c.area_m2, lineage.c.share_area)
        .where(lineage.c.to_place == place, lineage.c.edition == 2)
        .order_by(lineage.c.area_m2)
    ).all()
    # Grid 1 keeps its 100 m and gets 20 of the 100 m of grid 2.
    other = tx.scalar(sa.select(area_version.c.place_id).where(area_version.c.code == "0102"))
    assert [tuple(row) for row in shares] == [
        (other, place, 2_000.0, 0.2), (place, place, 10_000.0, 1.0),
    ]  # fmt: skip


def test_a_removed_code_that_comes_back_is_the_same_place(tx, bring, issue):
    bring(whole())
    issue()
    (first,) = versions(tx, area_version.c.code == "0208")
    seven = [grid(n) for n in hamlet.GRIDS if n != 8]
    bring(seven, complete=True)
    assert issue().levels[-1].closed == 1
    bring([grid(8)])
    assert issue().levels[-1].new == 1
    assert versions(tx, area_version.c.code == "0208") == [
        ("0208", first[1], 1, 1), ("0208", first[1], 3, None),
    ]  # fmt: skip


def test_without_complete_an_area_that_the_file_lacks_stays(tx, bring, issue):
    bring(whole())
    issue()
    bring([grid(n) for n in hamlet.GRIDS if n != 8])
    assert issue().levels[-1].areas == 8


def test_households_come_from_buildings_where_every_residential_one_is_known(tx, bring, issue):
    bring(whole())
    x, y = hamlet.metres(50, 50)
    buildings = pd.DataFrame(
        {
            "id": [1, 2], "use": ["residential"] * 2, "status": ["in_use"] * 2,
            "households": pd.array([7, 8], dtype="Int64"),
            "planned_households": pd.array([None, None], dtype="Int64"),
            "x": [x, x + 100], "y": [y, y],
        }
    )  # fmt: skip
    issue(buildings=buildings)
    f, v = area_figures.c, area_version.c
    told = dict(
        tx.execute(
            sa.select(v.code, f.households).join_from(
                area_version, area_figures, f.place_id == v.place_id
            )
        ).all()
    )
    # Grid 1 has 7 instead of 10, grid 2 has 8 instead of 20; the parents sum.
    assert (told["0101"], told["0102"], told["01"], told["0"]) == (7, 8, 125, 345)


def test_an_import_after_publishing_opens_a_plan_on_that_edition(tx, bring, issue):
    bring(whole())
    issue()
    bring([grid(1, name="新名")])
    assert store.open_plan(tx).based_on == 1
    assert sizes(tx)["staged_plan"] == 2


def test_a_site_can_be_set_up_once(tx):
    with pytest.raises(Refused, match="belongs to Hamlet"):
        init_site(tx, hamlet.SITE, actor=operator("tester"))
