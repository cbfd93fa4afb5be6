"""What every redrawing must keep, and lines as hypothesis draws them."""

import itertools

import numpy as np
import shapely
from hypothesis import strategies as st

from geo.crs import GRID_M
from geo.errors import Refused
from geo.plans import Change, Draft, Place, Survey
from geo.plans.operations import operation_from_json
from tests.plans.hamlet import at

NUMBERS = itertools.count(100_000)


def tried(operation, before):
    """Do an operation and hold it to the rules; None where it is refused."""
    assert operation_from_json(operation.to_json()).to_json() == operation.to_json()
    try:
        change = operation.apply(before, NUMBERS)
    except Refused:
        return None
    after = before.after(change)
    assert_replayed(before, change)
    assert_sound(before, after, change)
    return after


def assert_replayed(before, change):
    """The log gives the same bytes again, and taking it back gives those of before."""
    again = Change.from_json(change.to_json(), before.draft)
    assert again == change
    assert frozen(before.after(again).draft) == frozen(before.after(change).draft)
    assert frozen(before.draft.after(change).after(change.inverse())) == frozen(before.draft)


def frozen(draft):
    """All that a draft holds, outlines as bytes."""
    plain = {n: (p, p.shape and shapely.to_wkb(p.shape)) for n, p in draft.places.items()}
    return plain, dict(draft.children)


def assert_sound(before, after, change):
    """A clean coverage of the same ground, nobody's figures lost, third parties untouched."""
    was, now = outlines(before), outlines(after)
    assert shapely.is_valid(now).all()
    assert shapely.coverage_is_valid(now)
    assert_on_grid(now)
    drawn = [p.shape for pair in change.rows for p in pair if p is not None and p.shape is not None]
    assert abs(shapely.area(now).sum() - shapely.area(was).sum()) <= GRID_M * sum(
        shape.length for shape in drawn
    )
    assert_same_outline(shapely.coverage_union_all(was), shapely.coverage_union_all(now))
    assert households(after) == households(before)
    assert people(after) == people(before)


def assert_same_outline(was, now):
    """The new one has all vertices of the old one, and more only on its lines."""
    assert vertices(was) <= vertices(now)
    assert len(rings(was)) == len(rings(now))
    assert shapely.hausdorff_distance(was.boundary, now.boundary) <= GRID_M


def assert_only_gained(before, after, numbers):
    """Outlines that gained vertices on their lines, and nothing else of their figures changed."""
    for number in numbers:
        was, now = before.draft.places[number], after.draft.places[number]
        assert vertices(was.shape) < vertices(now.shape)
        assert shapely.hausdorff_distance(was.shape.boundary, now.shape.boundary) <= GRID_M
        assert (was.households, was.people, was.parent) == (now.households, now.people, now.parent)


def assert_on_grid(shapes):
    mm = shapely.get_coordinates(shapes) / GRID_M
    assert np.abs(mm - np.rint(mm)).max() < 1e-4


def outlines(survey):
    draft = survey.draft
    return np.array([draft.places[n].shape for n in draft.units()], dtype=object)


def vertices(shape):
    return set(map(tuple, shapely.get_coordinates(shape).tolist()))


def rings(shape):
    return shapely.get_rings(shapely.get_parts(shape))


def households(survey):
    return sum(survey.households(n) or 0 for n in survey.draft.units())


def people(survey):
    return sum(survey.draft.places[n].people or 0 for n in survey.draft.units())


def redrawn(change):
    """Ids of the places that were there before and still are, with another outline."""
    return {
        was.id for was, now in change.rows if was and now and was.shape != now.shape
    }  # fmt: skip


def place(number, shape, households=None, parent=21, **more):
    """A micro-grid of the hamlet's kind."""
    return Place(
        number, "microgrid", f"6211220010010010{number % 10}", f"{number}号", parent,
        shapely.normalize(shape), households, **more,
    )  # fmt: skip


def town(before, shapes, ground):
    """The hamlet's areas above, with units of one's own in its first grid."""
    above = {n: p for n, p in before.places.items() if p.shape is None}
    units = {k: place(k, shape, households=10) for k, shape in enumerate(shapes, 501)}
    kids = {n: c for n, c in before.children.items() if n not in (21, 22, 31, 32)}
    return Survey.of(Draft(before.site, {**above, **units}, {**kids, 21: frozenset(units)}), ground)


# -- lines

_SPECIAL = st.sampled_from([0.0, 50.0, 100.0, 150.0, 200.0, 300.0])
_HAIR = st.sampled_from([0.0, 0.001, -0.001, 0.0004, 0.0005, -0.0006, 0.002, 0.3])
_ANY = st.integers(-30_000, 430_000).map(lambda mm: mm / 1000)
_XY = st.one_of(st.builds(lambda v, hair: v + hair, _SPECIAL, _HAIR), _ANY)
#: Points about the lower left of the hamlet: on corners, a hair beside borders, anywhere.
POINTS = st.tuples(_XY, _XY)
LINES = (
    st.lists(POINTS, min_size=2, max_size=7)
    .filter(lambda points: len(set(points)) > 1)
    .map(lambda points: shapely.LineString([at(*point) for point in points]))
)
