"""Dividing a neighbourhood graph into connected parts of wished sizes."""

from __future__ import annotations

import heapq

import numpy as np

from geo.samples.plan import Floats, Ints

_ROUNDS = 12
_CLOSE = 0.01  # a half that misses its weight by less is good enough


def divide(near: list[list[int]], at: Floats, weight: Floats, shares: Floats) -> Ints:
    """Label each node with one of `len(shares)` connected parts.

    Recursive bisection: a part grows from one end of the region along its longer axis until it
    has its share of the weight; what it cuts off joins it, so both halves stay connected.

    Parameters
    ----------
    near : neighbours of each node; the graph is connected.
    at : array (n, 2)
        Where each node is, metres.
    weight : array (n,)
    shares : array (k,)
        Relative sizes of the parts, k <= n.
    """
    labels = np.zeros(len(near), dtype=np.int64)
    todo = [(np.arange(len(near)), 0, len(shares))]
    while todo:
        nodes, low, high = todo.pop()
        if high - low == 1:
            labels[nodes] = low
            continue
        middle = (low + high) // 2
        wanted = shares[low:middle].sum() / shares[low:high].sum() * weight[nodes].sum()
        first = _half(near, at, weight, nodes, (float(wanted), middle - low, high - middle))
        inside = np.isin(nodes, first)
        todo += [(nodes[inside], low, middle), (nodes[~inside], middle, high)]
    return labels


def _half(
    near: list[list[int]], at: Floats, weight: Floats, nodes: Ints, goal: tuple[float, int, int]
) -> list[int]:
    """Grow from each end of the longer axis, then of the shorter one, until one fits well."""
    centred = at[nodes] - at[nodes].mean(axis=0)
    across, along = (_oriented(axis) for axis in np.linalg.eigh(centred.T @ centred)[1].T)
    best: list[int] = []
    least = np.inf
    for axis in (along, -along, across, -across):
        order = dict(zip(nodes.tolist(), (centred @ axis).tolist(), strict=True))
        grown = _grow(near, weight, order, goal)
        if grown is None:
            continue
        missed = abs(float(weight[grown].sum()) - goal[0])
        if missed < least:
            best, least = grown, missed
        if missed <= _CLOSE * goal[0]:
            break
    if not best:
        raise RuntimeError("The region is too thin to be divided into so many parts.")
    return best


def _oriented(axis: Floats) -> Floats:
    # Eigenvectors have no sign of their own: begin in the west, or in the south.
    return axis if axis[int(np.argmax(np.abs(axis)))] > 0 else -axis


def _grow(
    near: list[list[int]], weight: Floats, order: dict[int, float], goal: tuple[float, int, int]
) -> list[int] | None:
    wanted, least, leave = goal
    start = min(order, key=lambda n: (order[n], n))
    heap, seen, grown, load = [(order[start], start)], {start}, list[int](), 0.0
    while heap:
        _, node = heapq.heappop(heap)
        full = load + weight[node] / 2 > wanted and len(grown) >= least
        if full or len(order) - len(grown) <= leave:
            break
        grown.append(node)
        load += float(weight[node])
        for other in near[node]:
            if other in order and other not in seen:
                seen.add(other)
                heapq.heappush(heap, (order[other], other))
    scraps = _scraps(near, set(order) - set(grown))
    return None if len(order) - len(grown) - len(scraps) < leave else grown + scraps


def _scraps(near: list[list[int]], rest: set[int]) -> list[int]:
    """List the nodes of all connected pieces of the rest but the largest."""
    pieces = components(near, rest)
    largest = max(pieces, key=lambda piece: (len(piece), -min(piece)))
    return [node for piece in pieces if piece is not largest for node in piece]


def components(near: list[list[int]], nodes: set[int]) -> list[list[int]]:
    """List the connected pieces among some nodes, in order of their lowest node."""
    left, pieces = set(nodes), []
    for start in sorted(nodes):
        if start not in left:
            continue
        left.discard(start)
        piece, todo = [start], [start]
        while todo:
            for other in near[todo.pop()]:
                if other in left:
                    left.discard(other)
                    piece.append(other)
                    todo.append(other)
        pieces.append(piece)
    return pieces


def smooth(
    borders: dict[int, dict[int, float]], labels: Ints, weight: Floats, *, slack: float
) -> Ints:
    """Straighten the lines between parts: nodes go where most of their border is.

    A move must keep the part connected that it leaves, and both parts within `slack` (a share)
    of their size before.

    Parameters
    ----------
    borders : for each node, the length of border with each neighbour, metres.
    """
    labels = labels.copy()
    size = np.bincount(labels, weights=weight)
    least, most = size * (1 - slack), size * (1 + slack)
    near = [list(borders.get(n, {})) for n in range(len(labels))]
    for _ in range(_ROUNDS):
        moved = 0
        for node in range(len(labels)):
            here, there = int(labels[node]), _pull(borders.get(node, {}), labels, node)
            w = float(weight[node])
            if there == here or size[here] - w < least[here] or size[there] + w > most[there]:
                continue
            if not _stays_whole(near, labels, node):
                continue
            labels[node] = there
            size[here] -= w
            size[there] += w
            moved += 1
        if not moved:
            break
    return labels


def _pull(border: dict[int, float], labels: Ints, node: int) -> int:
    shared: dict[int, float] = {int(labels[node]): 1e-6}
    for other, length in border.items():
        part = int(labels[other])
        shared[part] = shared.get(part, 0.0) + length
    return max(shared, key=lambda part: (shared[part], -part))


def _stays_whole(near: list[list[int]], labels: Ints, node: int) -> bool:
    rest = {int(n) for n in np.flatnonzero(labels == labels[node])} - {node}
    return bool(rest) and len(components(near, rest)) == 1
