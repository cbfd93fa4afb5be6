"""HTML put together from parts; what is not marked as HTML already is escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Part = str | int | None


def tag(name: str, *parts: Part | Iterable[Part], **attributes: str | int | None) -> Markup:
    """Give an element; attributes that are None are left out, `class_` means class."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{said}>{join(*parts)}</{name}>")


def join(*parts: Part | Iterable[Part]) -> Markup:
    """Give parts one after the other."""
    return Markup("".join(_flat(part) for part in parts))


def _flat(part: Part | Iterable[Part]) -> str:
    if part is None:
        return ""
    if isinstance(part, Markup):
        return part
    if isinstance(part, str | int):
        return html.escape(str(part))
    return "".join(_flat(one) for one in part)
