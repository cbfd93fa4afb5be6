"""Counts of people that can be told, such that no small one can be worked out from them.

Told are totals of areas, of all levels and editions, the kinds of people in an area (all of them
or none), and roughly how many are on a hexagon. The promise: **for every area, kind and hexagon
with fewer than k people, at least two numbers fit everything that is told**, "<k" included. It
holds against subtracting siblings from their parent, kinds from totals, one edition from another
and hexagons from areas, in any combination.

How. People stand at *spots*: one combination of unit in each edition, and hexagon. Cells (sets of
spots) are looked at one by one, the important ones first. What is told parts the spots into
*blocks*: spots that lie in the same told cells. A cell is told only if no block is parted into a
piece of 1 to k - 1 people. All that adding and subtracting can ever give are sums of whole blocks,
and none of those is small. So the small cell keeps a sibling company that is not told either.

"<k" and "at least k, but not told" are bounds, and bounds can pin a number down: 4 + 4 is the only
way to make 8 of two counts below 5. So each cell that is not told must have a *witness*: another
town with one person moved within a block, which looks the same to the last mark. Where there is
none, the cell that made the block is not told either, and all is looked at again.

Kinds: rows of kinds are told by the same rule, kind by kind, where the area's total is told. Two
people of different kinds may swap places within a block of told rows, and nothing shows it: a
small number of a kind lies in a block with others, so there is always such a pair.

What this does not hide: changes from one day to the next, to who writes down the counts of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

_MANY = 1 << 40


@dataclass(frozen=True, eq=False)
class Protected:
    """What may be told of each cell, in the order given.

    `totals`: the exact number of an area; `marks`: whether an area that is not told is marked as
    small (or, if it is not, as large enough); `rows`: its kinds; `rough`: the number on a hexagon
    down to a multiple of k, or "<k"; `drawn`: that there is anybody on a hexagon.
    """

    totals: Bools
    marks: Bools
    rows: Bools
    rough: Bools
    drawn: Bools


def protect(areas: Sequence[Ints], hexes: Sequence[Ints], weights: Ints, *, k: int) -> Protected:
    """Choose what may be told.

    Parameters
    ----------
    areas, hexes : sequences of int arrays
        Cells as spots, areas by importance: the first are the first to be told.
    weights : int array, shape (n, kinds)
        People at each spot by kind; at least one at every spot.
    k : int
        The smallest number that is told.
    """
    people = weights.sum(axis=1, keepdims=True)
    sizes, on_hex = _sizes(areas, people), _sizes(hexes, people)
    barred = sizes < k
    marks, rough, drawn = (np.ones(len(c), dtype=bool) for c in (areas, hexes, hexes))
    while True:
        totals, block, made_by = choose(areas, people, barred=barred, k=k)
        hidden = np.flatnonzero(~totals).tolist()
        low, high = _area_bounds(sizes[hidden], marks[hidden], k)
        hex_low, hex_high = _hex_bounds(on_hex, rough, drawn, k)
        cells = [*(areas[i] for i in hidden), *hexes]
        counts = np.concatenate([sizes[hidden], on_hex])
        secret = (counts > 0) & ((counts < k) | (np.arange(len(cells)) < len(hidden)))
        lost = secret & _determined(
            cells, counts, np.append(low, hex_low), np.append(high, hex_high), block
        )
        if not lost.any():
            break
        touched = np.isin(
            block, np.concatenate([block[cells[i]] for i in np.flatnonzero(lost).tolist()])
        )
        tight = (on_hex <= hex_low) | (on_hex >= hex_high)
        tight &= np.array([touched[cell].any() for cell in hexes], dtype=bool)
        makers = made_by[np.unique(block[touched])]
        # Hexagons yield first, then the area whose telling made the block.
        if (tight & rough).any():
            rough &= ~tight
        elif (tight & drawn).any():
            drawn &= ~tight
        elif (makers >= 0).any():
            barred[makers.max()] = True
        else:
            marks[[i for i in hidden if touched[areas[i]].any()]] = False
    rows, _, _ = choose(areas, weights, barred=~totals, k=k)
    return Protected(totals, marks, rows, rough, drawn)


def _area_bounds(sizes: Ints, marks: Bools, k: int) -> tuple[Ints, Ints]:
    """Give what the marks of areas that are not told say: 0 to k - 1, or k and more."""
    small = sizes < k
    low = np.where(marks & ~small, k, 0)
    return low, np.where(marks & small, k - 1, _MANY)


def _hex_bounds(sizes: Ints, rough: Bools, drawn: Bools, k: int) -> tuple[Ints, Ints]:
    """Give what is said of hexagons: a multiple of k and up to the next, at least somebody."""
    floor = sizes // k * k
    low = np.where(rough, np.maximum(floor, 1), np.where(drawn, 1, 0))
    return low, np.where(rough, floor + k - 1, _MANY)


def _sizes(cells: Sequence[Ints], people: Ints) -> Ints:
    return np.array([people[cell].sum() for cell in cells], dtype=np.int64)


def choose(
    cells: Sequence[Ints], weights: Ints, *, barred: Bools, k: int
) -> tuple[Bools, Ints, Ints]:
    """Tell cells in turn while no block is parted into a piece of 1 to k - 1 of any column.

    Returns
    -------
    told : bool array
        One per cell.
    block : int array, shape (n + 1,)
        The block of each spot; the last spot is everywhere else, where nobody was counted.
    made_by : int array
        For each block the cell that parted it off last; −1 for the first one.
    """
    elsewhere = np.full((1, weights.shape[1]), _MANY)
    weights = np.concatenate([weights, elsewhere])
    block = np.zeros(len(weights), dtype=np.int64)
    held, made_by = [weights.sum(axis=0)], [-1]
    told = np.zeros(len(cells), dtype=bool)
    for number in np.flatnonzero(~barred).tolist():
        cell = cells[number]
        labels, at = np.unique(block[cell], return_inverse=True)
        inside = np.zeros((len(labels), weights.shape[1]), dtype=np.int64)
        np.add.at(inside, at, weights[cell])
        rest = np.array([held[label] for label in labels]).reshape(inside.shape) - inside
        parted = rest.any(axis=1)
        pieces = np.concatenate([inside[parted], rest[parted]])
        if ((pieces > 0) & (pieces < k)).any():
            continue
        told[number] = True
        fresh = np.where(parted, len(held) + np.cumsum(parted) - 1, labels)
        block[cell] = fresh[at]
        for position in np.flatnonzero(parted):
            held[labels[position]] = rest[position]
            made_by[labels[position]] = int(number)
            held.append(inside[position])
            made_by.append(int(number))
    return told, block, np.array(made_by, dtype=np.int64)


def _determined(cells: Sequence[Ints], sizes: Ints, low: Ints, high: Ints, block: Ints) -> Bools:
    """Find the cells that no move of one person within a block can change unseen.

    A spot may lose somebody when no cell that holds it is as small as its mark allows, and gain
    somebody when none is as large.
    """
    spots = np.concatenate([*cells, np.empty(0, dtype=np.int64)])
    owner = np.repeat(np.arange(len(cells)), [len(cell) for cell in cells])
    loses, gains = np.ones(len(block), dtype=bool), np.ones(len(block), dtype=bool)
    loses[spots[(sizes <= low)[owner]]] = False
    gains[spots[(sizes >= high)[owner]]] = False
    pair, at = np.unique(owner * len(block) + block[spots], return_inverse=True)
    cell, label = np.divmod(pair, len(block))
    change = np.zeros(len(cells), dtype=bool)
    for giving, taking in ((loses, gains), (gains, loses)):
        inside = np.bincount(at, weights=giving[spots], minlength=len(pair))
        taken = np.bincount(at, weights=taking[spots], minlength=len(pair))
        beyond = np.bincount(block, weights=taking, minlength=len(block))[label] - taken
        change[cell[(inside > 0) & (beyond > 0)]] = True
    return ~change
