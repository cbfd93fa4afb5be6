"""Incidents counted by the lines of today and of the day, exactly and for everybody."""

import datetime as dt

import pytest

from geo import people
from geo.access import VISITOR
from geo.errors import NotAllowed, NotFound, NotSignedIn
from tests.people.incidents import ALL, SITE, act, place, report, worker

BEFORE, AFTER = "2024-06-30 23:59", "2024-07-01 00:00"  # in the town's own time


def counts(tx, *, by="kind", edition=2, actor=ALL, **more):
    """Counts by (code, group); where there is no area, by (why, group)."""
    rows = people.incident_statistics(
        tx, SITE, by=by, edition=edition, actor=actor, **{"level": "grid", **more}
    )
    return {
        (row.area.code if row.area else row.unplaced, "*" if row.whole else row.group): row.count
        for row in rows
    }


@pytest.fixture
def told(tx):
    """Lamps in what was grid 0101 and is 0109, before and after the new lines; noise elsewhere.

    The hamlet itself has five incidents of the kind x without a time: two in the old grid 1 (20
    and 60 m from its western edge), one each in grids 4 and 6, one outside.
    """
    for at in (BEFORE, BEFORE, AFTER):
        report(tx, 60, 50, reported_at=at)
    report(tx, 350, 50, kind="噪音", reported_at=AFTER, state="closed")
    report(tx, -50, 50, reported_at=AFTER)
    report(tx, 60, 50, kind="雪", reported_at="2019-12-31 23:59")
    return tx


def test_by_todays_lines_every_incident_is_where_it_lies_today(told):
    assert counts(told) == {
        ("0101", "x"): 1, ("0109", "x"): 1, ("0109", "路灯"): 3, ("0109", "雪"): 1,
        ("0106", "x"): 1, ("0203", "x"): 1, ("0203", "噪音"): 1, ("outside", "x"): 1,
        ("outside", "路灯"): 1,
    }  # fmt: skip


def test_by_the_lines_of_the_day_it_is_where_it_lay_when_it_was_reported(told):
    assert counts(told, lines="then") == {
        ("0101", "路灯"): 2, ("0109", "路灯"): 1, ("0203", "噪音"): 1, ("outside", "路灯"): 1,
        ("no_time", "x"): 5, ("before_editions", "雪"): 1,
    }  # fmt: skip


def test_another_edition_counts_by_its_own_lines(told):
    found = counts(told, edition=1)
    assert (found["0101", "路灯"], found["0101", "x"], found["0204", "噪音"]) == (3, 2, 1)


def test_days_are_the_towns_own_with_both_ends(told):
    day = dt.date(2024, 7, 1)
    assert counts(told, start=day, end=day)["0109", "路灯"] == 1
    before = counts(told, start=dt.date(2024, 6, 30), end=dt.date(2024, 6, 30))
    assert before == {("0109", "路灯"): 2}


def test_higher_areas_sum_what_lies_in_them(told):
    found = counts(told, level="community")
    assert (found["01", "x"], found["01", "路灯"], found["02", "噪音"]) == (3, 3, 1)
    assert counts(told, level="town")["0", "路灯"] == 3


def test_the_children_of_an_area_and_the_grids_in_it(told):
    town, west = place(told, "0"), place(told, "01")
    children = counts(told, level=None, parent=town)
    assert set(children) == {("01", "x"), ("01", "路灯"), ("01", "雪"), ("02", "x"), ("02", "噪音")}
    assert {code for code, _ in counts(told, parent=west)} == {"0101", "0106", "0109"}


def test_old_lines_do_not_widen_what_a_role_is_for(told):
    # The old grid 0101 held three lamps that lie in 0109 today, and one x that it still has.
    li = worker(told, "0101")
    own = {key: n for key, n in counts(told, edition=1, actor=li).items() if key[0] == "0101"}
    assert own == {("0101", "x"): 1}
    assert counts(told, lines="then", actor=li) == {}


def test_groups_by_state_and_by_month(told):
    states = counts(told, by="state", level="community")
    assert (states["01", "collected"], states["01", None], states["02", "closed"]) == (4, 3, 1)
    months = counts(told, by="month", level="town")
    assert months == {
        ("0", "2019-12"): 1, ("0", "2024-06"): 2, ("0", "2024-07"): 2, ("0", None): 4,
        ("outside", "2024-07"): 1, ("outside", None): 1,
    }  # fmt: skip


