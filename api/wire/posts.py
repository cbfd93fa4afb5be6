"""Posts and branches, as the OpenAPI document describes them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from api.wire import AreaHead, EditionHead, Wire


class VacancyRow(Wire):
    """Posts and branches of one area and all that lies in it."""

    area: AreaHead
    posts: int
    vacant: dict[str, int] = Field(
        description="Posts without a holder, by title.", examples=[{"网格长": 1}]
    )
    branches: int
    blind: bool = Field(description="No branch is there.")


class Astray(Wire):
    """Rows whose area is not in the edition any more: to be given an area anew."""

    positions: int
    branches: int


class VacanciesAnswer(Wire):
    """The areas of one level by code."""

    edition: EditionHead
    rows: list[VacancyRow]
    astray: Astray


class PostsLayer(Wire):
    """The same as points for a map."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    edition: EditionHead
    features: list[dict[str, Any]]


class PositionRow(Wire):
    """A post; without a holder it is vacant."""

    id: int
    key: str
    area: AreaHead
    title: str
    holder: str | None
    phone: str | None


class PositionsAnswer(Wire):
    """Posts by area, title and key."""

    edition: EditionHead
    positions: list[PositionRow]
