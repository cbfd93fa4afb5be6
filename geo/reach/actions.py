"""Keep circles and coverage up to the registers, and hand them to those who read them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.boundaries import homes, load_site, units_within
from geo.db import Transaction
from geo.reach import store
from geo.reach.coverage import coverage
from geo.reach.discs import GB_50180, METHOD, DiscProfile, discs, minutes_needed, walking
from geo.settings import Settings

#: A disc needs no street network; the key of a circle has a place for its hash.
_NO_NETWORK = ""
#: More than the minutes of any circle.
_ID_STEP = 1000


def refresh_circles(tx: Transaction, settings: Settings) -> int:
    """Make the missing circles of all facilities in service; gives how many were made.

    Circles of facility rows that were closed, or of other radii than the settings', go.
    """
    site = load_site(tx)
    profile = _profile(settings)
    store.drop_stale_circles(tx, method=METHOD, profiles=list(profile.texts.values()))
    there = store.circles(tx)
    facilities = store.serving_facilities(tx, epsg=site.epsg).set_index("row_id")
    made = set(zip(there["facility_row"], there["minutes"], strict=True))
    wanted = discs(facilities, profile=profile)
    missing = wanted[
        [pair not in made for pair in zip(wanted["facility"], wanted["minutes"], strict=True)]
    ]
    rows = pd.DataFrame(missing).rename(columns={"facility": "facility_row", "geometry": "geom"})
    store.add_circles(tx, rows.assign(network=_NO_NETWORK), epsg=site.epsg)
    return len(rows)


def _profile(settings: Settings) -> DiscProfile:
    if settings.circle_preset == "gb50180":
        return GB_50180
    return walking(
        settings.circle_minutes, speed_kmh=settings.walk_speed_kmh, detour=settings.walk_detour
    )


def refresh_coverage(
    tx: Transaction, edition: int, *, kinds: Collection[str] | None = None
) -> None:
    """Count the covered households of every area of an edition anew, each building once.

    `kinds` are the kinds of facility that count; None means all in service.
    """
    circles = store.circles(tx)
    if kinds is not None:
        circles = circles[circles["kind"].isin(list(kinds))]
    buildings = store.placed_buildings(tx, edition)
    buildings = buildings[homes(buildings)]
    minutes = minutes_needed(buildings[["x", "y"]].to_numpy(dtype=float), circles)
    budgets = tuple(int(m) for m in circles["minutes"].unique())
    rows = coverage(buildings.assign(minutes=minutes), store.parents(tx, edition), budgets=budgets)
    store.replace_coverage(tx, edition, rows.assign(circles=_circle_set(circles)))


def coverage_frame(tx: Transaction, edition: int, place_id: int | None = None) -> pd.DataFrame:
    """Give the coverage of an edition, of one place or of all.

    Returns
    -------
    DataFrame
        Columns place_id, minutes, households (covered), known_households, share (of the known
        households, missing where none is known), unknown_buildings, method; by place and minutes.
    """
    rows = store.coverage_rows(tx, edition, place_id)
    known = rows["known_households"].to_numpy(dtype=float)
    covered = rows["households"].to_numpy(dtype=float)
    share = np.divide(covered, known, out=np.full(len(rows), np.nan), where=known > 0)
    method = [str(circles).partition(" ")[0] for circles in rows["circles"]]
    columns = [
        "place_id", "minutes", "households", "known_households", "share", "unknown_buildings",
        "method",
    ]  # fmt: skip
    return rows.assign(share=share, method=method)[columns]


def coverage_of(tx: Transaction, edition: int, place_id: int) -> list[dict[str, Any]]:
    """Give the coverage of one place as plain rows: minutes, households, share, method.

    `share` is None where no household is known.
    """
    rows = coverage_frame(tx, edition, place_id)
    return [
        {
            "minutes": int(minutes),
            "households": int(households),
            "share": None if np.isnan(share) else float(share),
            "method": method,
        }
        for minutes, households, share, method in rows[
            ["minutes", "households", "share", "method"]
        ].itertuples(index=False)
    ]


def uncovered(tx: Transaction, edition: int, place_id: int, *, minutes: int) -> pd.DataFrame:
    """Give the homes of an area that no circle of these minutes reaches, by building id.

    Columns id, number, name, compound, address, households (Int64, missing when unknown), x, y
    (inner point, metres), place_id (the unit). Homes are told as in the coverage.
    """
    buildings = store.buildings_of_units(tx, edition, units_within(tx, edition, [place_id]))
    lived_in = buildings[homes(buildings)].drop(columns=["use", "status"])
    needed = minutes_needed(lived_in[["x", "y"]].to_numpy(dtype=float), store.circles(tx))
    reached = needed.to_numpy(dtype=float, na_value=np.inf) <= minutes
    return lived_in[~reached].reset_index(drop=True)


def public_circles(tx: Transaction, epsg: int) -> gpd.GeoDataFrame:
    """Give the circles for sealing: how they came about, and their outlines.

    Columns id, facility_id, kind, minutes, method, profile, radius_m, geometry.

    The id is made of the facility and the minutes, so circles that are made again are the same.
    """
    circles = store.public_circles(tx, epsg=epsg)
    circles.insert(0, "id", circles["facility_id"] * _ID_STEP + circles["minutes"])
    return circles.astype({"id": "int64", "facility_id": "int64", "minutes": "int64"})


def _circle_set(circles: pd.DataFrame) -> str:
    """Name a set of circles: its method, and a hash of their keys."""
    methods = "+".join(sorted(set(circles["method"])))
    keys = circles[["facility_row", "method", "network", "profile", "minutes"]]
    digest = hashlib.blake2b(keys.to_csv(index=False).encode(), digest_size=8).hexdigest()
    return f"{methods} {digest}"
