"""How long work tells how far it is, and how it is stopped.

Library functions take `progress: Progress = quiet` and call `progress(step, done, total)`;
the command line draws a bar from it, a job stores it, a notebook may ignore it. A progress that
raises `Cancelled` stops the work, which leaves nothing half-done.
"""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called with the name of the step and how much of it is done."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Take note of it."""


class Cancelled(Exception):
    """Somebody has asked the work to stop."""


def quiet(step: str, done: int, total: int) -> None:
    """Say nothing."""


def unstoppable(progress: Progress) -> Progress:
    """Tell the progress of work that goes on although somebody asked it to stop: it is decided."""

    def tell(step: str, done: int, total: int) -> None:
        try:
            progress(step, done, total)
        except Cancelled:
            return

    return tell
