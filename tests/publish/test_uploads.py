"""Uploads: safe names, whole files, one owner, swept after a week; previews that never fail."""

import datetime as dt
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.access import Actor, Grant, operator
from geo.errors import BadInput, Busy, NotAllowed, NotFound, Refused, UnreadableFile
from geo.publish import (
    ImportOrder,
    check_upload,
    data_file,
    drop_upload,
    find_upload,
    open_upload,
    preview_file,
    receiving,
    rows_to_mend,
    state_of,
    sweep_uploads,
    uploads_of,
)
from geo.publish.preview import mask
from geo.publish.uploads import MAX_FILES, safe_name
from geo.settings import Settings
from tests.publish import hamlet

LI = Actor("li", (Grant("steward"),))
WANG = Actor("wang", (Grant("steward"),))


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path)


@pytest.fixture
def upload(settings):
    return open_upload(settings, actor=LI)


def put(upload, name, content=b"a,b\n1,2\n"):
    with receiving(upload, name) as sink:
        sink.write(content)


# -- names


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("楼栋.CSV", "楼栋.csv"),
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\Users\\li\\网格.shp", "网格.shp"),
        ("a!b:c?.gpkg", "a_b_c_.gpkg"),
        (" .hidden.csv", "hidden.csv"),
        ("网" * 200 + ".csv", "网" * 40 + ".csv"),
    ],
)
def test_a_name_is_one_safe_step_of_a_path(name, kept):
    assert safe_name(name) == kept


@pytest.mark.parametrize("name", ["", "csv", ".csv", "...", "a.", "/", "a.c v"])
def test_a_name_without_an_ending_is_refused(name):
    with pytest.raises(BadInput, match="ending"):
        safe_name(name)


@given(st.text())
def test_whatever_a_name_is_it_stays_in_its_folder(name):
    try:
        kept = safe_name(name)
    except BadInput:
        return
    assert Path(kept).name == kept
    assert not kept.startswith(".")
    assert "!" not in kept
    assert len(kept.encode()) < 200


# -- files


def test_a_file_stands_there_whole_or_not_at_all(upload):
    with pytest.raises(TypeError), receiving(upload, "a.csv") as sink:
        sink.writelines([b"half", "not bytes"])
    assert upload.files == ()
    assert list(upload.folder.glob(".part-*")) == []
    put(upload, "a.csv", b"one")
    put(upload, "a.csv", b"two")
    assert [path.read_bytes() for path in upload.files] == [b"two"]


def test_an_upload_takes_so_many_files_and_no_more(upload):
    for n in range(MAX_FILES):
        put(upload, f"{n}.csv")
    put(upload, "0.csv")  # in place of another
    with pytest.raises(BadInput, match="zip"):
        put(upload, "more.csv")


def test_the_parts_of_a_shapefile_accompany_the_one_that_is_read(upload):
    with pytest.raises(BadInput, match="No file"):
        data_file(upload)
    put(upload, "网格.DBF")
    with pytest.raises(UnreadableFile, match=r"\.shp"):
        data_file(upload)
    put(upload, "网格.shp")
    with pytest.raises(UnreadableFile, match=r"without \.shx"):
        data_file(upload)
    put(upload, "网格.shx")
    put(upload, "网格.shp.xml")
    assert data_file(upload).name == "网格.shp"
    put(upload, "other.csv")
    with pytest.raises(UnreadableFile, match="2 data sets"):
        data_file(upload)


# -- whose, and how long


def test_an_upload_is_seen_by_its_owner_and_the_administrator_alone(settings, upload):
    assert find_upload(settings, upload.id, actor=LI) == upload
    assert find_upload(settings, upload.id, actor=operator("root")) == upload
    with pytest.raises(NotFound):
        find_upload(settings, upload.id, actor=WANG)
    assert [u.id for u in uploads_of(settings, actor=LI)] == [upload.id]
    assert uploads_of(settings, actor=operator("root")) == []


@pytest.mark.parametrize("number", ["", "..", "../uploads", "0" * 32, "A" * 32, ".new-x"])
def test_an_id_that_is_none_finds_nothing(settings, upload, number):
    with pytest.raises(NotFound):
        find_upload(settings, number, actor=LI)


def test_ids_can_not_be_guessed_one_from_another(settings):
    ids = {open_upload(settings, actor=LI).id for _ in range(8)}
    assert len(ids) == 8
    assert all(len(one) == 32 for one in ids)


