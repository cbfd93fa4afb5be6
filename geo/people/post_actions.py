"""Posts and branches: who holds them, which are vacant, and which areas have no branch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from geo.access import Actor, record
from geo.boundaries import Site, chain_of, require_chain
from geo.crs import WGS84, SourceCrs, convert_xy
from geo.db import Transaction
from geo.people.store import posts as store


@dataclass(frozen=True)
class Vacancies:
    """Posts and branches of one area and all that lies in it.

    `vacant` counts the posts without a holder by title; `branches` is 0 in a blind spot.
    `lon` and `lat` are the label point in degrees.
    """

    place: int
    code: str
    name: str
    posts: int
    vacant: dict[str, int]
    branches: int
    lon: float
    lat: float

    @property
    def blind(self) -> bool:
        """Whether no branch is there."""
        return self.branches == 0


@dataclass(frozen=True)
class PostBook:
    """The areas of one level by code, and what belongs to no area of the edition any more."""

    areas: list[Vacancies]
    positions_astray: int
    branches_astray: int


def vacancies(
    tx: Transaction,
    site: Site,
    *,
    edition: int,
    level: str,
    parent: int | None = None,
    actor: Actor,
) -> PostBook:
    """Count posts, vacancies and branches for the areas of a level, as they are today.

    Parameters
    ----------
    edition
        The edition whose areas are asked.
    level
        Key of the level; `geo.errors.UnknownOption` if there is none such.
    parent
        Only areas in this place.
    """
    actor.require("counts", () if parent is None else chain_of(tx, edition, parent))
    site.level(level)
    tops = store.tops(tx, edition, level, parent)
    counts: dict[int, int] = defaultdict(int)
    vacant: dict[int, dict[str, int]] = defaultdict(dict)
    for row in store.posts_by_title(tx, edition, level, parent).to_dict("records"):
        counts[row["top"]] += row["posts"]
        if row["vacant"]:
            vacant[row["top"]][row["title"]] = row["vacant"]
    branches = store.branch_counts(tx, edition, level, parent).set_index("top")["branches"]
    lon, lat = convert_xy(
        tops["x"].to_numpy(), tops["y"].to_numpy(), SourceCrs("epsg", site.epsg), WGS84
    )
    rows = [
        Vacancies(
            place=top["place_id"],
            code=top["code"],
            name=top["name"],
            posts=counts[top["place_id"]],
            vacant=vacant[top["place_id"]],
            branches=int(branches.get(top["place_id"], 0)),
            lon=float(lon[position]),
            lat=float(lat[position]),
        )
        for position, top in enumerate(tops.to_dict("records"))
    ]
    positions_astray, branches_astray = store.astray(tx, edition)
    return PostBook(rows, positions_astray, branches_astray)


def list_positions(
    tx: Transaction, *, edition: int, area: int | None, actor: Actor
) -> pd.DataFrame:
    """List posts with their holders in an area, or in all areas that the actor is for.

    `edition` is to be the one in force: what lies in the areas of an actor is said by today's lines.
    Each reading is written to the audit trail.

    Returns
    -------
    pandas.DataFrame
        id, key, place_id, level, code, name (of the area), title, holder, phone; a vacant post
        has no holder.

    Raises
    ------
    NotFound
        If the edition has no such area.
    NotAllowed
        If the area lies outside those that the actor is for.
    """
    scope = actor.scope("staff.read")
    places = scope.places
    if area is not None:
        chain = require_chain(tx, edition, area)
        actor.require("staff.read", chain)
        places = frozenset({area})
    rows = store.positions_in(tx, edition, places)
    record(tx, actor=actor, action="read positions", area=area, rows=len(rows))
    return rows


def bound_to(tx: Transaction, places: Collection[int]) -> dict[str, int]:
    """Count what belongs to places: live positions, branches, and members on duty (`duty`)."""
    return store.bound_to(tx, places)
