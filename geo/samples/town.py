"""The town before anybody is counted: cells, streets and what stands on them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely

from geo.samples import blocks, buildings, network, plan, uses
from geo.samples.cuts import Cuts, Ring, centre
from geo.samples.network import Network
from geo.samples.plan import Floats, Ints, Lattice, Line, Valley

_TRACKS, _VILLAGE_LANES = 0.45, 0.65  # shares of the streets that are no more than that
OPEN = ("field", "wood", "park", "river")  # land without houses


@dataclass(frozen=True)
class Town:
    """Faces of `net` are the future micro-grids; `plot[k]` is the plot of face k.

    `uses` has a word per plot (see `geo.samples.uses.assign`), `plots` their outlines on the
    ground, `buildings` the table of `geo.samples.buildings.build` whose `cell` is a face.
    """

    land: Valley
    lattice: Lattice
    net: Network
    plot: Ints
    uses: list[str]
    plots: np.ndarray
    grounds: np.ndarray
    angles: Floats
    buildings: pd.DataFrame

    @property
    def cell_uses(self) -> np.ndarray:
        """The use of each face's plot."""
        return np.array(self.uses)[self.plot]


def build(scale: float, streams: list[np.random.Generator]) -> Town:
    """Build the town; `streams` are independent sources of chance for its four steps."""
    land = plan.valley(scale, streams[0])
    lattice = plan.lattice(land, streams[0])
    cuts = Cuts()
    plots = blocks.plots(land, lattice, cuts, streams[0])
    words = uses.assign(land, plots, streams[1])
    cells: list[Ring] = []
    plot: list[int] = []
    for k, (ring, word) in enumerate(zip(plots.rings, words, strict=True)):
        parts = _cells(ring, word, cuts, streams[2])
        cells += parts
        plot += [k] * len(parts)
    net = network.build(land, cuts, np.array([centre(ring) for ring in cells]))
    of_plot = np.array(plot, dtype=np.int64)
    net = _country(net, np.array(words)[of_plot], streams[2])
    angles = land.heading(plots.centres)[of_plot]
    cell_uses = np.array(words)[of_plot]
    margins = np.array([buildings.SETBACK_M.get(word, 3.0) for word in cell_uses])
    quiet = within_plots(net, of_plot)
    loose = np.isin(cell_uses, ["old", "suburb", "village"])
    angles = np.where(loose, _along(net.faces, angles), angles)
    grounds = network.inset(net.faces, net, np.arange(len(of_plot)), margins, quiet=quiet)
    built = buildings.build(buildings.Ground(grounds, angles, cell_uses), scale, streams[3])
    outlines = network.unite(net.faces, of_plot)
    return Town(land, lattice, net, of_plot, words, outlines, grounds, angles, built)


def within_plots(net: Network, plot: Ints) -> np.ndarray:
    """Which pieces have the same plot on both sides."""
    left = np.where(net.left >= 0, plot[net.left], -1)
    right = np.where(net.right >= 0, plot[net.right], -2)
    return np.asarray(left == right)


def _country(net: Network, uses: np.ndarray, rng: np.random.Generator) -> Network:
    """Make the streets of fields and villages what they are: country roads, tracks, nothing."""
    around = np.append(uses, "")
    left, right = around[net.left], around[net.right]
    chance = rng.random(int(net.streets.max()) + 1)[net.streets]
    kinds = net.kinds.copy()
    wild = np.isin(left, OPEN) & np.isin(right, OPEN)
    street, secondary = kinds == Line.STREET, kinds == Line.SECONDARY
    kinds[wild & street] = np.where(chance < _TRACKS, Line.LANE, Line.BORDER)[wild & street]
    kinds[wild & secondary] = np.where(chance < _TRACKS, Line.LANE, Line.STREET)[wild & secondary]
    kinds[wild & (net.kinds == Line.ARTERIAL)] = Line.SECONDARY
    rural = np.isin(left, (*OPEN, "village")) & np.isin(right, (*OPEN, "village")) & ~wild
    kinds[rural & street & (chance < _VILLAGE_LANES)] = Line.LANE
    return replace(net, kinds=kinds)


def _along(faces: np.ndarray, angles: Floats) -> Floats:
    """Turn rows to the sides of each face where these are within 20° of the given direction."""
    boxes = shapely.get_coordinates(shapely.oriented_envelope(faces)).reshape(-1, 5, 2)
    side = boxes[:, 1] - boxes[:, 0]
    quarter = np.pi / 2
    turn = np.arctan2(side[:, 1], side[:, 0]) - angles
    turn = (turn + quarter / 2) % quarter - quarter / 2
    return np.asarray(angles + np.where(np.abs(turn) < np.radians(20), turn, 0))


def _cells(ring: Ring, use: str, cuts: Cuts, rng: np.random.Generator) -> list[Ring]:
    if use == "estate":
        return blocks.estate_cells(ring, cuts, column_m=66, rows=(2, 1), pitch_m=28.5)
    if use in ("tower", "site"):
        return blocks.estate_cells(ring, cuts, column_m=54, rows=(1,), pitch_m=38)
    if use == "old":
        return blocks.subdivide(ring, cuts, rng, area=3_600, skew=0.11, kind=Line.LANE)
    if use in ("suburb", "village"):
        return blocks.subdivide(ring, cuts, rng, area=4_600, skew=0.07, kind=Line.LANE)
    return [ring]
