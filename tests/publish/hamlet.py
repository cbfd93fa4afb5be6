"""A made-up hamlet as files: two communities of four square grids each, to import and publish.

Grids are 100 m × 100 m, numbered 1–4 in the lower row and 5–8 in the upper one; west of x = 200 m
they belong to community `01` (West), the others to `02` (East). Grid n has 10 × n households.
Metres count from `ORIGIN` in EPSG:4544.
"""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from geo.boundaries import Level, Site

EPSG = 4544
ORIGIN = (465_000.0, 3_875_000.0)
SITE_TOML = """
[site]
name = { zh = "小村", en = "Hamlet" }
crs = "EPSG:4544"
timezone = "Asia/Shanghai"
[[level]]
key = "town"
name = { zh = "镇", en = "Town" }
[[level]]
key = "community"
name = { zh = "社区", en = "Community" }
household_limit = 300
[[level]]
key = "grid"
name = { zh = "网格", en = "Grid" }
"""
SITE = Site(
    "小村",
    "Hamlet",
    EPSG,
    "Asia/Shanghai",
    (
        Level("town", "镇", "Town", 0),
        Level("community", "社区", "Community", 1, household_limit=300),
        Level("grid", "网格", "Grid", 2),
    ),
)
GRIDS = range(1, 9)
OUTSIDE = (-50, 50)
#: Where things happen: two in grid 1, one in grid 4, one in grid 6, one outside.
PLACES = ((20, 50), (60, 50), (350, 50), (150, 150), OUTSIDE)


def metres(x: float, y: float) -> tuple[float, float]:
    return ORIGIN[0] + x, ORIGIN[1] + y


def box(x: float, y: float, width: float = 100, height: float = 100) -> shapely.Polygon:
    return shapely.box(*metres(x, y), *metres(x + width, y + height))


def square(number: int) -> shapely.Polygon:
    return box((number - 1) % 4 * 100, (number - 1) // 4 * 100)


def community(number: int) -> str:
    return "01" if (number - 1) % 4 < 2 else "02"


def grid(number: int, **more: object) -> dict[str, object]:
    """The row of one grid: code `0101` is grid 1 of community `01`."""
    return {
        "level": "grid", "code": f"{community(number)}0{number}", "name": f"第{number}网格",
        "parent": community(number), "households": 10 * number, "geometry": square(number), **more,
    }  # fmt: skip


def upper() -> list[dict[str, object]]:
    rows = [("town", "0", "小村", None), ("community", "01", "西社区", "0"),
            ("community", "02", "东社区", "0")]  # fmt: skip
    return [dict(zip(("level", "code", "name", "parent"), row, strict=True)) for row in rows]


def whole(**changed: dict[str, object]) -> list[dict[str, object]]:
    """All rows; `g3={...}` changes values of grid 3."""
    return [*upper(), *(grid(n, **changed.get(f"g{n}", {})) for n in GRIDS)]


def write(folder: Path, rows: list[dict[str, object]], name: str = "areas") -> Path:
    """Write rows as GeoParquet in the working CRS, or as CSV where none has an outline."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    frame = pd.DataFrame(rows, columns=columns)
    if "geometry" not in frame or frame["geometry"].isna().all():
        path = folder / f"{name}.csv"
        frame.drop(columns="geometry", errors="ignore").to_csv(path, index=False)
        return path
    if "households" in frame:
        frame["households"] = frame["households"].astype("Int64")
    path = folder / f"{name}.parquet"
    gpd.GeoDataFrame(frame, geometry="geometry", crs=EPSG).to_parquet(path)
    return path


def changed_lines():
    """Grid 1 is cut in two (0101 west, 0109 east of x = 40 m), grid 4 goes into grid 3."""
    cut = box(40, 0, 60)
    # The cut ends in the edges to grid 5 and grid 4's corner in that to grid 7: they get nodes.
    fifth = shapely.Polygon(
        [metres(*xy) for xy in [(0, 100), (40, 100), (100, 100), (100, 200), (0, 200)]]
    )
    return [
        grid(1, geometry=box(0, 0, 40), households=4),
        {**grid(1), "code": "0109", "name": "第9网格", "geometry": cut, "households": 6},
        grid(2), grid(5, geometry=fifth), grid(6),
        grid(3, geometry=shapely.Polygon([metres(*xy) for xy in [
            (200, 0), (400, 0), (400, 100), (300, 100), (200, 100)]]), households=70),
        grid(7), grid(8),
    ]  # fmt: skip


def incidents(*places):
    return [
        {"key": str(n), "kind": "x", "geometry": shapely.Point(metres(*xy))}
        for n, xy in enumerate(places, start=1)
    ]


def house(households: int) -> dict[str, object]:
    """A building in grid 1, near its south-western corner."""
    return {
        "key": "1", "use": "residential", "status": "in_use", "households": households,
        "geometry": box(5, 5, 10, 10),
    }  # fmt: skip
