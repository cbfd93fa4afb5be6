"""Members in the hamlet: found by address, listed for those in charge, counted, forgotten."""

import json

import numpy as np
import pandas as pd
import pytest
import shapely
import sqlalchemy as sa

from geo import people, registers
from geo.access import VISITOR, Actor, Grant, operator
from geo.boundaries import load_placer, places_by_code
from geo.crs import SourceCrs
from geo.db.schema import audit, building, member, placement
from geo.errors import BadInput, NotAllowed, NotFound, NotSignedIn
from geo.exchange import Table, conform
from geo.frames import CONTRACTS
from tests.publish import hamlet

TESTER = operator("tester")
#: West is community 01 (grids 1, 2, 5, 6), East 02. Edition 2 cuts grid 1 at x = 40 m: 0101, 0109.
HOUSES = [
    ("B1", "竹岭苑", "1号楼", 5, 5),  # grid 0101
    ("B2", "竹岭苑", "2号楼", 150, 50),  # grid 0102
    ("B3", "东苑", "1号楼", 250, 150),  # grid 0207
    ("B4", "和平小区", "1号楼", 60, 50),  # grid 0101, since edition 2 0109
    ("B5", "和平小区", "1号楼", 350, 150),  # grid 0208: another compound of the same name
]


def bring(tx, kind, rows, shapes=None, *, commit=True, skip=False, source="test"):
    frame = pd.DataFrame(rows).astype(object)
    if shapes is not None:
        frame["geometry"] = np.array(shapes, dtype=object)
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="row")
    table = Table("test.csv", None, frame, SourceCrs("epsg", hamlet.EPSG))
    conformed = conform(table, CONTRACTS[kind], timezone="Asia/Shanghai")
    folder = registers if kind == "buildings" else people
    return folder.import_rows(
        tx, conformed, kind=kind, source=source, site=hamlet.SITE,
        place=load_placer(tx, hamlet.SITE), actor=TESTER, commit=commit, skip_rejected=skip,
    )  # fmt: skip


def houses(tx, rows=HOUSES):
    bring(
        tx, "buildings",
        [{"key": key, "compound": compound, "number": number} for key, compound, number, _, _ in rows],
        [hamlet.box(x, y, 10, 10) for *_, x, y in rows],
    )  # fmt: skip


@pytest.fixture
def town(tx):
    houses(tx)
    return tx


def code_of(tx, code):
    return int(places_by_code(tx).set_index("code")["place_id"][code])


def lives_in(tx):
    """(key, unit's code in edition 2, how) of all members."""
    codes = places_by_code(tx).set_index("place_id")["code"]
    p, m = placement.c, member.c
    rows = tx.execute(
        sa.select(m.key, p.place_id, p.how)
        .join(placement, p.subject_id == m.id)
        .where(p.subject_kind == "member", m.valid_to.is_(None), p.last_edition.is_(None))
        .order_by(m.key)
    )
    return [(key, codes.get(place), how) for key, place, how in rows]


# -- by address


def test_a_member_lives_in_the_building_of_the_address_in_every_edition(town):
    bring(town, "members", [{"key": "1", "name": "王一", "居住地址": "竹岭苑2栋3单元501"}])
    assert lives_in(town) == [("1", "0102", "building")]
    b = building.c
    home = sa.select(b.key).join(member, member.c.home_id == b.id)
    assert town.scalar(home) == "B2"
    assert town.scalar(sa.select(sa.func.min(placement.c.first_edition)).where(placement.c.subject_kind == "member")) == 1  # fmt: skip


def test_cells_of_compound_and_building_are_an_address(town):
    rows = [{"key": "1", "name": "王一", "小区名称": "竹岭苑", "楼栋": "２号楼"}]
    bring(town, "members", rows)
    assert lives_in(town) == [("1", "0102", "building")]
    assert town.scalar(sa.select(member.c.address)) == "竹岭苑２号楼"


@pytest.mark.parametrize(
    ("address", "code", "named"),
    [
        ("竹岭苑9号楼", "address_unknown_number", ["B1", "B2"]),
        ("竹岭院2号楼", "address_unknown_compound", ["B2", "B1"]),
        ("和平小区1号楼", "address_several", ["B4", "B5"]),
        ("竹岭苑", "address_no_number", ["B1", "B2"]),
    ],
)
def test_an_address_without_one_building_is_rejected_with_candidates(town, address, code, named):
    report = bring(town, "members", [{"key": "1", "name": "王一", "地址": address}], commit=False)
    (reject,) = report.rejects
    assert (reject.field, reject.code) == ("address", code)
    assert {c["key"] for c in reject.facts["candidates"]} == set(named)
    assert all({"id", "key", "name"} == set(c) for c in reject.facts["candidates"])
    assert named[0] in reject.remedy_zh


