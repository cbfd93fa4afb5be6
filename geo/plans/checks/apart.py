"""At which level units belong to different areas."""

from __future__ import annotations

from collections.abc import Collection

from geo.plans.checks.case import holder
from geo.plans.draft import Draft


def parted(draft: Draft, units: Collection[int]) -> tuple[str, tuple[int, ...]]:
    """Give the highest level at which units are in different areas, and those, by id.

    Where a level parts them only in that some have no area of it, the next one below decides;
    the units themselves are apart at last.

    Parameters
    ----------
    units
        Place ids of two units or more.
    """
    for level in draft.site.keys:
        areas = {holder(draft, unit, level) for unit in units} - {None}
        if len(areas) > 1:
            return level, tuple(sorted(number for number in areas if number is not None))
    lowest = draft.places[max(units)].level
    return lowest, tuple(sorted(units))
