"""What a log comes to: which operations stand, which were taken back, which of them collide.

An operation that takes back another names it in `undoes`; taking back such a one does the first
again. So every operation begins a chain, and what counts is how often it was turned over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done: when first, when last turned over, and whether it stands now."""

    first: int
    last: int
    stands: bool


class Turn(Protocol):
    """A row of a log."""

    @property
    def revision(self) -> int:
        """Its number."""

    @property
    def undoes(self) -> int | None:
        """The number of the one it takes back, if any."""


TurnT = TypeVar("TurnT", bound=Turn)


def deeds(log: Iterable[tuple[int, int | None]]) -> dict[int, Deed]:
    """Give what was done by every revision that took part in it; `log`: revision, undoes."""
    found: dict[int, Deed] = {}
    chains: dict[int, list[int]] = {}
    for revision, undoes in log:
        before = None if undoes is None else found[undoes]
        deed = (
            Deed(revision, revision, stands=True)
            if before is None
            else Deed(before.first, revision, stands=not before.stands)
        )
        chain = chains.setdefault(deed.first, [])
        chain.append(revision)
        found.update(dict.fromkeys(chain, deed))
    return found


def net(rows: Iterable[TurnT]) -> list[TurnT]:
    """Leave out the rows that another of them takes back, with that one; both in order."""
    left: dict[int, TurnT] = {}
    for row in rows:
        if row.undoes is not None and row.undoes in left:
            del left[row.undoes]
        else:
            left[row.revision] = row
    return list(left.values())
