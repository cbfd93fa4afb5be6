"""How long work tells how far it is.

Library functions take `progress: Progress = quiet` and call `progress(step, done, total)`;
the command line draws a bar from it, a job stores it, a notebook may ignore it.
"""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called with the name of the step and how much of it is done."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Take note of it."""


def quiet(step: str, done: int, total: int) -> None:
    """Say nothing."""
