"""`wangge locate`, `wangge publish`, `wangge doctor`: what they say and how they end."""

import csv

import pytest
import shapely

from geo.db import Cluster
from tests.cli.running import wangge
from tests.publish import hamlet

METRES = ("--crs", hamlet.EPSG)


def points(folder, text):
    path = folder / "points.csv"
    path.write_text(text, "utf-8")
    return path


# -- locate


def test_a_point_is_told_with_its_chain_and_its_border(open_town):
    said = open_town.does("locate", *METRES, *hamlet.metres(30, 50)).out
    assert "edition 1 (2020-01-01) placed" in said
    order = [said.index(name) for name in ("小村", "西社区", "第1网格")]
    assert order == sorted(order)
    # The border to grid 2 lies 70 m to the east, the rim of the hamlet 30 m to the west.
    assert "to the border 30.0 m" in said


def test_a_point_outside_is_no_error(open_town):
    done = open_town.does("locate", *METRES, *hamlet.metres(-40, 50))
    assert "outside" in done.out
    assert "No unit covers the point." in done.out


def test_a_swapped_pair_is_named(open_town):
    x, y = hamlet.metres(50, 50)
    assert "columns may be swapped" in open_town.does("locate", *METRES, y, x).out


def test_the_answer_comes_in_chinese(open_town):
    done = open_town.run("locate", *METRES, *hamlet.metres(-40, 50), language="zh")
    assert "没有单元包含该点。" in done.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Give a longitude and a latitude"),
        (("104.6",), "Give a longitude and a latitude"),
        (("--points", "x.csv"), "together with --out"),
        (("1", "2", "--points", "x.csv", "--out", "y.csv"), "and no coordinates"),
        (("--points", "nothere.csv", "--out", "{folder}/y.csv"), "There is no file"),
        (("--points", "{folder}/points.csv", "--out", "{folder}/no/y.csv"), "can't be written"),
        (("--crs", "moon", "1", "2"), "is not a coordinate system"),
        (("--at", "soon", "1", "2"), "“soon” is not a date"),
        (("--at", "2019-01-01", "1", "2"), "No edition was in force on 2019-01-01"),
        (("--edition", "7", "1", "2"), "There is no edition 7"),
    ],
)
def test_what_can_not_be_answered_ends_with_the_remedy(open_town, tmp_path, arguments, said):
    points(tmp_path, "lon,lat\n1,2\n")
    done = open_town.run("locate", *(str(a).format(folder=tmp_path) for a in arguments))
    assert done.code == 1
    assert said in done.err
    assert "Traceback" not in done.err


def test_coordinates_that_are_no_numbers_end_with_2(open_town):
    assert open_town.run("locate", "east", "north").code == 2


def test_a_file_of_points_keeps_its_rows_order_and_columns(open_town, tmp_path):
    (x1, y1), (x2, y2) = hamlet.metres(50, 50), hamlet.metres(-50, 50)
    path = points(tmp_path, f"no,lon,lat,备注\n7,{x1},{y1},甲\n3,{x2},{y2},乙\n5,,,丙\n")
    out = tmp_path / "out.csv"
    said = open_town.does("locate", "--points", path, "--out", out, *METRES).out
    assert "placed 1  outside 1  invalid 1" in said
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(r["no"], r["备注"], r["status"], r["grid_code"]) for r in rows] == [
        ("7", "甲", "placed", "0101"), ("3", "乙", "outside", ""), ("5", "丙", "invalid", ""),
    ]  # fmt: skip
    assert {r["edition"] for r in rows} == {"1"}


def test_before_the_first_edition_the_remedy_is_named(town):
    done = town.run("locate", "1", "2")
    assert done.code == 1
    assert "wangge publish" in done.err


# -- publish


