"""The registers of the sample: buildings with numbers and addresses, facilities."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import snap
from geo.samples.areas import Areas
from geo.samples.buildings import inner_points
from geo.samples.names import COUNTY, numeral
from geo.samples.places import Places, street_of_faces
from geo.samples.plan import CRS_EPSG, Ints
from geo.samples.town import Town
from geo.samples.walls import Walls

STANDARD_M2 = 300.0  # floor area that a service station is to have
STATIONS, POSTS, SMALL_STATIONS = 68, 19, 18  # at scale 1
_OTHER = {
    "红色书吧": (14, (60, 220), "书吧"),
    "卫生服务站": (24, (120, 480), "卫生服务站"),
    "老年食堂": (16, (90, 320), "老年食堂"),
    "文化活动室": (26, (80, 380), "文化活动室"),
    "警务室": (20, (30, 90), "警务室"),
    "幼儿园": (22, (600, 2_400), "幼儿园"),
    "便民超市": (34, (80, 900), "便民超市"),
    "农贸市场": (8, (800, 3_500), "农贸市场"),
}


def buildings(town: Town, places: Places, closed: Walls, areas: Areas) -> gpd.GeoDataFrame:
    """List the buildings in order of their micro-grid; columns of `BUILDINGS` and `microgrid`."""
    table = town.buildings
    cell = table["cell"].to_numpy()
    order = np.lexsort([np.arange(len(table)), areas.microgrid[cell]])
    table, cell = table.iloc[order].reset_index(drop=True), cell[order]
    plot = town.plot[cell]
    compound_plots = {int(p): places.plots[int(p)] for p in closed.plots}
    streets = street_of_faces(town, places)
    compound = [compound_plots.get(int(p)) for p in plot]
    where = [
        name or streets[c] or places.plots[p]
        for name, c, p in zip(compound, cell, plot, strict=True)
    ]
    wing = (table["form"] == "wing").to_numpy()
    serial = pd.Series(~wing).groupby(pd.Series(where)).cumsum().to_numpy()
    ends = np.where(table["form"] == "slab", "号楼", "号")
    number = [
        None if aside else f"{n}{end}" for n, end, aside in zip(serial, ends, wing, strict=True)
    ]
    hall = (table["form"] == "hall").to_numpy()
    return gpd.GeoDataFrame(
        {
            "key": [f"B{i + 1:06d}" for i in range(len(table))],
            "number": number,
            "name": [places.plots[p] if h else None for p, h in zip(plot, hall, strict=True)],
            "compound": compound,
            "address": [
                None if n is None else f"{COUNTY}{w}{n}" for w, n in zip(where, number, strict=True)
            ],
            "use": table["use"],
            "status": table["status"],
            "floors": table["floors"].astype(np.int64),
            "households": table["households"],
            "planned_households": table["planned_households"],
            "geometry": table["geometry"].to_numpy(),
        },
        geometry="geometry",
        crs=CRS_EPSG,
    ).assign(microgrid=areas.microgrid[cell])


def facilities(
    houses: gpd.GeoDataFrame, areas: Areas, scale: float, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Stations, posts and other facilities, each in a building; columns of `FACILITIES`."""
    titles = dict(zip(areas.frame["code"], areas.frame["name"], strict=True))
    homes = np.flatnonzero(houses["households"].to_numpy() > 0)
    work = houses["households"].to_numpy()[homes]
    rows: list[tuple[str, str, float, str, int]] = []
    taken: set[int] = set()
    plan = [
        ("党群服务站", STATIONS, (310, 1_400), "党群服务站"),
        ("党员驿站", POSTS, (40, 160), "党员驿站"),
    ]
    plan += [(kind, *rest) for kind, rest in _OTHER.items()]
    for kind, count, (least, most), ending in plan:
        wanted = max(1, round(count * scale))
        sizes = np.round(np.exp(rng.uniform(np.log(least), np.log(most), wanted)), 0)
        if kind == "党群服务站":
            small = rng.permutation(wanted)[: max(1, round(SMALL_STATIONS * scale))]
            sizes[small] = np.round(rng.uniform(110, 290, len(small)))
        states = _states(kind, sizes, rng)
        spots = _spread(work, wanted, rng)
        serial: dict[str, int] = {}
        for size, state, spot in zip(sizes, states, spots, strict=True):
            b = int(homes[spot])
            while b in taken:
                b = int(homes[(int(np.searchsorted(homes, b)) + 1) % len(homes)])
            taken.add(b)
            stem = titles[str(houses["microgrid"].iloc[b])[:12]][:-2]
            serial[stem] = serial.get(stem, 0) + 1
            mark = "" if serial[stem] == 1 else f"第{numeral(serial[stem])}"
            rows.append((kind, f"{stem}{mark}{ending}", float(size), state, b))
    frame = pd.DataFrame(rows, columns=["kind", "name", "floor_area_m2", "state", "building"])
    own = houses.iloc[frame["building"]]
    points = shapely.points(inner_points(own.geometry.to_numpy()))
    frame.insert(0, "key", [f"P{i + 1:04d}" for i in range(len(frame))])
    frame.insert(3, "address", own["address"].to_numpy())
    return gpd.GeoDataFrame(frame.drop(columns="building"), geometry=snap(points), crs=CRS_EPSG)


def _states(kind: str, sizes: np.ndarray, rng: np.random.Generator) -> list[str]:
    if kind == "党群服务站":
        return ["under_standard" if size < STANDARD_M2 else "in_use" for size in sizes]
    return [
        str(word)
        for word in rng.choice(["in_use", "unused", "planned"], len(sizes), p=[0.88, 0.06, 0.06])
    ]


def _spread(work: np.ndarray, count: int, rng: np.random.Generator) -> Ints:
    """Pick places evenly along the register, in proportion to households."""
    total = np.cumsum(work)
    at = (np.arange(count) + rng.uniform(0.2, 0.8, count)) / count * total[-1]
    return np.asarray(np.searchsorted(total, at))
