"""Names for plots and streets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.samples.cuts import COLUMN_STREETS, CUT_STREETS
from geo.samples.names import COUNTY, NameBook, numeral
from geo.samples.network import neighbours
from geo.samples.plan import Ints, Line
from geo.samples.town import OPEN, Town

_ENDINGS = {
    "estate": ("小区", "家园", "花园", "苑", "新村", "家属院"),
    "tower": ("华府", "新城", "雅居", "名苑"),
    "site": ("嘉园",),
    "old": ("坊",),
    "suburb": ("里",),
    "field": ("坪",),
    "wood": ("岭",),
    "park": ("公园",),
    "square": ("广场",),
    "market": ("市场",),
    "commerce": ("商厦",),
    "factory": ("厂",),
    "river": ("滩",),
}
_NUMBERED = {
    "school": ("第{}小学", "第{}中学"),
    "hospital": ("第{}人民医院",),
    "government": ("政务服务{}号楼",),
    "stadium": ("第{}体育场",),
    "station": ("火车站",),
}


@dataclass(frozen=True)
class Places:
    """`plots[k]` is the name of plot k, `streets` the names of street numbers that have one."""

    plots: list[str]
    streets: dict[int, str]


def name(town: Town, book: NameBook, rng: np.random.Generator) -> Places:
    """Name every plot and the streets of the built-up area."""
    village = _village_of(town)
    names: list[str] = []
    known: dict[int, str] = {}
    counts: dict[str, int] = {}
    for k, use in enumerate(town.uses):
        if use == "village":
            known.setdefault(village[k], "")
            known[village[k]] = known[village[k]] or book.take("村")
            names.append(known[village[k]])
        elif use in _NUMBERED:
            forms = _NUMBERED[use]
            count = counts[use] = counts.get(use, -1) + 1
            form = forms[count % len(forms)]
            names.append(COUNTY + form.format(numeral(count // len(forms) + 1)))
        else:
            endings = _ENDINGS[use]
            names.append(book.take(endings[int(rng.integers(len(endings)))]))
    return Places(names, _streets(town, book))


def _village_of(town: Town) -> list[int]:
    """Village plots that touch are one village; its lowest plot stands for it."""
    near = neighbours(town.net, town.plot)
    head = list(range(len(town.uses)))
    for k, use in enumerate(town.uses):
        if use != "village" or head[k] != k:
            continue
        todo = [k]
        while todo:
            here = todo.pop()
            for other in near[here]:
                if town.uses[other] == "village" and head[other] == other and other > k:
                    head[other] = k
                    todo.append(other)
    return head


def _streets(town: Town, book: NameBook) -> dict[int, str]:
    net = town.net
    uses = np.append(np.array(town.uses, dtype="U12")[town.plot], "")
    built = ~np.isin(uses, [*OPEN, "village", ""])
    lively = built[net.left] | built[net.right]
    lanes = np.isin(uses, ["old", "suburb"])
    old = lanes[net.left] & lanes[net.right]
    named: dict[int, str] = {}
    order = np.argsort(net.streets, kind="stable")
    starts = np.searchsorted(net.streets[order], np.unique(net.streets))
    for here in np.split(order, starts[1:]):
        number, kind = int(net.streets[here[0]]), int(net.kinds[here].max())
        if kind in (Line.RAIL, Line.RIVER):
            continue
        ending = _ending(number, kind, lively=bool(lively[here].any()), old=bool(old[here].any()))
        if ending:
            named[number] = book.take(ending)
    return named


def _ending(number: int, kind: int, *, lively: bool, old: bool) -> str:
    if number < COLUMN_STREETS:
        return "路"
    if number < CUT_STREETS:
        return "大街"
    if kind == Line.STREET and lively:
        return "街" if number % 2 else "路"
    return "巷" if kind == Line.LANE and old else ""


def street_of_faces(town: Town, places: Places) -> list[str]:
    """Name of the longest named street along each face, lanes before streets; "" if none."""
    net = town.net
    best: dict[int, tuple[int, float, str]] = {}
    lengths: Ints = np.array([piece.length for piece in net.pieces])
    for p, number in enumerate(net.streets):
        title = places.streets.get(int(number))
        if title is None or net.kinds[p] == Line.BORDER:
            continue
        rank = (-int(net.kinds[p]), float(lengths[p]), title)
        for face in (int(net.left[p]), int(net.right[p])):
            if face >= 0 and (face not in best or rank > best[face]):
                best[face] = rank
    return [best[k][2] if k in best else "" for k in range(len(net.faces))]
