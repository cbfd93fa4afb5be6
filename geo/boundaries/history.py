"""What became of areas: versions and lineage of a place, successors of a code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from geo.access import Actor
from geo.boundaries import store
from geo.db import Transaction
from geo.errors import NotFound


@dataclass(frozen=True)
class Share:
    """Which part of a place went on; `households` is None where it is unknown."""

    area: float
    households: float | None


@dataclass(frozen=True)
class History:
    """The versions of a place and its lineage both ways; columns as in the statements."""

    versions: pd.DataFrame
    came_from: pd.DataFrame
    went_to: pd.DataFrame


@dataclass(frozen=True)
class Successor:
    """An area that holds a part of what another one was."""

    id: int
    level: str
    code: str
    name: str
    share: Share


def area_history(tx: Transaction, place: int, *, actor: Actor) -> History:
    """Give the versions of a place in all editions, and where its ground came from and went.

    Raises
    ------
    NotFound
        If no edition has such a place.
    """
    actor.scope("map")
    versions = store.versions_of(tx, place)
    if versions.empty:
        raise NotFound(
            f"No edition has an area {place}. Look it up by its code: /areas/by-code/CODE.",
            f"任何版本中都没有编号为 {place} 的区域，可按编码查询：/areas/by-code/编码。",
            id=place,
        )
    return History(versions, store.lineage_from(tx, place), store.lineage_to(tx, place))


def successors(tx: Transaction, code: str, number: int, *, actor: Actor) -> list[Successor]:
    """Say who holds in an edition what a retired code stood for, by code bytes.

    Shares are multiplied along the editions: who got half of what had got half holds a quarter.
    A place that goes on under another code is its own successor.

    Raises
    ------
    NotFound
        If the code was never published, or only after the edition asked.
    """
    actor.scope("map")
    place = store.owner_of(tx, code)
    if place is None:
        raise NotFound(
            f"No edition has an area with the code {code}. Search by name: /search?q=…",
            f"任何版本中都没有编码 {code}，可按名称查找：/search?q=…",
            code_asked=code,
        )
    versions = store.versions_of(tx, place)
    named = versions[versions["code"] == code]
    before = named[named["first_edition"] <= number]
    if before.empty:
        first = named.iloc[0]
        raise NotFound(
            f"The code {code} begins with edition {first['first_edition']}"
            f" ({first['since']}); edition {number} does not know it. Ask a later edition.",
            f"编码 {code} 自第 {first['first_edition']} 版（{first['since']}）起使用，"
            f"第 {number} 版中没有，请查询之后的版本。",
            code_asked=code,
        )
    shares = {place: Share(1.0, 1.0)}
    # From the last edition that has the code: an area that was withdrawn may have come back.
    last = before["last_edition"].iloc[-1]
    numbers = store.editions(tx)["number"]
    known = number if pd.isna(last) else int(last)
    for step in numbers[(numbers > known) & (numbers <= number)]:
        shares = passed_on(shares, store.passed_on(tx, int(step), shares))
    return [
        Successor(int(row["id"]), row["level"], row["code"], row["name"], shares[int(row["id"])])
        for row in store.area_heads(tx, number, shares).to_dict("records")
    ]


def passed_on(shares: Mapping[int, Share], rows: pd.DataFrame) -> dict[int, Share]:
    """Carry shares through one edition.

    `rows` has from_place, to_place, share_area and share_households (missing when unknown);
    places without a row keep what they have.
    """
    kept = set(shares) - {int(p) for p in rows["from_place"]}
    after = {place: shares[place] for place in kept}
    for row in rows.to_dict("records"):
        given, place = shares[int(row["from_place"])], int(row["to_place"])
        before = after.get(place, Share(0.0, 0.0))
        households = row["share_households"]
        part = None if pd.isna(households) else float(households)
        after[place] = Share(
            before.area + given.area * float(row["share_area"]),
            _sum(before.households, _product(given.households, part)),
        )
    return after


def _product(left: float | None, right: float | None) -> float | None:
    return None if left is None or right is None else left * right


def _sum(left: float | None, right: float | None) -> float | None:
    return None if left is None or right is None else left + right
