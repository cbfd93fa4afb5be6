"""`wangge units make`: communities without grids get blocks, shown before they are kept."""

import pytest
import shapely

from geo import plans
from geo.access import operator
from tests.publish import hamlet
from tests.publish.conftest import bring_rows, issue_edition, new_hamlet
from tests.publish.hamlet import box, metres


@pytest.fixture(scope="module")
def town(cluster, template, tmp_path_factory):
    """Two communities of 200 m × 200 m without grids, a street through both, a house in one."""
    rows = hamlet.upper()
    for row, west in zip(rows[1:], (0, 200), strict=True):
        row |= {"geometry": box(west, 0, 200, 200), "households": 40}
    street = shapely.LineString([metres(-10, 80), metres(410, 80)])
    with new_hamlet(cluster, template, tmp_path_factory.mktemp("blocks")) as here:
        bring_rows(here, rows)
        issue_edition(here)
        bring_rows(here, [{"key": "s", "kind": "street", "geometry": street}], "features")
        bring_rows(here, [hamlet.house(7)], "buildings")
        yield here


STEWARD = operator("tester")


def kept(town):
    """The plans of the town with the labels of their logs."""
    with town.engine.connect() as tx:
        found = plans.list_plans(tx, actor=STEWARD)
        return {
            head.title: [entry.label.en for entry in plans.log(tx, head.id, actor=STEWARD)]
            for head in found
        }


def test_blocks_are_shown_with_their_figures_and_not_kept(town):
    shown = town.does("units", "make").out.splitlines()
    assert [line.split() for line in shown if line.startswith(("01", "02"))] == [
        ["01", "西社区", "2", "1", "7"],
        ["02", "东社区", "2", "0", "40"],
    ]
    assert "Not kept" in shown[-1]
    assert kept(town) == {}


def test_keep_makes_a_plan_of_one_logged_operation(town):
    town.does("units", "make", "--keep", "街区", "01")
    assert kept(town) == {"街区": ["Divide “西社区” into 2 of the level “Grid”"]}


def test_where_all_have_units_the_remedy_is_said(cluster, template, tmp_path_factory):
    with new_hamlet(cluster, template, tmp_path_factory.mktemp("full")) as full:
        bring_rows(full, hamlet.whole())
        issue_edition(full)
        refused = full.run("units", "make")
        assert refused.code == 1
        assert "wangge init" in refused.err


def test_without_an_edition_there_is_nothing_to_divide(cluster, template, tmp_path_factory):
    with new_hamlet(cluster, template, tmp_path_factory.mktemp("none")) as empty:
        refused = empty.run("units", "make")
        assert refused.code == 1
        assert "publish" in refused.err
