"""The plan of the town: a straight valley on paper, bent into the landscape afterwards.

All blocks are drawn in *plan* coordinates (metres; u along the valley, v across it, north
positive), where streets are straight and cuts are cheap; `Valley.bend` then carries every vertex
into the working CRS. The bend is smooth and one-to-one, so what does not cross on paper does not
cross on the ground.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CRS_EPSG = 4544
CENTRE = (466_200.0, 3_874_600.0)  # 104.63°E 35.0°N, a valley in Gansu
LENGTH_M, WIDTH_M = 6_900.0, 4_100.0  # at scale 1

RIVER_STRIP_M = 62.0  # river centre line to embankment street
ROW_M, COLUMN_M = 385.0, 430.0  # between the streets that frame the big blocks
BRIDGES = 4


def some(share: float, count: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Pick each of `count` things with the chance `share`; a mask."""
    return np.asarray(rng.random(count) < share)


class Line(IntEnum):
    """What runs along an edge between blocks; a higher value wins where two meet."""

    BORDER = 0
    LANE = 1
    STREET = 2
    SECONDARY = 3
    ARTERIAL = 4
    BRIDGE = 5
    RIVER = 6
    RAIL = 7


@dataclass(frozen=True)
class Valley:
    """Size of the plan and the way it bends.

    `length_m` and `width_m` grow with the root of `scale`, so counts grow with `scale`.
    """

    scale: float
    length_m: float
    width_m: float
    phases: Floats

    @property
    def river_v(self) -> float:
        """Where the river runs, a little south of the middle."""
        return -0.12 * self.width_m

    def reach(self, xy: Floats) -> Floats:
        """How far out a place lies: 0 in the middle, 1 on the outline before its wobble."""
        u = np.abs(xy[:, 0]) / (0.5 * self.length_m)
        v = np.abs(xy[:, 1]) / (0.5 * self.width_m)
        return np.asarray((u**2.7 + v**2.7) ** (1 / 2.7))

    def inside(self, xy: Floats) -> NDArray[np.bool_]:
        """Which places belong to the county: an outline with bays and spurs."""
        angle = np.arctan2(xy[:, 1] / self.width_m, xy[:, 0] / self.length_m)
        p = self.phases
        wobble = 0.05 * np.sin(3 * angle + p[0]) + 0.045 * np.sin(5 * angle + p[1])
        return np.asarray(self.reach(xy) < 0.95 + wobble + 0.03 * np.sin(9 * angle + p[2]))

    @property
    def rail_v(self) -> float:
        """Where the railway is wanted, south of the river."""
        return -0.33 * self.width_m

    def bend(self, xy: Floats) -> Floats:
        """Carry plan coordinates into the working CRS, metres, shape (n, 2)."""
        p = self.phases
        moved = xy
        for which, angle in _TURNS:
            moved = self._turned(moved, which, angle)
        u, v = moved[:, 0], moved[:, 1]
        x, y = u.copy(), v.copy()
        away = v - self.river_v
        for share, waves, reach, phase in _MEANDERS:
            k = 2 * np.pi * waves / self.length_m
            height = share * self.length_m
            near = np.exp(-((away / (reach * self.width_m)) ** 2))
            x -= away * height * k * np.cos(k * u + p[3] + phase) * near * 0.8
            y += height * np.sin(k * u + p[3] + phase) * (0.3 + 0.7 * near)
        x += 13 * np.sin(v / 230 + p[4]) + 7 * np.sin(u / 310 + v / 190 + p[5])
        y += 13 * np.sin(u / 250 + p[6]) + 7 * np.sin(u / 170 - v / 330 + p[7])
        calm = 1 - np.exp(-(((xy[:, 1] - self.rail_v) / 260) ** 2))
        wild = np.clip((self.reach(xy) - 0.62) / 0.3, 0, 1) * 9 * calm
        x += wild * np.sin(v / 31 + u / 97 + p[8])
        y += wild * np.sin(u / 33 - v / 89 + p[9])
        return np.column_stack([x + CENTRE[0], y + CENTRE[1]])

    def _turned(self, xy: Floats, which: int, angle: float) -> Floats:
        """Turn a part of the town about its centre, less and less towards its edge."""
        u, v, ru, rv = _CENTRES[which]
        d = xy - [u * self.length_m, v * self.width_m]
        far = (d[:, 0] / (ru * self.length_m)) ** 2 + (d[:, 1] / (rv * self.width_m)) ** 2
        turn = angle * np.exp(-1.3 * far)
        c, s = np.cos(turn), np.sin(turn)
        turned = np.column_stack([d[:, 0] * c - d[:, 1] * s, d[:, 0] * s + d[:, 1] * c])
        return np.asarray(xy + turned - d)

    def hills(self, xy: Floats) -> Floats:
        """Give a smooth field of about -1 to 1 that decides where woods are."""
        p = self.phases
        u, v = xy[:, 0], xy[:, 1]
        return np.asarray(0.6 * np.sin(u / 420 + p[1]) + 0.6 * np.sin(v / 310 + u / 700 + p[2]))

    def heading(self, xy: Floats) -> Floats:
        """Direction of the rows at each plan place: angle of the u axis on the ground, radians."""
        step = np.array([8.0, 0.0])
        d = self.bend(xy + step) - self.bend(xy - step)
        return np.asarray(np.arctan2(d[:, 1], d[:, 0]))

    def urban(self, xy: Floats) -> Floats:
        """How urban a place is: 1 in a centre, 0 at the edge of town, below in the country."""
        return np.asarray(
            1 - np.min([self.to_centre(xy, which) for which in range(len(_CENTRES))], axis=0)
        )

    def to_centre(self, xy: Floats, which: int) -> Floats:
        """Distance to a centre (0 old town, 1 new town, 2 station), 1 at its edge."""
        u, v, ru, rv = _CENTRES[which]
        du = (xy[:, 0] - u * self.length_m) / (ru * self.length_m)
        dv = (xy[:, 1] - v * self.width_m) / (rv * self.width_m)
        return np.asarray(np.hypot(du, dv))


