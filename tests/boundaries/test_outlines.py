from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.boundaries.outlines import families, label_points, outlines
from geo.errors import BadInput


def town() -> gpd.GeoDataFrame:
    """A street of two communities of two grids each; C is a community without grids."""
    rows = {
        "S": (None, None),
        "A": ("S", None),
        "B": ("S", shapely.box(0, 0, 1, 1)),  # imported, and not what its grids are
        "C": ("S", shapely.box(40, 0, 50, 10)),
        "a1": ("A", shapely.box(0, 0, 10, 10)),
        "a2": ("A", shapely.box(10, 0, 20, 10)),
        "b1": ("B", shapely.box(20, 0, 30, 10)),
        "b2": ("B", shapely.box(30, 0, 40, 10)),
    }
    parents, shapes = zip(*rows.values(), strict=True)
    return gpd.GeoDataFrame({"parent": list(parents)}, geometry=list(shapes), index=list(rows))


def units(areas: gpd.GeoDataFrame) -> pd.Series:
    return pd.Series(~areas.index.isin(areas["parent"]), index=areas.index)


def test_outlines_are_the_union_of_the_units_below() -> None:
    areas = town()
    derived = outlines(areas, units(areas))
    assert derived.index.equals(areas.index)
    assert derived.geometry["A"].equals(shapely.box(0, 0, 20, 10))
    assert derived.geometry["B"].equals(shapely.box(20, 0, 40, 10))
    assert derived.geometry["S"].equals(shapely.box(0, 0, 50, 10))
    assert derived["area_m2"].to_dict() == {
        "S": 500, "A": 200, "B": 200, "C": 100, "a1": 100, "a2": 100, "b1": 100, "b2": 100,
    }  # fmt: skip


def test_the_input_is_left_as_it_was() -> None:
    areas = town()
    outlines(areas, units(areas))
    assert areas.geometry["A"] is None
    assert list(areas.columns) == ["parent", "geometry"]


def test_the_order_of_rows_leaves_no_trace_in_the_bytes() -> None:
    areas = town()
    turned = areas[::-1]
    one, other = outlines(areas, units(areas)), outlines(turned, units(turned))
    assert (one.geometry.to_wkb() == other.geometry.to_wkb()[areas.index]).all()
    assert (one["label"].to_wkb() == other["label"].to_wkb()[areas.index]).all()


def test_parents_may_be_place_ids() -> None:
    areas = town()
    numbers = {code: k + 7 for k, code in enumerate(areas.index)}
    numbered = areas.assign(parent_id=areas["parent"].map(numbers).astype("Int64"))
    numbered.index = areas.index.map(numbers)
    unit = pd.Series(units(areas).to_numpy(), index=numbered.index)
    derived = outlines(numbered, unit, parent="parent_id")
    assert derived.geometry[numbers["S"]].area == 500


def test_a_parent_that_is_not_there_is_refused() -> None:
    areas = town().drop("A")
    with pytest.raises(BadInput, match="a1, a2"):
        outlines(areas, units(areas))


def test_parents_that_run_in_a_circle_are_refused() -> None:
    areas = town()
    areas.loc["S", "parent"] = "A"
    with pytest.raises(BadInput, match="own ancestors"):
        outlines(areas, units(areas))


def test_an_area_with_neither_an_outline_nor_units_is_refused() -> None:
    areas = town()
    areas.loc["a1", "geometry"] = None
    areas.loc["a2", "geometry"] = None
    with pytest.raises(BadInput, match="neither"):
        outlines(areas, units(areas))


def test_a_label_lies_in_the_middle_of_a_square() -> None:
    ((x, y),) = label_points(np.array([shapely.box(0, 0, 100, 100)]))
    assert abs(x - 50) <= 2
    assert abs(y - 50) <= 2


@pytest.mark.parametrize(
    "shape",
    [
        shapely.box(0, 0, 100, 100) - shapely.box(5, 5, 95, 95),
        shapely.LineString([(0, 0), (100, 0), (100, 100)]).buffer(3),
        shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(50, 0, 70, 20)]),
        shapely.box(0, 0, 0.0015, 100),
        shapely.box(0.0002, 0, 0.0008, 100),
    ],
    ids=["ring", "elbow", "two parts", "thin", "thinner than the grid"],
)
def test_a_label_lies_inside_whatever_the_shape(shape: shapely.Geometry) -> None:
    xy = label_points(np.array([shape]))
    assert shapely.intersects_xy(shape, *xy[0])


def test_families_list_the_children_of_each_parent() -> None:
    found = {one: kids.tolist() for one, kids in families(np.array([-1, 0, 0, 1, -1, 1]))}
    assert found == {0: [1, 2], 1: [3, 5]}
    assert list(families(np.array([], dtype=int))) == []
