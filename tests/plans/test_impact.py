"""What a redraw does to households, members, incidents, workers, staff and codes."""

import dataclasses

import numpy as np
import pytest
import shapely

from geo.plans import Survey
from geo.plans.checks import CheckContext, Post
from geo.plans.flows import COUNTS, unit_flows
from geo.plans.impact import impact
from tests.plans.pictures import (
    COUNTY,
    X,
    Y,
    but,
    changed,
    community,
    draft,
    grid,
    ground,
    middle,
    moved,
    survey,
)

A, B, C = map(community, "ABC")
NOBODY = CheckContext()


def points(*xy):
    return np.array([(X + x, Y - y) for x, y in xy], dtype=float).reshape(-1, 2)


def peopled():
    """A row of four grids: homes of 3, 5, 7, 11; members and incidents here and there."""
    built = [{"x": 100 * k + 50, "y": 50, "households": n} for k, n in enumerate((3, 5, 7, 11))]
    return ground(
        built=built,
        members=points((10, 10), (110, 10), (120, 10), (310, 10), (310, -500)),
        incidents=points((150, 90), (350, 90)),
    )


def pairs(frame, level, column):
    rows = frame[(frame["level"] == level) & (frame[column] > 0)]
    return {(a, b): n for a, b, n in rows[["from_id", "to_id", column]].itertuples(index=False)}


@pytest.fixture(scope="module")
def town():
    return survey("AABB", ground=peopled())


def test_a_moved_grid_takes_its_homes_members_and_incidents_along(town):
    found = impact(town, moved(town, B, grid(0, 1)), NOBODY)
    assert pairs(found.flows, "community", "households") == {(A, A): 3, (A, B): 5, (B, B): 18}
    assert pairs(found.flows, "community", "members") == {(A, A): 1, (A, B): 2, (B, B): 1}
    assert pairs(found.flows, "community", "incidents") == {(A, B): 1, (B, B): 1}
    assert pairs(found.flows, "county", "households") == {(COUNTY, COUNTY): 26}
    assert pairs(found.flows, "grid", "households") == {
        (grid(0, k), grid(0, k)): n for k, n in enumerate((3, 5, 7, 11))
    }


def test_the_areas_that_change_are_told_with_their_figures_before_and_after(town):
    found = impact(town, moved(town, B, grid(0, 1)), NOBODY).areas
    assert found["fate"].to_dict() == {A: "redrawn", B: "redrawn", grid(0, 1): "moved"}
    assert found.loc[A, ["households_before", "households_after"]].tolist() == [8, 3]
    assert found.loc[B, ["units_before", "units_after"]].tolist() == [2, 3]
    assert found.loc[B, ["area_m2_before", "area_m2_after"]].tolist() == [20_000, 30_000]


def test_nothing_changes_where_nothing_is_done(town):
    found = impact(town, town, NOBODY)
    assert len(found.areas) == len(found.workers) == len(found.codes) == 0
    assert (found.flows["from_id"] == found.flows["to_id"]).all()


POSTS = {
    A: (Post("社区书记", held=True, holder="甲"), Post("专职网格员", held=True)),
    B: (Post("社区书记", held=False), Post("专职网格员", held=True)),
    grid(0, 0): (Post("网格员", held=True),),
}


def test_who_changes_worker_is_told_of_the_levels_that_have_posts(town):
    found = impact(town, moved(town, B, grid(0, 1)), CheckContext({}, POSTS)).workers
    (row,) = found.to_dict("records")
    assert (row["level"], row["from_id"], row["to_id"]) == ("community", A, B)
    assert (row["households"], row["members"], row["incidents"]) == (5, 2, 1)
    assert row["posts_before"] == POSTS[A]
    assert row["posts_after"] == POSTS[B]


def test_a_new_area_needs_the_staff_that_its_like_have_and_a_retired_one_frees_its_own(town):
    new = but(town, B, id=C, code=f"~{C}", name="新社区")
    split = changed(town, new, but(town, grid(0, 3), parent=C))
    found = impact(town, split, CheckContext({}, POSTS))
    assert found.needed.to_dict("records") == [
        {"level": "community", "id": C, "title": "专职网格员", "posts": 1},
        {"level": "community", "id": C, "title": "社区书记", "posts": 1},
    ]
    assert found.freed.empty
    merged = changed(moved(town, B, grid(0, 0), grid(0, 1)), gone=[A])
    back = impact(town, merged, CheckContext({}, POSTS))
    assert back.needed.empty
    assert back.freed[["id", "title", "held", "holder"]].to_numpy().tolist() == [
        [A, "社区书记", True, "甲"], [A, "专职网格员", True, None],
    ]  # fmt: skip
    assert back.areas["fate"].to_dict()[A] == "retired"
    assert back.heirs(A)["to_id"].tolist() == [B]


def test_a_title_that_few_areas_have_is_not_asked_of_new_ones(town):
    posts = {A: (Post("书记", held=True), Post("顾问", held=True)), B: (Post("书记", held=True),)}
    new = but(town, B, id=C, code=f"~{C}", name="新社区")
    split = changed(town, new, but(town, grid(0, 3), parent=C))
    assert impact(town, split, CheckContext({}, posts)).needed["title"].tolist() == ["书记"]


