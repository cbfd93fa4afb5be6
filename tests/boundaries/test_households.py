from __future__ import annotations

import pandas as pd

from geo.boundaries.households import area_households

STREET, COMMUNITY, WEST, EAST = 1, 2, 3, 4


def areas(west: int | None = None, east: int | None = None) -> pd.DataFrame:
    """A street with one community with two grids, and what was imported for the grids."""
    imported = [None, 999, west, east]
    columns = {
        "parent_id": pd.array([None, STREET, COMMUNITY, COMMUNITY], dtype="Int64"),
        "imported_households": pd.array(imported, dtype="Int64"),
    }
    return pd.DataFrame(columns, index=[STREET, COMMUNITY, WEST, EAST])


def buildings(*rows: tuple[object, ...]) -> pd.DataFrame:
    """Rows of unit, households and, where it matters, use and status."""
    columns = ["unit", "households", "use", "status"]
    plain = [(*row, *("residential", "in_use")[len(row) - 2 :]) for row in rows]
    frame = pd.DataFrame(plain, columns=columns)
    return frame.astype({"unit": "Int64", "households": "Int64"})


def figure(result: pd.DataFrame, place: int) -> tuple[object, bool]:
    value = result.loc[place, "households"]
    return (None if pd.isna(value) else int(value), bool(result.loc[place, "households_complete"]))


def test_a_unit_sums_its_buildings_when_every_residential_one_is_known() -> None:
    result = area_households(areas(west=50), buildings((WEST, 10), (WEST, 20), (WEST, 0)))
    assert figure(result, WEST) == (30, True)


def test_one_unknown_residential_building_makes_the_imported_figure_count() -> None:
    result = area_households(areas(west=50), buildings((WEST, 10), (WEST, None)))
    assert figure(result, WEST) == (50, True)


def test_without_an_imported_figure_the_known_sum_is_marked_incomplete() -> None:
    result = area_households(areas(), buildings((WEST, 10), (WEST, None)))
    assert figure(result, WEST) == (10, False)


def test_nothing_known_is_unknown_and_not_zero() -> None:
    result = area_households(areas(), buildings((WEST, None)))
    assert figure(result, WEST) == (None, False)
    assert figure(result, EAST) == (None, False)
    assert figure(result, STREET) == (None, False)


def test_a_unit_with_other_buildings_only_has_no_households() -> None:
    result = area_households(areas(), buildings((WEST, None, "public")))
    assert figure(result, WEST) == (0, True)


def test_other_buildings_do_not_overrule_an_imported_figure() -> None:
    result = area_households(areas(west=50), buildings((WEST, None, "public")))
    assert figure(result, WEST) == (50, True)


def test_a_building_of_unknown_use_may_be_lived_in() -> None:
    result = area_households(areas(), buildings((WEST, 10), (WEST, None, None)))
    assert figure(result, WEST) == (10, False)


def test_buildings_under_construction_and_demolished_ones_have_no_households() -> None:
    rows = buildings(
        (WEST, 10),
        (WEST, 80, "residential", "under_construction"),
        (WEST, None, "residential", "demolished"),
    )
    result = area_households(areas(), rows)
    assert figure(result, WEST) == (10, True)
    assert result.loc[WEST, "buildings"] == 2


def test_a_building_outside_every_unit_counts_nowhere() -> None:
    result = area_households(areas(west=1, east=2), buildings((None, 10)))
    assert figure(result, STREET) == (3, True)
    assert result.loc[STREET, "buildings"] == 0


def test_parents_sum_their_units_and_never_take_their_own_imported_figure() -> None:
    result = area_households(areas(east=5), buildings((WEST, 10), (WEST, 20)))
    assert figure(result, COMMUNITY) == (35, True)
    assert figure(result, STREET) == (35, True)
    assert result.loc[STREET, "buildings"] == 2


def test_a_parent_is_incomplete_when_any_unit_is() -> None:
    result = area_households(areas(east=5), buildings((WEST, 10), (WEST, None)))
    assert figure(result, COMMUNITY) == (15, False)
    assert figure(result, EAST) == (5, True)


def test_the_columns_and_index_are_those_promised() -> None:
    result = area_households(areas(), buildings())
    assert result.index.tolist() == [STREET, COMMUNITY, WEST, EAST]
    assert result.dtypes.astype(str).to_dict() == {
        "households": "Int64", "households_complete": "bool", "buildings": "Int64",
    }  # fmt: skip
