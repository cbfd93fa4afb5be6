"""Units of a plan in pages of GeoJSON; a page and those after it are of one revision."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

import numpy as np
import shapely
from pydantic import TypeAdapter
from pydantic_core import to_json

from api.features import GeoJson, in_degrees
from api.paging import Id, opened, question_text, sealed
from api.plan_areas import Looked
from geo.boundaries import read_box, region_in_metres
from geo.plans import Survey

_CURSOR: TypeAdapter[tuple[Any, ...]] = TypeAdapter(tuple[Id, Id])


class Begins(NamedTuple):
    """Where a page begins: after a unit, in a revision (None: the latest)."""

    after: int = 0
    revision: int | None = None


def begins(path: str, parameters: dict[str, str], cursor: str | None) -> Begins:
    """Read where a page begins from the question's cursor, if it has one."""
    if cursor is None:
        return Begins()
    revision, after = opened(question_text(path, parameters), cursor, "after", _CURSOR)
    return Begins(after, revision)


def units_page(
    looked: Looked,
    path: str,
    parameters: dict[str, str],
    *,
    bbox: str | None,
    parent: str | None,
    after: int,
    limit: int,
) -> GeoJson:
    """Write a page of units by id: those below `parent` and in the box of the question."""
    survey, draft = looked.survey, looked.survey.draft
    inside = None if parent is None else draft.named(parent)
    numbers = [n for n in draft.units(inside) if n > after]
    numbers = _in_box(survey, numbers, bbox)
    more, numbers = len(numbers) > limit, numbers[:limit]
    shapes = np.array([draft.places[n].shape for n in numbers], dtype=object)
    drawn = shapely.to_geojson(in_degrees(shapes, draft.site.epsg)).tolist()
    features = [
        b'{"type":"Feature","id":%d,"geometry":%b,"properties":%b}'
        % (number, geometry.encode(), to_json(_properties(survey, number)))
        for number, geometry in zip(numbers, drawn, strict=True)
    ]
    following = None
    if more:
        cursor = sealed(question_text(path, parameters), [looked.revision, numbers[-1]])
        kept = {key: value for key, value in parameters.items() if key != "after"}
        following = f"{path}?{urlencode({**kept, 'after': cursor})}"
    return GeoJson(
        b'{"type":"FeatureCollection","plan":%b,"features":[%b],"next":%b}'
        % (
            looked.ref.model_dump_json().encode(),
            b",".join(features),
            to_json(following),
        )
    )


def _in_box(survey: Survey, numbers: list[int], bbox: str | None) -> list[int]:
    if bbox is None:
        return numbers
    region = region_in_metres(read_box(bbox), survey.draft.site.epsg)
    if region is None:
        return numbers
    shapes = np.array([survey.draft.places[n].shape for n in numbers], dtype=object)
    shapely.prepare(region)
    meets = shapely.intersects(region, shapes)
    return [number for number, inside in zip(numbers, meets.tolist(), strict=True) if inside]


def _properties(survey: Survey, number: int) -> dict[str, Any]:
    draft, figures = survey.draft, survey.figures(number)
    place = draft.places[number]
    return {
        "level": place.level,
        "code": place.code,
        "name": place.name,
        "chain": [one.id for one in reversed(draft.chain(number))],
        "households": survey.households(number),
        "complete": survey.complete(number),
        "people": figures.people,
        "buildings": figures.buildings,
        "estimated": place.estimated,
    }
