"""Between a plan and its proposals: the town as a graph, and labels as ordinary operations. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geo.boundaries import Level
from geo.errors import Refused
from geo.plans.draft import Draft
from geo.plans.figures import NOWHERE
from geo.plans.operations import Create, Move, Operation, Rename
from geo.plans.operations.carry import NEW
from geo.plans.proposals import Graph
from geo.plans.proposals.graph import NOBODY, Ints, joined_up
from geo.plans.survey import Survey

_UM, _MM2X2 = 1e-6, 2e6
#: Behind the name of an area, the names of the parts that leave it.
_TURNS = "二三四五六七八九十"


@dataclass(frozen=True, eq=False)
class Ways:
    """Units as a search sees them.

    Attributes
    ----------
    graph : Graph
        Its labels of today are positions in `areas`.
    units : tuple of int
        Place ids by position.
    areas : tuple of int
        Place ids of the areas of the level, by label.
    level : Level
        The level whose limit counts.
    torn : tuple of text
        Compounds that can't be kept whole, as they lie in pieces or in several areas already.
    uncounted : int
        Units of which not all households are known.
    """

    graph: Graph
    units: tuple[int, ...]
    areas: tuple[int, ...]
    level: Level
    torn: tuple[str, ...]
    uncounted: int


def limited_level(draft: Draft, area: int | None = None) -> Level:
    """Give the level whose limit proposals keep: that of an area, else the one that has a limit.

    Raises
    ------
    Refused
        If there is no limit to keep.
    """
    levels = draft.site.levels if area is None else [draft.site.level(draft.place(area).level)]
    for level in levels:
        if level.household_limit is not None:
            return level
    named = levels[0] if area is not None else None
    raise Refused(
        "No proposal without a limit: "
        + (f"the level “{named.en}” has none." if named else "no level of this site has one.")
        + " Give one in the site file (household_limit), then `wangge init SITE.toml --change`.",
        "没有户数上限，无法提出方案："
        + (f"“{named.zh}”层级未设上限。" if named else "本站点没有任何层级设有上限。")
        + "请在站点文件中设置 household_limit，再运行 wangge init SITE.toml --change。",
        reason="no_limit",
    )


def ways_of(
    survey: Survey, areas: Sequence[int], level: Level, *, locked: Collection[int] = ()
) -> Ways:
    """Lay out the units of some areas of a level as a graph.

    Parameters
    ----------
    areas
        Place ids of areas of the level.
    locked
        Place ids of areas or units that stay where they are.
    """
    draft = survey.draft
    home = {unit: label for label, area in enumerate(areas) for unit in draft.units(area)}
    units = sorted(home)
    place = {unit: n for n, unit in enumerate(units)}
    today = np.array([home[unit] for unit in units], dtype=np.int64)
    fixed = {unit for area in locked if area in draft.places for unit in draft.units(area)}
    figures = [survey.figures(unit) for unit in units]
    shapes = np.array([draft.places[unit].shape for unit in units], dtype=object)
    borders = _Borders.of(survey, place)
    compound, torn = _compounds(survey, place, today)
    graph = Graph(
        households=np.array([f.households for f in figures], dtype=np.int64),
        area_m2=np.array([f.area_mm2x2 for f in figures]) / _MM2X2,
        xy=shapely.get_coordinates(shapely.point_on_surface(shapes)),
        outer_m=borders.outer_m,
        edges=borders.edges,
        shared_m=borders.shared_m,
        street_m=borders.street_m,
        passable=borders.passable,
        grid=_grids(draft, units, level),
        compound=compound,
        today=today,
        fixed=np.array([unit in fixed for unit in units], dtype=bool),
    )
    uncounted = sum(f.unknown > 0 for f in figures)
    return Ways(graph, tuple(units), tuple(areas), level, torn, uncounted)


@dataclass(frozen=True, eq=False)
class _Borders:
    edges: Ints
    shared_m: np.ndarray
    street_m: np.ndarray
    passable: np.ndarray
    outer_m: np.ndarray

    @classmethod
    def of(cls, survey: Survey, place: Mapping[int, int]) -> _Borders:
        fabric = survey.fabric
        rows: dict[tuple[int, int], tuple[int, int, bool]] = {}
        outer = np.zeros(len(place), dtype=np.int64)
        for unit, n in place.items():
            outer[n] = fabric.outer_um(unit)
            for other, border in fabric.neighbours(unit).items():
                if other not in place:
                    outer[n] += border.length_um
                elif unit < other:
                    rows[n, place[other]] = (border.length_um, border.street_um, border.passable)
        for reached in fabric.reached:
            ends = sorted(place[unit] for unit in reached if unit in place)
            for i, one in enumerate(ends):
                for other in ends[i + 1 :]:
                    length, street, _ = rows.get((one, other), (0, 0, True))
                    rows[one, other] = (length, street, True)
        edges = np.array(sorted(rows), dtype=np.int64).reshape(-1, 2)
        found = np.array([rows[one, other] for one, other in edges.tolist()]).reshape(-1, 3)
        return cls(
            edges, found[:, 0] * _UM, found[:, 1] * _UM, found[:, 2].astype(bool), outer * _UM
        )


def _grids(draft: Draft, units: Sequence[int], level: Level) -> Ints:
    """Give the area just below the level that each unit lies in; itself where there is none."""
    grids = []
    for unit in units:
        chain = [p.id for p in draft.chain(unit) if draft.site.level(p.level).rank > level.rank]
        grids.append(chain[-1])
    return np.array(grids, dtype=np.int64)


def _compounds(
    survey: Survey, place: Mapping[int, int], today: Ints
) -> tuple[Ints, tuple[str, ...]]:
    """Find the groups of units that compounds hold together; −1 for none.

    A compound that its buildings spread over several areas already, or over units that no border
    joins, is named instead.
    """
    names = survey.ground.buildings["compound"]
    standing = pd.DataFrame(
        {"compound": names.to_numpy(dtype=object), "unit": survey.located.buildings}
    )
    standing = standing[names.notna().to_numpy() & (standing["unit"] != NOWHERE).to_numpy()]
    pairs, torn = [], []
    for name, inside in standing.groupby("compound")["unit"]:
        units = sorted({unit for unit in inside.tolist() if unit in place})
        if len(units) < 2:  # noqa: PLR2004
            continue
        here = [place[unit] for unit in units]
        if len(set(today[here].tolist())) > 1 or len(survey.fabric.contiguous_pieces(units)) > 1:
            torn.append(str(name))
            continue
        pairs += [(here[0], other) for other in here[1:]]
    group = joined_up(len(place), np.array(pairs, dtype=np.int64).reshape(-1, 2))
    alone = np.bincount(group, minlength=len(place))[group] == 1
    return np.where(alone, NOBODY, group), tuple(torn)


# -- labels as operations


def operations_for(survey: Survey, ways: Ways, labels: Ints) -> Iterator[Operation]:
    """Give the operations that lead from the draft to a labelling of its units.

    Units that go to an area that exists are moved there; those of a label above all of today's
    become a new area beside the one that most of them leave.
    """
    draft, today = survey.draft, ways.graph.today
    turns: dict[int, int] = {}
    for label in np.unique(labels[labels != today]).tolist():
        there = np.flatnonzero((labels == label) & (labels != today))
        units = tuple(ways.units[n] for n in there.tolist())
        if label < len(ways.areas):
            yield Move(units, ways.areas[label])
            continue
        left = int(np.bincount(today[there], ways.graph.households[there] + 1).argmax())
        turns[left] = turns.get(left, 0) + 1
        parent = draft.places[ways.areas[left]].parent
        if parent is None:
            raise _no_room_above(ways.level)
        name = numbered(draft.places[ways.areas[left]].name, turns[left], _names(draft))
        yield Create(ways.level.key, parent, units, name)


def tidying(survey: Survey, level: Level, changed: Collection[int]) -> Operation | None:
    """Give the next operation that tidies what a border of the level has cut below it.

    A piece of a grid that no longer hangs together with the rest goes to the grid beside it; what
    was made of a part of a grid gets a name. None when all is tidy.

    Parameters
    ----------
    changed : collection of int
        Places whose rows have changed; only areas that these are or lie in are looked at.
    """
    draft = survey.draft
    rank = draft.site.level(level.key).rank
    areas = {
        p.id
        for n in changed
        if n in draft.places
        for p in draft.chain(n)
        if p.shape is None and draft.site.level(p.level).rank > rank
    }
    for area in sorted(areas):
        for piece in survey.fabric.contiguous_pieces(_own_units(draft, area))[1:]:
            beside = _beside(survey, piece, area, level)
            if beside is not None:
                return Move(tuple(sorted(piece)), beside)
    for area in sorted(areas):
        name = draft.places[area].name
        if name.endswith(NEW):
            return Rename(area, numbered(name.removesuffix(NEW), 1, _names(draft)))
    return None


def _own_units(draft: Draft, area: int) -> list[int]:
    """List the units directly in an area."""
    inner = draft.children.get(area, frozenset())
    return [n for n in inner if draft.places[n].shape is not None]


def _beside(survey: Survey, piece: Collection[int], area: int, level: Level) -> int | None:
    """Find the grid of the same area of the level with the longest way over to a piece."""
    draft, shared = survey.draft, dict[int, int]()
    home = draft.above(area, level.key)
    for unit in piece:
        for other, border in survey.fabric.neighbours(unit).items():
            grid = draft.places[other].parent
            if grid is None or grid == area or draft.above(other, level.key) != home:
                continue
            shared[grid] = shared.get(grid, 0) + border.length_um - border.barrier_um
    best = max(sorted(shared), key=lambda n: shared[n], default=None)
    return best if best is not None and shared[best] > 0 else None


def numbered(name: str, turn: int, taken: Collection[str] = ()) -> str:
    """Name the part of an area that leaves it: 金阳社区（二）, （三） …; never a name that is taken."""
    while True:
        mark = _TURNS[turn - 1] if turn <= len(_TURNS) else str(turn + 1)
        if f"{name}（{mark}）" not in taken:
            return f"{name}（{mark}）"
        turn += 1


def _names(draft: Draft) -> frozenset[str]:
    return frozenset(place.name for place in draft.places.values())


def _no_room_above(level: Level) -> Refused:
    return Refused(
        f"The level “{level.en}” is the top one: there is nothing above for a second area to lie"
        " in.",
        f"“{level.zh}”是最高层级，上面没有可容纳另一个区域的上级。",
        reason="no_parent",
    )


def over_limit(survey: Survey, level: Level) -> list[int]:
    """List the areas of a level with more households than its limit, by id."""
    limit = level.household_limit
    found: Iterable[int] = survey.draft.at_level(level.key)
    return [n for n in found if limit is not None and survey.of_area(n).households > limit]
