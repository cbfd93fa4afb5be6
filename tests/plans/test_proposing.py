"""Proposals asked for in a plan: the town as a graph, labels as operations, forks that say why."""

from dataclasses import replace
from itertools import count

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo.errors import BadInput, Refused
from geo.plans import Survey, Wanted, plan_head, propose, survey_of
from geo.plans.operations import Create
from geo.plans.proposing import (
    limited_level,
    numbered,
    operations_for,
    over_limit,
    tidying,
    ways_of,
)
from tests.plans import hamlet
from tests.plans.desks import STEWARD

WEST = hamlet.WEST  # 520 households in eight units; an area may have 400


@pytest.fixture
def survey():
    return hamlet.survey()


def ways(survey, *areas, **more):
    return ways_of(survey, areas, limited_level(survey.draft), **more)


def houses(survey, compounds):
    """Ground with one house in each of some units, of these compounds."""
    units = list(compounds)
    shapes = [survey.draft.places[unit].shape.centroid.buffer(5) for unit in units]
    frame = gpd.GeoDataFrame(
        {
            "x": [shape.centroid.x for shape in shapes], "y": [shape.centroid.y for shape in shapes],
            "use": "residential", "status": "in_use", "compound": list(compounds.values()),
            "households": pd.array([1] * len(units), dtype="Int64"), "covered": False,
            "planned_households": pd.array([None] * len(units), dtype="Int64"),
        },
        geometry=shapes, crs=hamlet.EPSG, index=pd.RangeIndex(1, len(units) + 1, name="id"),
    )  # fmt: skip
    return replace(survey.ground, buildings=frame)


def test_the_graph_has_the_figures_of_the_survey(survey):
    found = ways(survey, WEST)
    assert (len(found.units), found.graph.households.sum()) == (8, 520)
    assert found.graph.area_m2.tolist() == [10_000.0] * 8
    # Two rows of four squares: three borders in each row, four between them.
    assert len(found.graph.edges) == 10
    assert found.graph.shared_m.tolist() == [100.0] * 10
    # The eastern neighbours count as nobody: the rim is that of a block of 400 m × 200 m.
    assert found.graph.outer_m.sum() == 1_200
    assert len(set(found.graph.grid.tolist())) == 2


def test_over_the_limit_is_who_has_more_than_it(survey):
    assert over_limit(survey, limited_level(survey.draft)) == [WEST]


def test_without_a_limit_there_is_nothing_to_keep(survey):
    free = tuple(replace(level, household_limit=None) for level in survey.draft.site.levels)
    bare = replace(survey.draft, site=replace(survey.draft.site, levels=free))
    for area in (None, WEST):
        with pytest.raises(Refused, match=r"has none|has one"):
            limited_level(bare, area)


def test_what_is_locked_stays(survey):
    locked = hamlet.GRIDS[2]
    found = ways(survey, WEST, locked=[locked])
    fixed = {unit for unit, pinned in zip(found.units, found.graph.fixed, strict=True) if pinned}
    assert fixed == set(survey.draft.units(locked))


def test_a_compound_holds_its_units_together(survey):
    first, second, third, *_ = ways(survey, WEST).units
    ground = houses(survey, {first: "甲院", second: "甲院", third: "乙院"})
    found = ways(Survey.of(survey.draft, ground), WEST)
    group = dict(zip(found.units, found.graph.compound.tolist(), strict=True))
    assert group[first] == group[second] >= 0
    assert group[third] == -1
    assert found.torn == ()


def test_a_compound_that_lies_in_pieces_is_named_instead(survey):
    units = ways(survey, WEST).units
    ground = houses(survey, {units[0]: "甲院", units[3]: "甲院"})
    found = ways(Survey.of(survey.draft, ground), WEST)
    assert found.torn == ("甲院",)
    assert set(found.graph.compound.tolist()) == {-1}


