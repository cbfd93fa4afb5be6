"""Ellis County, Kansas: 2,296 census blocks as units, with their published neighbours and sums."""

import dataclasses
import json
import sqlite3

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.boundaries import Level, Site
from geo.crs import SourceCrs, convert, snap
from geo.plans import Change, Draft, Ground, Survey

pytestmark = [pytest.mark.real, pytest.mark.filterwarnings("ignore:Layer gerrydb")]

EPSG, DEGREES = 26914, SourceCrs("epsg", 4269)
SITE = Site(
    "埃利斯县", "Ellis County", EPSG, "America/Chicago",
    (
        Level("county", "县", "County", 0),
        Level("district", "选区", "District", 1),
        Level("block", "街区", "Block", 2),
    ),
)  # fmt: skip
COUNTY, FIRST_DISTRICT, FIRST_BLOCK = 1, 101, 10_001


def read(folder, name, layer):
    frame = gpd.read_file(folder / name, layer=layer).sort_values("path", ignore_index=True)
    assert frame.crs.to_epsg() == EPSG
    return frame.set_geometry(snap(frame.geometry.to_numpy()))


@pytest.fixture(scope="module")
def folder(real_data):
    return real_data / "real/us_ellis_ks"


@pytest.fixture(scope="module")
def blocks(folder):
    return read(folder, "ks_ellis_blocks_2020.gpkg", "ks_ellis_county_vap_data_block")


@pytest.fixture(scope="module")
def districts(folder):
    return read(folder, "ks_ellis_vtd_2020.gpkg", "ks_ellis_county_vap_data_vtd")


@pytest.fixture(scope="module")
def published(folder, blocks):
    """The published edges: positions of the two blocks, and the length of border in degrees."""
    with sqlite3.connect(folder / "ks_ellis_blocks_2020.gpkg") as file:
        rows = file.execute("SELECT path_1, path_2, weights FROM gerrydb_graph_edge").fetchall()
    at = pd.Series(blocks.index, index=blocks["path"])
    ends = np.sort([[at[one], at[other]] for one, other, _ in rows], axis=1)
    return ends, np.array([json.loads(weights)["shared_perim"] for *_, weights in rows])


@pytest.fixture(scope="module")
def county(blocks, districts):
    """The county as a draft: each block in the district that holds a point of it."""
    points = shapely.point_on_surface(blocks.geometry.to_numpy())
    block, district = shapely.STRtree(districts.geometry.to_numpy()).query(points, "intersects")
    assert block.tolist() == list(range(len(blocks)))
    rows = [("county", "20051", "Ellis", None, None)]
    rows += [("district", path, path, COUNTY, None) for path in districts["path"]]
    parents = (FIRST_DISTRICT + district).tolist()
    figures = zip(blocks["path"], parents, blocks["total_pop"], strict=True)
    rows += [("block", path, path, parent, people) for path, parent, people in figures]
    ids = [COUNTY, *(FIRST_DISTRICT + districts.index), *(FIRST_BLOCK + blocks.index)]
    names = ["level", "code", "name", "parent_id", "imported_people"]
    frame = pd.DataFrame(rows, columns=names, index=ids)
    numbers = frame.astype({"parent_id": "Int64", "imported_people": "Int64"})
    shapes = [None, *districts.geometry, *blocks.geometry]
    areas = gpd.GeoDataFrame(
        numbers.assign(imported_households=pd.array([pd.NA] * len(frame), dtype="Int64")),
        geometry=shapes, crs=EPSG,
    )  # fmt: skip
    return Survey.of(Draft.of(areas, SITE), Ground.empty(EPSG))


def test_neighbours_are_the_published_ones(county, published):
    fabric = county.fabric
    found = {(n, m) for n in fabric.rims for m in fabric.neighbours(n) if n < m}
    ends, _ = published
    assert len(ends) == 5439
    assert found == {(FIRST_BLOCK + one, FIRST_BLOCK + other) for one, other in ends.tolist()}


def test_borders_are_as_long_as_the_published_ones(county, published, blocks):
    """Those are in degrees: each shared line is measured in both systems."""
    ends, degrees = published
    shapes = blocks.geometry.to_numpy()
    lines = shapely.intersection(shapes[ends[:, 0]], shapes[ends[:, 1]])
    turned = convert(lines, SourceCrs("epsg", EPSG), DEGREES)
    # The blocks are snapped to 1 mm, so a line may differ by a few; a degree has 86 km or more.
    assert shapely.length(turned) == pytest.approx(degrees, rel=1e-6, abs=0.005 / 86_000)
    edges = shapely.get_num_coordinates(lines).tolist()
    for (one, other), metres, count in zip(
        ends.tolist(), shapely.length(lines), edges, strict=True
    ):
        border = county.fabric.neighbours(FIRST_BLOCK + one)[FIRST_BLOCK + other]
        assert border.length_um == pytest.approx(metres * 1e6, abs=count)


def test_people_sum_to_the_published_number_in_all_districts(county, districts):
    sums = [county.of_area(FIRST_DISTRICT + n).people for n in districts.index]
    assert sums == districts["total_pop"].tolist()
    assert len(sums) == 43
    assert county.of_area(COUNTY).people == sum(sums) == 28_934


def test_districts_are_as_large_and_as_long_around_as_drawn(county, districts):
    for n, shape in districts.geometry.items():
        found = county.of_area(FIRST_DISTRICT + n)
        assert found.area_mm2x2 / 2e6 == pytest.approx(shape.area, rel=1e-6)
        assert found.perimeter_um / 1e6 == pytest.approx(shape.length, rel=1e-6)


def test_moving_blocks_about_measures_as_anew(county):
    survey = county
    for step in range(20):
        unit = FIRST_BLOCK + 97 * step
        beside = max(survey.fabric.neighbours(unit))
        to = survey.draft.places[beside].parent
        place = survey.draft.places[unit]
        row = dataclasses.replace(place, parent=to)
        survey = survey.after(Change.of(survey.draft, [row]))
    assert survey.totals == Survey.of(survey.draft, survey.ground).totals
