from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.boundaries.lineage import lineage

STREET, NORTH, SOUTH, EAST = 1, 2, 3, 4
A, B, C, D = 11, 12, 13, 14
SQUARE = {k: shapely.box(100 * i, 0, 100 * (i + 1), 100) for i, k in enumerate((A, B, C, D))}


def edition(
    units: dict[int, tuple[int, shapely.Geometry, int | None]],
    communities: tuple[int, ...] = (NORTH, SOUTH),
) -> gpd.GeoDataFrame:
    """An edition of one street: units as place → (community, outline, households)."""
    rows = [(STREET, "street", None, None, None)]
    rows += [(place, "community", STREET, None, None) for place in communities]
    rows += [(place, "grid", *row) for place, row in units.items()]
    columns = ["place_id", "level", "parent_id", "geometry", "households"]
    frame = pd.DataFrame(rows, columns=columns).set_index("place_id")
    frame = frame.astype({"parent_id": "Int64", "households": "Int64"})
    frame = frame.assign(code=[f"c{place}" for place in frame.index], name="")
    return gpd.GeoDataFrame(frame, geometry="geometry")


def before() -> gpd.GeoDataFrame:
    """Two communities of two square grids each: 10 + 20 and 30 + 40 households."""
    return edition(
        {
            A: (NORTH, SQUARE[A], 10),
            B: (NORTH, SQUARE[B], 20),
            C: (SOUTH, SQUARE[C], 30),
            D: (SOUTH, SQUARE[D], 40),
        }
    )


def rows(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    plain = frame.astype(object).where(frame.notna(), None)
    return [tuple(row) for row in plain.itertuples(index=False)]


def test_nothing_is_said_when_nothing_moved() -> None:
    assert lineage(before(), before()).empty


def test_a_unit_that_moves_takes_all_of_its_households_along() -> None:
    after = edition(
        {
            A: (NORTH, SQUARE[A], 10),
            B: (SOUTH, SQUARE[B], 20),
            C: (SOUTH, SQUARE[C], 30),
            D: (SOUTH, SQUARE[D], 40),
        }
    )
    assert rows(lineage(before(), after)) == [
        (NORTH, NORTH, 10, 10_000.0, pytest.approx(1 / 3), 0.5),
        (NORTH, SOUTH, 20, 10_000.0, pytest.approx(2 / 3), 0.5),
        (SOUTH, SOUTH, 70, 20_000.0, 1.0, 1.0),
    ]


def test_a_new_place_on_the_same_ground_is_named_as_the_heir() -> None:
    units = {A: NORTH, B: NORTH, C: EAST, D: EAST}
    after = edition({u: (c, SQUARE[u], None) for u, c in units.items()}, (NORTH, EAST))
    assert rows(lineage(before(), after)) == [(SOUTH, EAST, 70, 20_000.0, 1.0, 1.0)]


def test_a_unit_cut_in_two_shares_its_households_by_area_in_whole_numbers() -> None:
    left, right = shapely.box(0, 0, 25, 100), shapely.box(25, 0, 100, 100)
    after = edition(
        {
            A: (NORTH, left, None),
            15: (NORTH, right, None),
            **{k: (c, SQUARE[k], None) for k, c in ((B, NORTH), (C, SOUTH), (D, SOUTH))},
        }
    )
    # 2.5 and 7.5 of 10: the pieces sum to 10.
    (kept, given) = rows(lineage(before(), after))
    assert kept[:2] + given[:2] == (A, A, A, 15)
    assert kept[2] + given[2] == 10
    assert (kept[3], given[3]) == (2_500.0, 7_500.0)
    assert (kept[5], given[5]) == (0.25, 0.75)


def test_merged_units_each_pass_on_everything() -> None:
    after = edition(
        {
            A: (NORTH, shapely.box(0, 0, 200, 100), None),
            C: (SOUTH, SQUARE[C], None),
            D: (SOUTH, SQUARE[D], None),
        }
    )
    assert rows(lineage(before(), after)) == [
        (A, A, 10, 10_000.0, 1.0, 1.0),
        (B, A, 20, 10_000.0, 1.0, 1.0),
    ]


def test_unknown_households_stay_unknown() -> None:
    units = {A: NORTH, B: SOUTH, C: SOUTH, D: SOUTH}
    after = edition({u: (c, SQUARE[u], None) for u, c in units.items()})
    old = before()
    old.loc[A, "households"] = pd.NA
    found = lineage(old, after).set_index(["from_place", "to_place"])
    assert pd.isna(found.loc[(NORTH, NORTH), "households"])
    assert found.loc[(NORTH, SOUTH), "households"] == 20
    assert found["share_households"].isna().tolist() == [True, True, False]


def test_ground_that_nobody_has_afterwards_is_missing_from_the_shares() -> None:
    after = edition(
        {
            A: (NORTH, SQUARE[A], None),
            B: (NORTH, shapely.box(100, 0, 150, 100), None),
            C: (SOUTH, SQUARE[C], None),
            D: (SOUTH, SQUARE[D], None),
        }
    )
    assert rows(lineage(before(), after)) == [
        (STREET, STREET, 90, 35_000.0, 0.9, 0.875),
        (NORTH, NORTH, 20, 15_000.0, pytest.approx(2 / 3), 0.75),
        (B, B, 10, 5_000.0, 0.5, 0.5),
    ]


def test_a_level_that_only_one_edition_has_has_no_lineage() -> None:
    flat = before().drop([NORTH, SOUTH])
    flat["parent_id"] = pd.array([None, *[STREET] * 4], dtype="Int64")
    assert lineage(before(), flat).empty


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(1, 399), min_size=1, max_size=12, unique=True),
    st.lists(st.integers(0, 500), min_size=4, max_size=4),
)
def test_households_are_conserved_whatever_the_cuts(cuts: list[int], known: list[int]) -> None:
    old = before()
    old.loc[[A, B, C, D], "households"] = known
    edges = [0, *sorted(cuts), 400]
    strips = [shapely.box(x, 0, y, 100) for x, y in pairwise(edges)]
    after = edition({100 + k: (EAST, strip, None) for k, strip in enumerate(strips)}, (EAST,))
    found = lineage(old, after)
    grids = found[found["from_place"].isin([A, B, C, D])]
    assert grids.groupby("from_place")["households"].sum().tolist() == known
    communities = found[found["to_place"] == EAST]
    assert communities["households"].sum() == sum(known)
    np.testing.assert_allclose(grids.groupby("from_place")["share_area"].sum(), 1.0)
