"""A plan of an older edition is carried over to the highest, row by row and field by field.

Edition 2 renames grid 0101, puts grid 0203 into community 01, and has one grid, 0207, where 0207
and 0208 were. Plans here start from edition 1.
"""

import pytest
import shapely

from geo import plans
from geo.access import Actor, Grant, operator
from geo.errors import NotAllowed, Refused
from geo.plans import redo, undo
from geo.plans.operations import Create, Move, Retire
from geo.plans.rebase import merged
from geo.publish import publish_plan
from tests.plans.desks import STEWARD, Table
from tests.publish import hamlet
from tests.publish.conftest import bring_rows, issue_edition, new_hamlet

LI, WANG = operator("li"), operator("wang")


def second_edition():
    seventh = shapely.Polygon(
        [hamlet.metres(*xy) for xy in [(200, 100), (300, 100), (400, 100), (400, 200), (200, 200)]]
    )
    rows = hamlet.whole(
        g1={"name": "新第1网格"}, g3={"parent": "01"}, g7={"geometry": seventh, "households": 150}
    )
    return [row for row in rows if row["code"] != "0208"]


@pytest.fixture(scope="module")
def town(cluster, template, tmp_path_factory):
    with new_hamlet(cluster, template, tmp_path_factory.mktemp("town")) as installed:
        bring_rows(installed, hamlet.whole())
        issue_edition(installed)
        bring_rows(installed, second_edition(), complete=True)
        issue_edition(installed, "2024-07-01")
        yield installed


@pytest.fixture
def table(town):
    return Table.new(town.engine, base=1)


def rebased(table: Table, actor=STEWARD) -> tuple[Table, plans.Rebased]:
    with table.engine.begin() as tx:
        done = plans.rebase(tx, table.plan, actor=actor)
    return Table(table.engine, done.plan), done


def named(table: Table, code: str) -> str:
    return table.survey().draft.place(table.place(code)).name


def test_on_the_ground_it_was_made_for_a_change_is_carried_as_it_is(table):
    before = table.survey().draft
    for change in (
        table.moves("0101", "02").change,
        table.does(Create("community", table.place("0"), (table.place("0204"),), "新")).change,
    ):
        assert merged(change, before) == change
        before = before.after(change)
        assert merged(change, before).rows == ()  # it is so already
        assert merged(change.inverse(), before) == change.inverse()


def test_what_the_edition_left_alone_is_carried_over_by_who_did_it_and_when(table):
    table.moves("0102", "02", actor=LI, note="太大")
    table.renames("02", "东边", actor=WANG)
    new, done = rebased(table)
    assert (done.kept, done.conflicts) == (2, ())
    told = [(e.revision, e.at, e.actor, e.kind, e.label, e.note) for e in table.log]
    assert [(e.revision, e.at, e.actor, e.kind, e.label, e.note) for e in new.log] == told
    assert (new.parent_code("0102"), named(new, "02")) == ("02", "东边")
    assert (new.parent_code("0203"), named(new, "0101")) == ("01", "新第1网格")
    assert new.bytes() == new.fresh_bytes()


def test_the_old_plan_stays_as_it_was_withdrawn_and_both_name_each_other(table):
    table.moves("0102", "02")
    before = table.bytes()
    assert table.head.stale
    new, done = rebased(table)
    assert (table.head.state, table.bytes()) == ("withdrawn", before)
    assert (new.head.state, new.head.base, new.head.stale) == ("draft", 2, False)
    assert new.head.forked_from == table.plan
    assert table.head.events[-1].detail == {"onto": done.plan, "edition": 2}
    detail = new.head.events[-1].detail
    assert (detail["source"], detail["base"], detail["upto"]) == (table.plan, 1, 1)


def test_each_field_is_taken_by_itself(table):
    table.moves("0101", "02")
    new, done = rebased(table)
    assert (done.kept, done.conflicts) == (1, ())
    assert (new.parent_code("0101"), named(new, "0101")) == ("02", "新第1网格")


def test_what_both_changed_is_listed_with_whose_it_was_and_why(table):
    table.renames("0101", "我的名", actor=LI)
    table.renames("02", "东边", actor=WANG)
    new, done = rebased(table)
    (conflict,) = done.conflicts
    assert (conflict.revision, conflict.actor) == (1, "li")
    assert conflict.places == {table.place("0101")}
    assert (
        conflict.why.en
        == "The newer edition has another name of “新第1网格” than this started from."
    )
    assert (done.kept, named(new, "0101"), named(new, "02")) == (1, "新第1网格", "东边")
    assert new.head.events[-1].detail["conflicts"] == [conflict.to_json()]


