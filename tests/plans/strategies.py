"""Operations at random: one strategy per kind, for whatever a draft holds at the time.

A strategy takes hypothesis's `draw` and a `View` and gives an operation that makes sense at first
sight; whether it can be done is the operation's to say.
"""

from dataclasses import replace
from itertools import count

import numpy as np
import shapely
from hypothesis import strategies as st

from geo.boundaries import Level
from geo.crs import snap
from geo.errors import BadInput, NotFound, Refused
from geo.plans import Draft, Survey
from geo.plans.drafting import draw as do
from geo.plans.operations import (
    Adopt,
    Create,
    Cut,
    Divide,
    Merge,
    Move,
    Recode,
    Rename,
    Renumber,
    Reshape,
    Restore,
    Retire,
    Split,
    Unite,
)
from geo.plans.operations.restore import Row
from tests.plans.lattice import town

YARD = Level("yard", "院落", "Yard", 4)


def world(columns=6, rows=5, *, seed=3):
    """A crooked town with buildings, streets and a river, and a level below its units.

    Some of what stands there stands exactly on borders.
    """
    draft, ground = town(columns, rows, seed=seed)
    site = replace(draft.site, levels=(*draft.site.levels, YARD))
    return Survey.of(Draft(site, draft.places, draft.children), ground)


class View:
    """What a planner sees: an area and all that lies in it."""

    def __init__(self, survey, within):
        self.survey, self.draft, self.within = survey, survey.draft, within
        inside, waiting = [], [within]
        while waiting:
            inside.append(waiting.pop())
            waiting += self.draft.children.get(inside[-1], ())
        self.units = sorted(n for n in inside if self.draft.places[n].shape is not None)
        self.areas = sorted(set(inside) - set(self.units))

    def some(self, draw, most=4):
        """Some units, or areas that stand for theirs."""
        chosen = st.sampled_from(self.units * 3 + self.areas)
        return tuple(draw(st.lists(chosen, min_size=1, max_size=most, unique=True)))

    def area(self, draw):
        """Any area above the units."""
        return draw(st.sampled_from(self.areas))

    def unit(self, draw):
        """Any unit."""
        return draw(st.sampled_from(self.units))

    def at_level(self, level):
        """Areas of a level in view."""
        return [n for n in self.areas if self.draft.places[n].level == level]


def proposal(draw, survey, *, within=1, kinds=None):
    """Draw an operation on what lies within a place."""
    kind = draw(st.sampled_from(sorted(kinds or STRATEGIES)))
    return STRATEGIES[kind](draw, View(survey, within))


def attempt(survey, operation, ids):
    """Do an operation if it can be done: the change and the survey after it, or None."""
    try:
        drawn = do(survey, operation, ids)
    except (BadInput, NotFound, Refused):
        return None
    return drawn.change, drawn.after


def across(draw, shape):
    """A line through a shape from one side to the other, with a bend on the way."""
    west, south, east, north = shape.bounds
    share = st.floats(0.1, 0.9)
    x, middle, y = (draw(share) for _ in range(3))
    path = [
        (west + x * (east - west), south - 7),
        (west + middle * (east - west), south + y * (north - south)),
        (west + draw(share) * (east - west), north + 7),
    ]
    if draw(st.booleans()):  # from west to east
        path = [(west - 7, path[0][1] + 7 + 0.5 * (north - south)), path[1],
                (east + 7, path[2][1] - 7 - 0.5 * (north - south))]  # fmt: skip
    return to_grid(shapely.LineString(path))


def to_grid(line):
    return snap(np.array([line], dtype=object))[0]


def _move(draw, view):
    return Move(view.some(draw), view.area(draw))


def _create(draw, view):
    parents = [n for n in view.areas if view.draft.places[n].level in ("county", "community")]
    parent = draw(st.sampled_from(parents or view.areas))
    level = "community" if view.draft.places[parent].level == "county" else "grid"
    return Create(level, parent, view.some(draw), draw(st.sampled_from("甲乙丙")))


