"""What checks and impact need to know beside the lines and the ground; loaded by the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Post:
    """A post of an area; `holder` is the name only where the reader may know it."""

    title: str
    held: bool
    holder: str | None = None


@dataclass(frozen=True)
class CheckContext:
    """Codes and staff.

    Attributes
    ----------
    owners
        Every code that was ever given in an edition, and the place that it belongs to for ever.
    posts
        Posts by place id, as they are today; places without any are left out.
    """

    owners: Mapping[str, int] = field(default_factory=dict)
    posts: Mapping[int, tuple[Post, ...]] = field(default_factory=dict)
