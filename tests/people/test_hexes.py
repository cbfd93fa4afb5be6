import h3.api.numpy_int as h3
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.people import cells_at, hexagons, larger_cells, resolution_of
from geo.people.hexes import feature_collection

LONGXI = (104.63, 35.0)


@pytest.mark.parametrize(
    ("zoom", "resolution"), [(6, 7), (11, 7), (12, 8), (13, 8), (14, 9), (15, 10), (18, 10)]
)
def test_cells_grow_smaller_with_the_zoom(zoom, resolution):
    assert resolution_of(zoom) == resolution


def test_a_point_is_in_the_cell_that_h3_names():
    (cell,) = cells_at(np.array([LONGXI[0]]), np.array([LONGXI[1]]), 9)
    assert cell == h3.latlng_to_cell(LONGXI[1], LONGXI[0], 9)


def test_a_point_that_is_nowhere_is_in_no_cell():
    cells = cells_at(np.array([np.nan, LONGXI[0]]), np.array([35.0, LONGXI[1]]))
    assert cells[0] == 0


@settings(deadline=None)
@given(st.floats(-180, 180), st.floats(-89, 89), st.integers(0, 10))
def test_larger_cells_are_the_ancestors_that_h3_knows(lon, lat, resolution):
    cell = cells_at(np.array([lon]), np.array([lat]), 10)
    assert larger_cells(cell, resolution)[0] == h3.cell_to_parent(int(cell[0]), resolution)


def drawn(counts, k=5):
    lon = LONGXI[0] + 0.05 * np.arange(len(counts))
    cells = cells_at(lon, np.full(len(counts), LONGXI[1]), 9)
    return cells, hexagons(cells, np.array(counts), suppress_below=k)


def test_counts_below_k_are_not_told():
    cells, frame = drawn([4, 5, 1])
    told = dict(zip(frame["cell"], frame["count"].tolist(), strict=True))
    assert [told[format(c, "x")] for c in cells.tolist()] == [None, 5, None] or [
        told[format(c, "x")] for c in cells.tolist()
    ][1] == 5
    assert int(frame["count"].isna().sum()) == 2
    assert list(frame["suppressed"]) == list(frame["count"].isna())


def test_a_hexagon_holds_the_point_it_was_made_from():
    _, frame = drawn([9])
    (shape,) = frame.geometry
    assert shape.is_valid
    assert shape.bounds[0] < LONGXI[0] < shape.bounds[2]
    assert shape.bounds[1] < LONGXI[1] < shape.bounds[3]


def test_the_features_say_what_may_be_said_of_a_suppressed_count():
    _, frame = drawn([4])
    told = feature_collection(frame, resolution=9, suppress_below=5)
    assert (told["type"], told["k"], told["resolution"]) == ("FeatureCollection", 5, 9)
    (feature,) = told["features"]
    assert feature["properties"] == {"count": None, "suppressed": True, "low": "<5"}
    ring = feature["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]


def test_no_cells_give_no_features():
    _, frame = drawn([])
    assert feature_collection(frame, resolution=9, suppress_below=5)["features"] == []
