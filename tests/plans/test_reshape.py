"""Borders drawn anew between two units, and units united: the others stay to the byte."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import BadInput, NotFound, Refused
from geo.plans import Ground, Survey
from geo.plans.operations import Reshape, Unite
from tests.plans import hamlet
from tests.plans.buildings import houses
from tests.plans.coverages import LINES, redrawn, town, tried, vertices
from tests.plans.hamlet import at, line

#: Between 102 (x from 100 to 200) and 103 (200 to 300), y from 0 to 100, into 103.
BULGE = line((200, 20), (240, 20), (240, 80), (200, 80))


@pytest.fixture(scope="module")
def bare():
    return hamlet.survey()


def reshape(survey, first, second, drawn):
    change = Reshape(first, second, drawn).apply(survey, hamlet.ids())
    return survey.after(change), change


def areas(survey, *numbers):
    return [survey.draft.places[n].shape.area for n in numbers]


# -- reshape


def test_the_line_becomes_the_border_and_only_the_two_change(bare):
    after, change = reshape(bare, 102, 103, BULGE)
    assert areas(after, 102, 103) == [12_400, 7_600]
    assert change.places == {102, 103}


@pytest.mark.parametrize("pair", [(102, 103), (103, 102)])
def test_neither_order_nor_direction_matters(bare, pair):
    after, _ = reshape(bare, *pair, shapely.reverse(BULGE))
    assert areas(after, 102, 103) == [12_400, 7_600]


def test_ends_near_the_border_are_led_to_it_and_to_its_vertices(bare):
    after, _ = reshape(bare, 102, 103, line((201, 1), (240, 50), (203, 60)))
    border = vertices(after.draft.places[102].shape) & vertices(after.draft.places[103].shape)
    assert {at(200, 0), at(240, 50), at(203, 60), at(200, 60), at(200, 100)} == border


def test_what_overshoots_the_border_is_left_out(bare):
    after, _ = reshape(bare, 102, 103, line((195, 20), (240, 20), (240, 80), (195, 80)))
    assert areas(after, 102, 103) == [12_400, 7_600]


def test_a_line_to_and_fro_over_the_old_border_gives_both_some(bare):
    after, _ = reshape(bare, 102, 103, line((200, 10), (230, 30), (170, 70), (200, 90)))
    assert areas(after, 102, 103) == [10_000, 10_000]  # 30 m aside on 40 m each way
    assert after.draft.places[102].origins == (102, 103)


def test_whoever_only_loses_ground_keeps_its_origin(bare):
    after, _ = reshape(bare, 102, 103, BULGE)
    assert after.draft.places[102].origins == (102, 103)
    assert after.draft.places[103].origins == (103,)


def test_imported_figures_go_with_the_ground(bare):
    # 103 has 30 households and gives 2,400 of its 10,000 m²: 7.2, so 7, go to the 20 of 102.
    after, _ = reshape(bare, 102, 103, BULGE)
    kept, lost = after.draft.places[102], after.draft.places[103]
    assert [(p.households, p.estimated) for p in (kept, lost)] == [(27, True), (23, True)]


def test_buildings_go_with_the_ground_they_stand_on():
    before = Survey.of(hamlet.draft(), houses((110, 5, 5), (210, 45, 8), (270, 5, 20)))
    after, _ = reshape(before, 102, 103, BULGE)
    assert [after.households(n) for n in (102, 103)] == [13, 20]


def test_an_enclave_is_drawn_anew_on_the_nearer_way_round():
    outer = shapely.box(*at(0, 0), *at(300, 300)) - shapely.box(*at(100, 100), *at(200, 200))
    inner = shapely.box(*at(100, 100), *at(200, 200))
    before = town(hamlet.draft(), [outer, inner], Ground.empty(hamlet.EPSG))
    after, _ = reshape(before, 501, 502, line((100, 100), (150, 60), (200, 100)))
    assert areas(after, 502) == [12_000]


@pytest.mark.parametrize(
    ("pair", "drawn", "says"),
    [
        ((102, 104), BULGE, "none in common"),
        ((102, 103), line((250, 20), (240, 80)), "more than 10 m"),
        ((102, 103), line((200, 20), (320, 50), (200, 80)), "leaves them"),
        ((102, 103), line((200, 20), (250, 100), (200, 80)), "leaves them"),
        ((102, 103), line((200, 20), (250, 20), (250, 60), (220, 60), (220, 10), (200, 80)),
         "crosses itself"),
        ((102, 103), line((200, 20), (230, 20), (230, 90), (180, 90), (180, 80), (200, 60)),
         "fall apart"),
        ((102, 103), line((200, 20), (200, 80)), "already"),
        ((102, 103), line((200, 0.5), (200, 0)), "no length"),
    ],
)  # fmt: skip
def test_lines_that_can_not_be_the_border_are_refused_with_the_reason(bare, pair, drawn, says):
    with pytest.raises(Refused, match=says):
        Reshape(*pair, drawn).apply(bare, hamlet.ids())


def test_a_building_across_the_new_border_is_named():
    before = Survey.of(hamlet.draft(), houses((235, 45, 8)))
    with pytest.raises(Refused, match="building 1"):
        Reshape(102, 103, BULGE).apply(before, hamlet.ids())


@settings(max_examples=150, deadline=None)
@given(pair=st.sampled_from([(102, 103), (101, 201), (203, 103), (202, 203)]), drawn=LINES)
def test_any_line_gives_a_clean_border_or_is_refused(bare, pair, drawn):
    after = tried(Reshape(*pair, drawn), bare)
    if after is not None:
        assert untouched(bare, after, pair)


@settings(max_examples=80, deadline=None)
@given(
    ends=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    aside=st.lists(st.floats(-60, 60), min_size=1, max_size=5),
)
def test_any_line_from_border_to_border_moves_ground_between_the_two_alone(bare, ends, aside):
    low, high = (100 * end for end in sorted(ends))
    between = np.linspace(low, high, len(aside) + 2)[1:-1]
    drawn = line(
        (200, low), *((200 + x, y) for x, y in zip(aside, between, strict=True)), (200, high)
    )
    after = tried(Reshape(102, 103, drawn), bare)
    if after is not None:
        assert untouched(bare, after, (102, 103))


def untouched(before, after, pair):
    return all(
        shapely.to_wkb(before.draft.places[n].shape) == shapely.to_wkb(after.draft.places[n].shape)
        for n in before.draft.units()
        if n not in pair
    )


# -- unite


def unite(survey, *units, into):
    change = Unite(units, into).apply(survey, hamlet.ids())
    return survey.after(change), change


def test_united_units_are_one_with_the_figures_of_all(bare):
    after, change = unite(bare, 102, 103, into=103)
    united = after.draft.places[103]
    assert united.shape.equals(shapely.box(*at(100, 0), *at(300, 100)))
    assert (united.households, united.people, united.estimated) == (50, 150, False)
    assert (united.code, united.parent, united.origins) == ("62112200100100201", 22, (102, 103))
    assert 102 not in after.draft.places
    assert redrawn(change) == {103}


def test_buildings_sum_and_imports_join_them_where_they_are_not_all_known():
    before = Survey.of(hamlet.draft(), houses((110, 5, 5), (150, 5, None), (210, 5, 8)))
    assert [before.households(n) for n in (102, 103)] == [20, 8]
    after, _ = unite(before, 102, 103, into=103)
    assert after.households(103) == 28


def test_an_import_that_known_buildings_would_hide_is_refused_with_the_remedy():
    before = Survey.of(hamlet.draft(), houses((210, 5, 8)))
    assert [before.households(n) for n in (102, 103)] == [20, 8]
    with pytest.raises(Refused, match="enter the households"):
        Unite((102,), 103).apply(before, hamlet.ids())


@pytest.mark.parametrize(
    ("units", "into", "error"),
    [
        ((101, 103), 103, Refused),  # 102 lies between
        ((102, 203), 203, Refused),  # only a corner
        ((103,), 103, BadInput),
        ((), 103, BadInput),
        ((22,), 103, BadInput),
        ((999,), 103, NotFound),
    ],
)
def test_what_does_not_hang_together_or_is_no_unit_is_not_united(bare, units, into, error):
    with pytest.raises(error):
        Unite(units, into).apply(bare, hamlet.ids())


@settings(max_examples=40, deadline=None)
@given(units=st.sets(st.sampled_from([101, 102, 103, 104, 201, 202, 203, 204]), min_size=2))
def test_any_units_unite_cleanly_or_are_refused(bare, units):
    after = tried(Unite(tuple(sorted(units)), min(units)), bare)
    if after is not None:
        assert len(after.draft.units()) == 17 - len(units)