def test_the_report_repeats_no_name_address_or_phone(town):
    row = {"key": "1", "name": "王秘密", "手机号": "13812345678", "地址": "隐秘里9号楼7单元"}
    report = bring(town, "members", [row], commit=False)
    text = json.dumps(report.to_json(), ensure_ascii=False, default=str)
    assert report.reject_count == 1
    for secret in ("王秘密", "13812345678", "隐秘里", "7单元"):
        assert secret not in text


def test_the_building_that_is_named_is_stronger_than_the_address(town):
    rows = [{"key": "1", "name": "王一", "居住楼栋编号": "B1", "地址": "竹岭苑2号楼"}]
    bring(town, "members", rows)
    assert lives_in(town) == [("1", "0101", "building")]


def test_coordinates_count_only_where_there_is_no_address(town):
    east = shapely.Point(hamlet.metres(350, 50))
    rows = [
        {"key": "1", "name": "王一", "地址": "竹岭苑2号楼"},
        {"key": "2", "name": "王二", "地址": "竹岭苑99号楼"},
        {"key": "3", "name": "王三", "地址": None},
    ]
    report = bring(town, "members", rows, [east] * 3, skip=True)
    assert [reject.row for reject in report.rejects] == [2]
    assert lives_in(town) == [("1", "0102", "building"), ("3", "0203", "point")]


def test_members_by_address_move_with_their_building(town):
    bring(town, "members", [{"key": "1", "name": "王一", "地址": "竹岭苑2号楼"}])
    houses(town, [("B2", "竹岭苑", "2号楼", 250, 150)])
    people.follow_buildings(town, place=load_placer(town, hamlet.SITE))
    assert lives_in(town) == [("1", "0207", "building")]


# -- aliases


def test_a_kept_spelling_means_its_building_from_the_next_import_on(town):
    row = {"key": "1", "name": "王一", "地址": "竹林院2号楼1单元"}
    assert bring(town, "members", [row], commit=False).reject_count == 1
    kept = people.keep_alias(town, "小村竹林院 2号楼 3单元", "B2", actor=TESTER)
    assert (kept.spelling, kept.key, kept.name) == ("竹林院#2", "B2", "竹岭苑2号楼")
    bring(town, "members", [row])
    assert lives_in(town) == [("1", "0102", "building")]
    assert people.list_aliases(town, actor=TESTER) == [kept]


def test_an_alias_that_is_corrected_moves_its_members_with_the_next_import(town):
    row = {"key": "1", "name": "王一", "地址": "竹林院2号楼"}
    people.keep_alias(town, "竹林院2号楼", "B1", actor=TESTER)
    bring(town, "members", [row])
    assert bring(town, "members", [row]).unchanged == 1
    people.keep_alias(town, "竹林院2号楼", "B2", actor=TESTER)
    assert bring(town, "members", [row]).updated == 1
    assert lives_in(town) == [("1", "0102", "building")]


def test_a_forgotten_alias_means_nothing(town):
    people.keep_alias(town, "竹林院2号楼", "B2", actor=TESTER)
    people.forget_alias(town, "竹林院#2", actor=TESTER)
    assert people.list_aliases(town, actor=TESTER) == []
    with pytest.raises(NotFound):
        people.forget_alias(town, "竹林院#2", actor=TESTER)


@pytest.mark.parametrize(("spelling", "building", "error"), [("竹林院", "B99", NotFound), (" ", "B1", BadInput)])  # fmt: skip
def test_an_alias_needs_a_spelling_and_a_building(town, spelling, building, error):
    with pytest.raises(error):
        people.keep_alias(town, spelling, building, actor=TESTER)


def test_aliases_are_kept_by_stewards_of_the_whole_town(town):
    with pytest.raises(NotAllowed):
        people.keep_alias(town, "竹林院", "B1", actor=Actor("li", (Grant("worker"),)))
    with pytest.raises(NotAllowed):
        people.list_aliases(town, actor=Actor("li", (Grant("steward", 5),)))


# -- who sees whom

