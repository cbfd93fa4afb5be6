"""From the rows of the books to the shapes of the answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from api.wire import AreaHead, AreaRow, Box, BuildingHead, BuildingOut, ChildCount, FacilityOut
from geo.crs import WGS84, SourceCrs, convert_xy
from geo.errors import NotFound
from geo.publish import AreaBook, AreaFacts, Link, RegisterBook

Cell = float | int | None


def whole(value: Cell) -> int | None:
    """Give a number of a column that may be unknown."""
    return None if pd.isna(value) else int(value)


def text(value: object) -> str | None:
    """Give a text of a column that may be unknown; an empty one is unknown."""
    return value if isinstance(value, str) and value else None


def number(value: Cell) -> float | None:
    """Give a measure of a column that may be unknown."""
    return None if pd.isna(value) else float(value)


def degrees(value: float) -> float:
    """Round degrees to the 0.1 mm; more digits would only look like knowledge."""
    return round(float(value), 9)


def lonlat(x: float, y: float, epsg: int) -> tuple[float, float]:
    """Turn metres into degrees for an answer."""
    lon, lat = convert_xy(np.array([x]), np.array([y]), SourceCrs("epsg", epsg), WGS84)
    return degrees(lon[0]), degrees(lat[0])


def head(link: Link) -> AreaHead:
    """Give one step of a chain."""
    return AreaHead(level=link.level, id=link.id, code=link.code, name=link.name)


def area_row(book: AreaBook, area: AreaFacts) -> dict[str, Any]:
    """Give the fields of `AreaRow` for one area."""
    limit = book.site.level(area.level).household_limit
    over = None if area.households is None or limit is None else area.households - limit
    return {
        "id": area.id,
        "level": area.level,
        "code": area.code,
        "name": area.name,
        "households": area.households,
        "households_complete": area.households_complete,
        "limit": limit,
        "over_by": over if over is not None and over > 0 else None,
        "area_m2": round(area.area_m2, 2),
        "buildings": area.buildings,
        "parent": None if area.parent_id is None else head(book.chain(area.parent_id)[-1]),
        "children": _children(book, book.children(area.id).tolist()),
        "lon": degrees(area.lon),
        "lat": degrees(area.lat),
        "bbox": box(area),
    }


def box(area: AreaFacts) -> Box:
    """Give the bounding box of an area for an answer."""
    return degrees(area.west), degrees(area.south), degrees(area.east), degrees(area.north)


def _children(book: AreaBook, children: list[int]) -> ChildCount | None:
    if not children:
        return None
    return ChildCount(level=book.facts(children[0]).level, count=len(children))


def level_rows(book: AreaBook, level: str) -> list[AreaRow]:
    """Give all areas of a level by code."""
    return [AreaRow.model_validate(area_row(book, area)) for area in book.at_level(level)]


def building_head(registers: RegisterBook, building_id: int) -> BuildingHead:
    """Name a building."""
    return BuildingHead(**registers.building_name(building_id)._asdict())


def building_out(registers: RegisterBook, building_id: int, epsg: int) -> BuildingOut:
    """Give a building; NotFound when the register has no such."""
    if building_id not in registers.buildings.index:
        raise NotFound(
            f"There is no building {building_id} in the register.",
            f"登记册中没有编号为 {building_id} 的楼栋。",
            id=building_id,
        )
    row = registers.buildings.loc[building_id]
    point = row["geometry"].point_on_surface()
    lon, lat = lonlat(point.x, point.y, epsg)
    return BuildingOut(
        **building_head(registers, building_id).model_dump(),
        use=text(row["use"]),
        status=text(row["status"]),
        floors=whole(row["floors"]),
        lon=lon,
        lat=lat,
    )


def facility_out(registers: RegisterBook, facility_id: int, epsg: int) -> FacilityOut:
    """Give a facility; NotFound when the register has no such."""
    if facility_id not in registers.facilities.index:
        raise NotFound(
            f"There is no facility {facility_id} in the register.",
            f"登记册中没有编号为 {facility_id} 的设施。",
            id=facility_id,
        )
    row = registers.facilities.loc[facility_id]
    lon, lat = lonlat(row["geometry"].x, row["geometry"].y, epsg)
    return FacilityOut(
        id=facility_id,
        kind=row["kind"],
        name=text(row["name"]),
        address=text(row["address"]),
        floor_area_m2=number(row["floor_area_m2"]),
        state=text(row["state"]),
        lon=lon,
        lat=lat,
    )
