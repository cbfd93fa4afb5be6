"""Posts and branches: holders for those in charge, vacancies and blind spots for everybody."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from api.deps import Edition, InForce, TheEdition, TheTransaction
from api.places import degrees
from api.strict import router
from api.who import TheActor, needs
from api.wire import AreaHead
from api.wire.posts import (
    Astray,
    PositionRow,
    PositionsAnswer,
    PostsLayer,
    VacanciesAnswer,
    VacancyRow,
)
from geo.access import Actor
from geo.db import Transaction
from geo.people import PostBook, Vacancies, list_positions, vacancies

routes = router("posts")

Level = Annotated[str, Query(description="Key of the level.", examples=["community"])]
Parent = Annotated[int | None, Query(description="Only areas in this one (place id).")]


def _book(
    tx: Transaction, edition: Edition, actor: Actor, level: str, parent: int | None
) -> PostBook:
    if parent is not None:
        edition.areas.facts(parent)  # an unknown area is said to be unknown
    return vacancies(
        tx, edition.areas.site, edition=edition.ref.number, level=level, parent=parent, actor=actor
    )


def _row(area: Vacancies, level: str) -> VacancyRow:
    return VacancyRow(
        area=AreaHead(level=level, id=area.place, code=area.code, name=area.name),
        posts=area.posts,
        vacant=area.vacant,
        branches=area.branches,
        blind=area.blind,
    )


@routes.get(
    "/vacancies", summary="Vacant posts and areas without a branch", dependencies=[needs("counts")]
)
def vacancies_of_level(
    tx: TheTransaction, edition: TheEdition, actor: TheActor, level: Level, parent: Parent = None
) -> VacanciesAnswer:
    """Count posts, vacancies and branches of the areas of a level, all that lies in them included.

    The posts are today's, whatever edition is asked.
    """
    book = _book(tx, edition, actor, level, parent)
    return VacanciesAnswer(
        edition=edition.head,
        rows=[_row(area, level) for area in book.areas],
        astray=Astray(positions=book.positions_astray, branches=book.branches_astray),
    )


@routes.get("/layers/posts", summary="The same as points for a map", dependencies=[needs("counts")])
def posts_layer(
    tx: TheTransaction, edition: TheEdition, actor: TheActor, level: Level, parent: Parent = None
) -> PostsLayer:
    """Give the label points of the areas as GeoJSON, with what `/vacancies` counts."""
    book = _book(tx, edition, actor, level, parent)
    features = [
        {
            "type": "Feature",
            "id": area.place,
            "geometry": {"type": "Point", "coordinates": [degrees(area.lon), degrees(area.lat)]},
            "properties": {
                "level": level,
                "code": area.code,
                "name": area.name,
                "posts": area.posts,
                "vacant": sum(area.vacant.values()),
                "branches": area.branches,
                "blind": area.blind,
            },
        }
        for area in book.areas
    ]
    return PostsLayer(edition=edition.head, features=features)


@routes.get("/positions", summary="Posts and who holds them", dependencies=[needs("staff.read")])
def positions(
    tx: TheTransaction,
    edition: InForce,
    actor: TheActor,
    area: Annotated[
        int | None, Query(description="Only posts in this area (place id) and below it.")
    ] = None,
) -> PositionsAnswer:
    """List posts in an area, or in all areas that the account is for. Each reading is logged."""
    rows = list_positions(tx, edition=edition.ref.number, area=area, actor=actor)
    return PositionsAnswer(
        edition=edition.head,
        positions=[
            PositionRow(
                id=row["id"],
                key=row["key"],
                area=AreaHead(
                    level=row["level"], id=row["place_id"], code=row["code"], name=row["name"]
                ),
                title=row["title"],
                holder=row["holder"],
                phone=row["phone"],
            )
            for row in rows.to_dict("records")
        ],
    )
