"""Areas: the table of a level, one with everything the card shows, and its family."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import shapely
from fastapi import Path
from pydantic_core import from_json

from api.deps import Edition, Service, TheEdition, TheService, TheTransaction
from api.features import GeoJson, Row, in_degrees, records
from api.paging import CLEAN
from api.places import area_row, head, level_rows, text
from api.strict import router
from api.who import TheActor, needs
from api.wire import (
    AreaAnswer,
    AreaFull,
    AreaRow,
    AreasAnswer,
    Coverage,
    KindCount,
    NearestFacility,
)
from api.wire.questions import (
    AreaFeature,
    AreaVersion,
    CodeAnswer,
    HistoryAnswer,
    LineageRow,
    Neighbour,
    NeighboursAnswer,
    Successor,
)
from geo.access import Actor
from geo.boundaries import area_history, neighbours, successors
from geo.errors import NotFound
from geo.reach import coverage_of

routes = router("areas")

Place = Annotated[
    int,
    Path(alias="id", le=2**63 - 1, description="Place id, the id in the tiles.", examples=[1]),
]


@routes.get("/levels/{key}/areas", summary="All areas of a level", dependencies=[needs("map")])
def areas_of_level(
    edition: TheEdition,
    level: Annotated[
        str, Path(alias="key", description="Key of the level.", examples=["community"])
    ],
) -> AreasAnswer:
    """List the areas of a level by code, with their figures."""
    return AreasAnswer(edition=edition.head, areas=level_rows(edition.areas, level))


@routes.get("/areas/{id}", summary="One area", dependencies=[needs("map")])
def area(
    service: TheService,
    edition: TheEdition,
    place_id: Place,
) -> AreaAnswer:
    """Give an area with its chain, its facilities and how well it is served."""
    book = edition.areas
    row = area_row(book, book.facts(place_id))
    chain = [head(link) for link in book.chain(place_id)]
    return AreaAnswer(
        edition=edition.head,
        area=AreaFull.model_validate({**row, "chain": chain}),
        facilities=_facilities_inside(edition, place_id),
        nearest_facility=_nearest(edition, place_id),
        coverage=_coverage(service, edition, place_id),
    )


def _facilities_inside(edition: Edition, place_id: int) -> list[KindCount]:
    book, registers = edition.areas, edition.registers
    units = book.unit_ids(book.index.assign(registers.facility_xy))
    kinds = registers.facilities["kind"][book.holds(place_id, units)].value_counts()
    ranked = sorted(kinds.items(), key=lambda pair: (-int(pair[1]), str(pair[0])))
    return [KindCount(kind=str(kind), count=int(count)) for kind, count in ranked]


def _nearest(edition: Edition, place_id: int) -> NearestFacility | None:
    area = edition.areas.facts(place_id)
    found = edition.registers.nearest_facility(area.label_x, area.label_y)
    if found is None:
        return None
    facility_id, metres = found
    facility = edition.registers.facilities.loc[facility_id]
    return NearestFacility(
        id=facility_id,
        kind=facility["kind"],
        name=text(facility["name"]),
        distance_m=round(metres, 1),
    )


def _coverage(service: Service, edition: Edition, place_id: int) -> list[Coverage]:
    if service.engine is None:
        return []
    with service.engine.begin() as tx:
        rows = coverage_of(tx, edition.ref.number, place_id)
    columns = ("minutes", "households", "share", "method")
    return [Coverage(**{name: row[name] for name in columns}) for row in rows]


# -- its family


@routes.get("/areas/by-code/{code}", summary="What a code means", dependencies=[needs("map")])
def by_code(
    service: TheService,
    edition: TheEdition,
    actor: TheActor,
    code: Annotated[
        str,
        Path(max_length=100, pattern=CLEAN, description="Code of an area.", examples=["621122"]),
    ],
) -> CodeAnswer:
    """Give the area of a code; for a retired code, who holds in this edition what it stood for."""
    frame = edition.areas.frame
    places = frame.index[(frame["code"] == code).to_numpy()]
    if len(places):
        return CodeAnswer(
            edition=edition.head, code=code, area=_row(edition, int(places[0])), successors=[]
        )
    return CodeAnswer(
        edition=edition.head, code=code, area=None,
        successors=_successors(service, edition, code, actor),
    )  # fmt: skip


def _successors(service: Service, edition: Edition, code: str, actor: Actor) -> list[Successor]:
    number = edition.ref.number
    if service.engine is None:
        raise NotFound(
            f"Edition {number} has no area with the code {code}. Ask another edition"
            " (/editions), or a live service (`wangge serve`) for what became of it.",
            f"第 {number} 版中没有编码 {code}。请查询其他版本（/editions），"
            "或向在线服务（wangge serve）查询其沿革。",
            code_asked=code,
        )
    with service.engine.begin() as tx:
        found = successors(tx, code, number, actor=actor)
    return [
        Successor(
            id=s.id, level=s.level, code=s.code, name=s.name, share_area=s.share.area,
            share_households=s.share.households,
        )
        for s in found
    ]  # fmt: skip


def _row(edition: Edition, place_id: int) -> AreaRow:
    book = edition.areas
    return AreaRow.model_validate(area_row(book, book.facts(place_id)))


@routes.get(
    "/areas/{id}/children", summary="The areas directly below one", dependencies=[needs("map")]
)
def children(edition: TheEdition, place_id: Place) -> AreasAnswer:
    """List the children of an area by code, with their figures; a lowest area has none."""
    edition.areas.facts(place_id)
    below = edition.areas.children(place_id).tolist()
    return AreasAnswer(edition=edition.head, areas=[_row(edition, child) for child in below])


@routes.get("/areas/{id}/neighbours", summary="The areas beside one", dependencies=[needs("map")])
def beside(edition: TheEdition, place_id: Place) -> NeighboursAnswer:
    """List the areas of the same level that share a border with it, and how many metres."""
    book = edition.areas
    book.facts(place_id)
    found = neighbours(book.frame, place_id)["border_m"]
    return NeighboursAnswer(
        edition=edition.head,
        neighbours=[
            Neighbour(**head(book.chain(place)[-1]).model_dump(), border_m=round(metres, 3))
            for place, metres in zip(found.index.tolist(), found.tolist(), strict=True)
        ],
    )


@routes.get(
    "/areas/{id}/geometry",
    summary="The outline of an area",
    response_model=AreaFeature,
    response_class=GeoJson,
    response_description="One GeoJSON feature.",
    dependencies=[needs("map")],
)
def geometry(edition: TheEdition, place_id: Place) -> GeoJson:
    """Give an area as a GeoJSON feature with its figures."""
    book = edition.areas
    row = _row(edition, place_id)
    shape = in_degrees(np.array([book.frame.geometry.at[place_id]]), book.site.epsg)[0]
    feature = AreaFeature(
        type="Feature", id=place_id, geometry=from_json(shapely.to_geojson(shape)),
        properties=row, edition=edition.head,
    )  # fmt: skip
    return GeoJson(feature.model_dump_json())


@routes.get(
    "/areas/{id}/history",
    summary="What an area was, came from and became",
    dependencies=[needs("map")],
)
def history(tx: TheTransaction, actor: TheActor, place_id: Place) -> HistoryAnswer:
    """Give the versions of a place in all editions, and its lineage both ways with shares."""
    found = area_history(tx, place_id, actor=actor)
    return HistoryAnswer(
        id=place_id,
        versions=[_version(row) for row in records(found.versions)],
        came_from=[LineageRow(**row) for row in records(found.came_from)],
        went_to=[LineageRow(**row) for row in records(found.went_to)],
    )


def _version(row: Row) -> AreaVersion:
    above = {name: row.pop(f"parent_{name}") for name in ("id", "code", "name")}
    return AreaVersion(**row, parent=None if above["code"] is None else above)