def test_an_incident_counts_where_it_was_put_by_hand(tx):
    number = report(tx, 195, 50, reported_at=AFTER)
    act(tx, "assign", number, area=place(tx, "0203"))
    assert counts(tx, start=dt.date(2024, 7, 1)) == {("0203", "路灯"): 1}


def test_without_a_level_the_one_with_a_household_limit_is_meant(tx):
    assert counts(tx, level=None) == counts(tx, level="community")


def test_unknown_areas_are_said_to_be_unknown(tx):
    with pytest.raises(NotFound):
        counts(tx, level="planet")
    with pytest.raises(NotFound):
        counts(tx, parent=10**9)


# -- for everybody


def crowd(tx):
    """Nine lamps and six dogs in 0109; three lamps in 0106; seven lamps in 0203."""
    for x, y, kind, times in (
        (60, 50, "路灯", 9), (60, 50, "犬", 6), (150, 150, "路灯", 3), (250, 50, "路灯", 7),
    ):  # fmt: skip
        for _ in range(times):
            report(tx, x, y, kind=kind)


def test_everybody_is_told_no_count_below_five_nor_one_that_gives_it_away(tx):
    crowd(tx)
    # x: 0101 1, 0109 1, 0106 1, 0203 1. So 0109 has 16, 0203 8, 0106 4, 0101 1.
    grids = counts(tx, actor=VISITOR)
    assert {code for code, _ in grids} == {
        "0101", "0102", "0105", "0106", "0109", "0203", "0207", "0208",
    }  # fmt: skip
    assert all(count is None or count >= 5 for count in grids.values())
    west = counts(tx, level="community", actor=VISITOR)
    # Each of one kind is told only where no kind is small: the x are.
    assert all(group == "*" for _, group in (*grids, *west))
    known = [count for (code, _), count in grids.items() if code.startswith("01")]
    total = west.get(("01", "*"))
    if total is not None:
        hidden = total - sum(count for count in known if count is not None)
        assert hidden == 0 or hidden >= 5


def test_an_area_without_incidents_looks_like_one_with_a_few(tx):
    grids = counts(tx, actor=VISITOR)
    assert grids["0207", "*"] is None
    assert grids["0106", "*"] is None


@pytest.mark.parametrize(
    "more",
    [
        {"start": dt.date(2024, 7, 1)},
        {"end": dt.date(2024, 7, 1)},
        {"lines": "then"},
        {"edition": 1},
    ],
)
def test_days_and_old_lines_are_only_for_who_may_read_incidents(tx, more):
    with pytest.raises(NotSignedIn):
        counts(tx, actor=VISITOR, **more)
    with pytest.raises(NotAllowed):
        counts(tx, actor=worker(tx, "0", role="viewer"), **more)


def test_a_worker_has_the_own_areas_exactly_and_the_others_like_everybody(tx):
    crowd(tx)
    li = worker(tx, "01")
    mine, public = counts(tx, actor=li), counts(tx, actor=VISITOR)
    assert mine["0106", "路灯"] == 3
    assert mine["0109", "犬"] == 6
    assert mine["0203", "*"] == public["0203", "*"]
    assert counts(tx, actor=li, lines="then").keys() == {
        key for key in counts(tx, lines="then") if key[0].startswith("01")
    }


def test_hexagons_are_exact_for_who_may_read_and_those_of_the_own_areas_alone(tx):
    crowd(tx)

    def total(actor, **filters):
        drawn = people.incident_hexes(tx, zoom=18, actor=actor, **filters)
        return sum(f["properties"]["count"] or 0 for f in drawn["features"])

    assert total(ALL) == 30  # 25 reported, five that were there
    assert total(worker(tx, "01")) == 21
    assert total(worker(tx, "01"), kind="犬") == 6
    rough = people.incident_hexes(tx, zoom=18, actor=VISITOR)
    assert rough == people.incident_hexes(tx, zoom=3, actor=VISITOR)
    told = [f["properties"]["count"] for f in rough["features"]]
    assert all(count is None or count % 5 == 0 for count in told)
    with pytest.raises(NotSignedIn):
        total(VISITOR, kind="犬")
