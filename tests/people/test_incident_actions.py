"""Incidents in the hamlet: reported, moved, advanced, escalated, assigned; expected by hand.

Edition 2 cuts grid 1 at x = 40 m (0101 west, 0109 east) and puts grid 4 into grid 3 (0203).
"""

import datetime as dt
import threading
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo import people
from geo.crs import GCJ02, WGS84, convert_xy
from geo.errors import BadInput, MovedOn, NotAllowed, NotFound, Refused, UnknownOption, WrongCrs
from tests.people.incidents import (
    ALL,
    SITE,
    act,
    codes,
    day,
    history,
    lines,
    lonlat,
    look,
    move,
    place,
    report,
    told,
    version,
    where,
    worker,
)  # fmt: skip


def test_a_reported_incident_is_placed_at_once_in_every_edition(tx):
    number = report(tx, 60, 50)
    assert where(tx, number) == [(1, 1, "0101", "point"), (2, None, "0109", "point")]
    seen = look(tx, number)
    assert codes(tx, seen.chain) == ["0109", "01", "0"]
    assert codes(tx, look(tx, number, edition=1).chain) == ["0101", "01", "0"]
    assert (seen.state, seen.handler) == ("collected", seen.chain[0])
    assert seen.border_m == 20.0  # grid 0109 begins at x = 40
    assert (seen.lon, seen.lat) == pytest.approx(lonlat(60, 50), abs=1e-8)
    assert told(tx, number) == ["reported"]
    assert seen.reported_at is not None
    assert seen.events[0].at == seen.reported_at
    assert seen.events[0].actor == "tester"
    assert lines(tx, "report incidents")[-1]["new"] == 1


def test_what_is_reported_in_gcj02_lies_where_it_was_seen(tx):
    lon, lat = lonlat(250, 150)
    there = convert_xy(np.array([lon]), np.array([lat]), WGS84, GCJ02)
    row = {"kind": "占道", "lon": float(there[0][0]), "lat": float(there[1][0])}
    number = people.report_incident(tx, SITE, row, crs=GCJ02, actor=ALL)
    assert codes(tx, look(tx, number).chain[:1]) == ["0207"]
    # Read as GPS the same numbers lie some 500 m away, outside the hamlet.
    other = people.report_incident(tx, SITE, row, crs=WGS84, actor=ALL)
    assert look(tx, other).chain == ()


@pytest.mark.parametrize(
    ("x", "names"),
    [
        (185.1, ["0102", "0203"]),  # 14.9 m from x = 200
        (184.9, []),  # 15.1 m: no doubt
        (200.0, ["0102", "0203"]),  # on the line the lower code has it
        (214.9, ["0203", "0102"]),
    ],
)
def test_within_15_m_of_a_border_both_units_are_named_its_own_first(tx, x, names):
    seen = look(tx, report(tx, x, 50))
    assert codes(tx, [c.place for c in seen.candidates]) == names
    assert seen.may.assign == bool(names)


def test_near_a_corner_all_four_units_are_named(tx):
    seen = look(tx, report(tx, 195, 95))
    named = codes(tx, [c.place for c in seen.candidates])
    assert named == ["0102", "0106", "0203", "0207"]
    assert [c.distance_m for c in seen.candidates] == [0.0, 5.0, 5.0, pytest.approx(7.071)]


def test_outside_all_areas_is_a_status_and_the_next_area_is_a_candidate(tx):
    seen = look(tx, report(tx, -10, 50))
    assert (seen.chain, seen.handler, seen.border_m) == ((), None, 10.0)
    assert codes(tx, [c.place for c in seen.candidates]) == ["0101"]
    assert look(tx, report(tx, -50, 50)).candidates == ()


def test_times_without_a_zone_are_the_towns(tx):
    seen = look(tx, report(tx, 60, 50, reported_at="2026-03-05 23:30"))
    assert seen.reported_at == day("2026-03-05T23:30:00+08:00")
    seen = look(tx, report(tx, 60, 50, reported_at="2026-03-05T15:30:00Z"))
    assert seen.reported_at == day("2026-03-05T23:30:00+08:00")


def test_the_same_key_with_the_same_values_is_the_same_incident(tx):
    first = report(tx, 60, 50, key="a1", source="12345")
    assert report(tx, 60, 50, key="a1", source="12345") == first
    assert report(tx, 60, 50, key="a1", source="other") != first
    with pytest.raises(Refused, match="other values"):
        report(tx, 61, 50, key="a1", source="12345")


def test_two_reports_without_a_key_are_two_incidents(tx):
    assert report(tx, 60, 50) != report(tx, 60, 50)


@pytest.mark.parametrize(
    ("row", "error", "words"),
    [
        ({"kind": None}, BadInput, "kind"),
        ({"reported_at": "yesterday"}, BadInput, "reported_at"),
        ({"reported_at": "03/04/2026"}, BadInput, "reported_at"),
    ],
)
def test_a_value_that_can_not_be_read_is_named(tx, row, error, words):
    with pytest.raises(error, match=words):
        report(tx, 60, 50, **row)


