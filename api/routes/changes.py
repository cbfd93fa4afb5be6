"""The feed of changes, for systems that keep a copy."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import Field, TypeAdapter

from api.deps import TheTransaction
from api.paging import Id, Moment, Shape, opened, sealed
from api.strict import router
from api.who import TheActor, needs
from api.wire.questions import Change, Changes
from geo.boundaries import load_site
from geo.db import BEGINNING, Mark
from geo.publish import list_changes

routes = router("questions")

_QUESTION = "/changes"
_MARK: Shape = TypeAdapter(tuple[Moment, Annotated[int, Field(ge=0, le=99)], Id])


@routes.get("/changes", summary="What changed since", dependencies=[needs("ask")])
def changes(
    tx: TheTransaction,
    actor: TheActor,
    since: Annotated[
        str | None,
        Query(
            max_length=2000,
            description="The `next` of the answer before; without it from the beginning.",
        ),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="At most so many.")] = 100,
) -> Changes:
    """List what changed, in order: editions and areas, registers, incidents. Nothing personal.

    Ask again with `next`; it stays the same while nothing happens. A change appears when every
    transaction that began before it has ended, a second later at the earliest, so none is missed.
    Incidents come to those who may read them, from the areas that their roles are for.
    """
    after = BEGINNING if since is None else _mark(since)
    found = list_changes(tx, load_site(tx), after=after, limit=limit, actor=actor)
    return Changes(
        changes=[
            Change(at=e.mark.at, kind=e.kind, id=e.id, what=e.what, edition=e.edition)
            for e in found
        ],
        next=_cursor(found[-1].mark if found else after),
    )


def _cursor(mark: Mark) -> str:
    return sealed(_QUESTION, [mark.at.isoformat(), mark.rank, mark.row])


def _mark(cursor: str) -> Mark:
    return Mark(*opened(_QUESTION, cursor, "since", _MARK))
