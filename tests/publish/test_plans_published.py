"""A drawn plan becomes an edition, and an edition is withdrawn."""

import datetime as dt

import pytest
import shapely
import sqlalchemy as sa

from geo import plans
from geo.access import Actor, Grant, operator
from geo.boundaries import area_history, areas, edition_on, editions, successors
from geo.errors import BadInput, ChecksFailed, NoEdition, NotAllowed, Refused
from geo.plans.operations import Merge, Renumber, Split
from geo.publish import publish_plan, withdraw_edition
from tests.plans.desks import STEWARD, Table
from tests.publish import hamlet

ALL = operator("tester")
#: Codes that keep their old parent's digits, and whatever else the hamlet warns of.
REASONS = {"code_apart": "按街道办意见保留", "name_provisional": "待命名"}


@pytest.fixture
def village(here, bring, issue):
    """The hamlet with edition 1 and incidents; all 290 households fit into one community."""
    bring(hamlet.whole(g8={"households": 10}))
    bring(hamlet.incidents(*hamlet.PLACES), kind="incidents")
    issue()
    return here


@pytest.fixture
def table(village):
    return Table.new(village.engine)


def approve(table):
    with table.engine.begin() as tx:
        plans.submit(tx, table.plan, actor=STEWARD)
        plans.approve(tx, table.plan, actor=STEWARD)


def publish(here, table, **more):
    wanted = {"title": "第二版", "effective": "2024-07-01", "reasons": REASONS, "actor": STEWARD}
    return publish_plan(here.engine, here.settings, table.plan, **{**wanted, **more})


def withdraw(here, number, **more):
    wanted = {"title": "恢复", "effective": "2024-08-01", "reason": "弄错了", "actor": STEWARD}
    return withdraw_edition(here.engine, here.settings, number, **{**wanted, **more})


def edition_rows(here):
    with here.engine.begin() as tx:
        return editions(tx).astype(object).set_index("number")


def lines(here, number):
    """Parent codes by code."""
    with here.engine.begin() as tx:
        frame = areas(tx, number, epsg=hamlet.EPSG)
    codes = frame["code"]
    return dict(zip(codes, frame["parent_id"].map(codes), strict=True))


def placed(here, number):
    """Codes of the units of the incidents, by key."""
    statement = sa.text(
        "SELECT i.key, v.code FROM incident i JOIN placement p ON p.subject_kind = 'incident'"
        " AND p.subject_id = i.id AND p.first_edition <= :n AND coalesce(p.last_edition, :n) >= :n"
        " LEFT JOIN area_version v ON v.place_id = p.place_id AND v.first_edition <= :n"
        " AND coalesce(v.last_edition, :n) >= :n ORDER BY i.key"
    )
    with here.engine.connect() as tx:
        return {row.key: row.code for row in tx.execute(statement, {"n": number})}


def audit(here, action):
    with here.engine.connect() as tx:
        rows = tx.execute(
            sa.text("SELECT detail FROM audit WHERE action = :a ORDER BY id"), {"a": action}
        )
        return [row.detail for row in rows]


def test_a_plan_becomes_the_next_edition(village, table):
    table.moves("0102", "02")
    approve(table)
    done = publish(village, table)
    assert (done.number, done.effective) == (2, dt.date(2024, 7, 1))
    row = edition_rows(village).loc[2]
    assert (row["drawn_plan"], row["title"]) == (table.plan, "第二版")
    assert row[["plan_id", "restores"]].isna().all()
    assert lines(village, 1)["0102"] == "01"
    assert lines(village, 2)["0102"] == "02"
    head = table.head
    assert head.state == "published"
    assert head.events[-1].detail["edition"] == 2
    folder = village.folder
    assert [ref.number for ref in folder.editions()] == [1, 2]
    assert folder.areas(folder.editions()[1]).frame["code"].tolist().count("0102") == 1
    # The day before and the day after.
    with village.engine.begin() as tx:
        assert edition_on(tx, dt.date(2024, 6, 30)) == 1
        assert edition_on(tx, dt.date(2024, 7, 1)) == 2


