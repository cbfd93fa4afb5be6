"""Rules about what is in an area: households, facilities, streets; and checks piece by piece."""

import dataclasses

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.plans.checks import RULES, CheckContext, Post, check, recheck, touched
from geo.plans.draft import Change
from tests.plans.pictures import (
    EPSG,
    but,
    changed,
    community,
    grid,
    ground,
    line,
    middle,
    moved,
    survey,
)

A, B = community("A"), community("B")


def told(survey, *codes, base=None, areas=None):
    return [
        (one.code, one.severity, one.places)
        for one in check(survey, areas, base=base, context=CheckContext())
        if one.code in codes
    ]


LIMITS = ("over_limit", "over_limit_when_built", "near_limit", "under_floor")


@pytest.mark.parametrize(
    ("households", "code"),
    [(101, "over_limit"), (100, "near_limit"), (90, "near_limit"), (89, None), (20, None),
     (19, "under_floor"), (0, "under_floor")],
)  # fmt: skip
def test_households_against_limit_100_and_floor_20(households, code):
    found = told(survey("A", households=households), *LIMITS)
    assert [one for one, *_ in found] == ([code] if code else [])


def test_a_figure_says_how_many_are_too_many_in_both_languages():
    town = survey("AA", households=60)
    (finding,) = [
        one for one in check(town, base=None, context=CheckContext()) if one.code == "over_limit"
    ]
    assert finding.en == "A社区 6201 has 120 households, 20 over the limit of 100."
    assert finding.zh == "A社区 6201 有 120 户，超出上限（100 户）20 户。"
    assert finding.severity == "error"


def test_unknown_households_are_neither_few_nor_many():
    assert told(survey("A", households={grid(0, 0): None}), *LIMITS) == []
    # One unit has 10 that are known, the other nobody knows: it may have enough.
    assert told(survey("AA", households={grid(0, 1): None}), *LIMITS) == []
    # What is known is too many already.
    assert told(survey("AA", households={grid(0, 0): 101, grid(0, 1): None}), *LIMITS) == [
        ("over_limit", "error", (A,))
    ]


def rising(planned):
    return ground(
        built=[
            {"x": 50, "y": 50, "households": 85},
            {"x": 20, "y": 20, "status": "under_construction", "households": None,
             "planned_households": planned},
        ]
    )  # fmt: skip


def test_what_is_being_built_needs_room_before_it_is_lived_in():
    assert told(survey("A", ground=rising(15)), *LIMITS) == []
    assert told(survey("A", ground=rising(16)), *LIMITS) == [
        ("over_limit_when_built", "warning", (A,))
    ]


def test_an_area_that_was_too_large_does_not_hold_a_plan_up_unless_it_grows():
    before = survey("AAB", households=60)
    assert told(before, "over_limit", base=before) == [("over_limit", "warning", (A,))]
    smaller = changed(before, but(before, grid(0, 0), households=50))
    assert told(smaller, "over_limit", base=before) == [("over_limit", "warning", (A,))]
    larger = moved(before, A, grid(0, 2))
    assert told(larger, "over_limit", base=before) == [("over_limit", "error", (A,))]


# -- facilities and streets


def served(row):
    """Homes in the middle of the grids of a row, covered (+) or not (-), and some facility."""
    built = [{"x": 100 * k + 50, "y": 50, "covered": one == "+"} for k, one in enumerate(row)]
    facility = gpd.GeoDataFrame(
        {"kind": ["党群服务站"]}, geometry=[shapely.Point(middle(0, 9))], crs=EPSG, index=[1]
    )
    return ground(built=built, facilities=facility)


def test_an_area_none_of_whose_homes_is_covered_is_told():
    town = survey("AAB", ground=served("-+-"))
    assert told(town, "no_facility") == [("no_facility", "warning", (B,))]
    assert told(town, "no_facility", base=town) == [("no_facility", "info", (B,))]
    # The one home of A that is covered goes to B.
    after = moved(town, B, grid(0, 1))
    assert told(after, "no_facility", base=town) == [("no_facility", "warning", (A,))]


