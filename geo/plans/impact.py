"""What a redraw does: who goes where, whose worker changes, what becomes of staff and codes.

Two surveys of the same ground are compared: a plan and its edition, or one edition and the next.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo.boundaries import Level
from geo.plans.checks import CheckContext, Post
from geo.plans.draft import Draft
from geo.plans.figures import NOWHERE, Figures
from geo.plans.flows import COUNTS, unit_flows
from geo.plans.impact_tables import tables
from geo.plans.impact_words import FATES
from geo.plans.records import records
from geo.plans.survey import Survey
from geo.plans.totals import Chains

_MM2X2_PER_M2 = 2_000_000


@dataclass(frozen=True, eq=False)
class Impact:
    """What a redraw does. Places are named by id, and by code and name as they were or become.

    Attributes
    ----------
    before, after : Survey
    levels : tuple of Level
        Those that either has, top first.
    flows : DataFrame
        All that goes from which area to which: level, from_id, to_id (−1: nowhere), households,
        members, incidents, facilities, buildings, area_m2. At every level each count sums to what
        there was, and to what there is.
    areas : DataFrame
        By place id, every area that is new, retired, redrawn, moved to another parent or renamed:
        level, fate (the first of these), code, name and parent, and figures, each `_before` and
        `_after`; missing where it was not or is no more, or nothing is known.
    workers : DataFrame
        Whose area changes at the levels that have posts: level, from_id, to_id, households,
        members, incidents, posts_before, posts_after (tuples of Post).
    needed, freed : DataFrame
        Staff: posts that new areas need as their like have them (level, id, title, posts), and
        posts of areas that are retired (level, id, title, held, holder).
    """

    before: Survey
    after: Survey
    levels: tuple[Level, ...]
    flows: pd.DataFrame
    areas: pd.DataFrame
    workers: pd.DataFrame
    needed: pd.DataFrame
    freed: pd.DataFrame

    @property
    def codes(self) -> pd.DataFrame:
        """Give the areas whose code is new, gone or another."""
        was, now = self.areas["code_before"], self.areas["code_after"]
        return self.areas[(was != now) | was.isna() | now.isna()]

    def heirs(self, area: int) -> pd.DataFrame:
        """List the areas that what an area had goes to, most households, then most ground, first."""
        rows = self.flows[(self.flows["from_id"] == area) & (self.flows["to_id"] != NOWHERE)]
        return rows.sort_values(["households", "area_m2"], ascending=False, kind="stable")

    def tables(self) -> dict[str, pd.DataFrame]:
        """Give the tables, every place named by id, code and name; see `impact_tables.tables`."""
        return tables(self)

    def to_json(self) -> dict[str, list[dict[str, Any]]]:
        """Give the tables as plain data; what is missing is None."""
        return {name: records(frame) for name, frame in self.tables().items()}


def impact(before: Survey, after: Survey, context: CheckContext) -> Impact:
    """Find what a redraw does.

    Parameters
    ----------
    before, after
        Surveys of the same ground.
    context
        The posts as they are; names of holders only if the reader may know them.
    """
    keys = {place.level for one in (before, after) for place in one.draft.places.values()}
    levels = tuple(level for level in before.draft.site.levels if level.key in keys)
    flows = _by_level(before, after, levels)
    areas = _areas(before, after, levels, flows)
    workers = _workers(flows, _levels_with_posts(before, after, context), context)
    return Impact(
        before, after, levels, flows, areas, workers,
        _needed(before.draft, areas, context), _freed(areas, context),
    )  # fmt: skip


def _by_level(before: Survey, after: Survey, levels: Iterable[Level]) -> pd.DataFrame:
    units = unit_flows(before, after)
    sides = {"from": Chains(before.draft), "to": Chains(after.draft)}
    frames = []
    for level in levels:
        frame = units[[*COUNTS, "area_m2"]].assign(level=level.key)
        for side, chains in sides.items():
            ids, at = np.unique(units[f"{side}_unit"].to_numpy(), return_inverse=True)
            area = [NOWHERE if n == NOWHERE else chains.at(n, level.key) for n in ids.tolist()]
            known = np.array([NOWHERE if n is None else n for n in area], dtype=np.int64)
            frame[f"{side}_id"] = known[at]
        keys = ["level", "from_id", "to_id"]
        frames.append(frame.groupby(keys, as_index=False, sort=True).sum())
    columns = ["level", "from_id", "to_id", *COUNTS, "area_m2"]
    flows = (
        pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)
    )
    nowhere = (flows["from_id"] == NOWHERE) & (flows["to_id"] == NOWHERE)
    return flows[~nowhere].reset_index(drop=True)


def _areas(
    before: Survey, after: Survey, levels: Iterable[Level], flows: pd.DataFrame
) -> pd.DataFrame:
    rank = {level.key: level.rank for level in levels}
    ground = _with_other_ground(flows)
    rows = []
    for number in before.draft.places.keys() | after.draft.places.keys():
        fate = _fate(before.draft, after.draft, number, ground)
        if fate is not None:
            places = after.draft.places if fate != "retired" else before.draft.places
            sides = {"before": before, "after": after}
            facts = [_facts(one, number, side) for side, one in sides.items()]
            rows.append(
                {"id": number, "level": places[number].level, "fate": fate} | facts[0] | facts[1]
            )
    rows.sort(key=lambda row: (rank[str(row["level"])], FATES.index(str(row["fate"])), row["id"]))
    frame = pd.DataFrame(rows, columns=["id", "level", "fate", *_FACTS]).set_index("id")
    whole = [name for name in _FACTS if name.rsplit("_", 1)[0] in _WHOLE]
    return frame.astype(dict.fromkeys(whole, "Int64"))


def _with_other_ground(flows: pd.DataFrame) -> set[int]:
    """Give the areas that share ground with another one of the other time."""
    apart = flows[(flows["from_id"] != flows["to_id"]) & (flows["area_m2"] > 0)]
    return {*apart["from_id"].tolist(), *apart["to_id"].tolist()} - {NOWHERE}


def _fate(before: Draft, after: Draft, number: int, ground: set[int]) -> str | None:
    was, now = before.places.get(number), after.places.get(number)
    if was is now:
        return "redrawn" if number in ground else None
    if was is None or now is None:
        return "new" if was is None else "retired"
    if number in ground:
        return "redrawn"
    if was.parent != now.parent:
        return "moved"
    return "renamed" if (was.code, was.name) != (now.code, now.name) else None


_WHOLE = (
    "parent", "units", "households", "planned", "members", "incidents", "facilities", "buildings",
)  # fmt: skip
_FACTS = tuple(
    f"{name}_{side}"
    for name in ("code", "name", *_WHOLE, "complete", "coverage", "area_m2")
    for side in ("before", "after")
)


def _facts(survey: Survey, number: int, side: str) -> dict[str, object]:
    place = survey.draft.places.get(number)
    if place is None:
        return {name: None for name in _FACTS if name.endswith(side)}
    found = survey.of_area(number)
    facts: dict[str, object] = {
        "code": place.code,
        "name": place.name,
        "parent": place.parent,
        "units": found.units,
        "households": found.households if found.known else None,
        "complete": not found.unknown,
        "planned": found.planned,
        "members": found.members,
        "incidents": found.incidents,
        "facilities": found.facilities,
        "buildings": found.buildings,
        "coverage": coverage(found),
        "area_m2": found.area_mm2x2 / _MM2X2_PER_M2,
    }
    return {f"{name}_{side}": fact for name, fact in facts.items()}


def coverage(found: Figures) -> float | None:
    """Give the share of the households counted by building that a facility serves in ten minutes."""
    return found.covered / found.counted if found.counted else None


def _levels_with_posts(before: Survey, after: Survey, context: CheckContext) -> set[str]:
    rows = (after.draft.places.get(n) or before.draft.places.get(n) for n in context.posts)
    return {row.level for row in rows if row is not None}


def _workers(flows: pd.DataFrame, levels: set[str], context: CheckContext) -> pd.DataFrame:
    changes = flows[
        flows["level"].isin(levels)
        & (flows["from_id"] != flows["to_id"])
        & (flows[["households", "members", "incidents"]] > 0).any(axis=1)
    ]
    columns = ["level", "from_id", "to_id", "households", "members", "incidents"]
    return changes[columns].reset_index(drop=True).assign(
        posts_before=_posts(changes["from_id"], context), posts_after=_posts(changes["to_id"], context)
    )  # fmt: skip


def _posts(areas: pd.Series[int], context: CheckContext) -> pd.Series[Any]:
    found: list[Any] = [context.posts.get(number, ()) for number in areas.tolist()]
    return pd.Series(found, dtype=object)


def _needed(before: Draft, areas: pd.DataFrame, context: CheckContext) -> pd.DataFrame:
    """List the posts of new areas: those that most areas of the level have, as many as is usual."""
    like = _usual_posts(before, context.posts)
    rows = [
        (level, number, title, count)
        for number, level in _of_fate(areas, "new")
        if number not in context.posts
        for title, count in sorted(like.get(level, {}).items())
    ]
    return pd.DataFrame(rows, columns=["level", "id", "title", "posts"])


def _usual_posts(draft: Draft, posts: Mapping[int, tuple[Post, ...]]) -> dict[str, dict[str, int]]:
    books: defaultdict[str, list[Counter[str]]] = defaultdict(list)
    for number, held in posts.items():
        if number in draft.places:
            books[draft.places[number].level].append(Counter(post.title for post in held))
    usual: dict[str, dict[str, int]] = {}
    for level, areas in books.items():
        for title in {title for area in areas for title in area}:
            have = [area[title] for area in areas if area[title]]
            if 2 * len(have) > len(areas):
                usual.setdefault(level, {})[title] = _most_common(have)
    return usual


def _most_common(numbers: list[int]) -> int:
    counts = Counter(numbers)
    return min(counts, key=lambda number: (-counts[number], number))


def _freed(areas: pd.DataFrame, context: CheckContext) -> pd.DataFrame:
    rows = [
        (level, number, post.title, post.held, post.holder)
        for number, level in _of_fate(areas, "retired")
        for post in context.posts.get(number, ())
    ]
    columns = ["level", "id", "title", "held", "holder"]
    return pd.DataFrame(rows, columns=columns, dtype=object)  # a holder nobody may know is None


def _of_fate(areas: pd.DataFrame, fate: str) -> list[tuple[int, str]]:
    found = areas.loc[areas["fate"] == fate, "level"]
    return list(zip(found.index.tolist(), found.tolist(), strict=True))
