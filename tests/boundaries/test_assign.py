from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.boundaries.assign import REASONS, STATUSES, locate_points
from geo.boundaries.locate import LocateIndex
from geo.codes import byte_order
from geo.crs import BD09, WGS84, SourceCrs, convert_xy, points_to_working, to_working

EPSG = 4544
LON, LAT = 104.63, 35.0


def square() -> LocateIndex:
    """One unit of a kilometre around a point of Longxi."""
    (xy,) = points_to_working(np.array([LON]), np.array([LAT]), WGS84, EPSG)
    shapes = np.array([shapely.box(*(xy - 500), *(xy + 500))])
    return LocateIndex.build(shapes)


def ask(*pairs: tuple[float, float], crs: SourceCrs = WGS84) -> pd.DataFrame:
    x, y = np.array(pairs, dtype=float).reshape(-1, 2).T
    return answered(square(), x, y, crs=crs, epsg=EPSG)


def answered(index: LocateIndex, x: np.ndarray, y: np.ndarray, **systems: object) -> pd.DataFrame:
    found = locate_points(index, x, y, **systems)
    reasons = [*(reason.code for reason in REASONS), None]
    return pd.DataFrame(
        {
            "status": [STATUSES[code] for code in found.status],
            "reason": [reasons[code] for code in found.reason],
            "position": found.position,
            "x": found.xy[:, 0],
            "y": found.xy[:, 1],
        }
    )


def said(answers: pd.DataFrame) -> list[tuple[str, str | None]]:
    return list(zip(answers["status"], answers["reason"], strict=True))


def test_a_point_inside_is_placed_on_the_millimetre_grid() -> None:
    answers = ask((LON, LAT))
    assert said(answers) == [("placed", None)]
    assert answers.loc[0, "position"] == 0
    assert answers.loc[0, "x"] == pytest.approx(answers.loc[0, "x"].round(3), abs=0)


def test_a_point_elsewhere_is_outside() -> None:
    answers = ask((LON + 0.1, LAT))
    assert said(answers) == [("outside", "no_unit")]
    assert answers.loc[0, "position"] == -1
    assert answers.loc[0, "x"] > 0


@pytest.mark.parametrize("pair", [(np.nan, LAT), (LON, np.inf), (np.nan, np.nan)])
def test_coordinates_that_are_no_numbers_are_invalid(pair: tuple[float, float]) -> None:
    answers = ask(pair)
    assert said(answers) == [("invalid", "not_a_number")]
    assert answers[["x", "y"]].isna().all(axis=None)


@pytest.mark.parametrize("pair", [(LON, 90.5), (181.0, LAT), (1e300, 1e300)])
def test_degrees_out_of_range_are_invalid(pair: tuple[float, float]) -> None:
    assert said(ask(pair)) == [("invalid", "out_of_range")]


def test_a_swapped_pair_is_said_to_be_swapped_and_is_never_placed() -> None:
    assert said(ask((LAT, LON))) == [("invalid", "swapped")]


def test_a_swapped_pair_within_range_is_outside_and_said_to_be_swapped() -> None:
    (xy,) = points_to_working(np.array([LON]), np.array([LAT]), WGS84, EPSG)
    answers = ask((xy[1], xy[0]), crs=SourceCrs("epsg", EPSG))
    assert said(answers) == [("outside", "swapped")]


def test_the_declared_system_decides_where_a_point_is() -> None:
    lon, lat = convert_xy(np.array([LON]), np.array([LAT]), WGS84, BD09)
    pair = (float(lon[0]), float(lat[0]))
    assert said(ask(pair, crs=BD09)) == [("placed", None)]
    assert said(ask(pair)) == [("outside", "no_unit")]  # taken as WGS 84 it is a kilometre off


def test_every_reason_has_its_sentences() -> None:
    codes = ["not_a_number", "out_of_range", "swapped", "no_unit"]
    assert [reason.code for reason in REASONS] == codes
    assert all(reason.say("en") and reason.say("zh") for reason in REASONS)


def test_no_points_have_no_answers() -> None:
    answers = ask()
    assert answers.empty


def test_without_units_everything_is_outside() -> None:
    index = LocateIndex.build(np.array([], dtype=object))
    answers = answered(index, np.array([LON]), np.array([LAT]), crs=WGS84, epsg=EPSG)
    assert said(answers) == [("outside", "no_unit")]


DC = 26985


def dc_units(folder: Path) -> gpd.GeoDataFrame:
    read = gpd.read_file(folder / "real/dc/dc_areas.gpkg", layer="block_group_2010")
    shapes = to_working(read.geometry.to_numpy(), WGS84, DC)
    units = gpd.GeoDataFrame({"code": read["GEOID"], "tract": read["TRACT"]}, geometry=shapes)
    return units.iloc[byte_order(units["code"])].reset_index(drop=True)


