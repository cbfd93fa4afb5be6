"""Questions about areas in pages."""

from __future__ import annotations

from geo.access import Actor
from geo.boundaries import store
from geo.db import Found, Listing, Transaction
from geo.errors import NotFound


def list_areas(
    tx: Transaction,
    listing: Listing,
    *,
    level: str | None = None,
    parent: str | None = None,
    actor: Actor,
) -> Found:
    """List areas of an edition by code bytes.

    `parent` is the code or the place id of an area; what lies below it by parent link is meant,
    itself not.

    Returns
    -------
    Found
        Rows with id, level, code, name, parent_id, parent_code, parent_name, households,
        households_complete, buildings, area_m2, geometry; keyed by (code, id).

    Raises
    ------
    NotFound
        If the edition has no such parent.
    """
    actor.scope("map")
    above = None if parent is None else require_place(tx, listing.edition, parent)
    return store.area_page(tx, listing, level=level, parent=above)


def require_chain(tx: Transaction, number: int, place: int) -> list[int]:
    """Give a place of an edition and all above it, itself first; NotFound if it is not in it."""
    chain = store.chain_of(tx, number, place)
    if not chain:
        raise NotFound(
            f"Edition {number} has no area {place}. Ask for an area of this edition.",
            f"第 {number} 版中没有编号为 {place} 的区域。",
            id=place,
        )
    return chain


def require_place(tx: Transaction, number: int, code_or_id: str) -> int:
    """Give the place id of an area named by its code, else by its id; NotFound if there is none."""
    place = store.place_of(tx, number, code_or_id)
    if place is None:
        raise NotFound(
            f"Edition {number} has no area with the code or id {code_or_id}. What became of a"
            " code is told by /areas/by-code/CODE.",
            f"第 {number} 版中没有编码或编号为 {code_or_id} 的区域。编码的沿革见 /areas/by-code/编码。",
            parent=code_or_id,
        )
    return place
