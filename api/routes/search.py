"""Search: a few characters, the best dozen places."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import pandas as pd
from fastapi import Query

from api.deps import Edition, TheEdition
from api.places import box, lonlat, text
from api.strict import router
from api.wire import Hit, Hits
from geo.crs import WGS84, points_to_working
from geo.publish import NOWHERE, AreaBook
from geo.publish.search import best, typed_point

routes = router("search")

_SEPARATOR = " · "


@routes.get("/search", summary="Find a place by name, code, building or coordinates")
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
    found = pd.concat([table.find(q, limit=limit) for table in tables], ignore_index=True)
    return Hits(results=_hits(edition, best(found, limit=limit)))


def _hits(edition: Edition, found: pd.DataFrame) -> list[Hit]:
    book = edition.areas
    xy = found[["x", "y"]].to_numpy(dtype=float)
    units = book.unit_ids(book.index.assign(xy))
    rows = found.to_dict("records")
    return [_hit(book, row, unit) for row, unit in zip(rows, units.tolist(), strict=True)]


def _hit(book: AreaBook, row: dict[Any, Any], unit: int) -> Hit:
    is_area = row["type"] == "area"
    lon, lat = lonlat(row["x"], row["y"], book.site.epsg)
    return Hit(
        type=row["type"],
        id=int(row["id"]),
        level=text(row["level"]),
        kind=text(row["kind"]),
        code=text(row["code"]),
        name=row["name"],
        where=_SEPARATOR.join(_where(book, row["id"])[:-1] if is_area else _where(book, unit)),
        lon=lon,
        lat=lat,
        bbox=box(book.facts(row["id"])) if is_area else None,
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
