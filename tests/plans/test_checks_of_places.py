"""Rules about rows: parents, emptiness, codes, names, staff."""

import dataclasses

import pytest
import shapely

from geo.plans.checks import CheckContext, Post, check
from tests.plans.pictures import COUNTY, but, changed, community, grid, middle, square, survey

A, B = community("A"), community("B")
KNOWN = ("unassigned", "second_top", "parent_level", "level_skipped", "empty_area",
         "malformed_code",
         "duplicate_code", "reused_code", "code_apart", "name_missing", "name_provisional",
         "same_name", "no_staff")  # fmt: skip


def found(survey, *, base=None, areas=None, owners=None, posts=None):
    context = CheckContext(owners or {}, posts or {})
    return {
        (one.code, one.severity, one.places)
        for one in check(survey, areas, base=base, context=context)
        if one.code in KNOWN
    }


@pytest.fixture(scope="module")
def town():
    return survey("AAB", "ABB")


def test_a_town_in_order_has_nothing_to_say(town):
    assert found(town, base=town) == set()


def test_an_area_without_parent_below_the_top_is_unassigned(town):
    adrift = changed(town, but(town, grid(0, 0), parent=None))
    assert found(adrift, base=town) == {("unassigned", "error", (grid(0, 0),))}


def test_the_highest_level_that_a_town_has_needs_no_parent():
    whole = survey("AB")
    orphans = changed(whole, but(whole, A, parent=None), but(whole, B, parent=None), gone=[COUNTY])
    assert found(orphans) == set()


def test_a_county_that_was_split_must_become_one_again(town):
    second = dataclasses.replace(town.draft.places[COUNTY], id=9, code="000009", name="新县")
    two = changed(town, second, but(town, B, parent=9))
    (told,) = (row for row in found(two, base=town) if row[0] == "second_top")
    assert told == ("second_top", "error", (COUNTY, 9))
    assert told in found(two, base=town, areas=[9])
    # Where there were several before, that is no matter of the plan.
    assert "second_top" not in {code for code, *_ in found(two, base=two)}


def test_a_grid_straight_under_the_county_skips_the_communities(town):
    skipping = changed(town, but(town, grid(0, 0), parent=COUNTY))
    rows = found(skipping, base=town)
    assert rows == {("level_skipped", "warning", (grid(0, 0), COUNTY))}
    # Where the town began so, it is no matter of the plan.
    assert found(skipping, base=skipping) == set()


def test_an_area_in_one_of_its_own_level_is_told(town):
    inside = changed(town, but(town, B, parent=A))
    assert ("parent_level", "error", (B, A)) in found(inside, base=town)


def test_an_emptied_area_is_to_be_retired_and_is_shown_where_it_was(town):
    units = town.draft.units(B)
    emptied = changed(town, *(but(town, n, parent=A) for n in units))
    assert ("empty_area", "error", (B,)) in found(emptied, base=town)
    place = next(
        one for one in check(emptied, base=town, context=CheckContext())
        if one.code == "empty_area"
    )  # fmt: skip
    assert any(
        square(*cell).contains_properly(shapely.Point(place.x, place.y))
        for cell in ((0, 2), (1, 1), (1, 2))
    )
    retired = changed(emptied, gone=[B])
    assert "empty_area" not in {code for code, *_ in found(retired, base=town)}


def test_a_finding_lies_in_the_unit_in_the_middle():
    row = survey("AAA")
    nameless = changed(row, but(row, A, name=" "))
    (finding,) = [
        one for one in check(nameless, base=row, context=CheckContext())
        if one.code == "name_missing"
    ]  # fmt: skip
    assert (finding.x, finding.y) == middle(0, 1)


def test_two_places_with_one_code(town):
    twice = changed(town, but(town, grid(0, 0), code="620102"))
    expected = {("duplicate_code", "error", (grid(0, 0), grid(0, 1)))}
    assert found(twice, base=town) == expected
    # Seen from either of them.
    assert found(twice, base=town, areas=[grid(0, 1)]) == expected
    assert found(twice, base=town, areas=[grid(0, 2)]) == set()


def test_a_code_that_another_place_had_is_never_used_again(town):
    recoded = changed(town, but(town, grid(0, 0), code="620199"))
    assert found(recoded, base=town) == set()
    assert found(recoded, base=town, owners={"620199": grid(0, 0)}) == set()
    assert found(recoded, base=town, owners={"620199": 7}) == {
        ("reused_code", "error", (grid(0, 0),))
    }


def test_a_code_must_be_one_of_its_level(town):
    short = changed(town, but(town, grid(0, 0), code="6201x"))
    assert found(short, base=town) == {("malformed_code", "error", (grid(0, 0),))}
    # What the edition has already does not keep a plan from being published.
    assert found(short, base=short) == {("malformed_code", "warning", (grid(0, 0),))}


def test_provisional_codes_are_right_until_publishing(town):
    new = changed(town, but(town, grid(0, 0), code=f"~{grid(0, 0)}"))
    assert found(new, base=town) == set()


def test_a_moved_grid_that_keeps_its_code_is_to_be_renumbered(town):
    moved = changed(town, but(town, grid(0, 1), parent=B))
    expected = {("code_apart", "warning", (grid(0, 1), B))}
    assert found(moved, base=town) == expected
    assert found(moved, base=town, areas=[B]) == expected
    assert found(moved, base=moved) == set()


def test_names_missing_left_over_and_twice(town):
    renamed = changed(
        town,
        but(town, grid(0, 0), name=""),
        but(town, grid(0, 1), name="A社区（新）"),
        but(town, grid(0, 2), name="书香"),
        but(town, grid(1, 2), name="书香 "),
        but(town, grid(1, 0), name="书香"),
    )
    assert found(renamed, base=town) == {
        ("name_missing", "error", (grid(0, 0),)),
        ("name_provisional", "warning", (grid(0, 1),)),
        # The third grid of that name lies in another community.
        ("same_name", "warning", (grid(0, 2), grid(1, 2))),
    }


def test_two_communities_without_a_common_county_must_differ_too():
    tops = survey("AB")
    tops = changed(tops, but(tops, A, parent=None, name="同名"), but(tops, B, parent=None, name="同名"), gone=[COUNTY])  # fmt: skip
    assert found(tops) == {("same_name", "warning", (A, B))}


def test_an_area_without_anybody_in_charge(town):
    posts = {A: (Post("社区书记", held=True),), B: (Post("社区书记", held=False),)}
    # Grids have no posts in this town, so none is missed.
    assert found(town, base=town, posts=posts) == {("no_staff", "info", (B,))}
    assert found(town, base=town) == set()


def test_a_new_area_without_anybody_is_a_warning(town):
    new = dataclasses.replace(town.draft.places[B], id=900, code="~900", name="新社区")
    split = changed(town, new, but(town, grid(0, 2), parent=900, code="~1"))
    posts = {A: (Post("社区书记", held=True),), B: (Post("社区书记", held=True),)}
    assert found(split, base=town, posts=posts) == {("no_staff", "warning", (900,))}


def test_a_finding_says_what_where_and_what_to_do_in_both_languages(town):
    skipping = changed(town, but(town, grid(0, 0), parent=COUNTY))
    (finding,) = check(skipping, [grid(0, 0)], base=town, context=CheckContext())[:1]
    assert finding.en.startswith("第1000网格 620101, 小城 62: the first lies directly")
    assert "中间缺少社区" in finding.zh
    assert finding.remedy_en
    assert finding.remedy_zh
    assert finding.codes == ("620101", "62")
    assert (finding.x, finding.y) == middle(0, 0)
