from __future__ import annotations

import json
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.errors import BadInput, Refused
from geo.plans import Draft, Survey
from geo.plans.exchange import PLAN_FORMATS, write_plan
from geo.plans.importing import read_plan
from geo.plans.operations import (
    Adopt,
    Create,
    Cut,
    Merge,
    Move,
    Recode,
    Rename,
    Split,
    operation_from_json,
)
from tests.plans.hamlet import COUNTY, EAST, EPSG, SITE, WEST, areas, at, done, ids, line, survey

SUFFIX = {"gpkg": ".gpkg", "geojson": ".geojson", "shp": ".zip", "parquet": ".parquet",
          "xlsx": ".xlsx"}  # fmt: skip


def redrawn() -> Survey:
    """The hamlet after a little of everything."""
    return done(
        survey(),
        Move((102, 103), WEST, {21: "河西网格"}),
        Split(EAST, line((290, -10), (290, 210)), ("东街一社区", "")),
        Merge((32,), 31),
        Create("grid", WEST, (106,), "=新网格"),
        Cut(107, line((633.333, -10), (641, 60), (655, 110))),
        Rename(104, "南门"),
        Recode(31, "621122001002077"),
    )


def shown(draft: Draft) -> dict[str, object]:
    """A draft by code: everything but the ids of new places."""
    codes = {n: place.code for n, place in draft.places.items()}
    return {
        place.code: (
            replace(place, id=0 if place.provisional else place.id, parent=None),
            place.parent and codes[place.parent],
            place.shape and place.shape.wkb,
        )
        for place in draft.places.values()
    }


@pytest.mark.parametrize("kind", PLAN_FORMATS)
def test_an_exported_plan_comes_back_on_its_edition(kind, tmp_path) -> None:
    drawn, file = redrawn(), tmp_path / f"plan{SUFFIX[kind]}"
    write_plan(drawn, file, kind)
    read = read_plan(file, survey())
    assert read.remarks == []
    assert read.rows_read == len(drawn.draft.places) == read.matched
    operation = operation_from_json(json.loads(json.dumps(read.operation.to_json())))
    after = done(survey(), operation, numbers=iter(range(5001, 6000)))
    assert shown(after.draft) == shown(drawn.draft)
    assert after.draft.place(EAST).name == "东街一社区"


@pytest.mark.parametrize("kind", PLAN_FORMATS)
def test_a_plan_that_is_so_already_needs_nothing(kind, tmp_path) -> None:
    drawn, file = redrawn(), tmp_path / f"plan{SUFFIX[kind]}"
    write_plan(drawn, file, kind)
    read = read_plan(file, drawn)
    assert (read.operation, read.remarks) == (None, [])


def test_a_plan_comes_back_in_another_database_where_places_have_other_ids(tmp_path) -> None:
    file = tmp_path / "plan.gpkg"
    drawn = done(survey(), Move((102,), WEST), Cut(107, line((650, -10), (650, 110))))
    write_plan(drawn, file, "gpkg")
    frame = areas()
    frame["parent_id"] += 7000
    elsewhere = Draft.of(frame.set_index(frame.index + 7000), SITE)
    before = Survey.of(elsewhere, survey().ground)
    after = done(before, read_plan(file, before).operation).draft
    assert after.above(7102, "community") == WEST + 7000
    # 107 is cut, and the unit above it has a vertex more where the cut ends.
    assert {place.origins for place in after.places.values()} == {(), (7107,), (7207,)}


def test_units_without_a_figure_and_blank_names_stay_so(tmp_path) -> None:
    frame = areas()
    frame.loc[[101, 102], ["imported_households", "imported_people"]] = pd.NA
    before = Survey.of(Draft.of(frame, SITE), survey().ground)
    file = tmp_path / "plan.xlsx"
    write_plan(done(before, Move((102,), 22)), file, "xlsx")
    after = done(before, read_plan(file, before).operation).draft
    assert after.place(102).parent == 22
    assert after.place(102).households is None
    assert after.place(103).households == 30


def test_an_edited_table_changes_what_was_edited_and_tells_what_is_missing(tmp_path) -> None:
    file = tmp_path / "plan.xlsx"
    write_plan(survey(), file, "xlsx")
    table = pd.read_excel(file, dtype=str, engine="openpyxl")
    table.loc[table["区域编号"] == "103", "上级编码"] = "621122001001001"
    table[table["区域编号"] != "208"].to_excel(file, index=False)
    read = read_plan(file, survey())
    assert [(r.code, r.en) for r in read.remarks] == [
        ("62112200100200204", "It is not in the file and stays as it is.")
    ]
    before = survey()
    assert read.operation.apply(before, ids()).places == {103}


