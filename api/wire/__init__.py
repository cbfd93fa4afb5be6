"""The shapes of the answers, as the OpenAPI document describes them."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Box = tuple[float, float, float, float]
LonLat = tuple[float, float]


class Wire(BaseModel):
    """Root of all answers: immutable, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Problem(BaseModel):
    """What went wrong, what it means, what to do; further facts beside these fields."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["/docs#unknown_option"])
    title: str = Field(examples=["Unknown parameter"])
    status: int = Field(examples=[400])
    detail: str = Field(examples=["There is no parameter “lng” here. Is it “lon”?"])
    code: str = Field(examples=["unknown_option"])


def problem_response(description: str) -> dict[str, Any]:
    """Describe a problem document as one of a route's answers."""
    schema = {"$ref": "#/components/schemas/Problem"}
    content = {"application/problem+json": {"schema": schema}}
    return {"description": description, "content": content}


#: Problems that every route may answer with.
PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: problem_response("A parameter is unknown, repeated, missing or can't be understood."),
    404: problem_response("There is no such thing, or no such edition."),
    409: problem_response("No edition is published yet."),
    503: problem_response("A part of the service is missing or does not answer."),
}


class Names(Wire):
    """A name in both languages."""

    zh: str = Field(examples=["陇西县"])
    en: str = Field(examples=["Longxi"])


class EditionHead(Wire):
    """Which edition answered."""

    number: int = Field(examples=[2])
    effective: dt.date


class Edition(EditionHead):
    """One published edition."""

    title: str
    published_at: str
    sealed: str = Field(description="Hash of its files; part of the tiles' addresses.")


class Editions(Wire):
    """All published editions."""

    current: int | None = Field(description="The one in force today; null if none is.")
    editions: list[Edition]


class SiteOut(Wire):
    """The place."""

    name: Names
    crs: int = Field(description="EPSG code of the working system.", examples=[4544])
    timezone: str = Field(examples=["Asia/Shanghai"])
    bounds: Box | None = Field(description="West, south, east, north; null without an edition.")
    center: LonLat | None


class LevelOut(Wire):
    """One level of areas."""

    key: str = Field(examples=["community"])
    name: Names
    rank: int = Field(description="0 is the top.")
    household_limit: int | None
    household_floor: int | None
    min_zoom: int = Field(description="The lowest zoom at which the tiles show it.")


class Basemap(Wire):
    """An optional raster basemap."""

    url: str
    attribution: str | None
    max_zoom: int | None


class CircleKind(Wire):
    """How one kind of service circle is measured; a disc is a straight line, not a walk."""

    minutes: int
    method: str
    profile: str
    radius_m: float


class KindCount(Wire):
    """How many facilities of a kind."""

    kind: str
    count: int


class Config(Wire):
    """What the map page needs to know first."""

    version: str
    mode: Literal["live", "view"]
    site: SiteOut
    levels: list[LevelOut]
    basemap: Basemap | None
    review_number: str | None
    hexes: bool
    signs_in: bool = Field(description="There are accounts here: false in a read-only view.")
    circles: list[CircleKind]
    facility_kinds: list[KindCount]
    ground: list[str] = Field(
        description="What the ground is made of: kinds of features, compound, building."
    )


class AreaHead(Wire):
    """An area in a chain."""

    level: str = Field(examples=["community"])
    id: int
    code: str = Field(examples=["621122001001"])
    name: str = Field(examples=["西街社区"])


class BuildingHead(Wire):
    """The building that a point lies in."""

    id: int
    number: str | None
    name: str | None
    compound: str | None
    address: str | None


class Located(Wire):
    """Where a point lies."""

    edition: EditionHead
    status: Literal["placed", "outside", "invalid"]
    reason: str | None
    chain: list[AreaHead] = Field(description="Top first; empty outside.")
    building: BuildingHead | None
    border_m: float | None = Field(description="Metres to the nearest border of a lowest area.")


class LocatedRow(Wire):
    """Where one row's point lies."""

    id: str | int | float | None
    status: Literal["placed", "outside", "invalid"]
    reason: str | None
    chain: list[AreaHead]
    building: BuildingHead | None
    border_m: float | None


class LocatedRows(Wire):
    """Where many points lie, in the order of the rows."""

    edition: EditionHead
    counts: dict[Literal["placed", "outside", "invalid"], int]
    rows: list[LocatedRow]


class PointRow(Wire):
    """One point to be placed."""

    id: str | int | float | None = None
    lon: float
    lat: float


class PointRows(Wire):
    """Points to be placed."""

    crs: str | int = Field(default=4326, examples=["gcj02"])
    rows: list[PointRow] = Field(max_length=100_000)


class ChildCount(Wire):
    """What an area consists of."""

    level: str
    count: int


class AreaRow(Wire):
    """An area with its figures."""

    id: int
    level: str
    code: str
    name: str
    households: int | None = Field(description="null: unknown, which is not 0.")
    households_complete: bool
    limit: int | None = Field(description="Households that an area of this level may have.")
    over_by: int | None = Field(description="Households above the limit; null if within it.")
    area_m2: float
    buildings: int | None
    parent: AreaHead | None
    children: ChildCount | None
    lon: float
    lat: float
    bbox: Box


class AreaFull(AreaRow):
    """An area with its figures and its chain, top first, itself last."""

    chain: list[AreaHead]


class NearestFacility(Wire):
    """The facility nearest to the area's label point, in a straight line."""

    id: int
    kind: str
    name: str | None
    distance_m: float


class Coverage(Wire):
    """Households within some minutes of a facility."""

    minutes: int
    households: int
    share: float | None = Field(description="Of the known households; null if none is known.")
    method: str


class AreaAnswer(Wire):
    """One area."""

    edition: EditionHead
    area: AreaFull
    facilities: list[KindCount]
    nearest_facility: NearestFacility | None
    coverage: list[Coverage]


class AreasAnswer(Wire):
    """The areas of one level, by code."""

    edition: EditionHead
    areas: list[AreaRow]


class FacilityOut(Wire):
    """A facility."""

    id: int
    kind: str
    name: str | None
    address: str | None
    floor_area_m2: float | None
    state: str | None
    lon: float
    lat: float


class BuildingOut(BuildingHead):
    """A building; households are not public."""

    use: str | None
    status: str | None
    floors: int | None
    lon: float
    lat: float


class Hit(Wire):
    """Something found."""

    type: Literal["area", "building", "compound", "facility", "point"]
    id: int | None
    level: str | None
    kind: str | None
    code: str | None
    name: str
    where: str = Field(description="The areas it lies in, top first.")
    lon: float
    lat: float
    bbox: Box | None


class Hits(Wire):
    """What was found, best first."""

    results: list[Hit]


class IncidentKinds(Wire):
    """What the incidents can be filtered by."""

    kinds: list[str]
    states: list[str]


class Live(Wire):
    """The process answers."""

    status: Literal["live"]


class Ready(Wire):
    """Questions can be answered."""

    status: Literal["ready"]
    edition: int | None
    mode: Literal["live", "view"]
