"""Shapes of what systems ask for: pages of features, families of areas, changes, coverage."""

from __future__ import annotations

import datetime as dt
from typing import Any, Generic, Literal, TypeVar

from pydantic import Field

from api.wire import AreaHead, AreaRow, EditionHead, Wire

Properties = TypeVar("Properties", bound=Wire)


class UnitHead(Wire):
    """The lowest area that something belongs to."""

    id: int
    code: str = Field(examples=["621122099001001"])
    name: str = Field(examples=["金阳第一网格"])


class Geometry(Wire):
    """A GeoJSON geometry: longitude and latitude in degrees, nine decimals."""

    type: str = Field(examples=["Polygon"])
    coordinates: list[Any]


class Feature(Wire, Generic[Properties]):
    """A GeoJSON feature."""

    type: Literal["Feature"]
    id: int
    geometry: Geometry
    properties: Properties


class Page(Wire, Generic[Properties]):
    """One page of features, and where the next one is."""

    type: Literal["FeatureCollection"]
    edition: EditionHead
    features: list[Feature[Properties]]
    next: str | None = Field(
        description="Address of the next page on this host: the same question to the same edition"
        " and moment; null on the last page."
    )
    count: int | None = Field(
        description="All features of the question, exactly; null when not asked for, or when there"
        " are more than `count_over`."
    )
    count_over: int | None = Field(
        default=None, description="There are more than so many; they are not counted."
    )


class AreaProperties(Wire):
    """An area."""

    level: str = Field(examples=["community"])
    code: str = Field(examples=["621122099001"])
    name: str = Field(examples=["金阳社区"])
    parent: UnitHead | None
    households: int | None = Field(description="null: unknown, which is not 0.")
    households_complete: bool
    buildings: int | None
    area_m2: float


class BuildingProperties(Wire):
    """A building; its households are not public."""

    number: str | None
    name: str | None
    compound: str | None
    address: str | None
    use: str | None
    status: str | None
    floors: int | None
    unit: UnitHead | None = Field(description="null outside all areas.")


class FacilityProperties(Wire):
    """A facility."""

    kind: str
    name: str | None
    address: str | None
    floor_area_m2: float | None
    state: str | None
    unit: UnitHead | None = Field(description="null outside all areas.")


class IncidentProperties(Wire):
    """An incident."""

    key: str
    source: str
    kind: str
    title: str | None
    state: str | None
    reported_at: dt.datetime | None
    closed_at: dt.datetime | None
    address: str | None
    unit: UnitHead | None = Field(description="null outside all areas.")
    handler: AreaHead | None = Field(description="null: the unit handles it.")
    version: int


AreaPage = Page[AreaProperties]
BuildingPage = Page[BuildingProperties]
FacilityPage = Page[FacilityProperties]
IncidentPage = Page[IncidentProperties]


class AreaFeature(Feature[AreaRow]):
    """One area with its outline."""

    edition: EditionHead


class Successor(AreaHead):
    """An area that holds a part of what a retired code stood for."""

    share_area: float = Field(description="Of the ground of the retired area.")
    share_households: float | None = Field(description="Of its households; null if unknown.")


class CodeAnswer(Wire):
    """What a code means in an edition."""

    edition: EditionHead
    code: str
    area: AreaRow | None = Field(description="null: the code is retired in this edition.")
    successors: list[Successor] = Field(description="Who holds its ground; empty while it lives.")


class Neighbour(AreaHead):
    """An area of the same level with a common border."""

    border_m: float = Field(description="Length of the common border in metres.")


class NeighboursAnswer(Wire):
    """The neighbours of an area, by code."""

    edition: EditionHead
    neighbours: list[Neighbour]


class AreaVersion(Wire):
    """What an area was from one edition to another."""

    first_edition: int
    last_edition: int | None = Field(description="null: it goes on.")
    since: dt.date
    until: dt.date | None = Field(description="The first day without it; null: it goes on.")
    level: str
    code: str
    name: str
    parent: UnitHead | None
    area_m2: float


class LineageRow(AreaHead):
    """A part of an area that came from, or went to, another one (or stayed) in an edition."""

    edition: int
    since: dt.date
    households: int | None
    area_m2: float
    share_households: float | None = Field(description="Of what the giving area had.")
    share_area: float = Field(description="Of what the giving area had.")


class HistoryAnswer(Wire):
    """Versions of a place in all editions, oldest first, and its lineage both ways."""

    id: int
    versions: list[AreaVersion]
    came_from: list[LineageRow]
    went_to: list[LineageRow]


class Change(Wire):
    """Something that became different; what it is now is asked for by its id."""

    at: dt.datetime
    kind: Literal["edition", "area", "building", "compound", "facility", "feature", "incident"]
    id: int
    what: Literal["new", "changed", "ended", "published"]
    edition: int | None = Field(description="For editions and areas: the edition of the change.")


class Changes(Wire):
    """What changed, in order, and from where on to ask next time."""

    changes: list[Change]
    next: str = Field(description="Send it as `since=`; the same while nothing happens.")


class CoverageRow(Wire):
    """Households of one area within some minutes of a facility."""

    area: AreaHead
    minutes: int
    households: int = Field(description="Known and covered.")
    known_households: int = Field(description="Known in the area, covered or not.")
    share: float | None = Field(description="Of the known households; null if none is known.")
    unknown_buildings: int = Field(description="Lived in, nobody knows by how many households.")
    method: str = Field(description="disc: a straight line, not a walk.", examples=["disc"])


class CoverageAnswer(Wire):
    """Coverage by area and minutes."""

    edition: EditionHead
    rows: list[CoverageRow]


class NearFacility(FacilityProperties):
    """A facility and how far it is."""

    id: int
    lon: float
    lat: float
    distance_m: float


class NearestAnswer(Wire):
    """Facilities in service, the nearest first."""

    edition: EditionHead
    method: Literal["disc"] = Field(description="Metres in a straight line, not of a walk.")
    facilities: list[NearFacility]
