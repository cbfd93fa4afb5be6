"""Files of incidents imported again: what was changed here stays, what the file changes comes."""

import datetime as dt

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import sqlalchemy as sa

from geo import people
from geo.boundaries import Placer, load_placer
from geo.db.schema import edition, incident
from geo.exchange import Table, conform
from geo.frames import INCIDENTS
from geo.registers import ByHand
from tests.people.incidents import (
    ALL,
    METRES,
    SITE,
    act,
    codes,
    day,
    look,
    move,
    place,
    told,
    where,
)  # fmt: skip
from tests.publish import hamlet

FIRST = {"key": "a", "kind": "路灯", "title": "灯坏", "state": "受理", "at": (195, 50)}


def bring(tx, *rows, **more):
    """Import rows of a file; `at` are metres of the hamlet."""
    frame = pd.DataFrame([{k: v for k, v in row.items() if k != "at"} for row in rows])
    points = [shapely.Point(*hamlet.metres(*row["at"])) for row in rows]
    frame = frame.astype(object).assign(geometry=points)
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="row")
    table = Table("file.csv", None, frame, source_crs=METRES)
    return people.import_rows(
        tx, conform(table, INCIDENTS, timezone=SITE.timezone), kind="incidents", source="12345",
        site=SITE, place=load_placer(tx, SITE), actor=ALL, commit=True, **more,
    )  # fmt: skip


def the_one(tx):
    i = incident.c
    return tx.scalar(sa.select(i.id).where(i.source == "12345", i.valid_to.is_(None)))


@pytest.fixture
def one(tx):
    bring(tx, FIRST)
    return the_one(tx)


def test_an_imported_incident_is_the_same_thing_as_a_reported_one(tx, one):
    seen = look(tx, one)
    assert (seen.state, seen.key, codes(tx, seen.chain[:1])) == ("accepted", "a", ["0102"])
    assert told(tx, one) == ["reported"]
    assert act(tx, "advance", one, state="closed").closed_at is not None


def test_the_same_file_again_changes_nothing_of_what_was_done_here(tx, one):
    act(tx, "escalate", one)
    act(tx, "assign", one, area=place(tx, "0203"))
    before = act(tx, "advance", one, state="handling")
    report = bring(tx, FIRST)
    assert (report.unchanged, report.updated) == (1, 0)
    assert look(tx, one) == before


def test_a_row_with_another_title_keeps_state_handler_and_the_unit_chosen_by_hand(tx, one):
    act(tx, "escalate", one)
    act(tx, "assign", one, area=place(tx, "0203"))
    before = act(tx, "advance", one, state="closed")
    for title in ("灯全坏", "三盏灯坏", "灯坏"):  # again and again, and back to the first one
        bring(tx, {**FIRST, "title": title})
        seen = look(tx, one)
        assert seen.title == title
        assert (seen.state, seen.closed_at) == ("closed", before.closed_at)
        assert (codes(tx, [seen.handler]), seen.how) == (["02"], "manual")
    assert where(tx, one) == [(1, 1, "0102", "point"), (2, None, "0203", "manual")]
    assert told(tx, one)[-3:] == ["changed"] * 3


def test_a_moved_pin_stays_where_it_is_while_the_file_says_what_it_said(tx, one):
    move(tx, one, 350, 50)
    bring(tx, {**FIRST, "title": "灯全坏"})
    assert codes(tx, look(tx, one).chain[:1]) == ["0203"]
    bring(tx, {**FIRST, "title": "灯全坏", "at": (60, 50)})
    assert codes(tx, look(tx, one).chain[:1]) == ["0109"]
    assert told(tx, one) == ["reported", "moved", "changed", "moved"]


def test_a_point_that_the_file_moves_forgets_the_unit_chosen_by_hand(tx, one):
    act(tx, "assign", one, area=place(tx, "0203"))
    bring(tx, {**FIRST, "at": (190, 50)})
    assert where(tx, one) == [(1, None, "0102", "point")]


def test_a_state_that_the_file_changes_wins(tx, one):
    act(tx, "advance", one, state="closed")
    bring(tx, {**FIRST, "state": "处理中"})
    seen = look(tx, one)
    assert (seen.state, seen.closed_at) == ("handling", None)
    bring(tx, {**FIRST, "state": "已办结", "closed_at": "2026-03-06 12:00"})
    assert look(tx, one).closed_at == day("2026-03-06T12:00:00+08:00")
    assert told(tx, one) == ["reported", "state", "state", "state"]


def test_columns_that_the_file_has_not_stay_as_they_are(tx, one):
    bring(tx, {"key": "a", "kind": "大灯", "at": FIRST["at"]})
    seen = look(tx, one)
    assert (seen.kind, seen.title, seen.state) == ("大灯", "灯坏", "accepted")


def test_words_of_other_systems_that_are_not_known_stay_and_lead_anywhere(tx):
    bring(tx, {**FIRST, "state": "挂起"})
    seen = look(tx, the_one(tx))
    assert seen.state == "挂起"
    assert seen.next_states == people.STATES
    assert act(tx, "advance", seen.id, state="collected").state == "collected"


def test_many_rows_one_of_them_touched_here(tx):
    rows = [{**FIRST, "key": f"k{n}", "at": (10 * n + 5, 50)} for n in range(30)]
    bring(tx, *rows)
    i = incident.c
    seventh = tx.scalar(sa.select(i.id).where(i.key == "k7", i.valid_to.is_(None)))
    act(tx, "advance", seventh, state="reviewed")
    report = bring(tx, *({**row, "title": "新"} for row in rows))
    assert (report.updated, report.placed) == (30, 30)
    states = dict(
        tx.execute(sa.select(i.key, i.state).where(i.valid_to.is_(None), i.source == "12345")).all()
    )
    assert states.pop("k7") == "reviewed"
    assert set(states.values()) == {"accepted"}


# -- the next edition


def new_edition(tx, units):
    """Edition 3 with these units, already placed."""
    tx.execute(
        edition.insert().values(
            number=3, title="3", effective=dt.date(2025, 1, 1), published_by="tester"
        )
    )
    return people.replace(tx, edition=3, place=Placer({3: units}))


def units(tx):
    return load_placer(tx, SITE, [2]).units[2]


def test_a_unit_chosen_by_hand_outlives_a_new_edition_that_keeps_it(tx, one):
    act(tx, "assign", one, area=place(tx, "0203"))
    told = new_edition(tx, units(tx))
    assert told == {"incident": ByHand([one], []), "member": ByHand([], [])}
    assert where(tx, one)[-1] == (2, None, "0203", "manual")


def test_where_the_chosen_unit_is_gone_the_pin_decides_and_the_event_says_so(tx, one):
    act(tx, "assign", one, area=place(tx, "0203"))
    kept = units(tx)
    kept = gpd.GeoDataFrame(kept[kept["code"] != "0203"]).reset_index(drop=True)
    assert new_edition(tx, kept)["incident"] == ByHand([], [one])
    assert where(tx, one)[-2:] == [(2, 2, "0203", "manual"), (3, None, "0102", "point")]
    assert told(tx, one) == ["reported", "assigned", "assigned"]
