"""What a planner can do to a plan, one shape per kind of work."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from api.wire import Wire
from api.wire.incidents import Degrees, Line, Number

Ids = Annotated[list[Number], Field(min_length=1, max_length=100_000)]
Area = Annotated[Number, Field(description="Id of an area of the plan.")]
Crs = Annotated[
    Line | None, Field(description="System of the line: an EPSG code, gcj02 or bd09; else 4326.")
]


def _example(**fields: object) -> ConfigDict:
    extra: dict[str, Any] = {"examples": [fields]}
    return ConfigDict(frozen=True, extra="forbid", json_schema_extra=extra)


class Drawn(Wire):
    """A line drawn on the map, as GeoJSON: longitude and latitude, or as `crs` says."""

    model_config = _example(type="LineString", coordinates=[[104.62, 35.0], [104.63, 35.01]])

    type: Literal["LineString"]
    coordinates: list[tuple[Degrees, Degrees]] = Field(min_length=2, max_length=2_000)


class Move(Wire):
    """Units, or whole areas, become part of another area.

    Where the target is several levels up, areas are made between for what comes along.
    """

    kind: Literal["move"]
    units: Ids = Field(description="Units, or areas: an area stands for its units.")
    to: Area
    names: dict[Number, Line] = Field(
        default_factory=dict, description="Names of the areas made, by the area that was left."
    )


class Create(Wire):
    """A new area of a level from units."""

    kind: Literal["create"]
    level: Line = Field(examples=["community"])
    parent: Area
    units: Ids
    name: Line


class Split(Wire):
    """An area parted by a line: each of its units goes to the side that holds most of it."""

    kind: Literal["split"]
    area: Area
    line: Drawn
    crs: Crs = None
    names: list[Line] = Field(
        default_factory=list, max_length=2, description="Names of the parts, the larger first."
    )


class Merge(Wire):
    """Areas of a level become one of them; the others are retired."""

    kind: Literal["merge"]
    areas: Ids
    into: Area


class Rename(Wire):
    """Another name."""

    kind: Literal["rename"]
    area: Area
    name: Line


class Recode(Wire):
    """Another code, one that no other area has ever had."""

    kind: Literal["recode"]
    area: Area
    code: Line


class Renumber(Wire):
    """New serials for all that lies in an area, in the standard order."""

    kind: Literal["renumber"]
    area: Area


class Retire(Wire):
    """An area without anything in it ends."""

    kind: Literal["retire"]
    area: Area


class Cut(Wire):
    """One unit becomes two along a line; buildings are never cut."""

    kind: Literal["cut"]
    unit: Area
    line: Drawn
    crs: Crs = None


class Reshape(Wire):
    """The common edge of two units is drawn anew; nobody else's changes."""

    kind: Literal["reshape"]
    first: Area
    second: Area
    line: Drawn
    crs: Crs = None


class Unite(Wire):
    """Units become one of them."""

    kind: Literal["unite"]
    units: Ids
    into: Area


OperationIn = Annotated[
    Move | Create | Split | Merge | Rename | Recode | Renumber | Retire | Cut | Reshape | Unite,
    Field(discriminator="kind"),
]