def test_publishing_says_what_is_in_the_edition(here, tmp_path):
    here.does("init", here.home / "site.toml")
    here.does("import", "areas", hamlet.write(tmp_path, hamlet.whole()), "--commit")
    said = here.does("publish", "--title", "[/b] 第一版", "--effective", "2020-01-01").out
    assert "Edition 1 “[/b] 第一版”, in force from 2020-01-01" in said
    lines = [line.split() for line in said.splitlines()]
    assert ["Community", "2", "360", "2", "0", "0"] in lines
    assert ["Grid", "8", "360", "8", "0", "0"] in lines


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--title", " "), "needs a title"),
        (("--title", "x", "--effective", "soon"), "“soon” is not a date"),
        (("--title", "x", "--effective", "2019-12-31"), "in force from 2020-01-01"),
    ],
)
def test_what_can_not_be_published_ends_with_the_remedy(open_town, arguments, said):
    before = open_town.sizes()
    done = open_town.run("publish", *arguments)
    assert (done.code, said in done.err) == (1, True)
    assert open_town.sizes() == before


def test_lines_with_errors_are_not_published(here, tmp_path):
    here.does("init", here.home / "site.toml")
    wide = hamlet.whole(g1={"geometry": hamlet.box(0, 0, 103)})
    here.does("import", "areas", hamlet.write(tmp_path, wide), "--commit")
    done = here.run("publish", "--title", "x")
    assert done.code == 1
    assert "stand in the way of publishing" in done.err
    assert "overlap by 300 m²" in done.err
    zh = here.run("publish", "--title", "x", language="zh")
    assert "不能发布" in zh.err
    assert here.sizes()["edition"] == 0


# -- init and doctor


def test_a_site_is_set_up_once(here):
    assert "Hamlet is ready: EPSG:4544" in here.does("init", here.home / "site.toml").out
    again = here.run("init", here.home / "site.toml")
    assert (again.code, "belongs to Hamlet already" in again.err) == (1, True)


@pytest.mark.parametrize("content", [None, "x", "[site]\nname='x'\n", b"\xff\xfe"])
def test_a_site_file_that_is_none_is_refused(here, content):
    path = here.home / "other.toml"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    done = here.run("init", path)
    assert done.code == 1
    assert done.err.startswith("✗")
    assert here.sizes()["site"] == 0


def test_doctor_tells_the_next_step_of_an_empty_installation(here):
    said = here.does("doctor").out
    assert "none yet: wangge init SITE.toml" in said
    assert "PostgreSQL" in said
    assert "external" in said


def test_doctor_tells_what_is_published_and_whether_its_files_are_there(open_town):
    said = open_town.does("doctor").out
    for found in ("小村 / Hamlet", "EPSG:4544", "town > community > grid", "第一版 2020-01-01"):
        assert found in said
    assert "whole" in said


def test_doctor_finds_lost_files_and_says_who_makes_them_again(here, tmp_path):
    here.does("init", here.home / "site.toml")
    here.does("import", "areas", hamlet.write(tmp_path, hamlet.whole()), "--commit")
    here.does("publish", "--title", "x")
    (here.published / "current.json").write_text("{", "utf-8")
    assert "1 missing; serving rebuilds them" in here.does("doctor").out


def test_doctor_says_how_to_reach_a_database_that_does_not_answer(tmp_path):
    env = {"WANGGE_HOME": str(tmp_path), "WANGGE_LANGUAGE": "en"}
    for url, said in (
        ("postgresql://nobody@127.0.0.1:1/none", "does not answer"),
        ("mysql://x", "is no URL of PostgreSQL"),
    ):
        done = wangge("doctor", env={**env, "WANGGE_DATABASE_URL": url})
        assert (done.code, said in done.err) == (1, True)
        assert "wangge" in done.out  # what could be found out is still told


def test_the_embedded_database_comes_up_by_itself_and_stops_after(tmp_path):
    env = {"WANGGE_HOME": str(tmp_path / "带 空格"), "WANGGE_LANGUAGE": "en"}
    cluster = Cluster(tmp_path / "带 空格")
    try:
        done = wangge("doctor", env=env)
        assert (done.code, "embedded" in done.out) == (0, True)
        assert not cluster.status().running
    finally:
        cluster.remove()


def test_any_point_of_the_hamlet_is_in_one_of_its_grids(open_town):
    shapes = [hamlet.square(n) for n in hamlet.GRIDS]
    middle = shapely.union_all(shapes).centroid
    # The middle is a corner of four grids: the smallest code answers.
    assert "0102" in open_town.does("locate", *METRES, middle.x, middle.y).out
