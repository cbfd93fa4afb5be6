"""Rules about where areas lie: pieces, enclaves, buildings and compounds, lost and doubled ground."""

import dataclasses
import itertools

import pytest
import shapely

from geo.plans.checks import CheckContext, check
from geo.plans.operations import Cut, Unite
from tests.plans.pictures import (
    but,
    changed,
    community,
    grid,
    ground,
    line,
    middle,
    moved,
    square,
    survey,
)

A, B, C = map(community, "ABC")


def told(survey, *codes, base=None, areas=None):
    return [
        one for one in check(survey, areas, base=base, context=CheckContext()) if one.code in codes
    ]


def short(findings):
    return {(one.code, one.severity, one.places) for one in findings}


# -- contiguity


def test_an_area_in_one_piece_is_not_told():
    assert told(survey("AAB", "BBB"), "not_contiguous") == []


def test_the_smaller_piece_is_named_with_its_units_households_and_place():
    before = survey("AAAB", "BBBB", households={grid(0, 2): 7})
    after = moved(before, B, grid(0, 1))
    (finding,) = told(after, "not_contiguous", base=before)
    # 10 households in the left piece, 7 in the right one: the left is the main one.
    assert (finding.severity, finding.places) == ("error", (A, grid(0, 2)))
    assert finding.facts["households"] == 7
    assert finding.facts["pieces"] == 2
    assert (finding.x, finding.y) == middle(0, 2)
    assert "620103" in finding.zh


def test_every_piece_but_the_main_one_is_named():
    before = survey("AAAAA", "BBBBB")
    after = moved(before, B, grid(0, 1), grid(0, 3))
    assert [one.places for one in told(after, "not_contiguous", base=before)] == [
        (A, grid(0, 2)), (A, grid(0, 4)),
    ]  # fmt: skip


def test_areas_that_meet_in_a_corner_only_are_apart():
    assert short(told(survey("AB", "BA"), "not_contiguous")) == {
        ("not_contiguous", "error", (A, grid(1, 1))),
        ("not_contiguous", "error", (B, grid(1, 0))),
    }  # fmt: skip


def test_a_river_parts_and_a_bridge_joins():
    river = {"kind": "water", "geometry": line((100, -10), (100, 210))}
    bridge = {"kind": "bridge", "geometry": line((80, 150), (120, 150))}
    parted = survey("AA", "AA", ground=ground(features=[river]))
    assert len(told(parted, "not_contiguous")) == 2  # the community, and the county as well
    joined = survey("AA", "AA", ground=ground(features=[river, bridge]))
    assert told(joined, "not_contiguous") == []


def test_pieces_that_the_plan_began_with_are_a_warning_one_more_is_an_error():
    before = survey("ABAAA", "BBBBB")
    assert [one.severity for one in told(before, "not_contiguous", base=before)] == ["warning"]
    more = moved(before, B, grid(0, 3))
    assert {one.severity for one in told(more, "not_contiguous", base=before)} == {"error"}


# -- enclaves


def test_an_area_inside_one_other_is_an_enclave_seen_from_either():
    inside = survey("BBB", "BAB", "BBB")
    expected = {("enclave", "warning", (A, B))}
    assert short(told(inside, "enclave")) == expected
    assert short(told(inside, "enclave", areas=[B])) == expected
    assert short(told(inside, "enclave", base=inside)) == {("enclave", "info", (A, B))}


@pytest.mark.parametrize(
    "picture",
    [
        ("BBB", "BAB", "BBC"),  # C touches it in a corner only, but so it is
        ("BBB", "BAC", "BBB"),
        ("BAB", "BBB"),
        ("BBB", "BA.", "BBB"),
    ],
)
def test_open_ground_or_a_second_neighbour_is_a_way_out(picture):
    found = short(told(survey(*picture), "enclave"))
    corner = picture[-1] == "BBC"
    assert found == ({("enclave", "warning", (A, B))} if corner else set())


# -- buildings


def across(x, y, **more):
    return {"x": x, "y": y, "half": 10.0, **more}


