"""The kinds of work that can be asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from geo.access import Actor, Right
from geo.db import Engine
from geo.progress import Progress
from geo.settings import Settings


class Work(Protocol):
    """Does what was asked, and gives its result as plain data.

    It may be killed at any moment and is then called again with the same arguments.
    """

    def __call__(
        self,
        engine: Engine,
        settings: Settings,
        arguments: Mapping[str, Any],
        *,
        plan: int | None,
        actor: Actor,
        progress: Progress,
    ) -> dict[str, Any]:
        """Do it."""


@dataclass(frozen=True)
class Kind:
    """What is done, who may ask for it, and the lock of which only one holder runs at a time."""

    run: Work
    right: Right
    lock: str | None = None


KINDS: dict[str, Kind] = {}
