"""Members: rows for those in charge, each reading logged; counts for everybody; aliases."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import Path, Query, Request, Response

from api.deps import Edition, InForce, TheEdition, TheService, TheTransaction
from api.places import head
from api.strict import router
from api.who import TheActor, needs
from api.wire import AreaHead
from api.wire.members import (
    AliasesAnswer,
    AliasIn,
    AliasOut,
    CountedKind,
    Kind,
    MemberCountRow,
    MemberCountsAnswer,
    MemberHomeOut,
    MemberOut,
    MembersAnswer,
)
from geo.errors import NotFound
from geo.people import (
    MemberCount,
    MemberRow,
    forget_alias,
    forget_member,
    keep_alias,
    list_aliases,
    list_members,
    member_counts,
)

routes = router("members")

_NEVER_KEPT = "no-store"


@routes.get("/members", summary="Members of your areas", dependencies=[needs("members.read")])
def members(
    *,
    request: Request,
    response: Response,
    tx: TheTransaction,
    edition: InForce,
    actor: TheActor,
    area: Annotated[
        int | None, Query(ge=1, le=2**63 - 1, description="Only in this area (place id).")
    ] = None,
    kind: Annotated[Kind | None, Query(description="Only this kind.")] = None,
    q: Annotated[
        str | None,
        Query(min_length=1, max_length=50, description="Part of a name, or a whole phone number."),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="Most rows of a page.")] = 100,
    after: Annotated[
        int, Query(ge=0, le=2**63 - 1, description="From the `next` of the page before.")
    ] = 0,
    full: Annotated[bool, Query(description="Phone numbers in full; logged as such.")] = False,
) -> MembersAnswer:
    """List who lives or serves in the areas that the account is for. Each reading is logged."""
    page = list_members(
        tx, edition=edition.ref.number, actor=actor, area=area, kind=kind, q=q, limit=limit,
        after=after, full=full,
    )  # fmt: skip
    response.headers["Cache-Control"] = _NEVER_KEPT
    onward = request.url.include_query_params(after=page.after)
    return MembersAnswer(
        edition=edition.head,
        members=[_member(edition, row) for row in page.members],
        next=None if page.after is None else f"{onward.path}?{onward.query}",
    )


def _member(edition: Edition, row: MemberRow) -> MemberOut:
    home = None
    if row.home is not None:
        unit = row.home.unit
        chain = [] if unit is None else [head(link) for link in edition.areas.chain(unit)]
        home = MemberHomeOut(building=row.home.building, name=row.home.name, chain=chain)
    return MemberOut(
        id=row.id, name=row.name, phone=row.phone, kind=row.kind, home=home,
        duty=_area(edition, row.duty),
    )  # fmt: skip


def _area(edition: Edition, place: int | None) -> AreaHead | None:
    """Name an area; one that is gone from the edition is not named."""
    if place is None:
        return None
    try:
        return head(edition.areas.chain(place)[-1])
    except NotFound:
        return None


@routes.get("/members/counts", summary="Members counted by area", dependencies=[needs("counts")])
def counts(
    *,
    service: TheService,
    tx: TheTransaction,
    edition: TheEdition,
    actor: TheActor,
    level: Annotated[str, Query(description="Key of the level.", examples=["community"])],
    parent: Annotated[
        int | None, Query(ge=1, le=2**63 - 1, description="Only areas in this one (place id).")
    ] = None,
    kind: Annotated[CountedKind | None, Query(description="Count only this kind.")] = None,
) -> MemberCountsAnswer:
    """Count members by home, as they are today, by the lines of the edition.

    Counts below `suppress_below` are not told, nor those from which one could be worked out.
    """
    k = service.settings.suppress_below
    found = member_counts(
        tx, edition=edition.ref.number, level=level, parent=parent, kind=kind, actor=actor,
        suppress_below=k,
    )  # fmt: skip
    return MemberCountsAnswer(
        edition=edition.head,
        suppress_below=k,
        rows=[_count(edition, place, count, k) for place, count in found],
    )


def _count(edition: Edition, place: int, count: MemberCount, k: int) -> MemberCountRow:
    return MemberCountRow(
        area=head(edition.areas.chain(place)[-1]),
        count=count.count,
        suppressed=count.count is None,
        low=f"<{k}" if count.low else None,
        by_kind=None if count.by_kind is None else dict(count.by_kind),
    )


@routes.delete(
    "/members/{id}",
    summary="Forget a member",
    status_code=204,
    dependencies=[needs("members.forget")],
)
def forget(
    tx: TheTransaction,
    edition: InForce,
    actor: TheActor,
    member: Annotated[
        int,
        Path(alias="id", ge=1, le=2**63 - 1, description="Id of the member.", examples=[34452]),
    ],
) -> Response:
    """Remove all that is kept of a member; the audit trail keeps the id alone."""
    forget_member(tx, member, edition=edition.ref.number, actor=actor)
    return Response(status_code=204)


@routes.get("/aliases", summary="Spellings of addresses", dependencies=[needs("import.people")])
def aliases(tx: TheTransaction, actor: TheActor) -> AliasesAnswer:
    """List the spellings that are known to mean a building."""
    return AliasesAnswer(aliases=[AliasOut(**asdict(a)) for a in list_aliases(tx, actor=actor)])


@routes.put(
    "/aliases", summary="Keep a spelling of an address", dependencies=[needs("import.people")]
)
def put_alias(alias: AliasIn, tx: TheTransaction, actor: TheActor) -> AliasOut:
    """Keep a spelling as meaning a building, from the next import on."""
    return AliasOut(**asdict(keep_alias(tx, alias.spelling, alias.building, actor=actor)))


@routes.delete(
    "/aliases",
    summary="Forget a spelling of an address",
    status_code=204,
    dependencies=[needs("import.people")],
)
def delete_alias(
    tx: TheTransaction,
    actor: TheActor,
    spelling: Annotated[
        str, Query(max_length=200, description="As it is listed.", examples=["竹岭园#4"])
    ],
) -> Response:
    """Forget an alias; members that it placed stay where they are until imported anew."""
    forget_alias(tx, spelling, actor=actor)
    return Response(status_code=204)
