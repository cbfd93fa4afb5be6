"""The whole sample county in memory."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.errors import BadInput
from geo.progress import Progress, quiet
from geo.samples import areas as area_rows
from geo.samples import ground, people, places, registers, town, walls
from geo.samples.names import NameBook

SEED = 6
_STEPS = 6
_LEAST, _MOST = 0.1, 10.0  # scales that give a sensible town


@dataclass(frozen=True)
class County:
    """A fictional county; frames carry the columns of `geo.frames`, in metres (EPSG:4544).

    `areas` has all levels, but only micro-grids carry geometry: every other outline is the union
    of its children. Incidents are points here and longitude, latitude in their file. Times are
    local, without a zone.
    """

    seed: int
    scale: float
    areas: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    compounds: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    features: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    incidents: gpd.GeoDataFrame
    members: pd.DataFrame
    positions: pd.DataFrame
    branches: pd.DataFrame


def generate(*, seed: int = SEED, scale: float = 1.0, progress: Progress = quiet) -> County:
    """Make a county town up: about 65,000 households in 18 communities at scale 1.

    The same seed and scale give the same county. Counts grow with `scale`, distances with its
    root.

    Parameters
    ----------
    seed : int
        Any number from 0 on.
    scale : float
        0.1 to 10.
    progress : Progress
        Told about the steps.

    Raises
    ------
    BadInput
        If the scale or the seed is out of range.
    """
    if not _LEAST <= scale <= _MOST or seed < 0:
        raise BadInput(
            "The sample county needs a scale from 0.1 to 10 and a seed from 0 on.",
            "示例县的规模应在 0.1 到 10 之间，随机种子不小于 0。",
            seed=seed,
            scale=scale,
        )
    streams = [np.random.default_rng([seed, step]) for step in range(16)]
    progress("town", 0, _STEPS)
    built = town.build(scale, streams[:4])
    progress("names", 1, _STEPS)
    book = NameBook(streams[4])
    named = places.name(built, book, streams[5])
    progress("areas", 2, _STEPS)
    grouped = area_rows.build(built, named, book, streams[6])
    progress("ground", 3, _STEPS)
    closed = walls.build(built, streams[7])
    streets = ground.streets(built, named, closed, streams[8])
    features = ground.features(built, named, closed)
    progress("registers", 4, _STEPS)
    houses = registers.buildings(built, named, closed, grouped)
    services = registers.facilities(houses, grouped, scale, streams[9])
    compounds = walls.compounds(built, closed, named, streams[10])
    progress("people", 5, _STEPS)
    county = County(
        seed, scale, grouped.frame, houses.drop(columns="microgrid"), compounds, services,
        features, streets, people.incidents(houses, streets, scale, streams[11]),
        people.members(houses, grouped, scale, streams[12]),
        people.positions(grouped, streams[13]), people.branches(grouped, scale, streams[14]),
    )  # fmt: skip
    progress("done", _STEPS, _STEPS)
    return county
