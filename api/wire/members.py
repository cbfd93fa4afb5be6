"""Members and aliases of addresses, as the OpenAPI document describes them."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import ConfigDict, Field

from api.wire import AreaHead, EditionHead, Wire

Kind = Literal["resident", "in_service", "mobile"]
CountedKind = Literal["resident", "in_service", "mobile", "unknown"]


class MemberHomeOut(Wire):
    """Where a member lives: the building, where one is known, and the areas around it."""

    building: int | None = Field(description="Id, as in `/buildings/{id}`.")
    name: str | None = Field(examples=["竹岭苑4号楼"])
    chain: list[AreaHead] = Field(description="From the top to the unit; empty outside all areas.")


class MemberOut(Wire):
    """A member; `home` is null where the member only serves in your area and lives elsewhere."""

    id: int
    name: str
    phone: str | None = Field(description="Masked unless asked in full.", examples=["138****5678"])
    kind: Kind | None
    home: MemberHomeOut | None
    duty: AreaHead | None = Field(description="Where the member serves.")


class MembersAnswer(Wire):
    """Members by id, a page at a time."""

    edition: EditionHead
    members: list[MemberOut]
    next: str | None = Field(description="Address of the next page on this host; null on the last.")


class MemberCountRow(Wire):
    """How many members live in an area."""

    area: AreaHead
    count: int | None = Field(description="Null when it is not told.")
    suppressed: bool = Field(description="It is not told.")
    low: str | None = Field(
        description="What is said instead of a small count; null when the count is told, or is not"
        " told because another one could be worked out from it.",
        examples=["<5"],
    )
    by_kind: dict[CountedKind, int] | None = Field(
        description="All kinds, or null where one of them may not be told."
    )


class MemberCountsAnswer(Wire):
    """The areas of one level by code."""

    edition: EditionHead
    suppress_below: int = Field(examples=[5])
    rows: list[MemberCountRow]


class AliasIn(Wire):
    """A spelling of an address, and the building it means."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"spelling": "竹岭园4号楼", "building": "B011182"}]}
    )

    spelling: str = Field(
        min_length=1,
        max_length=200,
        description="As in the roster; unit and room are left out.",
        examples=["竹岭园4号楼"],
    )
    building: int | str = Field(
        description="The building's id here (number) or in its register (text).",
        examples=["B011182"],
    )


class AliasOut(Wire):
    """A spelling as it is kept: compound or road, `#`, building number."""

    spelling: str = Field(examples=["竹岭园#4"])
    building: int
    key: str | None = Field(description="The building's id in its register; null when it is gone.")
    name: str | None = Field(examples=["竹岭苑4号楼"])
    created_at: dt.datetime
    created_by: str


class AliasesAnswer(Wire):
    """All aliases by spelling."""

    aliases: list[AliasOut]
