"""The sample county at a small scale: valid, nested, plausible, the same every time."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.errors import BadInput
from geo.frames import CONTRACTS
from geo.samples import LAYERS, County, figures, generate, site_toml, write
from geo.samples.areas import community_sizes, shares
from geo.samples.divide import components, divide, smooth
from geo.samples.names import NameBook, numeral, phones

LENGTHS = {"county": 6, "community": 12, "grid": 15, "microgrid": 17}


@pytest.fixture(scope="module", params=[0.1, 0.3])
def county(request: pytest.FixtureRequest) -> County:
    return generate(scale=request.param)


@pytest.fixture(scope="module")
def small() -> County:
    return generate(scale=0.1)


def units(county: County) -> gpd.GeoDataFrame:
    return county.areas[county.areas["level"] == "microgrid"]


def outlines(county: County, level: str) -> np.ndarray:
    rows = units(county)
    own = rows["code"].str[: LENGTHS[level]]
    return rows.assign(own=own).dissolve("own", method="coverage").geometry.to_numpy()


def test_units_are_a_coverage_without_gaps(county: County) -> None:
    assert shapely.coverage_is_valid(units(county).geometry.to_numpy(), gap_width=5.0)


@pytest.mark.parametrize("level", ["community", "grid"])
def test_every_level_is_a_coverage_of_contiguous_areas(county: County, level: str) -> None:
    shapes = outlines(county, level)
    assert shapely.coverage_is_valid(shapes, gap_width=5.0)
    assert set(shapely.get_type_id(shapes)) == {shapely.GeometryType.POLYGON}


def test_the_county_is_one_piece_without_holes(county: County) -> None:
    (outline,) = outlines(county, "county")
    assert outline.geom_type == "Polygon"
    assert not outline.interiors


def test_only_units_carry_geometry_on_the_millimetre_grid(county: County) -> None:
    upper = county.areas[county.areas["level"] != "microgrid"]
    assert upper.geometry.isna().all()
    xy = shapely.get_coordinates(units(county).geometry.to_numpy())
    assert np.array_equal(np.floor(xy * 1000 + 0.5) / 1000, xy)


def test_counts_grow_with_the_scale(county: County) -> None:
    counts = county.areas["level"].value_counts()
    assert counts["community"] == max(2, round(18 * county.scale))
    assert counts["grid"] == round(493 * county.scale)
    assert counts["microgrid"] > 3_000 * county.scale
    assert len(county.members) == round(2_280 * county.scale)
    assert county.buildings["households"].sum() == pytest.approx(65_000 * county.scale, rel=0.12)
    assert 22_000 * county.scale < len(county.buildings) < 35_000 * county.scale


def test_codes_match_their_level_and_begin_with_their_parents(county: County) -> None:
    areas = county.areas
    levels = tomllib.loads(site_toml())["level"]
    for level in levels:
        rows = areas[areas["level"] == level["key"]]
        assert rows["code"].str.fullmatch(level["code_pattern"]).all()
    assert areas["code"].is_unique
    below = areas[areas["level"] != "county"]
    assert below["parent"].isin(areas["code"]).all()
    assert all(c.startswith(p) for c, p in zip(below["code"], below["parent"], strict=True))


def test_no_two_names_collide_within_a_parent(county: County) -> None:
    assert not county.areas.duplicated(["parent", "name"]).any()


def test_households_of_an_area_are_those_of_its_children(county: County) -> None:
    areas = county.areas.set_index("code")
    sums = areas.groupby("parent")["households"].sum()
    assert (areas.loc[sums.index, "households"] == sums).all()
    assert areas["households"].loc["621122"] == county.buildings["households"].sum()


def test_a_third_of_the_communities_is_over_the_limit(county: County) -> None:
    communities = county.areas[county.areas["level"] == "community"]["households"]
    assert (communities > 3_000).sum() == max(1, round(len(communities) / 3))


def test_each_building_lies_inside_exactly_one_unit(county: County) -> None:
    houses, rows = county.buildings.geometry.to_numpy(), units(county)
    tree = shapely.STRtree(rows.geometry.to_numpy())
    building, unit = tree.query(houses, predicate="within")
    assert np.array_equal(np.sort(building), np.arange(len(houses)))
    crossing, _ = tree.query(houses, predicate="intersects")
    assert len(crossing) == len(houses)
    sums = np.bincount(unit, weights=county.buildings["households"].to_numpy()[building])
    assert np.array_equal(sums, rows["households"].to_numpy()[: len(sums)])


def test_buildings_overlap_neither_each_other_nor_streets_nor_water(county: County) -> None:
    houses = county.buildings.geometry.to_numpy()
    tree = shapely.STRtree(houses)
    pairs = tree.query(houses, predicate="intersects")
    assert np.array_equal(pairs[0], pairs[1])
    assert not len(tree.query(county.streets.geometry.to_numpy(), predicate="intersects")[0])
    ground = county.features[county.features["kind"].isin(["water", "rail", "wall"])]
    assert not len(tree.query(ground.geometry.to_numpy(), predicate="intersects")[0])


def test_streets_run_along_the_borders_of_units(county: County) -> None:
    shapes = units(county).geometry.to_numpy()
    edges = shapely.STRtree(shapely.boundary(shapes))
    # Lanes trimmed at a wall end up to a millimetre beside the border they run along.
    middle = shapely.line_interpolate_point(
        county.streets.geometry.to_numpy(), 0.5, normalized=True
    )
    _, distance = edges.query_nearest(middle, all_matches=False, return_distance=True)
    assert distance.max() < 0.01


def test_walled_compounds_have_walls_with_gaps_at_their_gates(county: County) -> None:
    features, compounds = county.features, county.compounds
    walls = features[features["kind"] == "wall"].geometry.to_numpy()
    gates = features[features["kind"] == "gate"].geometry.to_numpy()
    assert len(walls) == compounds["walled"].sum()
    _, distance = shapely.STRtree(walls).query_nearest(
        gates, all_matches=False, return_distance=True
    )
    assert distance == pytest.approx(3.5, abs=1.6)
    yards = shapely.STRtree(compounds.geometry.to_numpy())
    _, away = yards.query_nearest(gates, all_matches=False, return_distance=True)
    assert away.max() < 0.01


def test_a_lane_leaves_a_walled_compound_only_through_a_gate(county: County) -> None:
    walls = county.features[county.features["kind"] == "wall"].geometry.to_numpy()
    streets = county.streets.geometry.to_numpy()
    assert not len(shapely.STRtree(walls).query(streets, predicate="intersects")[0])


def test_four_bridges_cross_the_river(county: County) -> None:
    features = county.features
    river = features[features["class"] == "river"].geometry.iloc[0]
    bridges = features[features["kind"] == "bridge"].geometry
    assert len(bridges) == 4
    assert bridges.crosses(river).all()
    assert county.streets[county.streets["bridge"]].geometry.length.sum() == pytest.approx(
        bridges.length.sum()
    )
    over_water = county.streets[county.streets.crosses(river)]
    assert over_water["bridge"].all()


def test_people_refer_to_buildings_and_grids_that_exist(county: County) -> None:
    grids = set(county.areas[county.areas["level"] == "grid"]["code"])
    assert set(county.members["home_building"]) <= set(county.buildings["key"])
    assert set(county.members["duty_area"].dropna()) <= grids
    assert set(county.branches["area"]) < grids
    assert (county.positions.groupby("area").size() == 7).all()
    assert set(county.positions["area"]) == grids
    assert 0 < county.positions["holder"].isna().mean() < 0.1


def test_incidents_lie_in_the_county_and_close_after_they_were_reported(county: County) -> None:
    tree = shapely.STRtree(units(county).geometry.to_numpy())
    found, _ = tree.query(county.incidents.geometry.to_numpy(), predicate="intersects")
    assert set(found) == set(range(len(county.incidents)))
    done = county.incidents.dropna(subset="closed_at")
    assert (done["closed_at"] >= done["reported_at"]).all()
    assert set(done["state"]) == {"已办结"}
    assert county.incidents["reported_at"].between("2024-11-01", "2026-11-30").all()


def test_facilities_stand_in_buildings_of_their_own(county: County) -> None:
    tree = shapely.STRtree(county.buildings.geometry.to_numpy())
    place, building = tree.query(county.facilities.geometry.to_numpy(), predicate="within")
    assert np.array_equal(np.sort(place), np.arange(len(county.facilities)))
    assert len(set(building)) == len(building)
    small = county.facilities["state"] == "under_standard"
    stations = county.facilities["kind"] == "党群服务站"
    assert (county.facilities["floor_area_m2"] < 300)[stations].equals(small[stations])


@pytest.mark.parametrize("kind", [layer.kind for layer in LAYERS if layer.kind != "areas"])
def test_frames_carry_the_columns_of_their_contract(small: County, kind: str) -> None:
    contract = CONTRACTS[kind]
    frame = getattr(small, kind)
    wanted = [n for n in contract.names if n in frame.columns]
    assert [c for c in frame.columns if c != "geometry"] == wanted
    for column in contract.columns:
        if column.required:
            assert frame[column.name].notna().all()
        if column.choices and column.name in frame:
            assert set(frame[column.name]) <= set(column.choices)
    assert frame["key"].is_unique


def test_the_same_seed_gives_the_same_bytes(small: County, tmp_path: Path) -> None:
    again = generate(scale=0.1)
    for one, two in zip(write(small, tmp_path / "a"), write(again, tmp_path / "b"), strict=True):
        assert one.read_bytes() == two.read_bytes(), one.name


@pytest.fixture(scope="module")
def whole() -> County:
    return generate()


def test_at_full_size_it_has_the_figures_of_a_real_county(whole: County) -> None:
    found = {figure.key: figure.value for figure in figures(whole)}
    exact = {
        "communities": 18, "communities_over_limit": 6, "grids": 493, "stations": 68, "posts": 19,
        "under_standard": 18, "incidents": 690, "members": 2_280, "positions": 493 * 7,
        "branches": 58, "bridges": 4,
    }  # fmt: skip
    assert {key: found[key] for key in exact} == exact
    assert found["households"] == pytest.approx(65_000, rel=0.02)
    assert found["slab_households"] == pytest.approx(48_000, rel=0.02)
    assert found["slabs"] == pytest.approx(1_600, rel=0.1)
    assert found["largest_community_households"] == pytest.approx(9_000, rel=0.04)
    assert found["microgrids"] > 3_000
    assert 25_000 < found["buildings"] < 35_000


def test_the_files_in_the_repository_are_what_the_generator_makes(whole: County) -> None:
    folder = Path(__file__).parents[2] / "data" / "boundaries" / "sample"
    for layer in LAYERS:
        sidecar = tomllib.loads((folder / f"{layer.stem}.toml").read_text(encoding="utf-8"))
        data = (folder / layer.file).read_bytes()
        assert sidecar["sha256"] == hashlib.sha256(data).hexdigest(), layer.file
        assert len(data) < 3_000_000
    stored = gpd.read_parquet(folder / "areas.parquet")
    assert stored["code"].tolist() == units(whole)["code"].tolist()
    assert shapely.equals_exact(
        stored.geometry.to_numpy(), units(whole).geometry.to_numpy(), normalize=False
    ).all()
    houses = gpd.read_parquet(folder / "buildings.parquet")
    assert houses["households"].tolist() == whole.buildings["households"].tolist()


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_any_seed_gives_a_valid_county(seed: int) -> None:
    other = generate(seed=seed, scale=0.1)
    assert shapely.coverage_is_valid(units(other).geometry.to_numpy(), gap_width=5.0)
    for frame in (other.buildings, other.compounds, other.facilities, other.features):
        assert frame.geometry.is_valid.all()
        assert not frame.geometry.is_empty.any()
    assert other.streets.geometry.is_simple.all()
    assert (other.streets.geometry.length > 1).all()


def test_another_seed_gives_another_town(small: County) -> None:
    other = generate(seed=1, scale=0.1)
    assert not units(other).geometry.iloc[0].equals(units(small).geometry.iloc[0])


def test_each_file_has_a_sidecar_that_tells_the_truth(small: County, tmp_path: Path) -> None:
    for path, layer in zip(write(small, tmp_path), LAYERS, strict=True):
        sidecar = tomllib.loads((tmp_path / f"{layer.stem}.toml").read_text(encoding="utf-8"))
        assert sidecar["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert sidecar["source"] == "generated, fictional"
        rows = pd.read_csv(path) if path.suffix == ".csv" else gpd.read_parquet(path)
        assert sidecar["rows"] == len(rows)
    site = tomllib.loads((tmp_path / "site.toml").read_text(encoding="utf-8"))
    assert site["site"]["crs"] == "EPSG:4544"


def test_csv_files_have_chinese_headings_a_bom_and_degrees(small: County, tmp_path: Path) -> None:
    write(small, tmp_path)
    assert (tmp_path / "incidents.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    incidents = pd.read_csv(tmp_path / "incidents.csv", dtype=str)
    assert {"编号", "事件类型", "上报时间", "经度", "纬度"} <= set(incidents.columns)
    assert incidents["经度"].astype(float).between(104.5, 104.8).all()
    assert incidents["纬度"].astype(float).between(34.9, 35.1).all()
    assert set(pd.read_csv(tmp_path / "members.csv")["人员类型"]) <= {
        "居民党员", "在职党员", "流动党员",
    }  # fmt: skip


def test_figures_count_the_frames(small: County) -> None:
    found = {figure.key: figure.value for figure in figures(small)}
    assert found["grids"] == 49
    assert found["bridges"] == 4
    assert found["households"] == small.buildings["households"].sum()
    assert found["slab_households"] < found["households"]


def test_progress_reaches_its_end() -> None:
    told: list[tuple[str, int, int]] = []
    generate(scale=0.1, progress=lambda step, done, total: told.append((step, done, total)))
    assert told[0][1] == 0
    assert told[-1][1] == told[-1][2]


@pytest.mark.parametrize(("scale", "seed"), [(0.01, 1), (11.0, 1), (1.0, -1), (float("nan"), 1)])
def test_a_scale_or_seed_out_of_range_is_refused(scale: float, seed: int) -> None:
    with pytest.raises(BadInput):
        generate(scale=scale, seed=seed)


def test_community_sizes_sum_to_the_households() -> None:
    sizes = community_sizes(1.0, 65_000)
    assert len(sizes) == 18
    assert sizes.sum() == pytest.approx(65_000)
    assert (sizes > 3_000).sum() == 6


def test_shares_sum_to_the_total_and_leave_nobody_out() -> None:
    assert shares(np.array([1.0, 1.0, 98.0]), 10) == [1, 1, 8]


def test_a_ladder_is_divided_into_connected_parts_of_equal_weight() -> None:
    # 2 x 10 nodes: four parts of five.
    near = [[n for n in (k - 1 if k % 10 else -1, k + 1 if k % 10 < 9 else -1,
                         k + 10 if k < 10 else k - 10) if n >= 0] for k in range(20)]  # fmt: skip
    at = np.array([(k % 10, k // 10) for k in range(20)], dtype=float)
    labels = divide(near, at, np.ones(20), np.ones(4))
    assert sorted(np.bincount(labels)) == [5, 5, 5, 5]
    for part in range(4):
        assert len(components(near, {int(n) for n in np.flatnonzero(labels == part)})) == 1


def test_a_star_too_thin_for_the_wished_parts_is_refused() -> None:
    # Every half but one leaf takes the middle with it: the leaves are no connected rest.
    near = [[1, 2, 3, 4], [0], [0], [0], [0]]
    at = np.array([(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)], dtype=float)
    with pytest.raises(RuntimeError, match="too thin"):
        divide(near, at, np.ones(5), np.ones(4))


def test_smoothing_gives_a_spur_to_the_part_around_it() -> None:
    # Node 2 of part 0 touches part 1 with two of its three sides.
    borders = {0: {1: 1.0}, 1: {0: 1.0, 2: 1.0}, 2: {1: 1.0, 3: 1.0, 4: 1.0},
               3: {2: 1.0, 4: 1.0}, 4: {2: 1.0, 3: 1.0}}  # fmt: skip
    labels = smooth(borders, np.array([0, 0, 0, 1, 1]), np.ones(5), slack=0.5)
    assert list(labels) == [0, 0, 1, 1, 1]


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "一"), (10, "十"), (12, "十二"), (30, "三十"), (45, "四十五"), (105, "一百零五"),
     (110, "一百一十"), (219, "二百一十九")],
)  # fmt: skip
def test_numbers_are_written_in_chinese(number: int, text: str) -> None:
    assert numeral(number) == text


def test_a_name_is_never_given_twice() -> None:
    book = NameBook(np.random.default_rng(1))
    taken = [book.take("路") for _ in range(4_000)]
    assert len(set(taken)) == len(taken)


def test_telephone_numbers_can_not_exist() -> None:
    assert phones(2, 7) == ["10000000007", "10000000008"]
