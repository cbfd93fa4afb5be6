"""How cells are read: codes, numbers, flags, times, choices."""

import contextlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.exchange import cells
from geo.findings_texts import REJECTS
from geo.frames import BUILDINGS, Column

SHANGHAI = ZoneInfo("Asia/Shanghai")


def problem(read, text):
    with pytest.raises(cells.CellProblem) as caught:
        read(text)
    assert caught.value.code in REJECTS
    return caught.value.code


def column(values, **about):
    return cells.read_column(pd.Series(values), Column("x", **about), timezone="Asia/Shanghai")


@settings(deadline=None)
@given(st.integers(0, 10**17))
def test_a_code_of_digits_stays_as_it_is(number):
    assert cells.read_code(f"{number:012d}") == f"{number:012d}"


@settings(deadline=None)
@given(st.integers(10**11, 2**53 - 1))
def test_a_column_of_codes_that_became_floats_is_restored(number):
    read = column([f"{number}.0", None], kind="code")
    assert list(read.typed) == [str(number), None]
    assert read.restored == f"{number}.0"


def test_floats_are_restored_for_whole_columns_only():
    assert list(column(["3.0", "3.10"], kind="code").typed) == ["3.0", "3.10"]


@pytest.mark.parametrize("text", ["6.21E+11", "6.21122E+14", "1e+17", "６．２１Ｅ＋１１"])
def test_a_code_that_excel_turned_into_a_power_is_refused(text):
    assert problem(cells.read_code, text) == "code_as_number"


def test_a_float_beyond_exact_integers_has_lost_digits():
    assert problem(cells.read_code, f"{2**53}.0") == "code_as_number"
    read = column([float(2**53), 1.0], kind="code")
    assert [(at, p.code) for at, _, p in read.problems] == [(0, "code_as_number")]


def test_an_apostrophe_that_protects_a_code_is_not_part_of_it():
    assert cells.read_code("'621122001001") == "621122001001"


@settings(deadline=None)
@given(st.integers(-(10**15), 10**15))
def test_whole_numbers_read_back_with_separators_units_and_full_width(number):
    wide = str.maketrans("0123456789-,", "０１２３４５６７８９－，")
    for text in (
        str(number),
        f"{number:,}",
        f"{number}户",
        f"{number}.0",
        f"{number:,}".translate(wide),
    ):
        assert cells.read_integer(text) == number


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_reads_back_exactly(number):
    assert cells.read_number(repr(number)) == number


@pytest.mark.parametrize(
    "text",
    ["无", "1,2", "12,34,567", "1.2.3", "三百", "", ".", "--1", "0x10", "nan", "inf", "1_000"],
)
def test_what_is_not_a_number_is_said(text):
    assert problem(cells.read_number, text) == "not_a_number"


@settings(deadline=None)
@given(st.text(max_size=12))
def test_any_text_is_a_number_or_a_problem(text):
    for read in (cells.read_number, cells.read_integer, cells.read_flag):
        with contextlib.suppress(cells.CellProblem):
            assert read(text) is not None


def test_a_fraction_is_not_a_whole_number():
    assert problem(cells.read_integer, "12.5") == "not_whole"


def test_a_figure_below_its_minimum_is_refused():
    read = column(["-1", "0"], kind="integer", minimum=0)
    assert [p.code for _, _, p in read.problems] == ["too_small"]
    assert read.typed[1] == 0


def test_marks_for_nothing_are_unknown_and_counted():
    read = column(["/", "—", "12", None, "#N/A"], kind="integer", minimum=0)
    assert list(read.typed.isna()) == [True, True, False, True, True]
    assert read.blank_marks == (3, "/")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("是", True),
        ("否", False),
        ("1", True),
        ("0.0", False),
        ("TRUE", True),
        ("Ｙ", True),
        ("无", False),
    ],
)
def test_flags_in_the_words_of_files(text, expected):
    assert cells.read_flag(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        "2026/3/5 14:20", "2026-03-05T14:20:00", "2026年3月5日14时20分"[:9] + " 14:20",
        "2026年3月5日 14时20分", "2026.3.5 14:20:00", "2026-03-05T06:20:00Z",
        "2026-03-05T14:20:00+08:00", "2026-03-05 14:20:00.000", "20260305142000",
        "２０２６－０３－０５ 14：20",
    ],
)  # fmt: skip
def test_one_moment_in_the_words_of_files(text):
    assert cells.read_time(text, SHANGHAI) == datetime(2026, 3, 5, 6, 20, tzinfo=UTC)


def test_a_date_is_its_midnight_in_the_zone_of_the_site():
    for text in ("2026-03-05", "2026年3月5日", "20260305", "2026/3/5"):
        assert cells.read_time(text, SHANGHAI) == datetime(2026, 3, 4, 16, 0, tzinfo=UTC)


@settings(deadline=None)
@given(st.integers(-631_152_000_000_000, 5_680_281_600_000_000))
def test_every_iso_time_reads_back_exactly(microseconds):
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    assert cells.read_time(moment.isoformat(), SHANGHAI) == moment
    assert cells.read_time(moment.isoformat(sep=" ").replace("+00:00", "Z"), SHANGHAI) == moment


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("46086", "time_as_number"), ("46086.597", "time_as_number"), ("3/5/2026", "time_ambiguous"),
        ("05.03.26 14:20", "time_ambiguous"), ("2026-13-01", "not_a_time"), ("2026-02-30", "not_a_time"),
        ("昨天", "not_a_time"), ("2018-10", "time_month_only"), ("2018年10月", "time_month_only"), ("0026-03-05", "not_a_time"),
        ("2026-03-05 25:00", "not_a_time"),
    ],
)  # fmt: skip
def test_what_is_not_a_clear_time_is_said(text, code):
    assert problem(lambda t: cells.read_time(t, SHANGHAI), text) == code


@settings(deadline=None)
@given(st.text(max_size=20))
def test_any_text_is_a_time_or_a_problem(text):
    with contextlib.suppress(cells.CellProblem):
        assert cells.read_time(text, SHANGHAI).tzinfo is UTC


def test_times_of_a_column_are_utc_with_nat_for_blanks():
    read = column(["2026-03-05", None], kind="time")
    assert str(read.typed.dtype) == "datetime64[us, UTC]"
    assert read.typed[0] == pd.Timestamp("2026-03-04T16:00Z")
    assert read.typed[1] is pd.NaT


def test_a_column_of_times_without_any_known_is_still_a_column_of_times():
    assert str(column([None, "x"], kind="time").typed.dtype) == "datetime64[us, UTC]"


def test_choices_by_canonical_word_or_by_the_words_of_files():
    use = BUILDINGS.column("use")
    words = cells.choice_words(use)
    for text in ("residential", "RESIDENTIAL", "住宅", " house "):
        assert cells.read_choice(text, words, tuple(use.choices)) == "residential"
    with pytest.raises(cells.CellProblem) as caught:
        cells.read_choice("飞船", words, tuple(use.choices))
    assert "residential" in caught.value.facts["allowed"]


def test_typed_columns_become_text_as_a_person_would_write_it():
    moment = pd.Timestamp("2026-03-05T06:20Z")
    values = pd.Series([True, 3, 3.5, float("nan"), None, pd.NA, " 甲 ", "", moment], dtype=object)
    assert list(cells.as_text(values)) == [
        "true", "3", "3.5", None, None, None, "甲", None, "2026-03-05T06:20:00+00:00",
    ]  # fmt: skip
