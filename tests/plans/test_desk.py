"""Surveys at hand: found by what led to them, brought forward, the same for every process."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from geo import plans
from geo.errors import NotFound
from geo.plans import desk
from tests.plans.desks import STEWARD, Table


def test_an_edit_is_kept_and_told(table):
    done = table.moves("0101", "02", note="太大")
    assert (done.revision, done.kind) == (1, "move")
    assert table.parent_code("0101") == "02"
    (entry,) = table.log
    assert (entry.revision, entry.actor, entry.kind, entry.note) == (1, "steward", "move", "太大")
    assert entry.stands
    assert table.place("0101") in entry.touched


def test_the_areas_that_may_count_anew_are_the_moved_grid_both_communities_and_the_town(table):
    done = table.moves("0101", "02")
    assert done.areas == {table.place(code) for code in ("0101", "01", "02", "0")}


def test_a_preview_keeps_nothing(table):
    before = table.bytes()
    with table.engine.begin() as tx:
        shown = plans.preview(
            tx, table.plan, plans.operations.Rename(table.place("01"), "新名"), actor=STEWARD
        )
    assert shown.survey.draft.place(table.place("01")).name == "新名"
    assert (table.head.revision, table.bytes()) == (0, before)


def test_a_process_that_knows_nothing_replays_the_same_bytes(table):
    for unit, to in (("0101", "02"), ("0203", "01"), ("0101", "01")):
        table.moves(unit, to)
    table.renames("02", "东边")
    for revision in range(5):
        assert table.fresh_bytes(revision) == table.bytes(revision)


def test_what_a_transaction_takes_back_is_not_found_in_its_place(table):
    with table.engine.connect() as tx, tx.begin() as opened:
        rename = plans.operations.Rename(table.place("01"), "从未")
        plans.edit(tx, table.plan, rename, expects_revision=0, actor=STEWARD)
        opened.rollback()
    table.renames("01", "真名")
    assert table.survey().draft.place(table.place("01")).name == "真名"
    assert table.head.revision == 1


def test_a_survey_is_measured_once_and_shared_by_forks(table):
    table.moves("0101", "02")
    with table.engine.begin() as tx:
        fork = plans.fork_plan(tx, table.plan, title="副本", actor=STEWARD)
    assert Table(table.engine, fork.id).survey() is table.survey()


def test_the_desk_keeps_so_many_surveys_and_no_more(table):
    small = desk.Desk(most=2)
    for n in range(4):
        table.renames("01", f"第{n}名")
    with table.engine.begin() as tx:
        row = plans.heads.find_row(tx, table.plan)
        for revision in range(5):
            assert small.at(tx, row, revision).draft.site.epsg == 4544
    assert len(small._shelves[0]._surveys) == 2


def test_of_many_who_ask_at_once_one_measures_and_the_others_wait(table, monkeypatch):
    new, measured = desk.Desk(), []
    of = plans.Survey.of
    monkeypatch.setattr(plans.Survey, "of", lambda *given: measured.append(1) or of(*given))

    def ask(_):
        with table.engine.begin() as tx:
            return new.at(tx, plans.heads.find_row(tx, table.plan))

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(ask, range(8)))
    assert len(measured) == 1
    assert all(survey is found[0] for survey in found)


def test_catching_up_measures_what_a_measuring_anew_does(table):
    for unit, to in (("0101", "02"), ("0203", "01"), ("0102", "02"), ("0203", "02")):
        table.moves(unit, to)
    table.turns(plans.undo)
    caught_up = desk.Desk()
    with table.engine.begin() as tx:
        row = plans.heads.find_row(tx, table.plan)
        caught_up.at(tx, row, 0)
        carried = caught_up.at(tx, row)
    anew = plans.Survey.of(carried.draft, carried.ground)
    assert dict(carried.by_unit) == dict(anew.by_unit)
    for area in carried.draft.places:
        assert carried.of_area(area) == anew.of_area(area)


def test_a_revision_that_is_not_there_is_said_to_be_missing(table):
    with pytest.raises(NotFound, match="no revision 7"):
        table.survey(7)
    with table.engine.begin() as tx, pytest.raises(NotFound, match="no plan 9999"):
        plans.plan_head(tx, 9999, actor=STEWARD)