def test_an_outline_that_was_changed_elsewhere_is_told_and_not_taken(tmp_path) -> None:
    file = tmp_path / "plan.gpkg"
    write_plan(survey(), file, "gpkg")
    frame = gpd.read_file(file)
    where = frame["place"] == 101
    frame.loc[where, "geometry"] = shapely.box(*at(0, 0), *at(90, 100))
    frame.to_file(file, layer="plan", driver="GPKG")
    read = read_plan(file, survey())
    assert read.operation is None
    assert [remark.code for remark in read.remarks] == ["62112200100100101"]


def test_figures_that_were_changed_elsewhere_are_told_and_not_taken(tmp_path) -> None:
    file = tmp_path / "plan.gpkg"
    write_plan(survey(), file, "gpkg")
    frame = gpd.read_file(file)
    frame.loc[frame["place"] == 101, "imp_hh"] = 99
    frame.to_file(file, layer="plan", driver="GPKG")
    read = read_plan(file, survey())
    assert read.operation is None
    assert [remark.code for remark in read.remarks] == ["62112200100100101"]


def test_a_redrawn_plan_goes_back_to_the_edition_by_a_file_of_it(tmp_path) -> None:
    file, drawn = tmp_path / "edition.geojson", redrawn()
    write_plan(survey(), file, "geojson")
    read = read_plan(file, drawn)
    assert read.remarks == []
    after = done(drawn, read.operation, numbers=iter(range(5001, 6000)))
    assert shown(after.draft) == shown(survey().draft)


def test_a_workbook_can_not_take_back_what_was_redrawn_and_says_so(tmp_path) -> None:
    file, drawn = tmp_path / "edition.xlsx", done(survey(), Cut(107, line((650, -9), (650, 109))))
    write_plan(survey(), file, "xlsx")
    read = read_plan(file, drawn)
    assert read.operation is None
    # Both halves, and the unit above them, which has a vertex more.
    assert [remark.code for remark in read.remarks] == [
        "62112200100200201", "62112200100200203", "~1001",
    ]  # fmt: skip


def test_redrawn_units_that_do_not_hold_the_same_ground_are_refused(tmp_path) -> None:
    file = tmp_path / "plan.gpkg"
    write_plan(done(survey(), Cut(107, line((650, -10), (650, 110)))), file, "gpkg")
    frame = gpd.read_file(file)
    frame[frame["code"] != "~1001"].to_file(file, layer="plan", driver="GPKG")
    operation = read_plan(file, survey()).operation
    with pytest.raises(Refused):
        operation.apply(survey(), ids())


def test_a_table_of_units_and_areas_moves_the_units(tmp_path) -> None:
    file = tmp_path / "units.csv"
    rows = [
        ("62112200100100101", "621122001002", ""), ("62112200100100102", "中街社区", ""),
        ("62112200100100103", "中街社区", ""), ("99", "621122001002", ""),
    ]  # fmt: skip
    pd.DataFrame(rows, columns=["编码", "上级编码", "名称"]).to_csv(file, index=False)
    read = read_plan(file, survey())
    assert (read.rows_read, read.matched) == (4, 3)
    assert [(remark.row, remark.code) for remark in read.remarks] == [(5, "99")]
    after = done(survey(), read.operation).draft
    assert after.above(101, "community") == WEST
    made = after.place(after.above(102, "community"))
    assert (made.name, made.code, made.parent) == ("中街社区", f"~{made.id}", COUNTY)
    assert after.above(201, "community") == made.id


def test_a_table_of_all_levels_moves_those_of_one_level_and_tells_of_others(tmp_path) -> None:
    file = tmp_path / "areas.csv"
    rows = [
        ("621122001001001", "621122001001"), ("621122001001002", "621122001002"),  # two grids
        ("62112200100100101", "621122001001001"), ("62112200100100102", "621122001001002"),
        ("62112200100100103", "621122001001002"),
    ]  # fmt: skip
    pd.DataFrame(rows, columns=["编码", "上级编码"]).to_csv(file, index=False)
    read = read_plan(file, survey())
    assert [(remark.row, remark.code) for remark in read.remarks] == [(3, "621122001001002")]
    before = survey()
    assert read.operation.apply(before, ids()).places == {102, 201}


