from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from geo.boundaries import Level, Site
from geo.errors import NotFound, Refused
from geo.plans import Draft, Ground, Survey, lines_to_publish
from geo.plans.operations import Create, Merge, Move, Recode, Renumber, Split
from tests.plans.hamlet import COUNTY, EAST, EPSG, SITE, WEST, areas, done, ids, line, survey


def codes(after, *places):
    """Codes of places in a draft."""
    return [after.draft.place(n).code for n in places]


def published(after, *places, used=()):
    """Codes of places as they will be published."""
    return lines_to_publish(after, used)["code"].loc[list(places)].tolist()


def made_up(rows, levels):
    """A survey of areas (id, level, code, parent, x of the outline or None) 1 m wide, 1 m high."""
    frame = gpd.GeoDataFrame(
        [(n, level, code, code, parent) for n, level, code, parent, _ in rows],
        columns=["place_id", "level", "code", "name", "parent_id"],
        geometry=[x if x is None else shapely.box(x, 0, x + 1, 1) for *_, x in rows],
        crs=EPSG,
    ).assign(imported_households=None, imported_people=None)
    kinds = dict.fromkeys(("parent_id", "imported_households", "imported_people"), "Int64")
    site = Site("甲", "A", EPSG, "Asia/Shanghai", levels)
    return Survey.of(Draft.of(frame.astype(kinds).set_index("place_id"), site), Ground.empty(EPSG))


def test_a_plan_without_new_places_is_published_under_its_own_codes() -> None:
    lines = lines_to_publish(survey(), ())
    assert (lines["code"] == survey().draft.areas()["code"]).all()
    assert lines.index[lines["unit"]].tolist() == survey().draft.units()


def test_figures_imported_for_areas_that_won_or_lost_ground_are_unknown_afterwards() -> None:
    frame = areas()
    frame.loc[[EAST, WEST, COUNTY, 21], "imported_households"] = [200, 520, 720, 60]
    before = Survey.of(Draft.of(frame, SITE), Ground.empty(EPSG))
    lines = lines_to_publish(done(before, Move((103,), 31)), (), base=before)
    known = lines["households"].loc[[COUNTY, 21, EAST, WEST, 103]]
    assert known.isna().tolist() == [False, False, True, True, False]


def test_new_grids_get_the_next_serials_of_their_community_from_north_to_south() -> None:
    after = done(survey(), Move((203,), WEST), Move((103,), WEST), Move((101,), WEST))
    # 1001 holds 203 in the north; 1002 holds 103 and 1003 holds 101, which is farther west.
    assert published(after, 1001, 1003, 1002) == [
        "621122001002003", "621122001002004", "621122001002005",
    ]  # fmt: skip


def test_a_serial_that_was_ever_used_is_not_used_again() -> None:
    after = done(survey(), Create("grid", EAST, (103,), "甲"))
    assert published(after, 1001, used={"621122001001007"}) == ["621122001001008"]


def test_behind_the_last_serial_the_unused_ones_are_given() -> None:
    after = done(survey(), Create("grid", EAST, (103,), "甲"))
    assert published(after, 1001, used={"621122001001999"}) == ["621122001001003"]


def test_a_full_range_of_serials_is_refused() -> None:
    after = done(survey(), Create("grid", EAST, (103,), "甲"))
    with pytest.raises(Refused, match="recode"):
        lines_to_publish(after, {f"621122001001{n:03}" for n in range(1, 1000)})


def test_a_new_community_keeps_the_town_of_those_who_live_in_it_and_grids_follow_its_code() -> None:
    after = done(survey(), Split(EAST, line((130, -10), (130, 210))))
    # The community is 1001, in it is the new grid 1002 with what grid 21 lost.
    assert published(after, 1001, 1002) == ["621122001003", "621122001003001"]


def test_the_town_is_that_of_most_households() -> None:
    rows = [
        (1, "county", "621122", None, None),
        (2, "community", "621122001001", 1, None),
        (3, "community", "621122203004", 1, None),
        (21, "grid", "621122001001001", 2, 0),
        (22, "grid", "621122001001002", 2, 1),
        (31, "grid", "621122203004001", 3, 2),
        (32, "grid", "621122203004002", 3, 3),
        (33, "grid", "621122203004003", 3, 4),
    ]
    levels = tuple(Level(key, key, key, k) for k, key in enumerate(("county", "community", "grid")))
    after = done(made_up(rows, levels), Create("community", 1, (22, 31, 32), "丙"))
    assert published(after, 1001) == ["621122203005"]


