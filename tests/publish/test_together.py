"""Several people at work at once: publishing, importing, reading."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from geo.access import operator
from geo.db.schema import placement, staged_plan
from geo.errors import Busy
from geo.publish import ImportOrder, import_file
from tests.publish import hamlet
from tests.publish.conftest import bring_rows, issue_edition


class Gate:
    """Holds a publication at a step until it is let go."""

    def __init__(self, step: str) -> None:
        self.step, self.reached, self.open = step, threading.Event(), threading.Event()

    def __call__(self, step: str, *_: int) -> None:
        if step == self.step:
            self.reached.set()
            assert self.open.wait(30)


@pytest.fixture
def publishing(here, bring):
    """Publish edition 2 in another thread, held while the rows are written."""
    bring(hamlet.whole())
    bring(hamlet.incidents(*hamlet.PLACES), "incidents")
    issue_edition(here)
    bring(hamlet.changed_lines(), complete=True)
    gate = Gate("lineage")
    with ThreadPoolExecutor(4) as pool:
        future = pool.submit(issue_edition, here, "2024-07-01", progress=gate)
        assert gate.reached.wait(30)
        try:
            yield gate, future, pool
        finally:
            gate.open.set()


def statuses(here):
    return [row[0] for row in here.rows(sa.select(staged_plan.c.status).order_by(staged_plan.c.id))]


def test_readers_see_the_old_edition_until_the_new_one_is_whole(here, publishing):
    gate, future, _ = publishing
    assert here.folder.edition_for().number == 1
    assert [ref.number for ref in here.folder.editions()] == [1]
    gate.open.set()
    assert future.result(60).number == 2
    assert here.folder.edition_for().number == 2


def test_a_second_publication_is_told_to_wait(here, publishing):
    gate, future, _ = publishing
    before = here.sizes()
    with pytest.raises(Busy, match="publishing or importing"):
        issue_edition(here, "2024-07-01")
    assert here.sizes() == before
    gate.open.set()
    future.result(60)


def test_incidents_imported_during_a_publication_are_placed_in_it_or_told_to_come_again(
    here, publishing
):
    gate, future, pool = publishing
    late = [{**row, "key": "late"} for row in hamlet.incidents((60, 50))]
    coming = pool.submit(bring_rows, here, late, "incidents")
    assert not coming.done()
    gate.open.set()
    future.result(60)
    with pytest.raises(Busy, match="Import the file again"):
        coming.result(60)
    assert bring_rows(here, late, "incidents").new == 1
    open_rows = sa.select(sa.func.count()).where(
        placement.c.last_edition.is_(None), placement.c.subject_kind == "incident"
    )
    assert here.rows(open_rows) == [(len(hamlet.PLACES) + 1,)]


def test_a_dry_run_of_incidents_does_not_wait(here, publishing):
    late = hamlet.incidents((60, 50))
    assert bring_rows(here, late, "incidents", commit=False).placed == 1


def test_areas_imported_during_a_publication_open_the_next_plan(here, publishing):
    gate, future, pool = publishing
    coming = pool.submit(bring_rows, here, [hamlet.grid(7, name="新名")])
    gate.open.set()
    assert future.result(60).number == 2
    report = coming.result(60)
    assert (report.new, report.updated) == (0, 1)
    assert statuses(here) == ["published", "published", "open"]
    assert issue_edition(here, "2024-07-01").levels[-1].changed == 1


def test_areas_imported_while_the_same_lines_are_published_again_are_not_lost(here, bring):
    # There is no plan to publish, and one comes up in the middle.
    bring(hamlet.whole())
    issue_edition(here)
    gate = Gate("lineage")
    with ThreadPoolExecutor(2) as pool:
        again = pool.submit(issue_edition, here, progress=gate)
        assert gate.reached.wait(30)
        coming = pool.submit(bring_rows, here, [hamlet.grid(7, name="新名")])
        gate.open.set()
        assert again.result(60).levels[-1].changed == 0
        coming.result(60)
    assert statuses(here) == ["published", "open"]
    assert issue_edition(here).levels[-1].changed == 1


def test_two_imports_of_areas_at_once_share_one_plan(here):
    with ThreadPoolExecutor(4) as pool:
        halves = [hamlet.whole()[:7], hamlet.whole()[7:], hamlet.whole()]
        for n, half in enumerate(halves):  # files of their own: they are read at the same time
            folder = here.home / str(n)
            folder.mkdir()
            halves[n] = hamlet.write(folder, half)
        reports = list(pool.map(lambda path: import_path(here, path), halves))
    assert all(report.committed for report in reports)
    assert statuses(here) == ["open"]
    assert here.sizes()["staged_area"] == 11


def import_path(here, path):
    order = ImportOrder("areas", source="test", commit=True)
    return import_file(here.engine, here.settings, order, path, actor=operator("tester"))
