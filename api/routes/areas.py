"""Areas: one with everything the card shows, or all of a level."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

from api.deps import Edition, Service, TheEdition, TheService
from api.places import area_row, head, level_rows, text
from api.strict import router
from api.who import needs
from api.wire import (
    AreaAnswer,
    AreaFull,
    AreasAnswer,
    Coverage,
    KindCount,
    NearestFacility,
)
from geo.reach import coverage_of

routes = router("areas")


@routes.get("/areas", summary="All areas of a level", dependencies=[needs("map")])
def areas_of_level(
    edition: TheEdition,
    level: Annotated[str, Query(description="Key of the level.", examples=["community"])],
) -> AreasAnswer:
    """List the areas of a level by code, with their figures."""
    return AreasAnswer(edition=edition.head, areas=level_rows(edition.areas, level))


@routes.get("/areas/{id}", summary="One area", dependencies=[needs("map")])
def area(
    service: TheService,
    edition: TheEdition,
    place_id: Annotated[int, Path(alias="id", description="Place id, the id in the tiles.")],
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