def test_codes_old_and_new(town):
    new = but(town, B, id=C, code=f"~{C}", name="新社区")
    plan = changed(
        town, new, but(town, grid(0, 3), parent=C), but(town, grid(0, 2), code="620177"),
        but(town, grid(0, 0), name="改名"),
    )  # fmt: skip
    found = impact(town, plan, NOBODY)
    codes = found.codes[["fate", "code_before", "code_after"]]
    assert codes.loc[grid(0, 2)].tolist() == ["renamed", "620201", "620177"]
    assert codes.loc[C, ["fate", "code_after"]].tolist() == ["new", f"~{C}"]
    assert set(codes.index) == {C, grid(0, 2)}
    assert found.areas.loc[grid(0, 0), "fate"] == "renamed"


# -- redrawn units


def border_at(before, x):
    """The first two grids of a row with their border at x metres from the left."""
    west, south = X, Y - 100
    left = shapely.normalize(shapely.box(west, south, west + x, south + 100))
    right = shapely.normalize(shapely.box(west + x, south, west + 200, south + 100))
    both = (grid(0, 0), grid(0, 1))
    return changed(
        before,
        but(before, both[0], shape=left, origins=both),
        but(before, both[1], shape=right, origins=both),
    )


def test_households_go_with_their_buildings_over_a_redrawn_border():
    built = [{"x": x, "y": 50, "households": n} for x, n in ((20, 3), (120, 4), (180, 5))]
    before = survey("AB", ground=ground(built=built))
    found = impact(before, border_at(before, 150), NOBODY)
    assert pairs(found.flows, "community", "households") == {(A, A): 3, (B, A): 4, (B, B): 5}


def test_imported_figures_go_with_the_ground():
    before = survey("AB", households=100)
    after = border_at(before, 150)
    after = changed(after, but(after, grid(0, 0), households=150), but(after, grid(0, 1), households=50))  # fmt: skip
    found = impact(before, after, NOBODY)
    # Half of B's ground, and so half of its hundred, goes to A.
    assert pairs(found.flows, "community", "households") == {(A, A): 100, (B, A): 50, (B, B): 50}
    assert found.flows[found.flows["level"] == "community"]["area_m2"].tolist() == [
        10_000, 5_000, 5_000,
    ]  # fmt: skip


def test_what_two_editions_disagree_about_comes_from_or_goes_nowhere():
    here = ground()
    before = Survey.of(draft("AB", households={grid(0, 0): 30, grid(0, 1): 20}), here)
    after = Survey.of(draft("AB", households={grid(0, 0): 25, grid(0, 1): 26}), here)
    found = impact(before, after, NOBODY)
    assert pairs(found.flows, "community", "households") == {
        (A, A): 25, (A, -1): 5, (B, B): 20, (-1, B): 6,
    }  # fmt: skip


def test_a_corner_put_on_a_border_changes_nothing():
    before = survey("AB", households=10)
    x, y = middle(0, 0)
    corner = [
        (x - 50, y - 50),
        (x - 50, y + 50),
        (x + 50, y + 50),
        (x + 50.001, y),
        (x + 50, y - 50),
    ]
    bent = shapely.normalize(shapely.Polygon(corner))
    after = changed(before, but(before, grid(0, 0), shape=bent, origins=(grid(0, 0),)))
    found = impact(before, after, NOBODY)
    assert pairs(found.flows, "grid", "households") == {
        (grid(0, 0), grid(0, 0)): 10, (grid(0, 1), grid(0, 1)): 10,
    }  # fmt: skip
    assert found.areas.empty


@pytest.mark.parametrize("seed", range(8))
def test_every_count_sums_to_what_there_was_and_to_what_there_is(seed):
    rng = np.random.default_rng(seed)
    here = ground(
        built=[{"x": x, "y": y, "households": int(n) if n else None}
               for x, y, n in rng.integers((1, 1, 0), (399, 299, 30), (60, 3)).tolist()],
        members=points(*rng.uniform(-50, 450, (80, 2))),
        incidents=points(*rng.uniform(0, 300, (40, 2))),
    )  # fmt: skip
    figures = {grid(r, c): int(rng.integers(0, 90)) for r in range(3) for c in range(4)}
    before = Survey.of(draft("AABB", "ACCB", "AACB", households=figures), here)
    after = border_at(before, int(rng.integers(1, 199)))
    for unit in rng.choice(after.draft.units(), 4, replace=False).tolist():
        after = moved(after, int(rng.choice([A, B, C])), unit)
    found = impact(before, after, NOBODY)
    for level in ("county", "community", "grid"):
        flows = found.flows[found.flows["level"] == level]
        for count in COUNTS:
            for side, one in (("from_id", before), ("to_id", after)):
                sums = flows.groupby(side)[count].sum().drop(-1, errors="ignore")
                areas = one.draft.at_level(level)
                assert {n: sums.get(n, 0) for n in areas} == {
                    n: getattr(one.of_area(n), count) for n in areas
                }, (level, count, side)


def test_surveys_of_other_ground_are_refused(town):
    with pytest.raises(ValueError, match="same ground"):
        unit_flows(town, Survey.of(town.draft, dataclasses.replace(town.ground)))
