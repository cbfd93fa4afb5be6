"""Editions one after the other: who answers when, and what stays, moves and ends."""

import datetime as dt
import json

import numpy as np
import pytest
import shapely
import sqlalchemy as sa

from geo.boundaries import store
from geo.crs import SourceCrs
from geo.db.schema import area_figures, area_version, coverage, incident, lineage, placement
from geo.errors import BadInput, ChecksFailed, NoEdition, NotFound
from geo.publish import missing_files, repair
from tests.publish import hamlet
from tests.publish.conftest import issue_edition
from tests.publish.hamlet import OUTSIDE, box, changed_lines, incidents, whole

METRES = SourceCrs("epsg", hamlet.EPSG)


def where(here, x, y, **which):
    """The code of the unit that an edition names for a point; None outside."""
    folder = here.folder
    xy = [np.array([v]) for v in hamlet.metres(x, y)]
    answer = folder.locate(folder.edition_for(**which), *xy, METRES)[0]
    return answer.chain[-1].code if answer.chain else None


def placements(here):
    """By incident key: (first edition, last edition, code of the unit)."""
    v, p = area_version, placement
    code = (
        sa.select(v.c.code).where(v.c.place_id == p.c.place_id).order_by(v.c.id).limit(1)
    ).scalar_subquery()
    rows = here.rows(
        sa.select(incident.c.key, p.c.first_edition, p.c.last_edition, code)
        .join_from(incident, p, p.c.subject_id == incident.c.id)
        .where(p.c.subject_kind == "incident")
        .order_by(incident.c.key, p.c.first_edition)
    )
    told = {}
    for key, *span in rows:
        told.setdefault(key, []).append(tuple(span))
    return told


# -- which edition answers


def test_each_edition_answers_for_its_days_and_by_its_number(shared):
    assert where(shared, 60, 50, at=dt.date(2020, 1, 1)) == "0101"
    assert where(shared, 60, 50, at=dt.date(2024, 6, 30)) == "0101"
    assert where(shared, 60, 50, at=dt.date(2024, 7, 1)) == "0109"
    assert where(shared, 60, 50, number=1) == "0101"
    assert where(shared, 60, 50) == "0109"
    assert where(shared, 350, 50) == "0203"
    assert where(shared, *OUTSIDE) is None


def test_the_command_names_the_edition_that_answered(shared):
    point = ("--crs", hamlet.EPSG, *hamlet.metres(60, 50))
    assert "edition 2 (2024-07-01) placed" in shared.does("locate", *point).out
    for which in (("--at", "2023-12-31"), ("--edition", 1)):
        said = shared.does("locate", *which, *point).out
        assert "edition 1 (2020-01-01) placed" in said
        assert "0101" in said
    early = shared.run("locate", "--at", "2019-12-31", *point)
    assert early.code == 1
    assert "No edition was in force on 2019-12-31" in early.err


def test_an_edition_of_the_future_waits_for_its_day(here, bring, issue):
    bring(whole())
    issue("2020-01-01")
    bring(changed_lines(), complete=True)
    day = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30)
    issue(day.isoformat())
    assert where(here, 60, 50) == "0101"
    assert where(here, 60, 50, at=day) == "0109"
    # What is reported today has its place in the coming edition already.
    bring(incidents((60, 50)), "incidents")
    assert placements(here) == {"1": [(1, 1, "0101"), (2, None, "0109")]}


def test_before_its_first_day_no_edition_answers(here, bring, issue):
    bring(whole())
    issue("2999-01-01")
    with pytest.raises(NoEdition, match="No edition is in force yet"):
        where(here, 60, 50)


def test_two_editions_of_one_day_are_one_day_of_the_later(here, bring, issue):
    bring(whole())
    issue("2020-01-01")
    bring(changed_lines(), complete=True)
    issue("2020-01-01")
    assert where(here, 60, 50, at=dt.date(2020, 1, 1)) == "0109"


def test_without_a_date_an_edition_is_in_force_from_today_on(here, bring, issue):
    bring(whole())
    published = issue(None)
    with here.engine.connect() as tx:
        (day,) = store.editions(tx)["effective"]
    assert day == published.effective
    assert where(here, 60, 50) == "0101"


# -- what happens to places and placements


