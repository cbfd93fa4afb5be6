"""Towns drawn as pictures: every letter is a grid of 100 m × 100 m in the community of the letter.

County 1 has communities A = 101, B = 102, …; the grid in row r and column c (from the top left)
is 1000 + 100 r + c. Codes: county 62, community 6201, 6202, …, grid: its community's, then two
digits counted along the rows.
"""

import dataclasses
from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
import shapely

from geo.boundaries import Level, Site
from geo.plans import Change, Draft, Ground, Place, Survey

EPSG = 4544
X, Y = 465_000.0, 3_875_000.0
COUNTY = 1
SITE = Site(
    "小城", "Little Town", EPSG, "Asia/Shanghai",
    (
        Level("county", "县", "County", 0),
        Level("community", "社区", "Community", 1, 100, 20, r"\d{4}"),
        Level("grid", "网格", "Grid", 2, None, None, r"\d{6}"),
    ),
)  # fmt: skip


def community(letter: str) -> int:
    return 101 + ord(letter) - ord("A")


def grid(row: int, column: int) -> int:
    return 1000 + 100 * row + column


def middle(row: int, column: int) -> tuple[float, float]:
    return X + 100 * column + 50, Y - 100 * row - 50


def square(row: int, column: int) -> shapely.Polygon:
    x, y = middle(row, column)
    return shapely.normalize(shapely.box(x - 50, y - 50, x + 50, y + 50))


def draft(*picture: str, households: int | Mapping[int, int | None] = 10, site=SITE) -> Draft:
    cells = [(r, c, letter) for r, line in enumerate(picture) for c, letter in enumerate(line)]
    letters = sorted({letter for _, _, letter in cells if letter != "."})
    places = [Place(COUNTY, "county", "62", "小城", None)]
    codes = {letter: f"62{number:02}" for number, letter in enumerate(letters, 1)}
    places += [
        Place(community(letter), "community", codes[letter], f"{letter}社区", COUNTY)
        for letter in letters
    ]
    serial = dict.fromkeys(letters, 0)
    for row, column, letter in cells:
        if letter == ".":
            continue
        serial[letter] += 1
        number = grid(row, column)
        figure = households if isinstance(households, int) else households.get(number, 10)
        places.append(
            Place(
                number, "grid", f"{codes[letter]}{serial[letter]:02}", f"第{number}网格",
                community(letter), square(row, column), figure,
            )
        )  # fmt: skip
    nothing = Draft(site, {}, {})
    return nothing.after(Change.of(nothing, places))


def survey(*picture: str, ground: Ground | None = None, **options) -> Survey:
    return Survey.of(draft(*picture, **options), ground or Ground.empty(EPSG))


def buildings(rows: list[dict]) -> gpd.GeoDataFrame:
    """Buildings by id from 1: `x`, `y` (metres from the top left corner, y downward), and others."""
    usual = {
        "use": "residential", "status": "in_use", "households": 1, "planned_households": None,
        "compound": None, "covered": True, "half": 5.0,
    }  # fmt: skip
    frame = pd.DataFrame([usual | row for row in rows])
    x, y, half = (frame.pop(name).to_numpy(dtype=float) for name in ("x", "y", "half"))
    x, y = X + x, Y - y
    frame = frame.assign(
        x=x, y=y,
        households=frame["households"].astype("Int64"),
        planned_households=frame["planned_households"].astype("Int64"),
    )  # fmt: skip
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="id")
    shapes = shapely.box(x - half, y - half, x + half, y + half)
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=EPSG)


def ground(*, built: list[dict] = (), features: list[dict] = (), **more) -> Ground:
    """Ground with buildings and features, each feature a kind and a geometry (see `line`)."""
    bare = Ground.empty(EPSG)
    if features:
        frame = pd.DataFrame(
            [{"class": None, "name": None, "bridge": False} | row for row in features]
        )
        frame["bridge"] = frame["bridge"].astype("boolean")
        frame.index = pd.RangeIndex(1, len(frame) + 1, name="id")
        more["features"] = gpd.GeoDataFrame(frame, geometry="geometry", crs=EPSG)
    if built:
        more["buildings"] = buildings(built)
    return dataclasses.replace(bare, **more)


def line(*xy: tuple[float, float]) -> shapely.LineString:
    """A line through points, in metres from the top left corner, y downward."""
    return shapely.LineString([(X + x, Y - y) for x, y in xy])


def changed(before: Survey, *rows: Place, gone=()) -> Survey:
    return before.after(Change.of(before.draft, rows, gone=gone))


def but(before: Survey, number: int, **fields) -> Place:
    return dataclasses.replace(before.draft.places[number], **fields)


def moved(before: Survey, to: int, *units: int) -> Survey:
    return changed(before, *(but(before, unit, parent=to) for unit in units))
