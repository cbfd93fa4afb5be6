"""A hamlet made by hand, as the draft of a plan: answers can be worked out on paper.

Sixteen micro-grids of 100 m × 100 m in eight columns and two rows; unit 103 is the third of the
lower row, 203 stands above it. Every two columns are a grid (21, 22, 31, 32), the western two
grids are 东街社区 (2), the eastern two 西街社区 (3), both in the county (1). A unit in column c has
10 × c households as imported; there are no buildings.
"""

from itertools import count

import geopandas as gpd
import shapely

from geo.boundaries import Level, Site
from geo.plans import Draft, Ground, Survey

EPSG = 4544
ORIGIN = (465_000.0, 3_875_000.0)
COUNTY, EAST, WEST = 1, 2, 3
GRIDS = (21, 22, 31, 32)
SITE = Site(
    "小村",
    "Hamlet",
    EPSG,
    "Asia/Shanghai",
    (
        Level("county", "县", "County", 0, code_pattern=r"\d{6}"),
        Level("community", "社区", "Community", 1, 400, 100, r"\d{12}"),
        Level("grid", "网格", "Grid", 2, code_pattern=r"\d{15}"),
        Level("microgrid", "微网格", "Micro-grid", 3, code_pattern=r"\d{17}"),
    ),
)


def at(x, y):
    """A place of the hamlet in the working CRS."""
    return ORIGIN[0] + x, ORIGIN[1] + y


def line(*xy):
    """A line drawn over the hamlet."""
    return shapely.LineString([at(*point) for point in xy])


def areas():
    """All areas as an edition gives them."""
    rows = [
        (COUNTY, "county", "621122", "小村县", None, None, None),
        (EAST, "community", "621122001001", "东街社区", COUNTY, None, None),
        (WEST, "community", "621122001002", "西街社区", COUNTY, None, None),
    ]
    for k, grid in enumerate(GRIDS):
        community = EAST if k < 2 else WEST
        code = f"62112200100{k // 2 + 1}00{k % 2 + 1}"
        rows.append((grid, "grid", code, f"第{k + 1}网格", community, None, None))
        for n in range(4):
            column, row = 2 * k + n % 2 + 1, n // 2
            west, south = 100 * (column - 1), 100 * row
            shape = shapely.box(*at(west, south), *at(west + 100, south + 100))
            number = 100 * (row + 1) + column
            rows.append(
                (number, "microgrid", f"{code}0{n + 1}", f"{number}号", grid, 10 * column, shape)
            )
    names = ["place_id", "level", "code", "name", "parent_id", "imported_households", "geometry"]
    frame = gpd.GeoDataFrame(rows, columns=names, geometry="geometry", crs=EPSG)
    integers = {"parent_id": "Int64", "imported_households": "Int64"}
    frame["imported_people"] = frame["imported_households"] * 3
    return frame.astype(integers).astype({"imported_people": "Int64"}).set_index("place_id")


def draft():
    """The hamlet before anything was done to it."""
    return Draft.of(areas(), SITE)


def survey():
    """The hamlet on bare ground."""
    return Survey.of(draft(), Ground.empty(EPSG))


def ids():
    """Ids for new places, from 1001 on."""
    return count(1001)


def done(before, *operations, numbers=None):
    """Do some operations one after the other."""
    numbers = numbers or ids()
    for operation in operations:
        before = before.after(operation.apply(before, numbers))
    return before