def test_a_figure_imported_for_an_area_that_won_or_lost_ground_is_not_published(here, bring, issue):
    imported = {"0": 360, "01": 140, "02": 220}
    rows = [{**row, "households": imported[row["code"]]} for row in hamlet.upper()]
    bring([*rows, *(hamlet.grid(n) for n in hamlet.GRIDS)])
    issue()
    table = Table.new(here.engine)
    table.moves("0106", "02")
    table.moves("0203", "01")
    approve(table)
    publish(here, table)
    with here.engine.begin() as tx:
        frame = areas(tx, 2, epsg=hamlet.EPSG).set_index("code")["imported_households"]
    assert frame["0"] == 360
    assert frame[["01", "02"]].isna().all()
    assert frame["0106"] == 60


def test_publishing_again_gives_the_same_edition(village, table):
    table.moves("0102", "02")
    approve(table)
    first = publish(village, table)
    sizes = village.sizes()
    again = publish(village, table, title="anything")
    assert (again.number, again.sealed) == (first.number, first.sealed)
    assert village.sizes() == sizes


def test_a_plan_must_be_approved(village, table):
    table.moves("0102", "02")
    with pytest.raises(Refused, match="not approved"):
        publish(village, table)


def test_only_a_steward_publishes(village, table):
    approve(table)
    with pytest.raises(NotAllowed):
        publish(village, table, actor=Actor("li", (Grant("planner"),)))
    with pytest.raises(NotAllowed):
        withdraw(village, 1, actor=Actor("li", (Grant("planner"),)))


def test_a_plan_on_an_older_edition_is_refused(village, table, issue):
    approve(table)
    issue("2024-05-01")
    with pytest.raises(Refused, match="Rebase it"):
        publish(village, table)


def test_warnings_need_a_reason_each(village, table):
    table.moves("0102", "02")
    approve(table)
    with pytest.raises(ChecksFailed, match="Say why") as refused:
        publish(village, table, reasons={"code_apart": "  "})
    assert refused.value.facts["missing"] == ["code_apart"]
    assert len(edition_rows(village)) == 1
    publish(village, table)
    assert audit(village, "publish")[-1]["reasons"] == REASONS


def test_errors_block_whatever_the_reason(village, table):
    # An area without units has no outline.
    for grid in ("0101", "0102", "0105", "0106"):
        table.moves(grid, "02")
    approve(table)
    with pytest.raises(ChecksFailed, match="errors stand"):
        publish(village, table)
    assert len(edition_rows(village)) == 1


def test_a_future_edition_leaves_the_current_one_in_force_and_is_built_upon(village, table, issue):
    table.moves("0102", "02")
    approve(table)
    ahead = dt.date.today() + dt.timedelta(days=400)  # noqa: DTZ011
    publish(village, table, effective=ahead.isoformat())
    folder = village.folder
    assert [ref.number for ref in folder.editions()] == [1, 2]
    with village.engine.begin() as tx:
        assert edition_on(tx, ahead - dt.timedelta(days=1)) == 1
        assert edition_on(tx, ahead) == 2
    with pytest.raises(BadInput, match="in force from"):
        issue(None)
    third = issue(ahead.isoformat())
    assert third.number == 3
    assert lines(village, 3)["0102"] == "02"


def test_new_areas_get_codes_that_were_never_used(village, table):
    middle = shapely.LineString([hamlet.metres(100, -10), hamlet.metres(100, 210)])
    table.does(Split(area=table.place("01"), line=middle))
    approve(table)
    publish(village, table)
    two = lines(village, 2)
    assert "03" in two
    assert {code for code, parent in two.items() if parent == "03"} <= {
        "0101", "0102", "0105", "0106"
    }  # fmt: skip
    with village.engine.begin() as tx:
        went = area_history(tx, table.place("01"), actor=ALL).went_to
    assert went["code"].tolist() == ["01", "03"]
    assert went["share_area"].tolist() == [0.5, 0.5]
    # Grids 1 and 5 have 10 and 50 households, grids 2 and 6 have 20 and 60: the larger part keeps
    # the code.
    assert went["households"].tolist() == [80, 60]


