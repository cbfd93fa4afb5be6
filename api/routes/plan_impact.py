"""Plans side by side, and what one would do to households, members, incidents, staff and codes."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Annotated, Any, Literal

import pandas as pd
from fastapi import Query, Response
from fastapi.responses import HTMLResponse

from api.attached import PAGE_HEADERS, attachment
from api.deps import Service, TheLanguage, TheService, TheTransaction
from api.plan_areas import Looked, look, unseen
from api.plan_asked import READS, PlanId
from api.strict import router
from api.who import TheActor
from api.wire.plan_files import CompareAnswer, ImpactAnswer
from geo import plans
from geo.access import Actor
from geo.boundaries import today
from geo.db import Transaction
from geo.errors import BadInput, Language
from geo.publish import FORMATS
from geo.reports import impact_report

routes = router("plans")

_MOST_COMPARED = 8
_XLSX = FORMATS["xlsx"].media_type


@routes.get("/plans/compare", summary="Plans side by side", dependencies=READS)
def compare(
    tx: TheTransaction,
    actor: TheActor,
    numbers: Annotated[
        str,
        Query(
            alias="plans",
            pattern=r"^\d{1,9}(,\d{1,9})*$",
            description="Ids, with commas between.",
            examples=["1,2"],
        ),
    ],
) -> CompareAnswer:
    """Measure plans beside each other, with the units that they put elsewhere.

    The columns of a plan are named by its id.
    """
    asked = list(dict.fromkeys(int(number) for number in numbers.split(",")))
    if len(asked) > _MOST_COMPARED:
        raise BadInput(
            f"At most {_MOST_COMPARED} plans are compared at once. Leave some out.",
            f"一次最多比较 {_MOST_COMPARED} 个方案，请减少。",
        )
    looked = [look(tx, number, actor=actor) for number in asked]
    # Measured against the edition only where it is the same one for all.
    base = looked[0].base if len({one.head.base for one in looked}) == 1 else None
    found = plans.compare({str(one.head.id): one.survey for one in looked}, base)
    hidden: dict[str, Any] = dict.fromkeys(unseen(actor), pd.NA)
    found = replace(found, areas=found.areas.assign(**hidden))
    return CompareAnswer(plans=[one.ref for one in looked], comparison=found.to_json())


_FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The tables as JSON or as a workbook, or one HTML page that asks for nothing.",
        "content": {
            _XLSX: {"schema": {"type": "string", "format": "binary"}},
            "text/html": {"schema": {"type": "string"}},
        },
    }
}


@routes.get(
    "/plans/{id}/impact", summary="What a plan would do", response_model=ImpactAnswer,
    responses=_FILES, dependencies=READS,
)  # fmt: skip
def impact(
    *,
    plan_id: PlanId,
    tx: TheTransaction,
    actor: TheActor,
    service: TheService,
    language: TheLanguage,
    form: Annotated[
        Literal["json", "xlsx", "html"],
        Query(alias="format", description="JSON, a workbook, or an offline page with a map."),
    ] = "json",
) -> Any:  # noqa: ANN401 - the tables, or a file
    """Say who goes where, whose worker changes, what becomes of staff, codes and coverage.

    Members and incidents are left out for who may not read them everywhere; names of staff are
    told where you may know them.
    """
    looked = look(tx, plan_id, actor=actor)
    found = plans.impact(looked.base, looked.survey, _context(tx, actor))
    found = plans.without_counts(found, *unseen(actor))
    if form == "json":
        return ImpactAnswer(plan=looked.ref, impact=found.to_json())
    if form == "html":
        return HTMLResponse(_page(service, looked, found, language), headers=PAGE_HEADERS)
    content = io.BytesIO()
    plans.write_impact(content, found, language=language)
    title = "调整影响" if language == "zh" else "impact"
    name = f"{looked.head.title}-{title}.xlsx"
    headers = attachment(f"plan-{plan_id}-impact.xlsx", name)
    return Response(content.getvalue(), media_type=_XLSX, headers=headers)


def _page(service: Service, looked: Looked, found: plans.Impact, language: Language) -> str:
    head = looked.head
    edition = {"zh": f"第 {head.base} 版", "en": f"edition {head.base}"}[language]
    return impact_report(
        found, title=head.title, before=edition, after=head.title,
        day=today(looked.survey.draft.site), language=language,
        review_number=service.settings.review_number,
    )  # fmt: skip


def _context(tx: Transaction, actor: Actor) -> plans.CheckContext:
    return plans.check_context(tx, names_for=actor if actor.may("staff.read") else None)
