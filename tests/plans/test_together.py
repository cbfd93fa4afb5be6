"""Many at once, and some that are killed: nothing accepted is lost, nothing half-done stays."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from geo import plans
from geo.access import operator
from geo.db.schema import plan_operation
from geo.errors import MovedOn, Refused
from geo.plans.operations import Rename
from tests.bench.plans_planners import lost_operations

LI, WANG = operator("li"), operator("wang")


def test_twenty_planners_lose_no_operation(town):
    elsewhere = sa.create_engine(town.url)  # a desk of its own, as in another process
    try:
        found = lost_operations([town.engine, elsewhere], planners=20, seconds=4.0)
    finally:
        elsewhere.dispose()
    assert found["lost_operations"] == 0
    assert found["operations"] > 20
    assert found["refused"] > 0


def test_who_waits_for_another_to_finish_draws_on_what_that_one_left(table):
    """Both have computed their change before either is kept; the second is computed anew."""
    with table.engine.connect() as tx, tx.begin() as opened:
        first = Rename(table.place("01"), "甲")
        plans.edit(tx, table.plan, first, expects_revision=0, actor=LI)
        ends: list[plans.Done | MovedOn] = []
        second = threading.Thread(target=lambda: ends.append(_tried(table, "02", "乙")))
        third = threading.Thread(target=lambda: ends.append(_tried(table, "01", "丙")))
        second.start()
        third.start()
        second.join(0.5)
        assert ends == []
        opened.commit()
    second.join()
    third.join()
    (refused,) = [end for end in ends if isinstance(end, MovedOn)]
    assert refused.facts["by"][-1]["actor"] == "li"
    draft = table.survey().draft
    assert [draft.place(table.place(code)).name for code in ("01", "02")] == ["甲", "乙"]
    assert [entry.revision for entry in table.log] == [1, 2]
    assert table.fresh_bytes() == table.bytes()


def test_who_waits_for_a_submission_does_not_draw_in_what_is_in_review(table):
    ends: list[object] = []
    with table.engine.connect() as tx, tx.begin() as opened:
        plans.submit(tx, table.plan, actor=LI)
        late = threading.Thread(target=lambda: ends.append(_tried(table, "01", "甲")))
        late.start()
        late.join(0.5)
        assert ends == []
        opened.commit()
    late.join()
    assert isinstance(ends[0], Refused)
    assert "in review" in ends[0].en
    assert table.log == []


def _tried(table, code, name):
    try:
        return table.renames(code, name, seen=0, actor=WANG)
    except Refused as refused:
        return refused


KILLED = """
import os, signal, sys
import sqlalchemy as sa
from geo import plans
from geo.access import operator
from geo.plans.operations import Rename
url, plan, area, moment = sys.argv[1:]
engine = sa.create_engine(url)
@sa.event.listens_for(engine, "before_cursor_execute")
def _(connection, cursor, statement, *more):
    if moment != "commit" and moment in statement:
        os.kill(os.getpid(), signal.SIGKILL)
@sa.event.listens_for(engine, "commit")
def _(connection):
    os.kill(os.getpid(), signal.SIGKILL)
with engine.begin() as tx:
    rename = Rename(int(area), "never")
    plans.edit(tx, int(plan), rename, expects_revision=0, actor=operator("victim"))
"""


@pytest.mark.parametrize("moment", ["INSERT INTO plan_operation", "INSERT INTO audit", "commit"])
def test_an_edit_that_is_killed_before_it_is_kept_leaves_nothing(table, moment):
    arguments = [table.engine.url.render_as_string(hide_password=False), table.plan]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, *map(str, arguments), str(table.place("01")), moment],
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    rows = sa.select(sa.func.count()).where(plan_operation.c.plan_id == table.plan)
    with table.engine.begin() as tx:
        assert tx.scalar(rows) == 0
    assert (table.head.revision, table.log) == (0, [])
    table.renames("01", "真名", seen=0)
    assert table.head.revision == 1
