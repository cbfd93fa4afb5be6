"""Where an incident belongs: its unit in every edition, the units near it, who handles it.

A point within `NEAR_M` of a border may really be on the other side of it: the units on both
sides are named as candidates, and one of them can be chosen by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import geopandas as gpd
import numpy as np
import shapely

from geo.boundaries import OUTSIDE, Placer

#: How far a pin may be off: a phone's position in a street is good to 5 to 15 m, and half of a
#: street with its pavements is about as wide.
NEAR_M = 15.0


@dataclass(frozen=True)
class Candidate:
    """A unit that a point lies in, or that lies within `NEAR_M` of it."""

    place: int
    distance_m: float


@dataclass(frozen=True)
class Stay:
    """Where one subject belongs from one edition to another (None: on and on)."""

    first_edition: int
    last_edition: int | None
    place_id: int | None
    how: str


def candidates(units: gpd.GeoDataFrame, x: float, y: float) -> tuple[Candidate, ...]:
    """Find the units that a point may belong to, the one it lies in first.

    Parameters
    ----------
    units : GeoDataFrame
        Units of one edition by code bytes, all that may be near: place_id, geometry (metres).
    x, y : float
        The point in metres, on the 1 mm grid.

    Returns
    -------
    tuple of Candidate
        By distance (0 in the unit itself and on its border), then by code.
    """
    metres = shapely.distance(units.geometry.to_numpy(), shapely.Point(x, y))
    places = units["place_id"].to_numpy(dtype=np.int64)
    near = [at for at in np.argsort(metres, kind="stable") if metres[at] <= NEAR_M]
    return tuple(Candidate(int(places[at]), round(float(metres[at]), 3)) for at in near)


def border_m(units: gpd.GeoDataFrame, x: float, y: float, place: int) -> float:
    """Measure how far the border of a point's own unit is; no other one is nearer inside it."""
    own = units.geometry.to_numpy()[units["place_id"].to_numpy(dtype=np.int64) == place]
    return round(float(shapely.distance(shapely.boundary(own[0]), shapely.Point(x, y))), 3)


def stays(places: Mapping[int, int], by_hand: Mapping[int, int]) -> list[Stay]:
    """Merge the places of one subject, edition by edition, into spans of equal editions.

    Parameters
    ----------
    places : mapping of edition to place id
        By the point; `OUTSIDE` where no unit covers it.
    by_hand : mapping of edition to place id
        Where somebody has chosen the unit.
    """
    chosen = [
        (number, (by_hand[number], "manual") if number in by_hand else (places[number], "point"))
        for number in sorted(places)
    ]
    runs = [
        (key, [number for number, _ in run]) for key, run in groupby(chosen, key=lambda c: c[1])
    ]
    ends: list[int | None] = [numbers[-1] for _, numbers in runs]
    ends[-1:] = [None]
    return [
        Stay(numbers[0], last, None if place == OUTSIDE else place, how)
        for ((place, how), numbers), last in zip(runs, ends, strict=True)
    ]


def places_of(placer: Placer, x: float, y: float) -> dict[int, int]:
    """Place one point in every edition of a placer, by the one rule."""
    placed = placer.place(np.array([[x, y]]))
    return {number: int(places[0]) for number, places in placed.items()}


def handler_in(
    chain: Sequence[int], levels: Sequence[str], handler: int | None, handler_level: str | None
) -> int | None:
    """Find the area that handles an incident, among the areas it lies in.

    Parameters
    ----------
    chain : sequence of int
        Its unit and all above, unit first; empty outside.
    levels : sequence of str
        Their levels.
    handler, handler_level : int, str or None
        The area it was escalated to; None: to none.

    Returns
    -------
    int or None
        The handler while the incident lies in it. After a redraw or a move to elsewhere, the
        area of the handler's level that the incident lies in now; else its unit.
    """
    if handler in chain:
        return handler
    by_level = dict(zip(levels, chain, strict=True))
    return by_level.get(handler_level or "", chain[0] if chain else None)