ROWS = [
    {"key": "1", "name": "王一", "phone": "13812345678", "kind": "居民党员", "地址": "竹岭苑1号楼"},
    {"key": "2", "name": "李二", "phone": "0931-22", "kind": "在职党员", "地址": "竹岭苑2号楼",
     "duty_area": "0207"},
    {"key": "3", "name": "张三", "phone": None, "kind": "在职党员", "地址": "东苑1号楼",
     "duty_area": "0102"},
    {"key": "4", "name": "赵四", "phone": "13900000004", "kind": "流动党员", "地址": "东苑1号楼"},
]  # fmt: skip


@pytest.fixture
def settled(town):
    bring(town, "members", ROWS)
    return town


def names(tx, actor, **asked):
    return [row.name for row in people.list_members(tx, edition=2, actor=actor, **asked).members]


def last_audit(tx):
    return tx.execute(sa.select(audit.c.action, audit.c.detail).order_by(audit.c.id.desc()).limit(1)).one()  # fmt: skip


def test_a_worker_sees_who_lives_or_serves_in_the_own_area(settled):
    west = Actor("li", (Grant("worker", code_of(settled, "01")),))
    assert names(settled, west) == ["王一", "李二", "张三"]
    assert names(settled, TESTER) == ["王一", "李二", "张三", "赵四"]


def test_where_somebody_lives_is_told_only_to_those_in_charge_there(settled):
    west = Actor("li", (Grant("worker", code_of(settled, "01")),))
    first, _, third = people.list_members(settled, edition=2, actor=west).members
    assert (first.home.name, first.home.unit) == ("竹岭苑1号楼", code_of(settled, "0101"))
    assert third.home is None
    assert third.duty == code_of(settled, "0102")


def test_phones_are_masked_unless_asked_in_full(settled):
    masked = [row.phone for row in people.list_members(settled, edition=2, actor=TESTER).members]
    assert masked == ["138****5678", "*****22", None, "139****0004"]
    full = people.list_members(settled, edition=2, actor=TESTER, full=True).members
    assert full[0].phone == "13812345678"


def test_each_reading_is_logged_with_its_filter_and_without_anybodys_name(settled):
    west = Actor("li", (Grant("worker", code_of(settled, "01")),))
    names(settled, west, kind="resident", q="王一", full=True)
    action, detail = last_audit(settled)
    assert action == "read members"
    assert detail == {
        "edition": 2, "area": None, "kind": "resident", "searched": True, "full": True, "after": 0,
        "rows": 1,
    }  # fmt: skip


def test_a_list_is_narrowed_by_area_kind_name_and_whole_phone(settled):
    assert names(settled, TESTER, area=code_of(settled, "0207")) == ["李二", "张三", "赵四"]
    assert names(settled, TESTER, kind="in_service") == ["李二", "张三"]
    assert names(settled, TESTER, q="四") == ["赵四"]
    assert names(settled, TESTER, q="13812345678") == ["王一"]
    assert names(settled, TESTER, q="138") == []  # a masked number is not to be had digit by digit


def test_pages_follow_one_another_without_gaps(settled):
    seen, after = [], 0
    while after is not None:
        page = people.list_members(settled, edition=2, actor=TESTER, limit=3, after=after)
        seen += [row.name for row in page.members]
        after = page.after
    assert seen == ["王一", "李二", "张三", "赵四"]


def test_other_areas_and_other_roles_are_refused(settled):
    west = Actor("li", (Grant("worker", code_of(settled, "01")),))
    with pytest.raises(NotAllowed):
        names(settled, west, area=code_of(settled, "02"))
    with pytest.raises(NotFound):
        names(settled, TESTER, area=999)
    for role in ("viewer", "system", "planner"):
        with pytest.raises(NotAllowed):
            names(settled, Actor("li", (Grant(role),)))
    with pytest.raises(NotSignedIn):
        names(settled, VISITOR)


# -- forgotten


def test_forgetting_removes_all_versions_and_the_log_keeps_the_id_alone(settled):
    bring(settled, "members", [{**ROWS[0], "name": "王一一"}])
    assert settled.scalar(sa.select(sa.func.count()).where(member.c.key == "1")) == 2
    number = people.forget_member(settled, "1", edition=2, actor=TESTER)
    assert settled.scalar(sa.select(sa.func.count()).where(member.c.id == number)) == 0
    kept = sa.select(sa.func.count()).where(
        placement.c.subject_kind == "member", placement.c.subject_id == number
    )
    assert settled.scalar(kept) == 0
    assert tuple(last_audit(settled)) == ("forget member", {"id": number})
    with pytest.raises(NotFound):
        people.forget_member(settled, "1", edition=2, actor=TESTER)