def outlines(tmp_path, **shapes):
    """A file of outlines by code."""
    file = tmp_path / "areas.geojson"
    frame = gpd.GeoDataFrame({"code": list(shapes)}, geometry=list(shapes.values()), crs=EPSG)
    frame.to_crs(4326).to_file(file, driver="GeoJSON")
    return file


def test_units_go_to_the_outline_that_holds_most_of_them(tmp_path) -> None:
    file = outlines(
        tmp_path,
        **{
            "621122001001": shapely.box(*at(0, 0), *at(230, 200)),
            "621122001002": shapely.box(*at(230, 0), *at(790, 200)),
            "621122001003": shapely.box(*at(900, 0), *at(990, 200)),
        },
    )
    read = read_plan(file, survey(), match="polygons", level="community")
    # 103 and 203 lie 70 % in the second; the third holds nothing.
    assert [remark.code for remark in read.remarks] == [
        "62112200100100201", "62112200100100203", "621122001003",
    ]  # fmt: skip
    after = done(survey(), read.operation).draft
    assert after.units(EAST) == [101, 102, 201, 202]
    assert after.children[WEST] == {22, 31, 32}


def test_households_decide_where_buildings_are_counted(tmp_path) -> None:
    before = survey()
    building = gpd.GeoDataFrame(
        {
            "x": [at(210, 0)[0]], "y": [at(0, 50)[1]], "use": ["residential"], "status": ["in_use"],
            "households": pd.array([30], dtype="Int64"), "covered": [True],
            "planned_households": pd.array([None], dtype="Int64"), "compound": [None],
        },
        geometry=[shapely.box(*at(205, 45), *at(215, 55))],
        index=pd.Index([1], name="id"),
        crs=EPSG,
    )  # fmt: skip
    before = Survey.of(before.draft, replace(before.ground, buildings=building))
    file = outlines(
        tmp_path,
        甲=shapely.box(*at(0, 0), *at(230, 200)),
        乙=shapely.box(*at(230, 0), *at(800, 200)),
    )
    after = done(
        before, read_plan(file, before, match="polygons", level="community").operation
    ).draft
    names = {n: after.place(after.above(n, "community")).name for n in (103, 203)}
    assert names == {103: "甲", 203: "乙"}


def test_a_unit_mostly_outside_of_all_outlines_stays_where_it_is(tmp_path) -> None:
    file = outlines(tmp_path, 甲=shapely.box(*at(0, 0), *at(140, 200)))
    read = read_plan(file, survey(), match="polygons", level="community")
    assert read.matched == 2
    assert len(read.remarks) == 14
    after = done(survey(), read.operation).draft
    assert after.units(1001) == [101, 201]
    assert after.above(102, "community") == EAST


def test_outlines_need_a_level_and_a_name(tmp_path) -> None:
    file = outlines(tmp_path, 甲=shapely.box(*at(0, 0), *at(230, 200)))
    with pytest.raises(BadInput):
        read_plan(file, survey(), match="polygons")
    frame = gpd.GeoDataFrame(geometry=[shapely.box(*at(0, 0), *at(9, 9))], crs=EPSG)
    frame.to_crs(4326).to_file(file, driver="GeoJSON")
    with pytest.raises(BadInput):
        read_plan(file, survey(), match="polygons", level="community")


def test_labels_of_another_level_or_for_nobody_are_refused() -> None:
    for operation in (
        Adopt({}, "community"),
        Adopt({101: 21}, "community"),
        Adopt({EAST: WEST}, "county"),
    ):
        with pytest.raises(BadInput):
            operation.apply(survey(), ids())
    with pytest.raises(Refused):
        Adopt({101: EAST, 105: "621122001002"}, "community").apply(survey(), ids())


def test_adopting_is_the_same_after_a_way_through_json() -> None:
    operation = Adopt({101: WEST, 102: "621122001003"}, "community", {"621122001003": "中街社区"})
    assert operation_from_json(json.loads(json.dumps(operation.to_json()))) == operation
    after = done(survey(), operation).draft
    made = after.place(after.above(102, "community"))
    assert (made.code, made.name) == ("621122001003", "中街社区")
    assert operation.about(after) == frozenset()


def test_a_copied_row_is_another_place_and_needs_ground_of_its_own(tmp_path) -> None:
    file = tmp_path / "plan.gpkg"
    write_plan(survey(), file, "gpkg")
    frame = gpd.read_file(file)
    copy = frame[frame["place"] == 101].assign(code="62112200100100109")
    pd.concat([frame, copy]).to_file(file, layer="plan", driver="GPKG")
    with pytest.raises(Refused):
        read_plan(file, survey()).operation.apply(survey(), ids())