def test_after_a_week_an_upload_is_swept_and_before_it_is_not(settings, upload):
    put(upload, "a.csv")
    week = dt.timedelta(days=7)
    assert sweep_uploads(settings, now=upload.created + week - dt.timedelta(seconds=1)) == 0
    assert sweep_uploads(settings, now=upload.created + week) == 1
    assert not upload.folder.exists()


def test_what_was_never_finished_is_swept_when_it_is_old(settings, upload):
    left = upload.folder.with_name(".new-left")
    left.mkdir()
    sweep_uploads(settings)
    assert left.exists()
    os.utime(left, (0, 0))
    sweep_uploads(settings)
    assert not left.exists()


def test_a_removed_upload_is_gone_with_its_files(settings, upload):
    put(upload, "a.csv")
    drop_upload(upload)
    assert not upload.folder.exists()
    drop_upload(upload)
    with pytest.raises(NotFound):
        find_upload(settings, upload.id, actor=LI)


def test_nobody_else_on_the_machine_looks_into_an_upload(upload):
    assert upload.folder.stat().st_mode & 0o077 == 0


# -- checking


def test_a_kind_needs_its_right(here, settings):
    planner = Actor("chen", (Grant("planner"),))
    mine = open_upload(here.settings, actor=planner)
    put(mine, "a.csv")
    with pytest.raises(NotAllowed):
        check_upload(
            here.engine, here.settings, mine, ImportOrder("members", source="x"), actor=planner
        )


def test_while_an_upload_is_checked_its_files_stay_as_they_are(here):
    mine = open_upload(here.settings, actor=LI)
    path = hamlet.write(here.home, hamlet.incidents((50, 50)), "facilities")
    put(mine, "f.parquet", path.read_bytes())
    refused = []

    def change(*_):
        with pytest.raises(Busy) as caught:
            put(mine, "f.parquet", b"other")
        refused.append(caught.value)

    order = ImportOrder("facilities", source="x")
    report = check_upload(here.engine, here.settings, mine, order, actor=LI, progress=change)
    assert report.new == 1
    assert refused
    assert state_of(mine) == "checked"
    put(mine, "f.parquet", b"other")
    with pytest.raises(Refused, match="Check them first"):
        rows_to_mend(mine, language="en")


# -- previews


def test_a_preview_says_what_is_missing_and_goes_on(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("名称,经度,纬度\n甲,104.6,35.0\n乙,104.61,35.01\n", "utf-8")
    seen = preview_file(path, hamlet.SITE, kind="facilities", columns={"kind": "没有这一列"})
    assert seen.missing == ("kind",)
    assert seen.problem.code == "unknown_option"
    assert next(c.samples for c in seen.columns) == ("甲", "乙")
    assert seen.bounds == pytest.approx((104.6, 35.0, 104.61, 35.01))


def test_a_system_that_the_numbers_can_not_be_in_is_said_and_likely_ones_are_named(tmp_path):
    path = tmp_path / "a.csv"
    x, y = hamlet.metres(50, 50)
    path.write_text(f"类型,x,y\n站,{x},{y}\n", "utf-8")
    lon_lat = preview_file(path, hamlet.SITE)
    assert lon_lat.problem.code == "wrong_crs"
    assert next(c.crs.epsg for c in lon_lat.candidates) == hamlet.EPSG
    assert (lon_lat.used, lon_lat.shown_as.epsg) == (None, hamlet.EPSG)


def test_points_in_no_possible_place_are_not_drawn(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("类型,经度,纬度\n站,104.6,135.0\n站,104.6,35.0\n", "utf-8")
    seen = preview_file(path, hamlet.SITE)
    assert len(seen.shapes) == 1


def test_twenty_rows_are_spread_over_a_long_file(tmp_path):
    path = tmp_path / "a.csv"
    lines = [f"站,{104 + n / 10000},35.0" for n in range(2000)]
    path.write_text("\n".join(["类型,经度,纬度", *lines]), "utf-8")
    seen = preview_file(path, hamlet.SITE)
    assert (seen.rows, len(seen.shapes)) == (2000, 20)
    west, _, east, _ = seen.bounds
    assert (west, east) == pytest.approx((104.0, 104.1999))


@pytest.mark.parametrize(("text", "hidden"), [("欧阳明", "欧＊＊"), ("1", "1"), ("", "")])
def test_masked_words_keep_their_first_sign_and_length(text, hidden):
    assert mask(text) == hidden
