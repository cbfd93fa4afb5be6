"""What lies exactly on a border stays where it is: codes decide whose it is, operations don't."""

import dataclasses

import numpy as np
import pytest
import shapely

from geo.errors import Refused
from geo.plans import Ground, Survey
from geo.plans.drafting import draw
from geo.plans.operations import Cut, Recode, Reshape, Unite
from tests.plans import hamlet, lattice
from tests.plans.buildings import houses
from tests.plans.hamlet import at, line
from tests.plans.strategies import to_grid

#: Unit 102: x from 100 to 200, y from 0 to 100. House 1 stands on its border with 103, whose code
#: is larger; house 2 in the middle of its west, with more households.
ON_THE_BORDER, IN_THE_WEST = (195, 45, 5), (115, 45, 50)
UPWARD = line((160, -10), (160, 110))
AROUND = line((200, 30), (212, 30), (212, 70), (200, 70))


def standing(*rows, **more):
    ground = dataclasses.replace(houses(*rows), **more)
    return Survey.of(hamlet.draft(), ground)


def households(survey, *units):
    return [survey.households(n) for n in units]


def test_a_cut_that_would_leave_a_building_to_a_neighbour_names_it_and_the_remedy():
    town = standing(ON_THE_BORDER, IN_THE_WEST)
    assert households(town, 102, 103) == [55, 30]
    with pytest.raises(Refused) as refused:
        draw(town, Cut(102, UPWARD), hamlet.ids())
    assert refused.value.facts == {"id": 102, "buildings": [1]}
    assert str(refused.value).startswith("Building 1 stands exactly on the border of 102号")
    assert "reshape" in str(refused.value)


def test_once_the_border_leads_around_it_the_unit_can_be_cut():
    town = standing(ON_THE_BORDER, IN_THE_WEST)
    around = draw(town, Reshape(102, 103, AROUND), hamlet.ids()).after
    after = draw(around, Cut(102, UPWARD), hamlet.ids()).after
    assert households(after, 102, 1001, 103) == [50, 5, 30]


def test_the_part_that_keeps_its_code_keeps_what_stands_on_its_border():
    after = draw(standing(ON_THE_BORDER), Cut(102, UPWARD), hamlet.ids()).after
    assert households(after, 102, 103) == [5, 30]


def test_uniting_with_a_larger_code_leaves_nothing_to_a_third_unit():
    town = standing(ON_THE_BORDER, (115, 145, 20), (215, 145, 30))
    with pytest.raises(Refused, match="Building 1 stands exactly on the border of 102号"):
        draw(town, Unite((102, 202), 203), hamlet.ids())
    assert households(draw(town, Unite((202, 203), 102), hamlet.ids()).after, 102) == [55]


def test_another_code_takes_no_building_from_a_neighbour():
    with pytest.raises(Refused, match="Building 1 stands exactly on the border of 102号"):
        draw(standing(ON_THE_BORDER), Recode(103, "62112200100100100"), hamlet.ids())


@pytest.mark.parametrize("kind", ["members", "incidents"])
def test_a_home_or_an_incident_stays_too_and_is_not_told_apart(kind):
    spot = np.array([at(200, 50)])
    town = standing(IN_THE_WEST, **{kind: spot})
    with pytest.raises(Refused, match="A home, an incident or a facility lies exactly"):
        draw(town, Cut(102, UPWARD), hamlet.ids())
    by_hand = standing(IN_THE_WEST, **{kind: spot, f"{kind}_placed": np.array([102])})
    after = draw(by_hand, Cut(102, UPWARD), hamlet.ids()).after
    assert getattr(after.figures(102), kind) == 1


def test_nothing_of_bare_ground_is_in_the_way():
    town = Survey.of(hamlet.draft(), Ground.empty(hamlet.EPSG))
    assert draw(town, Cut(102, UPWARD), hamlet.ids()).after.households(102) == 12


def test_in_a_town_with_houses_on_corners_a_cut_names_the_one_it_would_move():
    town = Survey.of(*lattice.town(12, 4, seed=3))
    x0, y0, x1, y1 = town.draft.places[10041].shape.bounds
    middle = 0.5 * (x0 + x1)
    across = to_grid(shapely.LineString([(middle, y0 - 7), (middle, y1 + 7)]))
    with pytest.raises(Refused) as refused:
        draw(town, Cut(10041, across), hamlet.ids())
    assert refused.value.facts["buildings"] == [183]
    assert town.located.buildings[183 - 1] == 10041
