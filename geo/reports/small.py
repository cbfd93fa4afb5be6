"""Small counts are not told, nor can they be had by subtracting the others from the total."""

from __future__ import annotations

from collections.abc import Sequence

from geo.reports.facts import Tally


def told(name: str, count: int, *, below: int) -> Tally:
    """Give one count: as it is, or only as “fewer than `below`”; 0 says nothing about anybody."""
    return Tally((name,), None if 0 < count < below else count, below)


def tallies(counts: Sequence[tuple[str, int]], *, below: int) -> tuple[Tally, ...]:
    """Give counts that add up to a known total, in their order, small ones hidden.

    Where the hidden ones could be worked out from the total (one alone, or all of them at their
    least or most), they are counted together with the smallest of the others, as one row.
    """
    shown = [(name, count) for name, count in counts if not 0 < count < below]
    hidden = [(name, count) for name, count in counts if 0 < count < below]
    total = sum(count for _, count in hidden)
    open_to_guess = len(hidden) > 1 and len(hidden) < total < len(hidden) * (below - 1)
    if not hidden or open_to_guess:
        return tuple(told(name, count, below=below) for name, count in (*shown, *hidden))
    if not shown:
        return tuple(told(name, count, below=below) for name, count in hidden)
    least = min(shown, key=lambda pair: pair[1])
    shown.remove(least)
    merged = (least, *hidden)
    together = Tally(tuple(name for name, _ in merged), sum(count for _, count in merged), below)
    return (*(told(name, count, below=below) for name, count in shown), together)
