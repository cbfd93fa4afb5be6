"""The kinds of work that can be asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from geo.access import Actor, Right
from geo.db import Engine
from geo.errors import BadInput
from geo.plans import Wanted, propose
from geo.progress import Progress
from geo.publish import publish_plan, withdraw_edition
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


def _publish(
    engine: Engine,
    settings: Settings,
    arguments: Mapping[str, Any],
    *,
    plan: int | None,
    actor: Actor,
    progress: Progress,
) -> dict[str, Any]:
    """Publish a plan; arguments title, effective (text or None), reasons (by code)."""
    return publish_plan(
        engine, settings, _plan(plan), **arguments, actor=actor, progress=progress
    ).told()


def _withdraw(
    engine: Engine,
    settings: Settings,
    arguments: Mapping[str, Any],
    *,
    plan: int | None,  # noqa: ARG001 - as every kind has it
    actor: Actor,
    progress: Progress,
) -> dict[str, Any]:
    """Withdraw an edition; arguments number, title, effective (text or None), reason."""
    return withdraw_edition(engine, settings, **arguments, actor=actor, progress=progress).told()


def _propose(
    engine: Engine,
    settings: Settings,  # noqa: ARG001 - as every kind has it
    arguments: Mapping[str, Any],
    *,
    plan: int | None,
    actor: Actor,
    progress: Progress,
) -> dict[str, Any]:
    """Look for lawful lines; arguments as `geo.plans.Wanted` has them."""
    wanted = Wanted.from_json(arguments)
    return propose(engine, _plan(plan), wanted, actor=actor, progress=progress).to_json()


def _plan(plan: int | None) -> int:
    if plan is None:
        raise BadInput("Say which plan.", "请指定方案。")
    return plan


KINDS: dict[str, Kind] = {
    "publish": Kind(_publish, "publish", lock="publish"),
    "withdraw_edition": Kind(_withdraw, "publish", lock="publish"),
    "propose": Kind(_propose, "plans.write"),
}
