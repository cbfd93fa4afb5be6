"""Search: a few characters, the best dozen places."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from fastapi import Query

from api.deps import TheEdition
from api.places import box, degrees
from api.strict import router
from api.who import needs
from api.wire import Hit, Hits
from geo.crs import WGS84, convert_xy, points_to_working
from geo.publish import NOWHERE, AreaBook, Thing, best, typed_point

routes = router("search")

_SEPARATOR = " · "


@routes.get(
    "/search",
    summary="Find a place by name, code, building or coordinates",
    dependencies=[needs("map")],
)
def search(
    edition: TheEdition,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=100,
            description="Code or its beginning, part of a name, compound and building number,"
            " or “lon,lat”.",
            examples=["西街社区"],
        ),
    ],
    limit: Annotated[int, Query(ge=1, le=100, description="At most so many.")] = 12,
) -> Hits:
    """Find areas, facilities, compounds, buildings; coordinates give the point itself."""
    point = typed_point(q)
    if point is not None:
        return Hits(results=[_point_hit(edition.areas, *point)])
    tables = (edition.areas.search, edition.registers.search)
    found = [hit for table in tables for hit in table.find(q, limit=limit)]
    return Hits(results=_hits(edition.areas, [hit.thing for hit in best(found, limit=limit)]))


def _hits(book: AreaBook, things: list[Thing]) -> list[Hit]:
    xy = np.array([(thing.x, thing.y) for thing in things]).reshape(-1, 2)
    units = book.unit_ids(book.index.assign(xy)).tolist()
    lon, lat = convert_xy(xy[:, 0], xy[:, 1], book.crs, WGS84)
    return [_hit(book, *row) for row in zip(things, units, lon.tolist(), lat.tolist(), strict=True)]


def _hit(book: AreaBook, thing: Thing, unit: int, lon: float, lat: float) -> Hit:
    is_area = thing.type == "area"
    return Hit(
        type=thing.type,
        id=thing.id,
        level=thing.level,
        kind=thing.kind,
        code=thing.code or None,
        name=thing.name,
        where=_SEPARATOR.join(_where(book, thing.id)[:-1] if is_area else _where(book, unit)),
        lon=degrees(lon),
        lat=degrees(lat),
        bbox=box(book.facts(thing.id)) if is_area else None,
    )


def _where(book: AreaBook, place_id: int) -> list[str]:
    return [] if place_id == NOWHERE else [link.name for link in book.chain(place_id)]


def _point_hit(book: AreaBook, lon: float, lat: float) -> Hit:
    xy = points_to_working(np.array([lon]), np.array([lat]), WGS84, book.site.epsg)
    unit = int(book.unit_ids(book.index.assign(xy))[0])
    return Hit(
        type="point",
        id=None,
        level=None,
        kind=None,
        code=None,
        name=f"{lon}, {lat}",
        where=_SEPARATOR.join(_where(book, unit)),
        lon=lon,
        lat=lat,
        bbox=None,
    )