def test_placements_of_earlier_editions_stay_and_equal_ones_share_a_row(shared):
    assert placements(shared) == {
        "1": [(1, None, "0101")],
        "2": [(1, 1, "0101"), (2, None, "0109")],
        "3": [(1, 1, "0204"), (2, None, "0203")],
        "4": [(1, None, "0106")],
        "5": [(1, None, None)],
    }


def test_what_is_imported_later_is_placed_in_all_editions(here, bring, two):
    bring([{**row, "key": f"late {row['key']}"} for row in incidents((60, 50), (20, 50))],
          "incidents")  # fmt: skip
    told = placements(here)
    assert told["late 1"] == [(1, 1, "0101"), (2, None, "0109")]
    assert told["late 2"] == [(1, None, "0101")]


def test_a_placement_ends_and_begins_again_when_a_unit_comes_back(here, bring, issue, two):
    bring(whole(), complete=True)
    issue("2025-01-01")
    assert placements(here)["2"] == [(1, 1, "0101"), (2, 2, "0109"), (3, None, "0101")]
    assert where(here, 60, 50) == "0101"


def test_the_same_code_is_the_same_place_and_a_new_code_a_new_one(shared):
    v = area_version.c
    rows = shared.rows(sa.select(v.code, v.place_id, v.first_edition, v.last_edition))
    places = {}
    for code, place, first, last in rows:
        places.setdefault(code, []).append((place, first, last))
    assert len({place for place, _, _ in places["0101"]}) == 1
    assert [row[1:] for row in sorted(places["0101"], key=lambda r: r[1])] == [(1, 1), (2, None)]
    assert [row[1:] for row in places["0204"]] == [(1, 1)]
    assert [row[1:] for row in places["0109"]] == [(2, None)]
    assert [row[1:] for row in places["0102"]] == [(1, None)]
    assert places["0109"][0][0] not in {p[0] for c, p in places.items() if c != "0109"}


def test_the_lineage_says_who_got_which_share(shared):
    names = dict(shared.rows(sa.select(area_version.c.place_id, area_version.c.code)))
    x = lineage.c
    told = {
        (names[row[0]], names[row[1]]): row[2:]
        for row in shared.rows(
            sa.select(x.from_place, x.to_place, x.households, x.area_m2, x.share_area).where(
                x.edition == 2
            )
        )
        if len(names[row[0]]) == 4
    }
    assert told == {
        ("0101", "0101"): (4, 4_000.0, 0.4),
        ("0101", "0109"): (6, 6_000.0, 0.6),
        ("0203", "0203"): (30, 10_000.0, 1.0),
        ("0204", "0203"): (40, 10_000.0, 1.0),
    }


def test_figures_are_frozen_with_their_edition(here, bring, issue, two):
    before = figures(here)
    assert (before[1]["0"], before[2]["0"], before[2]["0101"]) == (360, 360, 4)
    bring([hamlet.house(50)], "buildings")
    assert figures(here) == before
    issue("2025-01-01")
    after = figures(here)
    assert (after[1], after[2]) == (before[1], before[2])
    assert (after[3]["0101"], after[3]["0"]) == (50, 406)


def figures(here):
    f, v = area_figures.c, area_version.c
    told = {}
    rows = here.rows(
        sa.select(f.edition, v.code, f.households)
        .join_from(area_figures, area_version, v.place_id == f.place_id)
        .where(v.first_edition <= f.edition)
    )
    for number, code, households in rows:
        told.setdefault(number, {})[code] = households
    return told


def test_facilities_get_circles_and_areas_coverage_in_editions_still_asked_for(here, bring, two):
    station = {"key": "s", "kind": "驿站", "geometry": shapely.Point(hamlet.metres(50, 50))}
    bring([hamlet.house(50)], "buildings")
    bring([station], "facilities")
    c = coverage.c
    rows = here.rows(
        sa.select(c.edition, c.minutes, sa.func.max(c.households)).group_by(c.edition, c.minutes)
    )
    assert sorted(rows) == [(2, 5, 50), (2, 10, 50), (2, 15, 50)]


# -- what is refused


def test_dates_never_decrease(shared):
    before = shared.sizes()
    with pytest.raises(BadInput, match="in force from 2024-07-01"):
        issue_edition(shared, "2024-06-30")
    assert shared.sizes() == before


@pytest.mark.parametrize(("how", "said"), [({"effective": "soon"}, "is not a date"),
                                           ({"title": "  "}, "needs a title")])  # fmt: skip
