"""The public registers: facilities and buildings one by one."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from api.deps import TheEdition
from api.places import building_out, facility_out
from api.strict import router
from api.who import needs
from api.wire import BuildingOut, FacilityOut

routes = router("registers")


@routes.get("/facilities/{id}", summary="One facility", dependencies=[needs("map")])
def facility(
    edition: TheEdition,
    facility_id: Annotated[
        int,
        Path(alias="id", description="Id of the facility, as in the tiles.", examples=[26246]),
    ],
) -> FacilityOut:
    """Give a facility of the public register."""
    return facility_out(edition.registers, facility_id, edition.areas.site.epsg)


@routes.get("/buildings/{id}", summary="One building", dependencies=[needs("map")])
def building(
    edition: TheEdition,
    building_id: Annotated[
        int,
        Path(alias="id", description="Id of the building, as in the tiles.", examples=[1]),
    ],
) -> BuildingOut:
    """Give a building of the public register; its households are not public."""
    return building_out(edition.registers, building_id, edition.areas.site.epsg)