def test_a_building_across_two_communities_is_cut():
    town = survey("AB", ground=ground(built=[across(98, 50)]))
    (finding,) = told(town, "cuts_building")
    assert finding.severity == "warning"
    assert finding.places == (A, B, grid(0, 0), grid(0, 1))
    assert finding.facts["building"] == 1
    assert finding.en == "A building (id 1) lies across A社区 6201, B社区 6202."
    assert (finding.x, finding.y) == (465_098.0, 3_874_950.0)


def test_between_the_grids_of_one_community_it_is_only_told():
    town = survey("AAB", ground=ground(built=[across(98, 50)]))
    assert short(told(town, "cuts_building")) == {
        ("cuts_building", "info", (grid(0, 0), grid(0, 1)))
    }


def test_a_trifle_of_the_floor_plan_is_no_cut():
    # 20 m × 4 cm lie beyond: 0.8 m². With 19 cm it is 3.8 m² of 400, less than a hundredth.
    for beyond in (0.04, 0.19):
        town = survey("AB", ground=ground(built=[across(90 + beyond, 50)]))
        assert told(town, "cuts_building") == []
    town = survey("AB", ground=ground(built=[across(90.3, 50)]))
    assert len(told(town, "cuts_building")) == 1


def test_a_building_exactly_on_a_border_is_told_however_small():
    # 60 cm × 60 cm: 0.18 m² lie on either side.
    town = survey("AB", ground=ground(built=[across(100, 50) | {"half": 0.3}]))
    assert short(told(town, "cuts_building")) == {
        ("cuts_building", "warning", (A, B, grid(0, 0), grid(0, 1)))
    }


def test_a_demolished_building_is_not_cut():
    town = survey("AB", ground=ground(built=[across(98, 50, status="demolished")]))
    assert told(town, "cuts_building") == []


def test_a_moved_grid_turns_what_was_told_into_a_warning():
    before = survey("AAB", ground=ground(built=[across(98, 50), across(198, 50)]))
    # The second building was cut before: that is not the plan's doing.
    assert [one.severity for one in told(before, "cuts_building", base=before)] == ["info", "info"]
    after = moved(before, B, grid(0, 1))
    assert short(told(after, "cuts_building", base=before)) == {
        ("cuts_building", "warning", (A, B, grid(0, 0), grid(0, 1))),
        ("cuts_building", "info", (grid(0, 1), grid(0, 2))),
    }


def redrawn(before, edge_x):
    """Units 1000 and 1001 of a row with their common border at another x."""
    x, y = middle(0, 0)
    left = shapely.normalize(shapely.box(x - 50, y - 50, x - 50 + edge_x, y + 50))
    right = shapely.normalize(shapely.box(x - 50 + edge_x, y - 50, x + 150, y + 50))
    origins = (grid(0, 0), grid(0, 1))
    return changed(
        before,
        but(before, grid(0, 0), shape=left, origins=origins),
        but(before, grid(0, 1), shape=right, origins=origins),
    )


def test_a_redrawn_border_cuts_others_than_before():
    before = survey("ABB", ground=ground(built=[across(98, 50), across(150, 30), across(198, 50)]))
    after = redrawn(before, 150)
    assert {one.facts["building"] for one in told(before, "cuts_building")} == {1, 3}
    assert {one.facts["building"] for one in told(after, "cuts_building", base=before)} == {2, 3}
    # Found again from nothing, the same.
    assert {one.facts["building"] for one in told(after, "cuts_building")} == {2, 3}


# -- compounds


def estate(*xs, name="幸福里", **more):
    return [{"x": x, "y": 50, "compound": name, **more} for x in xs]


def test_a_compound_in_two_communities_is_parted_at_the_level_with_the_limit():
    town = survey("AAB", ground=ground(built=estate(50, 250)))
    (finding,) = told(town, "cuts_compound")
    assert (finding.severity, finding.places[:2]) == ("warning", (A, B))
    assert "幸福里" in finding.zh
    assert [one.severity for one in told(town, "cuts_compound", base=town)] == ["info"]


def test_within_one_community_a_compound_may_have_several_grids():
    assert told(survey("AAB", ground=ground(built=estate(50, 150))), "cuts_compound") == []


