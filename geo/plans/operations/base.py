"""What every operation is: a frozen dataclass that says what is wanted, and computes the change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NamedTuple, Protocol, Self

from geo.plans.draft import Change, Draft
from geo.plans.survey import Survey


class Words(NamedTuple):
    """The same sentence in both languages."""

    zh: str
    en: str


class Operation(Protocol):
    """One thing a planner does to a draft.

    `kind` names it in the log. The inverse of an operation is the inverse of its change.
    """

    kind: ClassVar[str]

    def apply(self, survey: Survey, ids: Iterator[int]) -> Change:
        """Compute the change; new places take their ids from `ids`. Pure.

        Raises
        ------
        Refused, BadInput, NotFound
            If it can't be done, with what to do instead.
        """

    def label(self, draft: Draft) -> Words:
        """Say what it does, before it is done."""

    def about(self, draft: Draft) -> frozenset[int]:
        """Give the places it is about: when a later operation touched one of them, it is refused."""

    def to_json(self) -> dict[str, Any]:
        """Give it as plain data with `kind`; outlines and lines as WKB (hex), in metres."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Build it from `to_json`'s data; see `codec.Coded`, which gives both."""
