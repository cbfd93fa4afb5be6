"""The levels of a place and the site they belong to: data, never an enum.

A site file names the place, its working CRS and its levels from the top down::

    [site]
    name = { zh = "陇西县", en = "Longxi" }
    near = [104.63, 35.0]          # or crs = "EPSG:4544"
    timezone = "Asia/Shanghai"

    [[level]]
    key = "community"
    name = { zh = "社区", en = "Community" }
    household_limit = 3000
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from geo.crs import parse_crs, require_metric, working_epsg
from geo.errors import BadInput, NotFound, UnknownOption, UnreadableFile, WrongCrs

_KEY = re.compile(r"[a-z][a-z0-9_]*")
_LEVEL_OPTIONS = ("key", "name", "household_limit", "household_floor", "code_pattern")
_SITE_OPTIONS = ("name", "crs", "near", "timezone")


@dataclass(frozen=True)
class Level:
    """One kind of area.

    `rank` is 0 at the top and grows downward; `household_limit` and `household_floor` are the
    most and the fewest households an area of this level should have (None: no such wish);
    `code_pattern` is a regular expression that a whole code must match.
    """

    key: str
    zh: str
    en: str
    rank: int
    household_limit: int | None = None
    household_floor: int | None = None
    code_pattern: str | None = None

    def accepts(self, code: str) -> bool:
        """Tell whether the code has the shape of this level's codes."""
        return self.code_pattern is None or re.fullmatch(self.code_pattern, code) is not None

    def to_json(self) -> dict[str, Any]:
        """Give the level as plain data; `rank` included."""
        return {
            "key": self.key,
            "name": {"zh": self.zh, "en": self.en},
            "rank": self.rank,
            "household_limit": self.household_limit,
            "household_floor": self.household_floor,
            "code_pattern": self.code_pattern,
        }


@dataclass(frozen=True)
class Site:
    """A place with one working CRS (`epsg`, metres), one time zone, and its levels top first."""

    name_zh: str
    name_en: str
    epsg: int
    timezone: str
    levels: tuple[Level, ...]

    @cached_property
    def _by_key(self) -> dict[str, Level]:
        return {level.key: level for level in self.levels}

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the levels, top first."""
        return tuple(level.key for level in self.levels)

    def level(self, key: str) -> Level:
        """Find a level by its key.

        Raises
        ------
        NotFound
            If the site has no such level.
        """
        try:
            return self._by_key[key]
        except KeyError:
            known = ", ".join(self.keys)
            raise NotFound(
                f"There is no level “{key}” here. The levels are: {known}.",
                f"这里没有“{key}”层级。现有层级：{known}。",
                level=key,
            ) from None

    def to_json(self) -> dict[str, Any]:
        """Give the site as plain data, the inverse of `from_json`."""
        return {
            "name": {"zh": self.name_zh, "en": self.name_en},
            "crs": self.epsg,
            "timezone": self.timezone,
            "levels": [level.to_json() for level in self.levels],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Site:
        """Build a site from `to_json`'s data, as strictly as from a site file."""
        _known(data, ("name", "crs", "timezone", "levels"), "site")
        head = {key: value for key, value in data.items() if key != "levels"}
        rows = [{k: v for k, v in row.items() if k != "rank"} for row in data.get("levels", ())]
        return _site(head, [{k: v for k, v in row.items() if v is not None} for row in rows])


def read_site(source: Path | str) -> Site:
    """Read a site from a TOML file (a path) or from TOML text.

    Raises
    ------
    UnreadableFile
        If the file is missing or is not TOML.
    UnknownOption
        If it holds a key that is not one of the known ones.
    BadInput, WrongCrs
        If a value is missing or can't be right.
    """
    if isinstance(source, Path) and not source.is_file():
        raise UnreadableFile(
            f"There is no file {source}. Check the name.", f"找不到文件 {source}。请检查文件名。"
        )
    try:
        text = source.read_text(encoding="utf-8") if isinstance(source, Path) else source
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnreadableFile(
            f"The site file can't be read: {error}. It must be TOML in UTF-8.",
            f"站点文件无法读取：{error}。应为 UTF-8 编码的 TOML 文件。",
        ) from error
    _known(data, ("site", "level"), "the site file")
    levels = data.get("level", [])
    if not isinstance(levels, list) or not all(isinstance(row, dict) for row in levels):
        raise _wrong(
            "[[level]]", "a list of tables, one [[level]] per level", "由多个 [[level]] 表组成"
        )
    return _site(_table(data, "site"), levels)


