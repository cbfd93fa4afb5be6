"""A tiny made-up town, published by the real sealing: expected answers can be worked out by hand.

Eight grids of 100 m × 100 m in two rows, numbered 1–4 in the lower row and 5–8 in the upper one;
west of x = 200 m they belong to 东街社区 (East), the others to 西街社区 (West). Metres count from
`ORIGIN`. In edition 2 grid 2 has moved to 西街社区.
"""

import datetime as dt
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from geo.boundaries import Level, Site
from geo.crs import WGS84, SourceCrs, convert_xy
from geo.publish.seal import seal_areas, seal_registers, write_current

EPSG = 4544
ORIGIN = (465_000.0, 3_875_000.0)
COUNTY, EAST, WEST = 1, 2, 3
SITE = Site(
    "小城",
    "Little Town",
    EPSG,
    "Asia/Shanghai",
    (
        Level("county", "县", "County", 0),
        Level("community", "社区", "Community", 1, household_limit=350, household_floor=100),
        Level("grid", "网格", "Grid", 2),
    ),
)


def grid_id(number: int) -> int:
    """Place id of grid 1–8."""
    return 10 + number


def metres(x: float, y: float) -> tuple[float, float]:
    """A point of the town in the working CRS."""
    return ORIGIN[0] + x, ORIGIN[1] + y


def lonlat(x: float, y: float) -> tuple[float, float]:
    """A point of the town in degrees."""
    lon, lat = convert_xy(*([v] for v in metres(x, y)), SourceCrs("epsg", EPSG), WGS84)
    return float(lon[0]), float(lat[0])


def _box(x: float, y: float, width: float, height: float) -> shapely.Polygon:
    return shapely.box(*metres(x, y), *metres(x + width, y + height))


def areas(*, moved: bool = False) -> gpd.GeoDataFrame:
    """The areas in the sealed order; `moved`: as in edition 2."""
    grids = []
    for number in range(1, 9):
        column, row = (number - 1) % 4, (number - 1) // 4
        east = column < 2 and not (moved and number == 2)
        grids.append(
            {
                "place_id": grid_id(number), "level": "grid", "code": f"62112200100100{number}",
                "name": f"第{number}网格", "parent_id": EAST if east else WEST,
                "households": 100, "buildings": 1, "hue": number % 6,
                "geometry": _box(column * 100, row * 100, 100, 100),
            }
        )  # fmt: skip
    rows = [_above(COUNTY, "county", "621122", "小城县", None, grids=grids)]
    for place, code, name in (
        (EAST, "621122001001", "东街社区"),
        (WEST, "621122001002", "西街社区"),
    ):
        rows.append(_above(place, "community", code, name, COUNTY, grids=grids))
    frame = gpd.GeoDataFrame([*rows, *grids], geometry="geometry", crs=EPSG)
    label = shapely.get_coordinates(shapely.point_on_surface(frame.geometry.to_numpy()))
    return frame.assign(
        parent_id=frame["parent_id"].astype("Int64"),
        households=frame["households"].astype("Int64"),
        households_complete=frame["place_id"] != COUNTY,
        buildings=frame["buildings"].astype("Int64"),
        hue=frame["hue"].astype("int8"),
        label_x=label[:, 0],
        label_y=label[:, 1],
    )


def _above(place, level, code, name, parent, *, grids):
    own = [g for g in grids if place in (COUNTY, g["parent_id"])]
    return {
        "place_id": place, "level": level, "code": code, "name": name, "parent_id": parent,
        "households": sum(g["households"] for g in own), "buildings": len(own), "hue": place % 6,
        "geometry": shapely.union_all([g["geometry"] for g in own]),
    }  # fmt: skip


def registers() -> dict[str, gpd.GeoDataFrame]:
    """Two slabs in 锦绣家园 (grid 1), a named and a nameless house (grids 3, 4), four facilities."""
    buildings = pd.DataFrame(
        [
            (101, "3号楼", None, "锦绣家园", "东街 1 号", "residential", "in_use", 6),
            (102, "13号楼", None, "锦绣家园", "东街 1 号", "residential", "in_use", 6),
            (103, None, "老粮站", None, None, None, None, None),
            (104, None, None, None, None, None, None, None),
        ],
        columns=["id", "number", "name", "compound", "address", "use", "status", "floors"],
    ).astype({"floors": "Int64"})
    walls = [
        _box(10, 10, 30, 10),
        _box(10, 30, 30, 10),
        _box(250, 50, 10, 10),
        _box(350, 50, 10, 10),
    ]
    compounds = pd.DataFrame(
        {"id": [201], "name": ["锦绣家园"], "walled": [True], "built_year": [1998]}
    )
    facilities = pd.DataFrame(
        [
            (301, "service_station", "东街党群服务站", "东街 5 号", 320.0, "in_use"),
            (302, "service_station", "西街党群服务站", None, None, "in_use"),
            (303, "post", "驿站", None, 20.0, "unused"),
            (304, "library", None, "北街 8 号", None, "in_use"),
        ],
        columns=["id", "kind", "name", "address", "floor_area_m2", "state"],
    )
    points = [shapely.Point(metres(*at)) for at in ((50, 80), (350, 150), (360, 150), (250, 190))]
    features = pd.DataFrame(
        {"id": [401], "kind": ["street"], "class": ["arterial"], "name": ["中山路"]}
    )
    circles = pd.DataFrame(
        {
            "id": [501], "facility_id": [301], "kind": ["service_station"], "minutes": [10],
            "method": ["disc"], "profile": ["10 min × 5 km/h ÷ 1.3"], "radius_m": [641.026],
        }
    )  # fmt: skip
    return {
        "buildings": gpd.GeoDataFrame(buildings, geometry=walls, crs=EPSG),
        "compounds": gpd.GeoDataFrame(compounds, geometry=[_box(5, 5, 40, 40)], crs=EPSG),
        "facilities": gpd.GeoDataFrame(facilities, geometry=points, crs=EPSG),
        "features": gpd.GeoDataFrame(
            features,
            geometry=[shapely.LineString([metres(0, 100), metres(400, 100)])],
            crs=EPSG,
        ),
        "circles": gpd.GeoDataFrame(circles, geometry=[points[0].buffer(641)], crs=EPSG),
    }


def seal_edition(folder: Path, number: int, effective: str, *, moved: bool) -> dict[str, object]:
    """Seal the areas and give the row for `publish`."""
    return {
        "number": number,
        "title": f"第 {number} 版",
        "effective": dt.date.fromisoformat(effective),
        "published_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        "sealed": seal_areas(areas(moved=moved), SITE, folder),
    }


def publish(folder: Path, *editions: dict[str, object]) -> None:
    """Seal the registers and switch `current.json` to these editions."""
    write_current(folder, SITE, list(editions), seal_registers(registers(), folder))


def publish_two(folder: Path) -> Path:
    """Publish edition 1, in force since 2020, and edition 2, in force since 2024."""
    publish(
        folder,
        seal_edition(folder, 1, "2020-01-01", moved=False),
        seal_edition(folder, 2, "2024-07-01", moved=True),
    )
    return folder
