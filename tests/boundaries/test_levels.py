from __future__ import annotations

from pathlib import Path

import pytest

from geo.boundaries.levels import Level, Site, read_site
from geo.errors import BadInput, NotFound, UnknownOption, UnreadableFile, WrongCrs

LONGXI = """
[site]
name = { zh = "陇西县", en = "Longxi" }
near = [104.63, 35.0]
timezone = "Asia/Shanghai"

[[level]]
key = "county"
name = { zh = "县", en = "County" }
code_pattern = '\\d{12}'

[[level]]
key = "community"
name = { zh = "社区", en = "Community" }
household_limit = 3000
household_floor = 200
"""


def test_levels_are_read_top_first_with_their_limits() -> None:
    site = read_site(LONGXI)
    assert site.keys == ("county", "community")
    assert site.level("community") == Level("community", "社区", "Community", 1, 3000, 200)
    assert (site.name_zh, site.name_en, site.timezone) == ("陇西县", "Longxi", "Asia/Shanghai")


def test_the_working_crs_follows_from_a_place_nearby() -> None:
    assert read_site(LONGXI).epsg == 4544


def test_the_working_crs_may_be_named() -> None:
    assert read_site(LONGXI.replace("near = [104.63, 35.0]", 'crs = "EPSG:26985"')).epsg == 26985


def test_a_site_survives_json() -> None:
    site = read_site(LONGXI)
    assert Site.from_json(site.to_json()) == site
    assert site.to_json()["levels"][1]["name"] == {"zh": "社区", "en": "Community"}


def test_a_site_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "站点.toml"
    path.write_text(LONGXI, encoding="utf-8")
    assert read_site(path) == read_site(LONGXI)


def test_a_code_must_match_its_pattern_as_a_whole() -> None:
    county = read_site(LONGXI).level("county")
    assert county.accepts("621122000000")
    assert not county.accepts("6211220000001")
    assert not county.accepts("62112200000x")


def test_an_unknown_level_is_named_with_the_known_ones() -> None:
    with pytest.raises(NotFound, match="county, community"):
        read_site(LONGXI).level("street")


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("timezone =", "time_zone =", UnknownOption),
        ("household_limit", "household_limits", UnknownOption),
        ("[site]", "colour = 1\n[site]", UnknownOption),
        ('en = "County" }', 'en = "County", fr = "Canton" }', UnknownOption),
        ('key = "community"', 'key = "county"', BadInput),
        ('key = "community"', 'key = "Community"', BadInput),
        ('key = "community"', 'key = "社区"', BadInput),
        ('key = "community"\n', "", BadInput),
        ('en = "Longxi"', 'en = ""', BadInput),
        ("near = [104.63, 35.0]", "", BadInput),
        ("near = [104.63, 35.0]", 'near = [104.63, 35.0]\ncrs = "EPSG:4544"', BadInput),
        ("near = [104.63, 35.0]", "near = [35.0, 104.63]", BadInput),
        ("near = [104.63, 35.0]", 'near = ["a", "b"]', BadInput),
        ("near = [104.63, 35.0]", 'crs = "EPSG:4490"', WrongCrs),
        ("near = [104.63, 35.0]", 'crs = "gcj02"', WrongCrs),
        ("Asia/Shanghai", "Asia/Atlantis", BadInput),
        ("3000", '"3000"', BadInput),
        ("3000", "-1", BadInput),
        ("200", "3001", BadInput),
        ("\\d{12}", "(", BadInput),
        ("[site]", "[site", UnreadableFile),
    ],
)
def test_what_can_not_be_right_is_refused(old: str, new: str, error: type[Exception]) -> None:
    assert old in LONGXI
    with pytest.raises(error):
        read_site(LONGXI.replace(old, new, 1))


def test_a_site_without_levels_is_refused() -> None:
    with pytest.raises(BadInput, match="at least one level"):
        read_site(LONGXI.split("[[level]]", maxsplit=1)[0])


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        read_site(tmp_path / "none.toml")
