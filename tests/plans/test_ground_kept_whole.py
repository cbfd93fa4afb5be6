"""Ground is drawn on once: undo and rebase leave no unit inside a unit, and none upon another.

The hamlet's communities 01 and 02 are units of 200 m × 200 m here, with 100 households each.
"""

import pytest
import shapely

from geo import plans
from geo.errors import MovedOn
from geo.plans import redo, undo
from geo.plans.operations import Divide, Move, Unite
from geo.publish import publish_plan
from tests.plans.desks import STEWARD, Table
from tests.publish import hamlet

WEST = (hamlet.box(0, 0, 100, 200), hamlet.box(100, 0, 100, 200))
EAST = (hamlet.box(200, 0, 100, 200), hamlet.box(300, 0, 100, 200))


@pytest.fixture
def table(here, bring, issue):
    town, west, east = hamlet.upper()
    bring(
        [
            town,
            {**west, "geometry": hamlet.box(0, 0, 200, 200), "households": 100},
            {**east, "geometry": hamlet.box(200, 0, 200, 200), "households": 100},
        ]
    )
    issue()
    return Table.new(here.engine)


def divided(table, code, outlines):
    """Divide a community into grids; gives their ids."""
    unit = table.place(code)
    change = table.does(Divide({unit: outlines}, "grid")).change
    return sorted(change.places - {unit})


def ground_m2(table):
    draft = table.survey().draft
    return sum(shapely.area(draft.places[n].shape) for n in draft.units())


def rebased(table):
    with table.engine.begin() as tx:
        done = plans.rebase(tx, table.plan, actor=STEWARD)
    return Table(table.engine, done.plan), done


def published(table, settings):
    with table.engine.begin() as tx:
        plans.submit(tx, table.plan, actor=STEWARD)
        plans.approve(tx, table.plan, actor=STEWARD)
    findings = plans.check(table.survey(), base=table.survey(0), context=plans.CheckContext())
    reasons = {finding.code: "如此" for finding in findings}
    publish_plan(table.engine, settings, table.plan, title="新", reasons=reasons, actor=STEWARD)


def test_an_area_does_not_become_a_unit_again_while_others_have_come_into_it(table):
    divided(table, "01", WEST)
    guest = divided(table, "02", EAST)[0]
    table.does(Move((guest,), table.place("01")))
    with pytest.raises(MovedOn) as refused:
        table.turns(undo, 1)
    assert refused.value.facts["by"][-1]["revision"] == 3
    table.turns(undo, 3)
    table.turns(undo, 1)
    assert table.survey().draft.is_unit(table.place("01"))


def test_nothing_is_put_back_into_what_is_a_unit_again(table):
    divided(table, "01", WEST)
    guest = divided(table, "02", EAST)[0]
    table.does(Move((guest,), table.place("01")))
    table.turns(undo, 3)
    table.turns(undo, 1)
    with pytest.raises(MovedOn) as refused:
        table.turns(redo, 3)
    assert [row["revision"] for row in refused.value.facts["by"]] == [5]


def test_ground_that_the_edition_has_divided_too_is_not_divided_once_more(table, here):
    other = Table.new(here.engine)
    for plan in (table, other):
        divided(plan, "01", WEST)
    published(table, here.settings)
    new, done = rebased(other)
    assert [conflict.revision for conflict in done.conflicts] == [1]
    assert done.conflicts[0].why.en.startswith("The newer edition has drawn “西社区” so already")
    assert ground_m2(new) == 200 * 400


def test_what_a_fork_has_in_common_with_the_edition_comes_to_nothing(table, here):
    grids = divided(table, "01", WEST)
    with here.engine.begin() as tx:
        fork = Table(here.engine, plans.fork_plan(tx, table.plan, title="副", actor=STEWARD).id)
    fork.does(Unite((grids[1],), grids[0]))
    published(table, here.settings)
    new, done = rebased(fork)
    assert (done.kept, done.conflicts) == (1, ())
    assert new.survey().draft.units(table.place("01")) == grids[:1]
    assert ground_m2(new) == 200 * 400
