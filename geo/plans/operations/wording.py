"""Places in sentences, and the refusals that several operations share."""

from __future__ import annotations

from collections.abc import Sequence

from geo.errors import BadInput
from geo.plans.draft import Draft
from geo.plans.operations.base import Words


def shown(draft: Draft, places: Sequence[int]) -> Words:
    """Name a place, or the first of several with their number.

    Raises
    ------
    NotFound
        If the first is not in the draft.
    """
    if not places:
        return Words("0 个区域", "0 areas")
    first = draft.place(places[0])
    name = first.name or first.code
    if len(places) == 1:
        return Words(f"“{name}”", f"“{name}”")
    return Words(f"“{name}”等 {len(places)} 个区域", f"“{name}” and {len(places) - 1} more")


def require_some(places: Sequence[int], field: str) -> Sequence[int]:
    """Refuse an empty list.

    Raises
    ------
    BadInput
        If there is none.
    """
    if not places:
        raise BadInput(
            f"“{field}” is empty. Choose at least one area.",
            f"“{field}”为空。请至少选择一个区域。",
            option=field,
        )
    return places


def require_name(name: str) -> str:
    """Refuse an empty name.

    Raises
    ------
    BadInput
        If it has nothing but blanks.
    """
    if not name.strip():
        raise BadInput(
            "An area needs a name. Write one.", "区域须有名称。请填写名称。", option="name"
        )
    return name.strip()