def _site(head: Mapping[str, Any], rows: list[Mapping[str, Any]]) -> Site:
    _known(head, _SITE_OPTIONS, "[site]")
    if not rows:
        raise BadInput(
            "A site needs at least one level. Add a [[level]] table.",
            "至少要有一个层级，请添加 [[level]]。",
        )
    levels = tuple(_level(row, rank) for rank, row in enumerate(rows))
    keys = [level.key for level in levels]
    for key in keys:
        if keys.count(key) > 1:
            raise BadInput(
                f"The level key “{key}” is used twice. Give every level a key of its own.",
                f"层级键“{key}”重复，请为每个层级取不同的键。",
            )
    zh, en = _names(head, "[site]")
    return Site(zh, en, _epsg(head), _timezone(head), levels)


def _level(row: Mapping[str, Any], rank: int) -> Level:
    _known(row, _LEVEL_OPTIONS, "[[level]]")
    key = row.get("key")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise _wrong(
            "level.key",
            "lower-case letters, digits and _, starting with a letter",
            "小写字母、数字和下划线，以字母开头",
        )
    zh, en = _names(row, f"level {key}")
    limit, floor = _count(row, "household_limit"), _count(row, "household_floor")
    if limit is not None and floor is not None and floor > limit:
        raise _wrong(
            f"level {key}: household_floor",
            f"at most household_limit ({limit})",
            f"不大于 household_limit（{limit}）",
        )
    return Level(key, zh, en, rank, limit, floor, _pattern(row))


def _epsg(head: Mapping[str, Any]) -> int:
    if ("crs" in head) == ("near" in head):
        raise _wrong(
            "[site]",
            'exactly one of crs = "EPSG:4544" and near = [lon, lat]',
            'crs = "EPSG:4544" 或 near = [经度, 纬度]，两者只取其一',
        )
    if "crs" in head:
        crs = parse_crs(head["crs"])
        if crs.kind != "epsg":
            raise WrongCrs(
                f"{crs.name} can't be a working CRS. Choose a projected system in metres.",
                f"{crs.name} 不能作为工作坐标系，请选用以米为单位的投影坐标系。",
            )
        return require_metric(crs.epsg)
    near = head["near"]
    numbers = isinstance(near, list) and len(near) == 2 and all(_is_number(v) for v in near)  # noqa: PLR2004
    if not numbers or not (abs(near[0]) <= 180 and abs(near[1]) <= 90):  # noqa: PLR2004
        raise _wrong(
            "site.near",
            "[longitude, latitude] in degrees, longitude first",
            "[经度, 纬度]，单位为度，经度在前",
        )
    return require_metric(working_epsg(float(near[0]), float(near[1])))


def _timezone(head: Mapping[str, Any]) -> str:
    name = head.get("timezone", "Asia/Shanghai")
    try:
        return ZoneInfo(str(name)).key
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise _wrong(
            "site.timezone", "a time zone such as Asia/Shanghai", "时区名称，如 Asia/Shanghai"
        ) from error


def _names(table: Mapping[str, Any], where: str) -> tuple[str, str]:
    names = _table(table, "name")
    _known(names, ("zh", "en"), f"{where}: name")
    zh, en = names.get("zh"), names.get("en")
    if not (isinstance(zh, str) and zh.strip() and isinstance(en, str) and en.strip()):
        raise _wrong(f"{where}: name", '{ zh = "…", en = "…" }', '{ zh = "…", en = "…" }')
    return zh.strip(), en.strip()


def _count(row: Mapping[str, Any], key: str) -> int | None:
    value = row.get(key)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _wrong(
            f"level.{key}", "a whole number of households, 0 or more", "不小于 0 的整数（户数）"
        )
    return value


def _pattern(row: Mapping[str, Any]) -> str | None:
    pattern = row.get("code_pattern")
    if pattern is None:
        return None
    try:
        return str(re.compile(str(pattern)).pattern)
    except re.error as error:
        raise _wrong("level.code_pattern", "a regular expression", "正则表达式") from error


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    table = data.get(key)
    if not isinstance(table, Mapping):
        raise _wrong(
            key,
            'a table, such as name = { zh = "…", en = "…" }',
            '一个表，例如 name = { zh = "…", en = "…" }',
        )
    return table


def _known(table: Mapping[str, Any], options: Collection[str], where: str) -> None:
    for key in table:
        if key not in options:
            known = ", ".join(options)
            raise UnknownOption(
                f"“{key}” is not an option of {where}. Known are: {known}.",
                f"{where} 中没有“{key}”选项。可用的有：{known}。",
                option=key,
            )


def _wrong(what: str, en: str, zh: str) -> BadInput:
    return BadInput(f"{what} must be {en}.", f"{what} 应为：{zh}。", option=what)
