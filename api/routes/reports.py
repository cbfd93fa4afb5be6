"""The leader's page of an area, and what the dashboard counts of each area."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Path, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.attached import PAGE_HEADERS
from api.deps import TheEdition, TheLanguage, TheService, TheTransaction
from api.strict import router
from api.who import TheActor, needs
from api.wire.reports import FacilityCount, FacilityCounts
from geo.boundaries import today
from geo.publish import NOWHERE
from geo.reports import area_report, gather, report_key

routes = router("reports")

_KEPT_PAGES = 24


class Pages:
    """The pages made last, by name; one is made at a time, and only once."""

    def __init__(self) -> None:
        self._pages: OrderedDict[str, str] = OrderedDict()
        self._making = Lock()

    def get(self, name: str, make: Callable[[], str]) -> str:
        """Give a page, made now if it is not kept."""
        with self._making:
            if name not in self._pages:
                self._pages[name] = make()
                while len(self._pages) > _KEPT_PAGES:
                    self._pages.popitem(last=False)
            self._pages.move_to_end(name)
            return self._pages[name]


@routes.get(
    "/areas/{id}/report",
    summary="The leader's page of an area",
    response_class=HTMLResponse,
    response_description="One HTML file.",
    dependencies=[needs("counts")],
)
def report(
    request: Request,
    service: TheService,
    tx: TheTransaction,
    edition: TheEdition,
    *,
    actor: TheActor,
    language: TheLanguage,
    place_id: Annotated[int, Path(alias="id", description="Place id of the area.", examples=[1])],
    lang: Annotated[Literal["zh", "en"] | None, Query(description="Language of the page.")] = None,
) -> Response:
    """Give two A4 sheets in one HTML file that asks for nothing: to open, print and hand over.

    No personal rows. Who may read the incidents of the area gets those of twelve months exactly;
    all others get of all on record what `/incidents/statistics` tells everybody.
    """
    said = lang or language
    number = edition.ref.number
    day = today(edition.areas.site)
    name = report_key(tx, place_id, edition=number, day=day, language=said, actor=actor)

    def make() -> str:
        facts = gather(
            tx,
            place_id,
            edition=number,
            day=day,
            suppress_below=service.settings.suppress_below,
            review_number=service.settings.review_number,
            actor=actor,
        )
        return area_report(facts, language=said)

    page = _pages(request).get(name, make)
    headers = {
        "ETag": f'"{hashlib.sha256(page.encode()).hexdigest()[:32]}"',
        "Cache-Control": "private, no-cache",
        **PAGE_HEADERS,
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    file = quote(f"{edition.areas.facts(place_id).name}-{day}.html")
    return HTMLResponse(
        page, headers={**headers, "Content-Disposition": f"inline; filename*=UTF-8''{file}"}
    )


def _pages(request: Request) -> Pages:
    state = request.app.state
    if not hasattr(state, "report_pages"):
        state.report_pages = Pages()
    pages: Pages = state.report_pages
    return pages


@routes.get(
    "/levels/{key}/facilities",
    summary="Facilities counted for the areas of a level",
    dependencies=[needs("map")],
)
def facilities_of_level(
    edition: TheEdition,
    level: Annotated[
        str, Path(alias="key", description="Key of the level.", examples=["community"])
    ],
) -> FacilityCounts:
    """Count all facilities, and those below the standard, in each area of a level by code."""
    book, registers = edition.areas, edition.registers
    units = book.unit_ids(book.index.assign(registers.facility_xy))
    poor = (registers.facilities["state"] == "under_standard").to_numpy()
    counts: dict[int, list[int]] = {area.id: [0, 0] for area in book.at_level(level)}
    for unit, is_poor in zip(units.tolist(), poor.tolist(), strict=True):
        above = () if unit == NOWHERE else book.chain(unit)
        for link in above:
            if link.id in counts:
                counts[link.id][0] += 1
                counts[link.id][1] += is_poor
    rows = [
        FacilityCount(id=place, facilities=number, under_standard=under)
        for place, (number, under) in counts.items()
    ]
    return FacilityCounts(edition=edition.head, rows=rows)