def test_without_any_facility_on_record_nothing_is_known():
    bare = dataclasses.replace(served("-"), facilities=ground().facilities)
    assert told(survey("A", ground=bare), "no_facility") == []


def test_a_border_along_a_street_is_seen_on_the_ground():
    # The border of A is 400 m: 200 m of it along one street, or 100 m and a little.
    long = {"kind": "street", "geometry": line((0, 0), (100, 0), (100, 100))}
    short = {"kind": "street", "geometry": line((100, 0), (100, 100))}
    codes = told(survey("AB", ground=ground(features=[long])), "far_from_streets")
    assert (A,) not in [places for *_, places in codes]
    codes = told(survey("AB", ground=ground(features=[short])), "far_from_streets")
    assert ("far_from_streets", "info", (A,)) in codes
    assert told(survey("AB"), "far_from_streets") == []


# -- the registry, and checks piece by piece


def test_every_rule_has_a_key_of_its_own_and_a_version():
    keys = [rule.KEY for rule in RULES]
    assert len(set(keys)) == len(keys) == 13
    assert all(rule.VERSION >= 1 for rule in RULES)
    assert all(rule.__doc__ for rule in RULES)


def test_errors_come_first_and_areas_that_are_gone_are_left_out():
    town = survey("AB", "BA", households=60)
    found = check(town, [A, B, 99_999], base=None, context=CheckContext())
    ranks = ["error", "warning", "info"]
    assert [ranks.index(one.severity) for one in found] == sorted(
        ranks.index(one.severity) for one in found
    )


POSTS = {A: (Post("社区书记", held=True),), B: (Post("社区书记", held=False),)}
CONTEXT = CheckContext({"620101": grid(0, 0), "629999": 7}, POSTS)
TOWN = survey(
    "AABBC", "AABCC", "DDBCC", "DDDCC",
    households=25,
    ground=ground(
        built=[{"x": x, "y": y, "half": 9.0, "compound": name, "households": 25}
               for x, y, name in ((98, 50, "甲"), (198, 150, "甲"), (250, 205, "乙"), (350, 250, "乙"),
                                  (55, 195, None), (420, 120, None))],
        features=[{"kind": "water", "geometry": line((200, -50), (200, 450))},
                  {"kind": "bridge", "geometry": line((180, 150), (220, 150))}],
    ),
)  # fmt: skip


def step(town, rng):
    """Some change of some row."""
    units = [n for n, place in town.draft.places.items() if place.shape is not None]
    communities = [n for n, place in town.draft.places.items() if place.level == "community"]
    unit, area = rng.choice(units), rng.choice(communities)
    kind = rng.choice(["move", "move", "move", "name", "code", "new", "retire", "adrift"])
    if kind == "move":
        return [but(town, unit, parent=area)], []
    if kind == "name":
        return [but(town, rng.choice([unit, area]), name=rng.choice(["", "同名", "新（新）"]))], []
    if kind == "code":
        return [but(town, unit, code=rng.choice(["620101", "629999", "x", "620250"]))], []
    if kind == "new":
        number = max(town.draft.places) + 1
        return [
            but(town, area, id=number, code=f"~{number}"), but(town, unit, parent=number)
        ], []  # fmt: skip
    if kind == "adrift":
        return [but(town, unit, parent=None)], []
    empty = [n for n in communities if not town.draft.children.get(n)]
    return [], empty[:1]


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_checking_what_a_change_touched_gives_what_checking_the_whole_gives(rng):
    town = TOWN
    found = check(town, base=TOWN, context=CONTEXT)
    for _ in range(6):
        rows, gone = step(town, rng)
        change = Change.of(town.draft, rows, gone=gone)
        after = town.after(change)
        areas = touched(town, after, change)
        found = recheck(found, after, areas, base=TOWN, context=CONTEXT)
        town = after
        assert found == check(town, base=TOWN, context=CONTEXT)
