"""What a search hands back, and the refusals that searches share."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from geo.errors import Refused
from geo.plans.proposals.anneal import Clock
from geo.plans.proposals.board import Board
from geo.plans.proposals.graph import Graph, Ints
from geo.plans.proposals.law import lawful
from geo.plans.proposals.measures import Measures, measure


@dataclass(frozen=True, eq=False)
class Proposal:
    """A lawful labelling and how it was found.

    Attributes
    ----------
    labels : int array, shape (n,)
        The community of each unit: a label of today, or a new one (above the highest of today).
    measures : Measures
    seed : int
    parameters : mapping
        All that the search was asked.
    repeatable : bool
        Whether the same seed and parameters give the same labels again; not so where the time
        cut the search short.
    seconds : float
    bound_moved : int
        Households that must move whatever the lines.
    """

    labels: Ints
    measures: Measures
    seed: int
    parameters: Mapping[str, object]
    repeatable: bool
    seconds: float
    bound_moved: int

    @classmethod
    def checked(
        cls,
        graph: Graph,
        labels: Ints,
        *,
        cap: int,
        floor: int,
        seed: int,
        parameters: Mapping[str, object],
        repeatable: bool,
        seconds: float,
    ) -> Proposal:
        """Hand back labels, measured.

        Raises
        ------
        Refused
            If they are not lawful after all: some law forbids what another demands.
        """
        breaches = lawful(graph, labels, cap=cap, floor=floor)
        if breaches:
            raise Refused(
                f"No lawful lines were found. {' '.join(breach.en for breach in breaches)}",
                f"未找到合规的划分。{''.join(breach.zh for breach in breaches)}",
                reason="none_found",
                breaches=[breach.reason for breach in breaches],
            )
        return cls(
            labels=labels,
            measures=measure(graph, labels),
            seed=seed,
            parameters={"cap": cap, "floor": floor} | dict(parameters),
            repeatable=repeatable,
            seconds=seconds,
            bound_moved=must_move(graph, cap=cap, floor=floor),
        )


def must_move(graph: Graph, *, cap: int, floor: int) -> int:
    """Count the households that today's communities have above the limit or lack to the floor."""
    home = np.unique(graph.today, return_inverse=True)[1]
    households = np.bincount(home, graph.households)
    above = np.maximum(0, households - cap).sum()
    lacking = np.maximum(0, floor - households).sum()
    return int(max(above, lacking))


def check_room(total: int, parts: int, *, cap: int, floor: int) -> None:
    """Refuse what the sum of the households forbids."""
    if total > parts * cap:
        least = math.ceil(total / cap)
        raise Refused(
            f"{total} households don't fit into {parts} parts of at most {cap}."
            f" Ask for {least} parts or more.",
            f"{total}户无法分入{parts}个不超过{cap}户的部分。请至少分成{least}部分。",
            reason="too_many_households",
        )
    if total < parts * floor:
        raise Refused(
            f"{total} households are too few for {parts} parts of at least {floor}."
            " Ask for fewer parts or lower the floor.",
            f"{total}户不足以分成{parts}个不少于{floor}户的部分。请减少部分数或降低下限。",
            reason="too_few_households",
        )


def check_locks(board: Board, home: Ints, *, cap: int) -> None:
    """Refuse where the locked atoms of one community alone are above the limit."""
    pinned = np.array(board.pinned)
    locked = np.bincount(home[pinned], np.array(board.households)[pinned]).astype(np.int64)
    if locked.max(initial=0) > cap:
        raise Refused(
            f"The locked units of one community hold {locked.max()} households together, over the"
            f" limit of {cap}. Unlock some of them.",
            f"一个社区内锁定的单元共有{locked.max()}户，超过上限{cap}户。请解除部分锁定。",
            reason="locked_over_cap",
            households=int(locked.max()),
        )


def none_found(parts: int, clock: Clock) -> Refused:
    """Say that the search came back without a lawful answer."""
    seconds = f"{clock.spent_s:.1f}"
    return Refused(
        f"No lawful lines with {parts} parts were found in {seconds} s. Allow more parts, more time"
        " or a wider limit, or unlock units.",
        f"{seconds}秒内未找到{parts}个部分的合规划分。请增加部分数或时间、放宽上限，或解除锁定。",
        reason="none_found",
        parts=parts,
    )