def test_what_the_edition_did_too_needs_no_doing(table):
    table.moves("0203", "01")
    new, done = rebased(table)
    assert (done.kept, done.conflicts, new.log) == (0, (), [])


def test_an_operation_about_what_is_gone_is_a_conflict_and_so_is_what_stood_on_it(table):
    made = table.does(
        Create("community", table.place("0"), (table.place("0208"),), "新社区"), actor=LI
    )
    (new_area,) = made.change.places - {table.place("0208")}
    table.does(Move((table.place("0204"),), new_area), actor=WANG)
    _, done = rebased(table)
    assert [(c.revision, c.why.en) for c in done.conflicts] == [
        (1, "“第8网格” is not in the newer edition."),
        (2, "The area that “第4网格” is put into is not there any more."),
    ]


def test_what_was_made_keeps_its_id(table):
    made = table.does(Create("community", table.place("0"), (table.place("0204"),), "新社区"))
    (new_area,) = made.change.places - {table.place("0204")}
    table.does(Move((table.place("0105"),), new_area))
    new, done = rebased(table)
    assert (done.kept, done.conflicts) == (2, ())
    assert new.survey().draft.units(new_area) == sorted([table.place("0204"), table.place("0105")])


def test_an_area_that_still_has_others_is_not_retired(table):
    for unit in ("0101", "0102", "0105", "0106"):
        table.moves(unit, "02")
    table.does(Retire(table.place("01")))
    _, done = rebased(table)  # edition 2 put 0203 there
    assert [c.why.en for c in done.conflicts] == ["“西社区” still has areas in it."]


def test_what_was_taken_back_stays_behind_and_what_was_redone_comes(table):
    table.renames("01", "甲")
    table.turns(undo)
    table.renames("02", "乙")
    table.turns(undo)
    table.turns(redo)
    new, done = rebased(table)
    assert done.kept == 1
    assert (named(new, "01"), named(new, "02")) == ("西社区", "乙")
    assert [entry.kind for entry in new.log] == ["rename"]
    new.turns(undo)
    assert new.bytes() == new.bytes(0)


def test_locks_go_with_the_plan(table):
    with table.engine.begin() as tx:
        plans.lock_area(tx, table.plan, table.place("01"), actor=LI)
    new, _ = rebased(table)
    assert ([lock.actor for lock in new.head.locks], table.head.locks) == (["li"], ())


def test_a_plan_on_the_highest_edition_or_out_of_use_is_not_rebased(town, table):
    with pytest.raises(Refused, match="highest edition"):
        rebased(Table.new(town.engine))
    with town.engine.begin() as tx:
        plans.withdraw(tx, table.plan, actor=STEWARD)
    with pytest.raises(Refused, match="withdrawn"):
        rebased(table)


def test_who_began_a_plan_or_approves_plans_rebases_it(town, table):
    planner = Actor("zhao", (Grant("planner"),))
    with pytest.raises(NotAllowed):
        rebased(table, planner)
    with town.engine.begin() as tx:
        own = Table(town.engine, plans.create_plan(tx, title="我的", base=1, actor=planner).id)
    new, _ = rebased(own, planner)
    assert new.head.created_by == "zhao"


def test_a_fork_of_what_was_published_meanwhile_brings_only_what_is_its_own(here, bring, issue):
    """Both made the same community; the edition has it now, under a real code."""
    bring(hamlet.whole(g8={"households": 10}))
    issue()
    table = Table.new(here.engine)
    units = (table.place("0204"),)
    made = table.does(Create("community", table.place("0"), units, "新社区"))
    (new_area,) = made.change.places - set(units)
    with here.engine.begin() as tx:
        fork = Table(here.engine, plans.fork_plan(tx, table.plan, title="副本", actor=STEWARD).id)
        plans.submit(tx, table.plan, actor=STEWARD)
        plans.approve(tx, table.plan, actor=STEWARD)
    findings = plans.check(table.survey(), base=table.survey(0), context=plans.CheckContext())
    publish_plan(
        here.engine, here.settings, table.plan, title="新版", actor=STEWARD,
        reasons={finding.code: "如此" for finding in findings},
    )  # fmt: skip
    fork.does(Move((table.place("0208"),), new_area))
    new, done = rebased(fork)
    assert (done.kept, done.conflicts) == (1, ())
    draft = new.survey().draft
    assert draft.units(new_area) == sorted([table.place("0204"), table.place("0208")])
    assert not draft.place(new_area).provisional
