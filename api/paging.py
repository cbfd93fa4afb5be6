"""What list questions have in common over HTTP: their parameters, cursors, next pages.

A cursor holds the edition and the moment that answered the first page and the key of its last
row, so that pages never mix editions nor what came meanwhile. It is opaque and checked against
the question it belongs to.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Depends, Query, Request
from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError
from shapely import Geometry

from api.deps import AtDay, Edition, EditionNumber, TheService, chosen_edition
from api.features import GeoJson, Row, write_page
from geo.boundaries import Site, read_box, read_region, region_in_metres
from geo.db import MOST_COUNTED, Found, Listing, Region, Relation, Transaction, begin_listing
from geo.errors import BadInput

MOST_ROWS = 1_000
#: PostgreSQL keeps no NUL in a text.
CLEAN = r"^[^\x00]*$"
_TAG_BYTES = 9
#: Of times that every system can reckon with, in any zone.
Moment = Annotated[AwareDatetime, Field(ge=dt.datetime(1, 1, 2, tzinfo=dt.UTC))]
Id = Annotated[int, Field(ge=0, le=2**63 - 1, strict=True)]
_Number = Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]
InBox = Annotated[
    str | None,
    Query(
        description="Only what meets this box: west,south,east,north in degrees.",
        examples=["104.5,34.9,104.8,35.1"],
    ),
]
PageLimit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="At most so many on a page.")]
PageCursor = Annotated[
    str | None, Query(max_length=2000, description="Cursor of a page before, from its `next`.")
]
Shape = TypeAdapter[tuple[Any, ...]]
_Code = Annotated[str, Field(max_length=200, pattern=CLEAN)]
_BY_ID: Shape = TypeAdapter(tuple[_Number, Moment, Id])
#: Of the lists that are not in the order of ids.
_IN_ORDER: Mapping[str, Shape] = {
    "areas": TypeAdapter(tuple[_Number, Moment, _Code, Id]),
    "incidents": TypeAdapter(tuple[_Number, Moment, Moment, Id]),
}
_NOT_THE_QUESTION = ("after", "limit", "count", "edition")


def sealed(question: str, values: list[Any]) -> str:
    """Write values as a cursor that belongs to a question."""
    body = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_tag(question, body) + body).decode().rstrip("=")


def opened(question: str, cursor: str, parameter: str, shape: Shape) -> tuple[Any, ...]:
    """Read the values of a cursor, which are of a shape.

    Raises
    ------
    BadInput
        If it is not one, was changed, or belongs to another question.
    """
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
    except ValueError:
        raw = b""
    tag, body = raw[:_TAG_BYTES], raw[_TAG_BYTES:]
    values = _read(body, shape)
    if (
        values is None
        or tag != _tag(question, body)
        or sealed(question, json.loads(body)) != cursor
    ):
        raise BadInput(
            f"“{parameter}” is no cursor of this question. Follow the address in `next` as it is,"
            f" or begin again without “{parameter}”.",
            f"“{parameter}”不是此查询的游标。请原样使用 next 中的地址，或去掉“{parameter}”重新开始。",
            parameter=parameter,
        )
    return values


def _read(body: bytes, shape: Shape) -> tuple[Any, ...] | None:
    # Anybody can seal a cursor, so what is in it may be anything.
    try:
        return shape.validate_json(body)
    except ValidationError:
        return None


def _tag(question: str, body: bytes) -> bytes:
    text = question.encode() + b"\0" + body
    return hashlib.blake2b(text, digest_size=_TAG_BYTES, person=b"wangge cursor").digest()


@dataclass(frozen=True)
class Cursor:
    """Where a page begins, and what answered the page before."""

    edition: int
    as_of: dt.datetime
    after: tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Asked:
    """A list question: its common parameters, read and checked."""

    path: str
    parameters: Mapping[str, str]
    edition: Edition
    site: Site
    day: dt.date | None
    regions: tuple[Region, ...]
    begins: str | None
    parent: str | None
    limit: int
    counted: bool
    cursor: Cursor | None

    def listing(self, tx: Transaction, *, rows: Literal["of the day", "of now"]) -> Listing:
        """Give the question to the stores: for the moment of the first page.

        `rows` are those known on the day asked about, or those known now, whatever the day of the
        lines.
        """
        now = begin_listing(tx)
        if rows == "of the day" and self.day is not None:
            end = dt.datetime.combine(self.day, dt.time.max, tzinfo=ZoneInfo(self.site.timezone))
            now = min(now, end)
        return Listing(
            edition=self.edition.ref.number,
            as_of=self.cursor.as_of if self.cursor else now,
            epsg=self.site.epsg,
            regions=self.regions,
            begins=self.begins,
            after=self.cursor.after if self.cursor else None,
            limit=self.limit,
            counted=self.counted,
        )

    def answer(
        self,
        listing: Listing,
        found: Found,
        shape: Callable[[Row], Row],
        key: Callable[[Row], list[Any]],
    ) -> GeoJson:
        """Write a page; `shape` makes properties of a row, `key` is a row's place in the order."""
        more: dict[str, Any] = {"next": None, "count": found.count}
        if found.more:
            last = found.rows.iloc[-1].drop("geometry").to_dict()
            more["next"] = self._next(listing, key(last))
        if self.counted and found.count is None:
            more["count_over"] = MOST_COUNTED
        body = write_page(found.rows, self.site.epsg, shape, edition=self.edition.head, more=more)
        return GeoJson(body)

    def _next(self, listing: Listing, after: list[Any]) -> str:
        values = [listing.edition, listing.as_of.isoformat(), *after]
        kept = {k: v for k, v in self.parameters.items() if k != "after"}
        if self.day is None:
            kept["edition"] = str(listing.edition)
        cursor = sealed(question_text(self.path, self.parameters), values)
        return f"{self.path}?{urlencode({**kept, 'after': cursor})}"


