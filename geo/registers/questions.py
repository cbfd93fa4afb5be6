"""Questions about buildings and facilities: in pages, and the nearest ones."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from geo.access import Actor, Right, Scope
from geo.boundaries import require_place, units_within
from geo.db import Found, Listing, Transaction
from geo.registers import store
from geo.registers.rows import Ints

_EVERYWHERE = Scope()


def list_buildings(
    tx: Transaction, listing: Listing, *, parent: str | None = None, actor: Actor
) -> Found:
    """List buildings by id, those of the areas that the actor may ask for.

    `parent` is the code or the place id of an area: the buildings placed in it are meant.

    Returns
    -------
    Found
        Rows with id, number, name, compound, address, use, status, floors, geometry; unit_id,
        unit_code, unit_name (missing outside all areas); keyed by id. Never households.

    Raises
    ------
    NotFound
        If the edition has no such parent.
    """
    units = _units(tx, listing, parent, actor.scope("ask"))
    return store.building_page(tx, listing, units=units)


def list_facilities(
    tx: Transaction,
    listing: Listing,
    *,
    parent: str | None = None,
    kind: str | None = None,
    actor: Actor,
) -> Found:
    """List facilities by id, of one kind or of all; see `list_buildings`.

    Rows have id, kind, name, address, floor_area_m2, state, geometry and the unit.
    """
    actor.scope(_OPEN)
    units = _units(tx, listing, parent, _EVERYWHERE)
    return store.facility_page(tx, listing, units=units, kind=kind)


def nearest_facilities(
    tx: Transaction, listing: Listing, *, x: float, y: float, kind: str | None = None, actor: Actor
) -> gpd.GeoDataFrame:
    """Give the facilities in service nearest to a point (metres), in a straight line.

    Rows as `list_facilities` gives them and distance_m, nearest first, the lower id before the
    higher one; at most `listing.limit`.
    """
    actor.scope(_OPEN)
    return store.nearest_facilities(tx, listing, x=x, y=y, kind=kind)


#: Anyone may see facilities on the map, so a role for one area does not narrow their list.
_OPEN: Right = "map"


def _units(tx: Transaction, listing: Listing, parent: str | None, scope: Scope) -> Ints | None:
    """Give the units that a question is about; None are all, and what lies outside them."""
    wanted = None
    if parent is not None:
        place = require_place(tx, listing.edition, parent)
        wanted = units_within(tx, listing.edition, [place])
    if scope.places is None:
        return wanted
    allowed = units_within(tx, listing.edition, scope.places)
    return allowed if wanted is None else wanted[np.isin(wanted, allowed)]
