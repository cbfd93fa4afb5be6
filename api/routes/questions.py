"""Lists for other systems: areas, buildings, facilities, incidents as GeoJSON in pages."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from fastapi import Query

from api.deps import Day, TheEdition, TheTransaction
from api.features import GeoJson, Row, in_degrees, records
from api.paging import CLEAN, TheQuestion
from api.places import head
from api.strict import router
from api.who import TheActor, needs
from api.wire import AreaHead
from api.wire.questions import (
    AreaPage,
    BuildingPage,
    CoverageAnswer,
    CoverageRow,
    FacilityPage,
    IncidentPage,
    NearestAnswer,
    NearFacility,
)
from geo.boundaries import list_areas
from geo.crs import SourceCrs, convert_xy, parse_crs
from geo.db import Listing, begin_listing
from geo.errors import BadInput
from geo.people import list_incidents
from geo.publish import AreaBook
from geo.reach import coverage_frame
from geo.registers import list_buildings, list_facilities, nearest_facilities

routes = router("questions")

#: No place of the earth has coordinates beyond this in a metric system.
_FARTHEST_M = 1e8
#: The walk that coverage is asked for when no minutes are said.
_USUAL_MIN = 10

_PAGE: dict[str, Any] = {
    "response_class": GeoJson,
    "response_description": "A page of GeoJSON features.",
}
Kind = Annotated[
    str | None,
    Query(min_length=1, max_length=200, pattern=CLEAN, description="Only this kind."),
]


def _pop_head(row: Row, prefix: str, *more: str) -> Row | None:
    """Take the cells of an area out of a row; None where there is none."""
    found = {name: row.pop(f"{prefix}_{name}") for name in ("id", "code", "name", *more)}
    return None if found["code"] is None else found


def _area(row: Row) -> Row:
    parent = _pop_head(row, "parent")
    return {**row, "parent": parent, "area_m2": round(row["area_m2"], 2)}


def _placed(row: Row) -> Row:
    unit = _pop_head(row, "unit")
    return {**row, "unit": unit}


def _incident(row: Row) -> Row:
    handler = _pop_head(row, "handler", "level")
    row.pop("moment")
    return {**_placed(row), "handler": handler}


def _by_moment(row: Row) -> list[Any]:
    return [row["moment"].isoformat(), int(row["id"])]


def _by_id(row: Row) -> list[Any]:
    return [int(row["id"])]


@routes.get(
    "/areas",
    summary="Areas in pages, with their outlines",
    response_model=AreaPage,
    dependencies=[needs("map")],
    **_PAGE,
)
def areas(
    asked: TheQuestion,
    tx: TheTransaction,
    actor: TheActor,
    level: Annotated[
        str | None, Query(description="Only this level (its key).", examples=["community"])
    ] = None,
) -> GeoJson:
    """List the areas of an edition by code. With `parent`, all that lies below that area."""
    if level is not None:
        asked.site.level(level)
    listing = asked.listing(tx, rows="of the day")
    found = list_areas(tx, listing, level=level, parent=asked.parent, actor=actor)
    return asked.answer(listing, found, _area, lambda row: [row["code"], int(row["id"])])


@routes.get(
    "/buildings",
    summary="Buildings in pages, with their outlines",
    response_model=BuildingPage,
    dependencies=[needs("ask")],
    **_PAGE,
)
def buildings(asked: TheQuestion, tx: TheTransaction, actor: TheActor) -> GeoJson:
    """List the buildings known on a day (`at`, else now) by id, placed in the edition asked."""
    listing = asked.listing(tx, rows="of the day")
    found = list_buildings(tx, listing, parent=asked.parent, actor=actor)
    return asked.answer(listing, found, _placed, _by_id)


@routes.get(
    "/facilities",
    summary="Facilities in pages",
    response_model=FacilityPage,
    dependencies=[needs("map")],
    **_PAGE,
)
def facilities(
    asked: TheQuestion, tx: TheTransaction, actor: TheActor, kind: Kind = None
) -> GeoJson:
    """List the facilities known on a day (`at`, else now) by id, placed in the edition asked."""
    listing = asked.listing(tx, rows="of the day")
    found = list_facilities(tx, listing, parent=asked.parent, kind=kind, actor=actor)
    return asked.answer(listing, found, _placed, _by_id)


@routes.get(
    "/incidents",
    summary="Incidents in pages",
    response_model=IncidentPage,
    dependencies=[needs("incidents.read")],
    **_PAGE,
)
def incidents(
    asked: TheQuestion,
    tx: TheTransaction,
    actor: TheActor,
    *,
    kind: Kind = None,
    state: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=200,
            pattern=CLEAN,
            description="Only this state; `open` are all but closed.",
        ),
    ] = None,
    start: Annotated[Day | None, Query(alias="from", description="From this day on.")] = None,
    end: Annotated[Day | None, Query(alias="to", description="Up to and with this day.")] = None,
    order: Annotated[
        Literal["oldest", "newest"],
        Query(description="By the time of reporting, else of becoming known: which come first."),
    ] = "oldest",
) -> GeoJson:
    """List incidents by time, as they are now, in the areas of the edition asked.

    Only those that lie in the areas which the caller's roles are for.
    """
    if start is not None and end is not None and start > end:
        raise BadInput(
            f"“from” ({start}) lies after “to” ({end}). Swap them.",
            f"起始日期（{start}）晚于截止日期（{end}），请对调。",
        )
    listing = asked.listing(tx, rows="of now")
    found = list_incidents(
        tx, asked.site, listing, parent=asked.parent, kind=kind, state=state, start=start, end=end,
        newest_first=order == "newest", actor=actor,
    )  # fmt: skip
    return asked.answer(listing, found, _incident, _by_moment)


# -- what serves whom


@routes.get(
    "/coverage", summary="Households within some minutes of a facility", dependencies=[needs("map")]
)
def coverage(
    edition: TheEdition,
    tx: TheTransaction,
    level: Annotated[
        str | None, Query(description="Only this level (its key).", examples=["community"])
    ] = None,
    parent: Annotated[
        int | None, Query(description="Only what lies in this area (place id), itself too.")
    ] = None,
    minutes: Annotated[
        int | None,
        Query(
            ge=1,
            description="Within so many minutes; 10 if not given, the fewest where there are no"
            " circles of 10.",
        ),
    ] = None,
) -> CoverageAnswer:
    """Give the coverage that was counted for an edition, by code.

    Coverage is counted anew while an edition is in force or coming, then it stays.
    """
    book = edition.areas
    rows = coverage_frame(tx, edition.ref.number)
    if minutes is None:
        counted = set(rows["minutes"])
        minutes = _USUAL_MIN if _USUAL_MIN in counted else min(counted, default=None)
    wanted = _wanted(book, level, parent)
    rows = rows[rows["place_id"].isin(wanted) & (rows["minutes"] == minutes)]
    order = {place: at for at, place in enumerate(wanted)}
    rows = rows.assign(order=rows["place_id"].map(order)).sort_values("order")
    return CoverageAnswer(
        edition=edition.head,
        rows=[
            CoverageRow(
                area=_head(book, int(row["place_id"])),
                minutes=row["minutes"],
                households=row["households"],
                known_households=row["known_households"],
                share=None if np.isnan(row["share"]) else row["share"],
                unknown_buildings=row["unknown_buildings"],
                method=row["method"],
            )
            for row in rows.to_dict("records")
        ],
    )


def _wanted(book: AreaBook, level: str | None, parent: int | None) -> list[int]:
    """Give the place ids that are meant, by level from the top and by code."""
    rows = book.frame
    if parent is not None:
        book.facts(parent)
        rows = rows[book.holds(parent, rows.index.to_numpy(dtype=np.int64))]
    if level is not None:
        rows = rows[rows["level"] == book.site.level(level).key]
    return [int(place) for place in rows.index]


def _head(book: AreaBook, place: int) -> AreaHead:
    return head(book.chain(place)[-1])


@routes.get("/nearest", summary="The facilities nearest to a point", dependencies=[needs("map")])
def nearest(
    edition: TheEdition,
    tx: TheTransaction,
    actor: TheActor,
    *,
    lon: Annotated[float, Query(description="Longitude, or easting.", examples=[104.63])],
    lat: Annotated[float, Query(description="Latitude, or northing.", examples=[35.0])],
    kind: Kind = None,
    crs: Annotated[
        str | None,
        Query(
            description="System of the coordinates: an EPSG code, gcj02 or bd09; 4326 if not given.",
            examples=["gcj02"],
        ),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="At most so many.")] = 1,
) -> NearestAnswer:
    """Name the facilities in service nearest to a point, in a straight line.

    They come by distance, then by id. Of several that are equally far where `limit` ends, any may
    be left out.
    """
    epsg = edition.areas.site.epsg
    system = parse_crs(crs or "4326")
    (x,), (y,) = convert_xy(np.array([lon]), np.array([lat]), system, SourceCrs("epsg", epsg))
    degrees = not system.is_lonlat or (abs(lon) <= 180 and abs(lat) <= 90)  # noqa: PLR2004
    if not (degrees and abs(x) < _FARTHEST_M and abs(y) < _FARTHEST_M):
        raise BadInput(
            f"There is no place at {lon}, {lat}. Are the two exchanged, or is “crs” missing?",
            f"坐标 {lon}, {lat} 不是有效位置。请检查是否颠倒，或补上 crs 参数。",
        )
    listing = Listing(edition=edition.ref.number, as_of=begin_listing(tx), epsg=epsg, limit=limit)
    found = nearest_facilities(tx, listing, x=float(x), y=float(y), kind=kind, actor=actor)
    points = in_degrees(found.geometry.to_numpy(), epsg)
    return NearestAnswer(
        edition=edition.head,
        method="disc",
        facilities=[
            NearFacility(
                **{**_placed(row), "distance_m": round(row["distance_m"], 3)},
                lon=point.x,
                lat=point.y,
            )
            for row, point in zip(records(found), points, strict=True)
        ],
    )