def dc_placed(folder: Path, file: str) -> tuple[gpd.GeoDataFrame, pd.DataFrame, LocateIndex]:
    units = dc_units(folder)
    points = gpd.read_parquet(folder / "real/dc" / file)
    index = LocateIndex.build(units.geometry.to_numpy())
    x, y = points.geometry.x.to_numpy(), points.geometry.y.to_numpy()
    answers = answered(index, x, y, crs=WGS84, epsg=DC)
    answers["code"] = units["code"].reindex(answers["position"]).to_numpy()
    return points, answers, index


@pytest.mark.real
def test_crimes_of_dc_agree_with_their_official_block_group_and_tract(real_data: Path) -> None:
    crimes, answers, index = dc_placed(real_data, "dc_crime_2016_30days.parquet")
    assert answers["status"].value_counts().to_dict() == {"placed": 2895, "outside": 3}
    official = crimes["BLOCK_GROUP"].str.replace(" ", "").radd("11001")
    has = crimes["BLOCK_GROUP"].notna().to_numpy()
    placed = (answers["status"] == "placed").to_numpy()
    assert (has & placed).sum() == 2895
    assert (answers["code"].to_numpy()[placed] == official.to_numpy()[placed]).all()
    tract = "11001" + crimes["CENSUS_TRACT"].to_numpy()[placed]
    assert (answers["code"].str[:11].to_numpy()[placed] == tract).all()
    metres = index.border_distance(answers.loc[~placed, ["x", "y"]].to_numpy())
    assert metres.round(1).tolist() == [0.1, 0.1, 0.3]


@pytest.mark.real
def test_service_requests_of_dc_are_placed_outside_or_invalid(real_data: Path) -> None:
    requests, answers, index = dc_placed(real_data, "dc_311_2016_30days.parquet")
    assert len(answers) == 22_577
    assert answers["status"].value_counts().to_dict() == {
        "placed": 22_559, "outside": 17, "invalid": 1,
    }  # fmt: skip
    # Five more lie outside before they are snapped, by less than half a millimetre: on the grid
    # they are on the border, and so inside.
    x, y = requests.geometry.x.to_numpy(), requests.geometry.y.to_numpy()
    exact = np.column_stack(convert_xy(x, y, WGS84, SourceCrs("epsg", DC)))
    lost = (index.assign(exact) < 0) & np.isfinite(exact).all(axis=1)
    assert lost.sum() == 22
    snapped = lost & (answers["status"] == "placed").to_numpy()
    assert snapped.sum() == 5
    assert index.border_distance(exact[snapped]).max() < 0.0005


@pytest.mark.real
def test_every_vertex_of_dc_asked_by_degrees_equals_brute_force(real_data: Path) -> None:
    units = dc_units(real_data)
    shapes = units.geometry.to_numpy()
    index = LocateIndex.build(shapes)
    read = gpd.read_file(real_data / "real/dc/dc_areas.gpkg", layer="block_group_2010")
    lonlat = np.unique(shapely.get_coordinates(read.geometry.to_numpy()), axis=0)
    x, y = lonlat.T
    answers = answered(index, x, y, crs=WGS84, epsg=DC)
    xy = points_to_working(x, y, WGS84, DC)
    point, unit = shapely.STRtree(shapes).query(shapely.points(xy), predicate="intersects")
    lowest = np.full(len(xy), len(shapes))
    np.minimum.at(lowest, point, unit)
    # A vertex snaps to the same millimetre as its outline: each lies on a border, none outside.
    assert (answers["position"].to_numpy() == lowest).all()
    assert (answers["status"] == "placed").all()
    assert np.bincount(point).max() >= 3


@pytest.mark.real
def test_towns_of_china_lie_in_their_counties_as_often_as_measured(real_data: Path) -> None:
    counties = gpd.read_parquet(real_data / "real/cn/cn_counties_gcj02.parquet")
    counties = counties.iloc[byte_order(counties["adcode"].astype(str))].reset_index(drop=True)
    index = LocateIndex.build(counties.geometry.to_numpy())
    points = pd.read_parquet(real_data / "real/cn/cn_town_village_points_gcj02.parquet")
    position = index.assign(points[["lon", "lat"]].to_numpy(dtype=float))
    found = counties["adcode"].astype(str).reindex(position).to_numpy()
    agrees = pd.Series(found == points["adcode"].astype(str).to_numpy())
    share = agrees.groupby(points["level"].to_numpy()).mean()
    assert share["town"] == pytest.approx(0.99746, abs=5e-6)
    assert share["village"] == pytest.approx(0.99563, abs=5e-6)
