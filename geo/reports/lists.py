"""The lists of a report, made from frames. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.crs import LONLAT, frame_to
from geo.people import Vacancies
from geo.reports.facts import Facility, Label, Part, Uncovered
from geo.reports.small import tallies
from geo.reports.town import Town
from geo.reports.view import Window

#: Floor area that a service centre should have, m².
STANDARD_M2 = 300.0
#: From here on an address says which building or flat, not which street.
_NUMBER = re.compile(r"[\d一二三四五六七八九十百0-9A-Za-z-]+\s*(号楼|号院|号|栋|幢|单元|楼).*$")
_MOST_LABELS = 60


def at_addresses(homes: pd.DataFrame, *, town: str, below: int) -> tuple[Uncovered, ...]:
    """Gather homes by compound, else by street; most households first, then by name.

    `homes` as `geo.reach.uncovered`; households of buildings that are not known count as none.
    The name of the `town` is left out where an address begins with it.
    """
    if homes.empty:
        return ()
    where = [
        compound or _street((address or "").removeprefix(town).strip())
        for compound, address in zip(homes["compound"], homes["address"], strict=True)
    ]
    sums = homes.assign(known=homes["households"].fillna(0).astype("int64")).groupby(where)
    rows = [(str(name), len(rows), int(rows["known"].sum())) for name, rows in sums]
    rows.sort(key=lambda row: (-row[2], -row[1], row[0]))
    buildings = {name: number for name, number, _ in rows}
    counts = tallies([(name, households) for name, _, households in rows], below=below)
    return tuple(Uncovered(sum(buildings[name] for name in one.names), one) for one in counts)


def _street(address: str) -> str:
    return _NUMBER.sub("", address).strip() or address


def facility_list(frame: gpd.GeoDataFrame, inside: NDArray[np.bool_]) -> tuple[Facility, ...]:
    """Give facilities in their order; `inside` tells which lie in the area."""
    degrees = frame_to(frame, LONLAT).geometry
    floor = frame["floor_area_m2"].astype(object).where(frame["floor_area_m2"].notna(), None)
    texts = (frame[name] for name in ("kind", "name", "address"))
    columns = (*texts, floor, frame["state"], degrees.x, degrees.y, inside.tolist())
    return tuple(Facility(*row) for row in zip(*columns, strict=True))


def under_standard(facilities: tuple[Facility, ...]) -> tuple[Facility, ...]:
    """Give the facilities inside that are below the standard, smallest first.

    Those the register says so of; where it says nothing of a facility, those under 300 m².
    """
    small = [
        one
        for one in facilities
        if one.inside and (one.state == "under_standard" or (one.state is None and _small(one)))
    ]
    return tuple(sorted(small, key=lambda one: (one.floor_area_m2 or np.inf, one.name or "")))


def _small(facility: Facility) -> bool:
    return facility.floor_area_m2 is not None and facility.floor_area_m2 < STANDARD_M2


def parts_of(
    town: Town, place: int, cover: pd.DataFrame, held: Mapping[int, Vacancies]
) -> tuple[Part, ...]:
    """Give the areas inside, fullest first; `cover` is the coverage by one circle."""
    shares = cover.set_index("place_id")["share"].dropna()
    parts = [
        Part(
            figures=town.figures(one),
            covered=float(shares[one]) if one in shares.index else None,
            posts=held[one].posts if one in held else 0,
            vacant=sum(held[one].vacant.values()) if one in held else 0,
            blind=one in held and held[one].blind,
        )
        for one in town.parts(place)
    ]
    return tuple(
        sorted(parts, key=lambda part: (-(part.figures.households or 0), part.figures.code))
    )


def labels_of(town: Town, parts: tuple[Part, ...], here: Window) -> tuple[Label, ...]:
    """Name the parts on the map; those over the limit first, as far as there is room."""
    rows = sorted(parts, key=lambda part: (not part.figures.over_by, -part.figures.area_m2))
    ids = here.roomy([part.figures.id for part in rows], town.frame)[:_MOST_LABELS]
    figures = {part.figures.id: part.figures for part in parts}
    points = frame_to(town.frame.loc[ids].set_geometry("label", crs=town.frame.crs), LONLAT)
    return tuple(
        Label(figures[one].name, figures[one].households, bool(figures[one].over_by), p.x, p.y)
        for one, p in zip(ids, points.geometry, strict=True)
    )