def test_a_title_and_a_date_must_make_sense(here, bring, issue, how, said):
    bring(whole())
    with pytest.raises(BadInput, match=said):
        issue(**how)
    assert here.sizes()["edition"] == 0


def test_lines_with_errors_are_not_published_and_nothing_is_written(here, bring, issue):
    report = bring(whole(g1={"geometry": box(0, 0, 103)}))
    assert report.committed
    before = here.sizes()
    with pytest.raises(ChecksFailed, match="overlap by 300 m²") as refused:
        issue()
    assert "不能发布" in refused.value.zh
    assert here.sizes() == before
    assert not (here.published / "current.json").exists()
    assert list(here.published.glob("sealed/*")) == []


def test_without_areas_there_is_nothing_to_publish(here, issue):
    with pytest.raises(NotFound, match="wangge import areas"):
        issue()


# -- the files


def current(here):
    return json.loads((here.published / "current.json").read_text("utf-8"))


def test_publishing_again_without_a_change_gives_the_same_hashes(here, two, issue):
    before = current(here)
    issue("2024-07-01")
    after = current(here)
    assert after["editions"][2]["sealed"] == after["editions"][1]["sealed"]
    assert after["editions"][:2] == before["editions"]
    assert after["registers"] == before["registers"]
    assert len(list((here.published / "sealed").iterdir())) == 2


def test_every_edition_has_its_note_and_its_two_files(shared):
    for row in current(shared)["editions"]:
        note = json.loads((shared.published / f"editions/{row['number']}.json").read_text("utf-8"))
        assert {key: note[key] for key in row} == row
        assert note["tools"]["wangge"]
        sealed = shared.published / "sealed" / row["sealed"]
        assert sorted(p.name for p in sealed.iterdir()) == ["areas.parquet", "tiles.pmtiles"]


def test_only_a_changed_register_is_sealed_anew(here, bring, two):
    before = current(here)["registers"]
    bring(incidents((10, 10)), "incidents")
    assert current(here)["registers"] == before
    bring([{"key": "s", "kind": "x", "geometry": shapely.Point(hamlet.metres(1, 1))}], "facilities")
    after = current(here)["registers"]
    assert after != before
    bring([{"key": "s", "kind": "x", "geometry": shapely.Point(hamlet.metres(1, 1))}], "facilities")
    assert current(here)["registers"] == after


@pytest.mark.parametrize("lost", ["sealed", "sealed/{0}/tiles.pmtiles", "sealed/{0}/areas.parquet"])
def test_lost_files_are_made_again_with_the_same_hash(here, two, lost):
    before, files = current(here), tree(here)
    path = here.published / lost.format(before["editions"][0]["sealed"])
    remove(path)
    with here.engine.connect() as tx:
        assert 1 in missing_files(tx, here.settings)
    assert 1 in repair(here.engine, here.settings)
    assert current(here) == before
    assert tree(here) == files


def test_lost_registers_are_sealed_again_with_the_same_hash(here, two):
    before, files = current(here), tree(here)
    remove(here.published / "registers" / before["registers"] / "buildings.parquet")
    assert repair(here.engine, here.settings) == []
    assert (current(here), tree(here)) == (before, files)


def test_a_start_with_everything_in_place_writes_nothing(here, two):
    stamps = {path: path.stat().st_mtime_ns for path in here.published.rglob("*")}
    assert repair(here.engine, here.settings) == []
    assert {path: path.stat().st_mtime_ns for path in here.published.rglob("*")} == stamps


@pytest.mark.parametrize("harm", ["", "{", None])
def test_a_lost_or_broken_list_of_editions_is_written_again(here, two, harm):
    before = current(here)
    path = here.published / "current.json"
    if harm is None:
        path.unlink()
    else:
        path.write_text(harm, "utf-8")
    assert repair(here.engine, here.settings) == []
    assert current(here) == before
    with here.engine.connect() as tx:
        assert missing_files(tx, here.settings) == []


def test_repairing_before_the_first_edition_writes_nothing(here):
    assert repair(here.engine, here.settings) == []
    assert not here.published.exists()


def tree(here):
    """Every published file with its bytes."""
    return {
        str(path.relative_to(here.published)): path.read_bytes()
        for path in sorted(here.published.rglob("*"))
        if path.is_file()
    }


def remove(path):
    if path.is_file():
        path.unlink()
    else:
        for part in sorted(path.rglob("*"), reverse=True):
            part.rmdir() if part.is_dir() else part.unlink()
        path.rmdir()
