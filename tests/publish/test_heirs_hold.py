"""What is bound to a retired area belongs to its heir: from the edition on, in it, not before."""

import datetime as dt

import pytest
import sqlalchemy as sa

from geo import plans
from geo.access import Grant, actor_of_token, add_account, add_token, operator
from geo.people import list_members, list_positions, vacancies
from geo.plans.operations import Merge
from geo.publish import publish_plan, withdraw_edition
from tests.plans.desks import STEWARD, Table
from tests.publish import hamlet

ALL = operator("tester")


@pytest.fixture
def village(here, bring, issue):
    """The hamlet with a post, a branch, a member who lives outside and serves: all in the East (02)."""
    bring(hamlet.whole(g8={"households": 10}))
    issue()
    bring([{"key": "p1", "area": "02", "title": "书记", "holder": "王"}], kind="positions")
    bring([{"key": "b1", "name": "东支部", "area": "02"}], kind="branches")
    bring([{**hamlet.house(1), "geometry": hamlet.box(-60, 5, 10, 10)}], kind="buildings")
    home = {"home_building": "1", "duty_area": "02"}
    bring([{"key": "m1", "name": "李", **home}], kind="members")
    return here


@pytest.fixture
def table(village):
    return Table.new(village.engine)


@pytest.fixture
def worker(village, table):
    """The token of a worker whose area is the East."""
    with village.engine.begin() as tx:
        add_account(
            tx, "zhao", display="赵",
            grants=[Grant("worker", table.place("02"))], actor=ALL,
        )  # fmt: skip
        return add_token(tx, "zhao", name="t", days=30, actor=ALL)


def merge(here, table, effective="2024-07-01"):
    """Edition 2: the East becomes a part of the West (01)."""
    table.does(Merge(areas=(table.place("02"),), into=table.place("01")))
    with here.engine.begin() as tx:
        plans.submit(tx, table.plan, actor=STEWARD)
        plans.approve(tx, table.plan, actor=STEWARD)
    return publish_plan(
        here.engine, here.settings, table.plan, title="x", effective=effective, actor=STEWARD,
        reasons={"code_apart": "x", "near_limit": "x"},
    )  # fmt: skip


def posts(here, number):
    with here.engine.begin() as tx:
        found = list_positions(tx, edition=number, area=None, actor=ALL)
        book = vacancies(tx, hamlet.SITE, edition=number, level="community", actor=ALL)
    counted = {row.code: (row.posts, row.branches) for row in book.areas}
    return found["code"].tolist(), counted, (book.positions_astray, book.branches_astray)


def on_duty(here, number, area):
    with here.engine.begin() as tx:
        page = list_members(tx, edition=number, area=area, actor=ALL)
    return [row.name for row in page.members]


def roles(here, token):
    with here.engine.begin() as tx:
        return {grant.place for grant in actor_of_token(tx, token).grants}


def test_posts_and_branches_follow_from_the_edition_on(village, table):
    merge(village, table)
    assert posts(village, 1) == (["02"], {"01": (0, 0), "02": (1, 1)}, (0, 0))
    assert posts(village, 2) == (["01"], {"01": (1, 1)}, (0, 0))


def test_duty_follows_from_the_edition_on(village, table):
    west, east = table.place("01"), table.place("02")
    merge(village, table)
    assert on_duty(village, 1, east) == ["李"]
    assert on_duty(village, 1, west) == []
    assert on_duty(village, 2, west) == ["李"]


def test_roles_follow_when_the_edition_is_in_force(village, table, worker):
    west, east = table.place("01"), table.place("02")
    assert roles(village, worker) == {east}
    merge(village, table)
    assert roles(village, worker) == {east, west}


def test_roles_do_not_follow_into_an_edition_that_is_still_to_come(village, table, worker):
    ahead = dt.date.today() + dt.timedelta(days=400)  # noqa: DTZ011
    merge(village, table, effective=ahead.isoformat())
    assert roles(village, worker) == {table.place("02")}


def test_all_of_it_comes_back_when_the_edition_is_withdrawn(village, table, worker):
    merge(village, table)
    withdraw_edition(
        village.engine, village.settings, 2, title="x", effective="2024-08-01", reason="x",
        actor=STEWARD,
    )  # fmt: skip
    assert posts(village, 3) == (["02"], {"01": (0, 0), "02": (1, 1)}, (0, 0))
    assert posts(village, 2)[0] == ["01"]
    assert on_duty(village, 3, table.place("02")) == ["李"]
    assert roles(village, worker) == {table.place("02")}


def test_the_audit_trail_says_what_went_where(village, table, worker):
    done = merge(village, table)
    west, east = table.place("01"), table.place("02")
    assert done.heirs == {east: west}
    assert done.bound == {"position": 1, "branch": 1, "duty": 1, "role": 1}
    with village.engine.connect() as tx:
        detail = tx.scalar(
            sa.text("SELECT detail FROM audit WHERE action = 'publish' ORDER BY id DESC LIMIT 1")
        )
    assert detail["heirs"] == [[east, west]]
    assert detail["roles"] == [f"zhao: worker@{east}"]