def test_another_compound_of_the_same_name_elsewhere_is_another():
    built = estate(50) + estate(250)
    town = survey("AAB", ground=ground(built=built))
    assert len(told(town, "cuts_compound")) == 1
    here = ground(built=built)
    outlines = here.compounds.reindex([1, 2]).assign(name="幸福里")
    outlines = outlines.set_geometry([square(0, 0), square(0, 2)], crs=here.compounds.crs)
    apart = survey("AAB", ground=dataclasses.replace(here, compounds=outlines))
    assert told(apart, "cuts_compound") == []


def test_a_compound_that_a_move_brings_together_is_no_longer_told():
    before = survey("AAB", ground=ground(built=estate(150, 250)))
    assert len(told(before, "cuts_compound")) == 1
    assert told(moved(before, B, grid(0, 1)), "cuts_compound", base=before) == []


# -- ground


def test_redrawn_units_that_fill_their_ground_are_right():
    before = survey("ABB")
    assert told(redrawn(before, 150), "gap", "overlap", "beyond_outline", base=before) == []


def test_lost_doubled_and_gained_ground_is_told_with_its_area():
    before = survey("ABB")
    x, y = middle(0, 0)
    origins = (grid(0, 0), grid(0, 1))

    def drawn(left_to, right_from, top=50):
        left = shapely.box(x - 50, y - 50, x - 50 + left_to, y + top)
        right = shapely.box(x - 50 + right_from, y - 50, x + 150, y + 50)
        return changed(
            before,
            but(before, grid(0, 0), shape=shapely.normalize(left), origins=origins),
            but(before, grid(0, 1), shape=shapely.normalize(right), origins=origins),
        )

    codes = ("gap", "overlap", "beyond_outline")
    both = (grid(0, 0), grid(0, 1))
    for plan, code, places, area in (
        (drawn(90, 92), "gap", both, 200),
        (drawn(90, 88), "overlap", both, 200),
        (drawn(90, 90, top=53), "beyond_outline", both[:1], 270),
    ):
        (finding,) = told(plan, *codes, base=before)
        assert (finding.code, finding.severity, finding.places) == (code, "error", places)
        assert finding.area_m2 == pytest.approx(area)


def test_a_shared_edge_that_moved_by_less_than_a_millimetre_is_no_gap():
    before = survey("ABB")
    assert told(redrawn(before, 100.001), "gap", "overlap", "beyond_outline", base=before) == []
    x, y = middle(0, 2)
    bent = shapely.normalize(
        shapely.Polygon([(x - 50, y - 50), (x + 50, y - 50), (x + 50.001, y), (x + 50, y + 50), (x - 50, y + 50)])
    )  # fmt: skip
    nudged = changed(before, but(before, grid(0, 2), shape=bent, origins=(grid(0, 2),)))
    assert told(nudged, "gap", "overlap", "beyond_outline", base=before) == []


def test_a_unit_that_went_without_heirs_is_missed():
    before = survey("AAB")
    gone = changed(before, gone=[grid(0, 1)])
    assert short(told(gone, "units_lost", base=before, areas=[A])) == {
        ("units_lost", "error", (A,))
    }
    heir = changed(before, but(before, grid(0, 0), origins=(grid(0, 0), grid(0, 1)), shape=shapely.normalize(shapely.coverage_union_all([square(0, 0), square(0, 1)]))), gone=[grid(0, 1)])  # fmt: skip
    assert told(heir, "units_lost", "gap", base=before) == []


def test_true_cuts_and_unions_leave_nothing_to_say_about_the_ground():
    before = survey("AAB", "AAB")
    ids = itertools.count(5000)
    slanting = line((20, -10), (70, 250))
    plan = before.after(Cut(grid(0, 0), slanting).apply(before, ids))
    plan = plan.after(Cut(grid(1, 0), slanting).apply(plan, ids))
    plan = plan.after(Unite((5000, grid(1, 0)), grid(1, 0)).apply(plan, ids))
    codes = ("gap", "overlap", "beyond_outline", "units_lost")
    assert told(plan, *codes, base=before) == []
    assert told(plan, *codes, base=before, areas=[grid(1, 0)]) == []
