"""What checks and impact ask beside lines and ground: codes of all times, and posts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from geo.access import Actor
from geo.boundaries import edition_on, load_site, today
from geo.db import Transaction
from geo.people import list_positions
from geo.plans.checks.context import CheckContext
from geo.plans.desk import desk_of


def codes_ever(tx: Transaction) -> Collection[str]:
    """Give every code that any edition has ever had."""
    return desk_of(tx).context(tx).owners.keys()


def check_context(tx: Transaction, *, names_for: Actor | None = None) -> CheckContext:
    """Give codes and posts as they are now.

    `names_for` sees the holders of posts in the areas where they may: that is a reading of
    personal rows and is written to the audit trail. Without it posts are held or vacant.

    Raises
    ------
    NotAllowed
        If `names_for` may not read who holds posts.
    """
    context = desk_of(tx).context(tx)
    number = edition_on(tx, today(load_site(tx)))
    if names_for is None or number is None:
        return context
    rows = list_positions(tx, edition=number, area=None, actor=names_for)
    names: dict[tuple[int, str], list[str]] = {}
    for place, title, holder in zip(rows["place_id"], rows["title"], rows["holder"], strict=True):
        if holder is not None:
            names.setdefault((int(place), title), []).append(holder)
    posts = {
        place: tuple(
            replace(post, holder=names[place, post.title].pop(0))
            if post.held and names.get((place, post.title))
            else post
            for post in posts
        )
        for place, posts in context.posts.items()
    }
    return replace(context, posts=posts)