def test_merged_areas_answer_under_their_old_codes_and_incidents_move(village, table):
    table.does(Merge(areas=(table.place("02"),), into=table.place("01")))
    approve(table)
    done = publish(village, table)
    east = next(place for place in done.heirs)
    assert done.heirs == {east: table.place("01")}
    assert "02" not in lines(village, 2)
    with village.engine.begin() as tx:
        (heir,) = successors(tx, "02", 2, actor=ALL)
        history = area_history(tx, east, actor=ALL)
    assert (heir.code, heir.share.area) == ("01", 1.0)
    assert history.went_to["code"].tolist() == ["01"]
    assert placed(village, 2) == placed(village, 1)


def test_a_renumbered_area_is_its_own_successor(village, table, bring, issue):
    table.moves("0102", "02")
    table.does(Renumber(area=table.place("02"), used=frozenset(lines(village, 1))))
    approve(table)
    publish(village, table)
    moved = {code for code, parent in lines(village, 2).items() if parent == "02"}
    assert "0102" not in moved
    with village.engine.begin() as tx:
        (heir,) = successors(tx, "0102", 2, actor=ALL)
    assert heir.id == table.place("0102")
    assert heir.code in moved
    # A file that still names the old code would mean the same area twice.
    halves = [
        {**hamlet.grid(2), "geometry": hamlet.box(100, 0, 50)},
        {**hamlet.grid(2), "geometry": hamlet.box(150, 0, 50), "code": heir.code, "parent": "02"},
    ]
    sixth = [(100, 100), (150, 100), (200, 100), (200, 200), (100, 200)]
    above = shapely.Polygon([hamlet.metres(*xy) for xy in sixth])
    bring([*halves, hamlet.grid(6, geometry=above)])
    with pytest.raises(Refused, match="former code"):
        issue("2024-09-01")


def test_withdrawing_brings_back_lines_places_and_codes(village, table):
    table.does(Merge(areas=(table.place("02"),), into=table.place("01")))
    approve(table)
    publish(village, table)
    done = withdraw(village, 2)
    assert done.number == 3
    assert edition_rows(village).loc[3, "restores"] == 1
    assert lines(village, 3) == lines(village, 1)
    with village.engine.begin() as tx:
        first, third = (areas(tx, n, epsg=hamlet.EPSG) for n in (1, 3))
        (again,) = successors(tx, "02", 3, actor=ALL)
    assert first.index.tolist() == third.index.tolist()
    assert first.geometry.geom_equals(third.geometry).all()
    assert again.id == table.place("02")
    assert placed(village, 3) == placed(village, 1)
    assert audit(village, "publish")[-1]["reason"] == "弄错了"


def test_withdrawing_twice_gives_the_same_edition(village, table):
    table.moves("0102", "02")
    approve(table)
    publish(village, table)
    first, again = withdraw(village, 2), withdraw(village, 2)
    assert first.number == again.number == 3
    assert len(edition_rows(village)) == 3


def test_a_withdrawal_can_be_withdrawn_and_one_may_go_further_back(village, table):
    table.moves("0102", "02")
    approve(table)
    publish(village, table)
    withdraw(village, 2)
    assert withdraw(village, 3, effective="2024-09-01").number == 4
    assert lines(village, 4) == lines(village, 2)
    assert withdraw(village, 2, effective="2024-10-01").number == 5
    assert lines(village, 5) == lines(village, 1)


def test_an_edition_that_is_still_to_come_never_comes_when_it_is_withdrawn(village, table):
    table.moves("0102", "02")
    approve(table)
    ahead = dt.date.today() + dt.timedelta(days=400)  # noqa: DTZ011
    publish(village, table, effective=ahead.isoformat())
    assert withdraw(village, 2, effective=None).effective == ahead
    with village.engine.begin() as tx:
        assert edition_on(tx, ahead) == 3


def test_what_can_not_be_withdrawn(village, issue):
    with pytest.raises(Refused, match="none before it"):
        withdraw(village, 1)
    with pytest.raises(NoEdition):
        withdraw(village, 9)
    issue("2024-05-01")
    issue("2024-06-01")
    with pytest.raises(Refused, match="build on edition 2"):
        withdraw(village, 2)
    with pytest.raises(BadInput, match="Say why"):
        withdraw(village, 3, reason=" ")