@pytest.mark.parametrize("labels", [[0, 0, 1, 1, 0, 0, 1, 1], [0, 1, 2, 2, 0, 1, 2, 2]])
def test_operations_lead_to_the_labels(survey, labels):
    found = ways(survey, WEST)
    wanted = np.array(labels)
    operations = list(operations_for(survey, found, wanted))
    assert [type(one) for one in operations] == [Create] * max(labels)
    ids, now = count(1000), survey
    for operation in operations:
        now = now.after(operation.apply(now, ids))
    homes = pd.Series({unit: now.draft.above(unit, "community") for unit in found.units})
    assert homes[found.units[0]] == WEST
    assert homes.groupby(labels).nunique().tolist() == [1] * (max(labels) + 1)
    assert homes.nunique() == max(labels) + 1
    names = {now.draft.places[home].name for home in set(homes)}
    assert names == {"西街社区", "西街社区（二）", "西街社区（三）"} - (
        set() if max(labels) == 2 else {"西街社区（三）"}
    )


def test_units_that_change_between_areas_of_today_are_moved(survey):
    found = ways(survey, hamlet.EAST, WEST)
    wanted = found.graph.today.copy()
    wanted[found.units.index(min(survey.draft.units(WEST)))] = 0
    (operation,) = operations_for(survey, found, wanted)
    assert (operation.kind, operation.to) == ("move", hamlet.EAST)


def test_what_a_border_cuts_off_a_grid_goes_to_the_grid_beside_it(survey):
    """Grid 32 loses 108 and 207: 208 stays, 107 touches it in a corner alone and goes to 31."""
    level = limited_level(survey.draft)
    gone = Create("community", hamlet.COUNTY, (108, 207), "新社区")
    change = gone.apply(survey, count(1000))
    now, kinds = survey.after(change), []
    while (operation := tidying(now, level, {*change.places, hamlet.GRIDS[3]})) is not None:
        now = now.after(operation.apply(now, count(2000)))
        kinds.append(operation.kind)
    assert kinds == ["move", "rename"]
    assert now.draft.units(hamlet.GRIDS[3]) == [208]
    assert now.draft.places[107].parent == hamlet.GRIDS[2]
    made = now.draft.places[now.draft.places[108].parent]
    assert made.name == "第4网格（二）"


def test_names_of_parts_are_never_taken_twice():
    assert numbered("金阳社区", 1) == "金阳社区（二）"
    assert numbered("金阳社区", 1, {"金阳社区（二）"}) == "金阳社区（三）"
    assert numbered("金阳社区", 10) == "金阳社区（11）"


# -- in a database


def asked(town, **more):
    return Wanted("split", areas=(town,), parts=2, seed=5, seconds=2.0, **more)


def test_each_proposal_is_a_fork_that_says_where_it_comes_from(table):
    east = table.place("02")
    found = propose(table.engine, table.plan, asked(east), actor=STEWARD)
    assert 1 <= len(found.plans) <= 3
    for way, number in found.plans.items():
        with table.engine.begin() as tx:
            head = plan_head(tx, number, actor=STEWARD)
            survey = survey_of(tx, number, actor=STEWARD)
        assert (head.forked_from, head.state) == (table.plan, "draft")
        told = head.events[-1]
        assert told.what == "proposed"
        assert told.detail["seed"] == 5
        assert told.detail["way"] == way
        parts = [n for n in survey.draft.at_level("community") if n != table.place("01")]
        assert len(parts) == 2
        assert sum(survey.of_area(n).households for n in parts) == 30 + 40 + 70 + 80
        assert sorted(told.detail["measures"]["households"]) == sorted(
            survey.of_area(n).households for n in parts
        )
    assert table.head.revision == 0, "the plan itself stays as it is"


def test_the_same_question_again_finds_the_same_forks(table):
    wanted = asked(table.place("02"))
    first = propose(table.engine, table.plan, wanted, actor=STEWARD)
    assert propose(table.engine, table.plan, wanted, actor=STEWARD).plans == first.plans
    other = replace(wanted, seed=6)
    assert not set(propose(table.engine, table.plan, other, actor=STEWARD).plans.values()) & set(
        first.plans.values()
    )
    table.renames("01", "西一社区")
    later = propose(table.engine, table.plan, wanted, actor=STEWARD)
    assert not set(later.plans.values()) & set(first.plans.values())


def test_what_has_no_lawful_answer_is_refused_and_leaves_no_fork(table):
    with pytest.raises(Refused):
        propose(table.engine, table.plan, replace(asked(table.place("02")), parts=9), actor=STEWARD)
    with pytest.raises(BadInput, match="one area"):
        propose(table.engine, table.plan, Wanted("split"), actor=STEWARD)
