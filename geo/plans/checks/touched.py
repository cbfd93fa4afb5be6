"""The places about which a change can make a finding true or false."""

from __future__ import annotations

from geo.plans.draft import Change, Draft, Place
from geo.plans.survey import Survey


def touched(before: Survey, after: Survey, change: Change) -> frozenset[int]:
    """Give the places whose row, units or figures a change changes, and the parents of those.

    An area that only has its units in another order below it is none of them: when grids go from
    one community to another of the same town, the town's ground and figures stay.
    """
    found: set[int] = set(change.places)
    for was, now in change.rows:
        above_was, above_now = _above(before.draft, was), _above(after.draft, now)
        same = was is not None and now is not None and _holds_same(was, now)
        found |= above_was ^ above_now if same else above_was | above_now
        found.update(row.parent for row in (was, now) if row is not None and row.parent is not None)
    # What lay on a border may have gone to a neighbour whose own row did not change.
    for unit in after.located.differing(before.located) - found:
        found |= _above(after.draft, after.draft.places.get(unit))
    return frozenset(found)


def _above(draft: Draft, place: Place | None) -> set[int]:
    return set() if place is None else {row.id for row in draft.chain(place.id)}


def _holds_same(was: Place, now: Place) -> bool:
    """Say whether what stands in a place stays there."""
    return (was.shape, was.households, was.people) == (now.shape, now.households, now.people)
