"""At which level units belong to different areas."""

from __future__ import annotations

from collections.abc import Collection

from geo.plans.draft import Draft


def parted(draft: Draft, units: Collection[int]) -> tuple[str, tuple[int, ...]]:
    """Give the highest level at which units are in different areas, and those, by id.

    Units that have no area of a level part nothing there; at last the units themselves are apart.

    Parameters
    ----------
    units
        Place ids of two units or more.
    """
    places = draft.places
    found: dict[str, set[int]] = {key: set() for key in draft.site.keys}
    for unit in units:
        found[places[unit].level].add(unit)
    for key in reversed(draft.site.keys):
        for number in list(found[key]):
            if (parent := places[number].parent) is not None:
                found[places[parent].level].add(parent)
    level = next((key for key, areas in found.items() if len(areas) > 1), None)
    if level is None:
        return places[max(units)].level, tuple(sorted(units))
    return level, tuple(sorted(found[level]))