def test_metres_are_not_degrees(tx):
    row = {"kind": "路灯", "lon": 465_060.0, "lat": 3_875_050.0}
    with pytest.raises(WrongCrs, match="degrees"):
        people.report_incident(tx, SITE, row, crs=WGS84, actor=ALL)
    far = {"kind": "路灯", "lon": 2.35, "lat": 48.85}
    with pytest.raises(WrongCrs, match="1,000 km"):
        people.report_incident(tx, SITE, far, crs=WGS84, actor=ALL)


# -- moving


def test_a_moved_incident_is_placed_anew_and_its_old_place_stays_known(tx):
    number = report(tx, 60, 50)
    seen = move(tx, number, 350, 50, note="街对面")
    assert where(tx, number) == [(1, 1, "0204", "point"), (2, None, "0203", "point")]
    assert codes(tx, seen.chain) == ["0203", "02", "0"]
    first, second = history(tx, number)
    assert first.valid_to == second.valid_from
    event = seen.events[-1]
    assert (event.what, [event.area.code], event.note) == ("moved", ["0203"], "街对面")
    assert (event.lon, event.lat) == pytest.approx(lonlat(350, 50), abs=1e-8)
    assert (seen.events[0].lon, seen.events[0].lat) == pytest.approx(lonlat(60, 50), abs=1e-8)
    assert lines(tx, "incident moved")[-1]["incident"] == number


def test_moving_needs_the_right_at_both_ends(tx):
    li = worker(tx, "01")
    number = report(tx, 60, 50, actor=li)
    assert codes(tx, move(tx, number, 150, 150, actor=li).chain[:1]) == ["0106"]
    for x in (350, -50):
        with pytest.raises(NotAllowed):
            move(tx, number, x, 50, actor=li)
    other = report(tx, 350, 50)
    with pytest.raises(NotAllowed):
        move(tx, other, 60, 50, actor=li)
    with pytest.raises(NotAllowed):
        look(tx, other, actor=li)


def test_outside_all_areas_only_a_right_for_the_whole_town_reaches(tx):
    number = report(tx, -50, 50)
    with pytest.raises(NotAllowed):
        look(tx, number, actor=worker(tx, "0"))
    with pytest.raises(NotAllowed):
        report(tx, -50, 50, actor=worker(tx, "0"))
    assert look(tx, number).chain == ()


def test_who_may_only_look_may_only_look(tx):
    number = report(tx, 60, 50)
    planner = worker(tx, "0", role="planner")
    seen = look(tx, number, actor=planner)
    assert not any((seen.may.move, seen.may.advance, seen.may.escalate, seen.may.assign))
    assert [event.actor for event in seen.events] == [None]
    with pytest.raises(NotAllowed):
        act(tx, "advance", number, state="accepted", actor=planner)
    with pytest.raises(NotAllowed):
        look(tx, number, actor=worker(tx, "0", role="viewer"))


# -- states


def test_closing_sets_the_time_and_reopening_clears_it(tx):
    number = report(tx, 60, 50)
    closed = act(tx, "advance", number, state="closed")
    assert closed.closed_at is not None
    assert closed.closed_at == closed.events[-1].at
    assert closed.next_states == ()
    with pytest.raises(BadInput, match="Say why"):
        act(tx, "advance", number, state="handling")
    again = act(tx, "advance", number, state="handling", note="又坏了")
    assert (again.state, again.closed_at) == ("handling", None)
    assert again.next_states == ("reviewed", "closed")


def test_a_step_can_be_told_later_but_not_before_the_last_one_nor_ahead_of_time(tx):
    number = report(tx, 60, 50, reported_at="2026-03-05 09:00")
    seen = act(tx, "advance", number, state="accepted", at=dt.datetime(2026, 3, 5, 10, 0))  # noqa: DTZ001
    assert seen.events[-1].at == day("2026-03-05T10:00:00+08:00")
    for at in ("2026-03-05T09:59:00+08:00", "2100-01-01T00:00:00+08:00"):
        with pytest.raises(BadInput, match="time of this step"):
            act(tx, "advance", number, state="closed", at=day(at))
    seen = act(tx, "advance", number, state="closed", at=day("2026-03-06T08:00:00+08:00"))
    assert seen.closed_at == day("2026-03-06T08:00:00+08:00")


def test_a_word_that_is_no_state_is_refused(tx):
    number = report(tx, 60, 50)
    with pytest.raises(UnknownOption):
        act(tx, "advance", number, state="gone")


steps = st.lists(st.sampled_from(people.STATES), min_size=1, max_size=8)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps)
def test_whatever_the_steps_times_never_run_back_and_only_closed_ones_have_a_closing_time(tx, path):
    number = report(tx, 60, 50)
    state = "collected"
    for to in path:
        if to == state:
            continue
        seen = act(tx, "advance", number, state=to, note="因为")
        state = to
        assert seen.state == state
        assert (seen.closed_at is not None) == (state == "closed")
    rows = history(tx, number)
    assert rows[-1].valid_to is None
    assert all(a.valid_to == b.valid_from for a, b in pairwise(rows))
    times = [event.at for event in look(tx, number).events]
    assert times == sorted(times)


