"""The ground that plans stand on: what is loaded of the registers, and when it is loaded anew."""

import numpy as np
import pytest
import shapely

from geo import people, plans
from geo.access import operator
from geo.errors import NoEdition
from geo.plans import desk
from tests.people.incidents import METRES, SITE, place, version
from tests.plans.desks import STEWARD, Table
from tests.publish import hamlet
from tests.publish.conftest import bring_rows, issue_edition, new_hamlet

ALL = operator("tester")
HOUSES = [  # key, x, y, use, status, households, planned
    ("1", 5, 5, "residential", "in_use", 30, None),
    ("2", 305, 5, "residential", "in_use", 40, None),
    ("3", 15, 5, "residential", "under_construction", None, 20),
]
#: 605 m and more from house 1, 905 m from house 2: ten minutes are 641 m.
STATION = (-600, 10)


def house(*row):
    key, x, y, use, status, households, planned = row
    return {
        "key": key, "use": use, "status": status, "households": households,
        "planned_households": planned, "compound": "竹苑", "geometry": hamlet.box(x, y, 10, 10),
    }  # fmt: skip


def point(x, y):
    return shapely.Point(hamlet.metres(x, y))


@pytest.fixture
def town(cluster, template, tmp_path):
    with new_hamlet(cluster, template, tmp_path) as installed:
        bring_rows(installed, hamlet.whole())
        bring_rows(installed, [house(*row) for row in HOUSES], "buildings")
        facilities = [
            {"key": "1", "kind": "service_station", "state": "in_use", "geometry": point(*STATION)},
            {"key": "2", "kind": "service_station", "state": "planned", "geometry": point(350, 50)},
        ]
        bring_rows(installed, facilities, "facilities")
        street = {"key": "1", "name": "中山路", "class": "arterial",
                  "geometry": shapely.LineString([hamlet.metres(0, 100), hamlet.metres(400, 100)])}  # fmt: skip
        bring_rows(installed, [street], "streets")
        estate = {"key": "1", "name": "竹苑", "walled": True, "geometry": hamlet.box(0, 0, 40, 40)}
        bring_rows(installed, [estate], "compounds")
        issue_edition(installed)
        yield installed


def ground(table) -> plans.Ground:
    return table.survey().ground


def test_the_registers_are_loaded_in_metres_by_id(table):
    found = ground(table)
    assert found.buildings["covered"].tolist() == [True, False, True]
    assert found.buildings["households"].tolist()[:2] == [30, 40]
    assert found.buildings["planned_households"].tolist()[2] == 20
    assert found.buildings["compound"].tolist() == ["竹苑"] * 3
    np.testing.assert_allclose(found.homes_xy[0], hamlet.metres(10, 10), atol=0.001)
    assert found.facilities["kind"].tolist() == ["service_station"]
    assert found.features[["kind", "class", "name"]].to_numpy().tolist() == [
        ["street", "arterial", "中山路"]
    ]
    assert (found.compounds["name"].tolist(), found.compounds["walled"].tolist()) == (
        ["竹苑"],
        [True],
    )
    assert {frame.crs.to_epsg() for frame in (found.buildings, found.features)} == {4544}


def test_a_member_is_at_home_in_the_building_and_where_the_roster_says_without_one(town, table):
    rows = [
        {"key": "1", "name": "王一", "home_building": "2", "geometry": point(150, 50)},
        {"key": "2", "name": "王二", "geometry": point(150, 150)},
        {"key": "3", "name": "王三"},
    ]
    bring_rows(town, rows[:2], "members")
    found = ground(table)
    expected = [hamlet.metres(310, 10), hamlet.metres(150, 150)]
    np.testing.assert_allclose(found.members, expected, atol=0.001)
    assert found.members_placed.tolist() == [-1, -1]


def test_an_incident_counts_until_it_is_closed_and_where_it_was_put_by_hand(town, table):
    with town.engine.begin() as tx:
        numbers = [
            people.report_incident(
                tx, SITE, {"kind": "路灯", "lon": x, "lat": y, "state": state}, crs=METRES,
                source="map", actor=ALL,
            )
            for (x, y), state in [
                (hamlet.metres(95, 50), None), (hamlet.metres(250, 50), "已受理"),
                (hamlet.metres(350, 50), "已办结"),
            ]
        ]  # fmt: skip
        second = place(tx, "0102")
        people.assign_incident(
            tx, SITE, numbers[0], area=second, version=version(tx, numbers[0]), actor=ALL
        )
    found = ground(table)
    np.testing.assert_allclose(
        found.incidents, [hamlet.metres(95, 50), hamlet.metres(250, 50)], atol=0.001
    )
    assert found.incidents_placed.tolist() == [second, -1]
    assert table.survey().figures(second).incidents == 1


def test_registers_and_roster_are_loaded_anew_at_once_incidents_within_ten_minutes(
    town, table, monkeypatch
):
    first = ground(table)
    assert ground(table) is first
    bring_rows(town, [{"key": "1", "name": "王一", "geometry": point(150, 50)}], "members")
    second = ground(table)
    assert len(second.members) == 1
    bring_rows(town, [house(*HOUSES[0][:5], 31, None)], "buildings")
    third = ground(table)
    assert third.buildings["households"].tolist()[0] == 31
    bring_rows(town, hamlet.incidents((20, 50)), "incidents")
    assert ground(table) is third
    late = desk.time.monotonic() + desk.INCIDENTS_AGE_S
    monkeypatch.setattr(desk.time, "monotonic", lambda: late)
    assert len(ground(table).incidents) == 1


def test_what_was_drawn_stays_when_the_ground_changes(town, table):
    table.moves("0101", "02")
    drawn = table.bytes()
    bring_rows(town, [house("4", 105, 5, "residential", "in_use", 7, None)], "buildings")
    assert table.bytes() == drawn
    assert table.survey().households(table.place("0102")) == 7


def test_there_is_no_survey_of_an_edition_that_is_not_there(table):
    with table.engine.begin() as tx, pytest.raises(NoEdition, match="no edition 2"):
        plans.base_survey(tx, 2, actor=STEWARD)


def test_without_an_edition_there_is_nothing_to_draw_on(cluster, template, tmp_path):
    bare = new_hamlet(cluster, template, tmp_path)
    with bare as installed, pytest.raises(NoEdition, match="publish the areas first"):
        Table.new(installed.engine)


def test_codes_of_all_times_and_posts_of_today_are_known_to_checks(town, table):
    posts = [
        {"key": "1", "area": "0101", "title": "网格员", "holder": "张三"},
        {"key": "2", "area": "0101", "title": "网格员"},
    ]
    bring_rows(town, posts, "positions")
    with town.engine.begin() as tx:
        plain, named = plans.check_context(tx), plans.check_context(tx, names_for=ALL)
        assert set(plans.codes_ever(tx)) == {
            "0",
            "01",
            "02",
            *(hamlet.grid(n)["code"] for n in hamlet.GRIDS),
        }
    first = table.place("0101")
    assert plain.owners["0101"] == first
    assert [(post.held, post.holder) for post in plain.posts[first]] == [
        (True, None),
        (False, None),
    ]
    assert [post.holder for post in named.posts[first]] == ["张三", None]