def test_only_a_steward_of_where_the_member_lives_may_forget(settled):
    west, east = code_of(settled, "01"), code_of(settled, "02")
    for grant in (Grant("worker", west), Grant("steward", east), Grant("planner")):
        with pytest.raises(NotAllowed):
            people.forget_member(settled, "1", edition=2, actor=Actor("li", (grant,)))
    people.forget_member(settled, "1", edition=2, actor=Actor("li", (Grant("steward", west),)))


def test_a_key_of_two_rosters_needs_the_roster(settled):
    bring(settled, "members", [ROWS[0]], source="other")
    with pytest.raises(BadInput):
        people.forget_member(settled, "1", edition=2, actor=TESTER)
    people.forget_member(settled, "1", edition=2, actor=TESTER, source="other")
    assert len(names(settled, TESTER)) == 4


# -- counted


def crowd(tx, **homes):
    """So many residents (and, with three letters, of other kinds) in each building."""
    rows = [
        {"key": f"{building}-{n}", "name": "王", "kind": kind, "home_building": building}
        for building, kinds in homes.items()
        for kind, count in kinds.items()
        for n in (f"{kind}{i}" for i in range(count))
    ]
    bring(tx, "members", rows)


def counts(tx, level, edition=2, **asked):
    codes = places_by_code(tx).set_index("place_id")["code"]
    told = people.member_counts(tx, edition=edition, level=level, actor=VISITOR, **asked)
    return {codes[place]: count for place, count in told if place in codes.index}


def test_everybody_sees_counts_and_a_few_are_less_than_five(town):
    crowd(town, B1={"resident": 10, "mobile": 5}, B2={"resident": 6}, B3={"resident": 3})
    found = counts(town, "community")
    assert (found["01"].count, found["01"].low) == (None, False)  # 24 less it would tell the three
    assert (found["02"].count, found["02"].low) == (None, True)
    assert counts(town, "town")["0"].count == 24


def test_a_small_area_takes_a_sibling_with_it_and_no_more(town):
    crowd(town, B1={"resident": 10}, B2={"resident": 6}, B4={"resident": 2}, B3={"resident": 9})
    found = counts(town, "grid", parent=code_of(town, "01"))
    # Edition 1 has told 12 for what is 0101 and 0109 now: those two keep each other company.
    assert {code: count.count for code, count in found.items()} == {
        "0101": None, "0102": 6, "0105": None, "0106": None, "0109": None,
    }  # fmt: skip
    assert [code for code, count in found.items() if count.low] == ["0105", "0106", "0109"]


def test_kinds_are_told_all_or_none(town):
    crowd(town, B1={"resident": 10, "mobile": 5}, B3={"resident": 9, "in_service": 2})
    found = counts(town, "community")
    assert (found["01"].count, found["02"].count) == (15, 11)
    assert found["02"].by_kind is None  # two in service
    assert counts(town, "town")["0"].by_kind is None
    assert counts(town, "town", kind="resident")["0"].count is None
    # Nothing is there to take these from.
    assert found["01"].by_kind == {"resident": 10, "in_service": 0, "mobile": 5, "unknown": 0}


def test_kinds_that_are_all_large_are_told(town):
    crowd(town, B1={"resident": 10, "mobile": 5}, B3={"resident": 9})
    assert counts(town, "community")["01"].by_kind == {
        "resident": 10, "in_service": 0, "mobile": 5, "unknown": 0,
    }  # fmt: skip
    assert counts(town, "community", kind="mobile")["01"].count == 5


def test_one_edition_does_not_tell_what_another_one_hides(town):
    # Grid 0101 of edition 1 holds B1 and B4; edition 2 cuts B4's three people off.
    crowd(town, B1={"resident": 10}, B4={"resident": 3}, B3={"resident": 9})
    assert counts(town, "grid", edition=1)["0101"].count == 13
    assert counts(town, "grid", edition=2)["0101"].count is None
    assert counts(town, "grid", edition=2)["0109"].low


def test_hexagons_are_rounded_and_hold_together_with_the_counts(town):
    crowd(town, B1={"resident": 13})
    told = people.member_hexes(town, actor=VISITOR)
    assert [f["properties"] for f in told["features"]] == [
        {"count": 10, "suppressed": False, "low": None}
    ]


def test_an_unknown_level_or_parent_is_named(town):
    with pytest.raises(NotFound):
        counts(town, "grid", parent=999)
    with pytest.raises((BadInput, NotFound)):
        counts(town, "village")