def test_many_at_once_each_is_done_or_says_why_not(tx):
    li = worker(tx, "01")
    mine, closed, elsewhere = report(tx, 60, 50), report(tx, 70, 50), report(tx, 350, 50)
    act(tx, "advance", closed, state="closed")
    steps = people.advance_incidents(
        tx, SITE, [elsewhere, mine, 10**12, closed, mine], state="closed", actor=li
    )
    assert [s.id for s in steps] == [elsewhere, mine, 10**12, closed]
    assert [type(s.problem) for s in steps] == [NotAllowed, type(None), NotFound, BadInput]
    seen = look(tx, mine)
    assert (seen.state, seen.closed_at) == ("closed", seen.events[-1].at)
    assert look(tx, elsewhere).state == "collected"
    assert lines(tx, "advance incidents")[-1] == {"incidents": [mine], "state": "closed"}


# -- up and aside


def test_escalation_goes_up_by_one_and_ends_at_the_top(tx):
    li = worker(tx, "0109")
    number = report(tx, 60, 50, actor=li)
    seen = act(tx, "escalate", number, actor=li, note="超出网格能力")
    assert codes(tx, [seen.handler, seen.chain[0]]) == ["01", "0109"]
    # From one's own area one may always go on, although its handler is above it.
    seen = act(tx, "escalate", number, actor=li)
    assert codes(tx, [seen.handler]) == ["0"]
    assert not seen.may.escalate
    with pytest.raises(Refused, match="none above"):
        act(tx, "escalate", number, actor=li)
    with pytest.raises(Refused, match="outside all areas"):
        act(tx, "escalate", report(tx, -50, 50))


def test_an_escalated_incident_that_is_moved_goes_to_the_area_of_the_same_level(tx):
    number = report(tx, 60, 50)
    act(tx, "escalate", number)
    seen = move(tx, number, 350, 50)
    assert codes(tx, [seen.handler]) == ["02"]
    assert codes(tx, [look(tx, number, edition=1).handler]) == ["02"]


def test_one_of_the_candidates_can_be_chosen_by_hand_from_today_on(tx):
    number = report(tx, 195, 50)
    seen = act(tx, "assign", number, area=place(tx, "0203"), note="属东社区")
    assert where(tx, number) == [(1, 1, "0102", "point"), (2, None, "0203", "manual")]
    assert (codes(tx, seen.chain[:1]), seen.how) == (["0203"], "manual")
    assert seen.border_m == 5.0  # the pin has not moved
    assert told(tx, number) == ["reported", "assigned"]
    with pytest.raises(BadInput, match="15 m"):
        act(tx, "assign", number, area=place(tx, "0207"))
    # A new pin forgets the choice.
    move(tx, number, 190, 50)
    assert where(tx, number) == [(1, None, "0102", "point")]


def test_handing_an_incident_to_the_neighbour_needs_the_right_at_both_ends(tx):
    number = report(tx, 195, 50)
    with pytest.raises(NotAllowed):
        act(tx, "assign", number, area=place(tx, "0203"), actor=worker(tx, "01"))
    act(tx, "assign", number, area=place(tx, "0203"), actor=worker(tx, "0"))


# -- the first one wins


def test_who_comes_second_learns_who_was_first_and_when(tx):
    number = report(tx, 60, 50)
    seen = version(tx, number)
    act(tx, "advance", number, state="accepted", actor=worker(tx, "01", name="wang"))
    with pytest.raises(MovedOn, match="wang changed this incident at 20") as refused:
        act(tx, "advance", number, state="closed", version=seen)
    assert refused.value.facts["version"] == version(tx, number)
    with pytest.raises(MovedOn, match="Somebody"):
        act(tx, "move", number, lon=0, lat=0, crs=WGS84, version=seen,
            actor=worker(tx, "01", role="system"))  # fmt: skip


def test_of_two_at_the_same_moment_exactly_one_wins(village):
    with village.engine.begin() as tx:
        number = report(tx, 60, 50)
        seen = version(tx, number)
    start, ends = threading.Barrier(4), []

    def run(state):
        start.wait()
        try:
            with village.engine.begin() as tx:
                act(tx, "advance", number, state=state, version=seen)
            ends.append(state)
        except MovedOn:
            ends.append(None)

    threads = [threading.Thread(target=run, args=[s]) for s in people.STATES[1:5]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (won,) = [state for state in ends if state]
    with village.engine.begin() as tx:
        assert look(tx, number).state == won
        assert len(history(tx, number)) == 2
        assert told(tx, number) == ["reported", "state"]


def test_what_fails_half_way_leaves_nothing(village):
    with village.engine.begin() as tx:
        number = report(tx, 60, 50)
        before = version(tx, number)
    with village.engine.connect() as tx, tx.begin() as transaction:
        move(tx, number, 350, 50)
        transaction.rollback()
    with village.engine.begin() as tx:
        assert version(tx, number) == before
        assert where(tx, number)[-1][2] == "0109"
        assert told(tx, number) == ["reported"]