_TURNS = ((0, 0.10), (1, 0.14))  # centre, radians
_MEANDERS = (  # height by length, waves along the valley, reach by width, phase
    (0.050, 0.87, 0.55, 0.0),
    (0.014, 2.2, 0.28, 1.9),
)
_CENTRES = ((-0.08, 0.07, 0.33, 0.37), (0.25, 0.09, 0.22, 0.32), (-0.03, -0.25, 0.24, 0.16))


def valley(scale: float, rng: np.random.Generator) -> Valley:
    """Lay out a valley for a county of the given scale."""
    root = float(np.sqrt(scale))
    return Valley(scale, LENGTH_M * root, WIDTH_M * root, rng.uniform(0, 2 * np.pi, 10))


@dataclass(frozen=True)
class Lattice:
    """The framing streets: `nodes[j, i]` where line j (south to north) meets column i.

    `rows[j]` and `columns[i]` say what runs along them (`Line`); `bridges` are the columns that
    cross the river.
    """

    nodes: Floats
    rows: list[Line]
    columns: list[Line]
    bridges: frozenset[int]


def lattice(land: Valley, rng: np.random.Generator) -> Lattice:
    """Draw the framing streets, the river and the railway."""
    vs, rows = _rows(land, rng)
    count = max(5, round(land.length_m / COLUMN_M))
    us = np.linspace(-0.5, 0.5, count + 1) * land.length_m
    us[1:-1] += rng.uniform(-65, 65, count - 1)
    columns = [Line.BORDER if i in (0, count) else _alternate(i) for i in range(count + 1)]
    bridges = _bridges(us)
    for i in bridges:
        columns[i] = Line.ARTERIAL
    shape = (len(vs), count + 1)
    du = rng.normal(0, 16, shape).clip(-40, 40)
    du += 38 * np.sin(np.arange(len(vs))[:, None] * 0.8 + rng.uniform(0, 6.28, count + 1))
    dv = rng.normal(0, 15, shape).clip(-40, 40)
    dv += 24 * np.sin(np.arange(count + 1) * 0.7 + rng.uniform(0, 6.28, (len(vs), 1)))
    river = rows.index(Line.RIVER)
    du[river - 1] = du[river + 1] = du[river]
    du[:, [0, -1]] = 0
    level = [j for j, line in enumerate(rows) if line in (Line.RIVER, Line.RAIL)]
    dv[[0, -1, *level, river - 1, river + 1]] = 0
    nodes = np.stack([us + du, vs[:, None] + dv], axis=-1)
    return Lattice(nodes, rows, columns, frozenset(bridges))


def _alternate(i: int) -> Line:
    return Line.ARTERIAL if i % 2 else Line.SECONDARY


def _rows(land: Valley, rng: np.random.Generator) -> tuple[Floats, list[Line]]:
    top, river = 0.5 * land.width_m, land.river_v
    north = max(2, round((top - river - RIVER_STRIP_M) / ROW_M))
    south = max(2, round((river - RIVER_STRIP_M + top) / ROW_M))
    low = np.linspace(-top, river - RIVER_STRIP_M, south + 1)
    high = np.linspace(river + RIVER_STRIP_M, top, north + 1)
    low[1:-1] += rng.uniform(-40, 40, south - 1)
    high[1:-1] += rng.uniform(-55, 55, north - 1)
    below = [Line.BORDER, *(_alternate(j) for j in range(1, south)), Line.SECONDARY]
    below[1 + int(np.argmin(np.abs(low[1:-1] - land.rail_v)))] = Line.RAIL
    above = [Line.SECONDARY, *(_alternate(j) for j in range(1, north)), Line.BORDER]
    return np.concatenate([low, [river], high]), [*below, Line.RIVER, *above]


def _bridges(us: Floats) -> list[int]:
    wanted = np.linspace(-0.31, 0.31, BRIDGES) * (us[-1] - us[0])
    free = list(range(1, len(us) - 1))
    chosen = []
    for u in wanted:
        best = min(free, key=lambda i: abs(us[i] - u))
        free.remove(best)
        chosen.append(best)
    return chosen