def _split(draw, view):
    area = view.area(draw)
    outline = view.draft.outline(area)
    return Split(area, across(draw, outline if outline.area else shapely.box(0, 0, 1, 1)))


def _merge(draw, view):
    into = view.area(draw)
    alike = st.sampled_from(view.at_level(view.draft.places[into].level))
    return Merge(tuple(draw(st.lists(alike, min_size=1, max_size=3))), into)


def _rename(draw, view):
    return Rename(draw(st.sampled_from(view.units + view.areas)), draw(st.sampled_from("子丑寅卯")))


def _recode(draw, view):
    serial = draw(st.integers(0, 30))
    return Recode(draw(st.sampled_from(view.units + view.areas)), f"62x{view.within}{serial:02}")


def _renumber(draw, view):
    return Renumber(view.area(draw))


def _retire(draw, view):
    empty = [n for n in view.areas if n not in view.draft.children]
    return Retire(draw(st.sampled_from(empty or view.areas)))


def _adopt(draw, view):
    level = draw(st.sampled_from(("community", "grid")))
    targets = st.sampled_from([*view.at_level(level), f"new {level} in {view.within}"])
    units = draw(st.lists(st.sampled_from(view.units), min_size=1, max_size=6, unique=True))
    return Adopt({n: draw(targets) for n in units}, level)


def _restore(draw, view):
    codes = {n: place.code for n, place in view.draft.places.items()}
    rows = []
    for n in draw(st.lists(st.sampled_from(view.units), min_size=1, max_size=4, unique=True)):
        unit = view.draft.places[n]
        rows.append(
            Row(
                n, unit.level, unit.code, f"{unit.name}改", codes[view.area(draw)], unit=True,
                households=unit.households, people=unit.people, estimated=unit.estimated,
                origins=unit.origins,
            )
        )  # fmt: skip
    return Restore(tuple(rows))


def _cut(draw, view):
    unit = view.unit(draw)
    return Cut(unit, across(draw, view.draft.places[unit].shape))


def _neighbours(draw, view):
    one = view.unit(draw)
    beside = sorted(set(view.survey.fabric.neighbours(one)) & set(view.units))
    return one, draw(st.sampled_from(beside or [one]))


def _reshape(draw, view):
    one, other = _neighbours(draw, view)
    shapes = [view.draft.places[n].shape for n in (one, other)]
    border = shapely.line_merge(shapely.intersection(*shapely.boundary(shapes)))
    parts = [part for part in shapely.get_parts(border) if part.length > 1]
    if one == other or not parts:
        return Reshape(one, other, shapely.LineString([(0, 0), (1, 0)]))
    longest = max(parts, key=lambda part: part.length)
    ends = np.array([longest.interpolate(t, normalized=True).coords[0] for t in (0.2, 0.8)])
    way = ends[1] - ends[0]
    beside = ends.mean(axis=0) + draw(st.floats(-0.4, 0.4)) * np.array([-way[1], way[0]])
    return Reshape(one, other, to_grid(shapely.LineString([ends[0], beside, ends[1]])))


def _unite(draw, view):
    one, other = _neighbours(draw, view)
    return Unite((one, other), other)


def _divide(draw, view):
    unit = view.unit(draw)
    shape, fresh = view.draft.places[unit].shape, count(10**9)
    cut = attempt(view.survey, Cut(unit, across(draw, shape)), fresh)
    parts = (shape,) if cut is None else tuple(
        cut[1].draft.places[n].shape for n in (unit, 10**9)
    )  # fmt: skip
    return Divide({unit: parts}, "yard")


STRATEGIES = {
    "move": _move, "create": _create, "split": _split, "merge": _merge, "rename": _rename,
    "recode": _recode, "renumber": _renumber, "retire": _retire, "adopt": _adopt,
    "restore": _restore, "cut": _cut, "reshape": _reshape, "unite": _unite, "divide": _divide,
}  # fmt: skip
LABELS = ("move", "create", "split", "merge", "rename", "recode", "renumber", "retire", "adopt",
          "restore")  # fmt: skip