def question_text(path: str, parameters: Mapping[str, str]) -> str:
    """Give a question in one form: what a cursor of it belongs to."""
    asked = sorted((k, v) for k, v in parameters.items() if k not in _NOT_THE_QUESTION)
    return f"{path}?{urlencode(asked)}"


def asked(
    request: Request,
    service: TheService,
    *,
    bbox: InBox = None,
    within: Annotated[
        str | None,
        Query(
            description="Only what lies in this shape, its edge included: WKT or GeoJSON in"
            " degrees, at most 10,000 vertices.",
            examples=["POLYGON((104.5 34.9,104.8 34.9,104.8 35.1,104.5 35.1,104.5 34.9))"],
        ),
    ] = None,
    intersects: Annotated[
        str | None,
        Query(
            description="Only what has a point in common with this shape: WKT or GeoJSON in"
            " degrees.",
            examples=["LINESTRING(104.5 34.9,104.8 35.1)"],
        ),
    ] = None,
    parent: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=100,
            pattern=CLEAN,
            description="Only what belongs to this area (its code, else its id), by parent link and"
            " placement.",
        ),
    ] = None,
    q: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=100,
            pattern=CLEAN,
            description="Only what has a code, number, name or address that begins so.",
            examples=["62"],
        ),
    ] = None,
    edition: EditionNumber = None,
    at: AtDay = None,
    limit: PageLimit = 100,
    after: PageCursor = None,
    count: Annotated[
        bool, Query(description="Also count all of them, exactly up to 10,000.")
    ] = False,
) -> Asked:
    """Read the parameters that all lists have."""
    parameters = dict(request.query_params.items())
    path = request.url.path
    cursor = None if after is None else _cursor(question_text(path, parameters), after)
    if cursor is not None and edition is not None and edition != cursor.edition:
        raise BadInput(
            f"The cursor is of edition {cursor.edition}, the question of edition {edition}. Begin"
            " again without “after”.",
            f"游标属于第 {cursor.edition} 版，而查询的是第 {edition} 版。请去掉“after”重新开始。",
            parameter="after",
        )
    chosen = chosen_edition(service, edition, at)
    if cursor is not None:
        chosen = Edition(service.folder.edition_for(cursor.edition), service.folder)
    # The site without the areas: those of a past edition need not be read for this.
    site = service.folder.site() or chosen.areas.site
    return Asked(
        path=path,
        parameters=parameters,
        edition=chosen,
        site=site,
        day=at,
        regions=tuple(_regions(site.epsg, bbox=bbox, within=within, intersects=intersects)),
        begins=q,
        parent=parent,
        limit=limit,
        counted=count,
        cursor=cursor,
    )


TheQuestion = Annotated[Asked, Depends(asked)]


def _cursor(question: str, text: str) -> Cursor:
    shape = _IN_ORDER.get(question.partition("?")[0].rpartition("/")[2], _BY_ID)
    edition, as_of, *after = opened(question, text, "after", shape)
    return Cursor(edition, as_of, tuple(after))


def _regions(
    epsg: int, *, bbox: str | None, within: str | None, intersects: str | None
) -> list[Region]:
    drawn: list[tuple[Geometry, Relation]] = []
    if bbox is not None:
        drawn.append((read_box(bbox), "intersects"))
    if within is not None:
        drawn.append((read_region(within), "within"))
    if intersects is not None:
        drawn.append((read_region(intersects), "intersects"))
    found = []
    for region, relation in drawn:
        metres = region_in_metres(region, epsg)
        if metres is not None:
            found.append(Region(metres, relation))
    return found
