"""Plans side by side."""

import json

import pytest

from geo.plans.compare import compare
from tests.plans.pictures import changed, community, grid, moved, survey

A, B = community("A"), community("B")


@pytest.fixture(scope="module")
def base():
    return survey("AAABB", households=30)


@pytest.fixture(scope="module")
def side(base):
    return compare({"one": moved(base, B, grid(0, 2)), "two": base, "three": moved(base, B, grid(0, 1), grid(0, 2))}, base)  # fmt: skip


def test_only_units_that_some_plan_puts_elsewhere_are_listed(side):
    assert side.units.index.tolist() == [grid(0, 1), grid(0, 2)]
    assert side.units.loc[grid(0, 2), ["parent_one", "parent_two", "parent_three"]].tolist() == [B, A, B]  # fmt: skip
    assert side.units.loc[grid(0, 1), ["parent_one", "parent_two", "parent_three"]].tolist() == [A, A, B]  # fmt: skip
    assert set(side.units["drawn_one"]) == {"same"}


def test_what_differs_from_the_base_alone_is_listed_too(base):
    plan = moved(base, B, grid(0, 2))
    assert compare({"one": plan, "other": plan}).units.empty
    assert compare({"one": plan, "other": plan}, base).units.index.tolist() == [grid(0, 2)]


def test_areas_are_measured_side_by_side_where_they_differ(side):
    rows = side.areas.set_index(["id", "plan"])["households"]
    assert rows[A].to_dict() == {"one": 60, "two": 90, "three": 30}
    assert rows[B].to_dict() == {"one": 90, "two": 60, "three": 120}


def test_areas_that_are_the_same_in_all_plans_are_left_out():
    three = survey("AABBCC", households=10)
    side = compare({"one": three, "two": moved(three, B, grid(0, 1))})
    assert set(side.areas["id"]) == {A, B}


def test_totals_of_each_plan(side):
    assert side.totals["areas"].tolist() == [2, 2, 2]
    # The limit is 100: B has 120 in the third plan.
    assert side.totals["over_limit"].tolist() == [0, 0, 1]
    assert side.totals["households"].tolist() == [150, 150, 150]
    assert side.totals["households_moved"].tolist() == [30, 0, 60]
    # 120 against a mean of 75.
    assert side.totals.loc["three", "worst_deviation"] == pytest.approx(0.6)


def test_a_unit_that_one_plan_does_not_have_is_absent_there(base):
    side = compare({"one": changed(base, gone=[grid(0, 2)]), "two": base}, base)
    assert side.units.loc[grid(0, 2), "drawn_one"] == "absent"
    assert side.units["parent_one"].isna().tolist() == [True]


def test_a_comparison_can_be_sent_as_json(side):
    data = json.loads(json.dumps(side.to_json(), allow_nan=False))
    assert set(data) == {"totals", "areas", "units"}
    assert data["units"][0]["parent_three"] == B
