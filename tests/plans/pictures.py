"""Towns drawn as pictures: every letter is a grid of 100 m × 100 m in the community of the letter.

County 1 has communities A = 101, B = 102, …; the grid in row r and column c (from the top left)
is 1000 + 100 r + c. Codes: county 62, community 6201, 6202, …, grid: its community's, then two
digits counted along the rows.
"""

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
    x, y = X + frame.pop("x").astype(float), Y - frame.pop("y").astype(float)
    half = frame.pop("half")
    frame = frame.assign(
        x=x, y=y,
        households=frame["households"].astype("Int64"),
        planned_households=frame["planned_households"].astype("Int64"),
    )  # fmt: skip
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="id")
    shapes = shapely.box(x - half, y - half, x + half, y + half)
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=EPSG)