def test_a_new_town_is_numbered_in_its_three_digits() -> None:
    rows = [
        (1, "county", "621122000000", None, None),
        (2, "town", "621122001000", 1, None),
        (3, "town", "621122100000", 1, None),
        (21, "community", "621122001001", 2, 0),
        (22, "community", "621122001002", 2, 1),
        (31, "community", "621122100001", 3, 2),
    ]
    levels = tuple(Level(key, key, key, k) for k, key in enumerate(("county", "town", "community")))
    after = done(made_up(rows, levels), Create("town", 1, (22,), "丙"))
    assert published(after, 1001) == ["621122101000"]


@pytest.mark.parametrize(
    ("sibling", "pattern", "code"),
    [
        ("1A01", None, "1A02"),
        ("1A-G1", None, "1A-G2"),
        ("xyz", None, "1A001"),  # tells nothing: three digits behind the parent's code
        ("xyz", r"xyz|1A\d{2}", "1A01"),  # the level says how many
    ],
)
def test_serials_are_as_wide_as_those_of_the_siblings(sibling, pattern, code) -> None:
    rows = [
        (1, "ward", "1", None, None),
        (2, "area", "1A", 1, None),
        (21, "seat", sibling, 2, None),
        (211, "block", "b1", 21, 0),
        (212, "block", "b2", 21, 1),
    ]
    levels = (
        Level("ward", "甲", "A", 0), Level("area", "乙", "B", 1),
        Level("seat", "丙", "C", 2, code_pattern=pattern), Level("block", "丁", "D", 3),
    )  # fmt: skip
    after = done(made_up(rows, levels), Create("seat", 2, (211,), "新"))
    assert published(after, 1001) == [code]


def test_a_code_against_the_pattern_of_its_level_is_refused() -> None:
    rows = [
        (1, "county", "6211", None, None),
        (21, "grid", "6211001", 1, None),
        (211, "block", "b1", 21, 0),
        (212, "block", "b2", 21, 1),
    ]
    levels = (
        Level("county", "甲", "A", 0),
        Level("grid", "乙", "B", 1, code_pattern=r"6211001"),
        Level("block", "丁", "D", 2),
    )
    with pytest.raises(Refused, match="pattern"):
        lines_to_publish(done(made_up(rows, levels), Create("grid", 1, (211,), "新")), ())


def test_renumbering_gives_serials_to_what_came_from_elsewhere_and_leaves_the_rest() -> None:
    after = done(survey(), Move((22,), WEST), Renumber(WEST))
    assert codes(after, 31, 32, 22) == [
        "621122001002001", "621122001002002", "621122001002003",
    ]  # fmt: skip
    # From north to south, then from west to east, all in the row of their new grid.
    assert codes(after, 203, 204, 103, 104) == [f"6211220010020030{n}" for n in (1, 2, 3, 4)]
    assert codes(after, 105) == codes(survey(), 105)


def test_renumbering_a_new_community_gives_it_a_code_too() -> None:
    after = done(survey(), Split(EAST, line((230, -10), (230, 210))), Renumber(1001))
    assert codes(after, 1001, 21) == ["621122001003", "621122001003001"]
    assert codes(after, 201, 202, 101, 102) == [f"6211220010030010{n}" for n in (1, 2, 3, 4)]


def test_renumbering_after_another_code_was_given_by_hand() -> None:
    used = set(codes(survey(), *survey().draft.places)) | {"621122001009001"}
    after = done(survey(), Recode(EAST, "621122001009"), Renumber(EAST, used))
    assert codes(after, 21, 22) == ["621122001009002", "621122001009003"]


def test_renumbering_where_all_fits_is_refused() -> None:
    with pytest.raises(Refused, match="already"):
        Renumber(EAST).apply(survey(), ids())
    with pytest.raises(Refused):
        Renumber(101).apply(survey(), ids())
    with pytest.raises(NotFound):
        Renumber(999).apply(survey(), ids())


def test_the_codes_of_retired_areas_stay_taken() -> None:
    used = set(codes(survey(), *survey().draft.places))
    after = done(survey(), Merge((32,), 31), Create("grid", WEST, (106,), "新"))
    assert published(after, 1001, used=used) == ["621122001002003"]


def test_renumbering_is_about_what_needs_other_codes() -> None:
    after = done(survey(), Move((22,), WEST)).draft
    assert Renumber(WEST).about(after) == {22, 103, 104, 203, 204}
    assert Renumber(COUNTY).about(after) == {22, 103, 104, 203, 204}
