"""Redrawn units in the log: replayed, taken back, published, to the byte."""

import pytest
import shapely

from geo import plans
from geo.errors import MovedOn
from geo.plans.operations import Cut, Reshape, Unite
from tests.publish.hamlet import metres


def line(*xy):
    return shapely.LineString([metres(*point) for point in xy])


@pytest.fixture
def redrawn(table):
    """Grid 1 cut, the border of 2 and 6 redrawn, 3 and 4 united: three operations."""
    table.does(Cut(table.place("0101"), line((33.3, -10), (41.7, 110))))
    table.does(
        Reshape(
            table.place("0102"), table.place("0106"), line((120, 100), (150, 133.3), (180, 100))
        )
    )
    table.does(Unite((table.place("0203"), table.place("0204")), table.place("0203")))
    return table


def test_replaying_gives_the_same_bytes_at_every_revision(redrawn):
    for revision in range(4):
        assert redrawn.fresh_bytes(revision) == redrawn.bytes(revision)


def test_taking_all_back_gives_the_bytes_of_the_edition(redrawn):
    for _ in range(3):
        redrawn.turns(plans.undo)
    assert redrawn.fresh_bytes() == redrawn.bytes(0)


def test_what_comes_back_is_what_was_drawn(redrawn):
    drawn = redrawn.bytes()
    redrawn.turns(plans.undo)
    redrawn.turns(plans.redo)
    assert redrawn.fresh_bytes() == drawn


def test_whoever_cuts_next_to_a_cut_they_have_not_seen_is_told(redrawn):
    # The cut of grid 1 ends in its border with grid 5, which got a vertex there.
    with pytest.raises(MovedOn):
        redrawn.does(Cut(redrawn.place("0105"), line((50, 90), (50, 210))), seen=0)
    redrawn.does(Cut(redrawn.place("0105"), line((50, 90), (50, 210))))


def test_new_units_get_the_next_codes_and_outlines_fit_when_published(redrawn):
    lines = plans.lines_to_publish(redrawn.survey(), frozenset())
    units = lines[lines["unit"]]
    assert shapely.coverage_is_valid(units.geometry.to_numpy())
    assert set(units["code"]) >= {"0101", "0107"}
    assert "0204" not in set(units["code"])
    assert units["households"].sum() == 360
