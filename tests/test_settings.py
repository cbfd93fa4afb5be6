"""The settings: one table for people, one class for the program."""

import re
from pathlib import Path

import pytest

from geo.errors import BadInput, UnknownOption
from geo.settings import Settings, read_settings, variables

GUIDE = Path(__file__).parents[1] / "docs/guide/settings.md"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch):
    for name in variables():
        monkeypatch.delenv(name, raising=False)


def test_without_variables_the_defaults_of_the_guide_hold():
    settings = read_settings()
    assert (settings.language, settings.host, settings.port) == ("zh", "127.0.0.1", 8017)
    assert settings.circle_minutes == (5, 10, 15)
    assert settings.database_url is None


def test_a_misspelt_variable_is_refused_and_the_right_names_are_given(monkeypatch):
    monkeypatch.setenv("WANGGE_PROT", "8018")
    with pytest.raises(UnknownOption, match=r"WANGGE_PROT is not a setting.*WANGGE_PORT") as caught:
        read_settings()
    assert "WANGGE_PORT" in caught.value.zh


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("WANGGE_PORT", "eighty"),
        ("WANGGE_PORT", "65536"),
        ("WANGGE_LANGUAGE", "fr"),
        ("WANGGE_CIRCLE_MINUTES", "5,ten"),
        ("WANGGE_CIRCLE_MINUTES", "0,5"),
        ("WANGGE_WALK_DETOUR", "0.9"),
        ("WANGGE_HOSTS", "https://grid.example.cn"),
        ("WANGGE_HOSTS", "grid.example.cn:8017"),
        ("WANGGE_HOSTS", "*"),
        ("WANGGE_PROXIES", "proxy.example.cn"),
        ("WANGGE_PROXIES", "*"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_name(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadInput, match=variable):
        read_settings()


def test_minutes_are_given_with_commas_and_come_back_rising(monkeypatch):
    monkeypatch.setenv("WANGGE_CIRCLE_MINUTES", "15,5,10,5")
    assert read_settings().circle_minutes == (5, 10, 15)


def test_the_home_folder_is_absolute_and_knows_the_tilde(monkeypatch):
    monkeypatch.setenv("WANGGE_HOME", "~/网格 数据")
    assert read_settings().home == Path.home() / "网格 数据"


def test_an_empty_variable_is_no_variable(monkeypatch):
    monkeypatch.setenv("WANGGE_PORT", "")
    assert read_settings().port == 8017


def test_the_database_password_is_not_printed():
    assert "geheim" not in repr(Settings(database_url="postgresql://u:geheim@h/d"))


def test_every_setting_is_in_the_guide_and_nothing_else():
    named = set(re.findall(r"WANGGE_[A-Z_]+", GUIDE.read_text(encoding="utf-8")))
    assert named == {*variables(), "WANGGE_REAL_DATA", "WANGGE_REDRAW_HARNESS"}
