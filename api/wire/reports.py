"""What the dashboard counts beside households, as the OpenAPI document describes it."""

from __future__ import annotations

from pydantic import Field

from api.wire import EditionHead, Wire


class FacilityCount(Wire):
    """The facilities of one area and all that lies in it."""

    id: int = Field(description="Place id of the area.")
    facilities: int
    under_standard: int = Field(description="Those that the register says are below the standard.")


class FacilityCounts(Wire):
    """The areas of one level by code."""

    edition: EditionHead
    rows: list[FacilityCount]
