"""An empty workbook for each kind of row, with an example and an explanation of every column.

The example's first cell begins with `示例`; such rows are left out when a file is read, so that
nobody imports the example by accident and nobody has to delete it.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence

import pandas as pd

from geo.exchange.grid import EXAMPLE
from geo.exchange.workbook import Sheet, write_xlsx
from geo.frames import CONTRACTS, Column, ColumnKind, Contract, Kind

SHEET, EXPLANATION = "填写", "说明"
_SQUARE = "POLYGON ((104.6300 35.0000, 104.6302 35.0000, 104.6302 35.0002, 104.6300 35.0002, 104.6300 35.0000))"
_LINE = "LINESTRING (104.6300 35.0000, 104.6320 35.0010)"
_REPORTED, _CLOSED = (dt.datetime(2026, 3, day, 14, 20) for day in (5, 6))  # noqa: DTZ001 - as Excel has it

_TITLES: Mapping[Kind, str] = {
    "areas": "区域", "buildings": "楼栋", "compounds": "小区", "facilities": "设施",
    "features": "地物", "streets": "道路", "incidents": "事件", "members": "党员",
    "positions": "岗位", "branches": "支部",
}  # fmt: skip
_EXAMPLES: Mapping[Kind, Mapping[str, object]] = {
    "areas": {
        "code": "621122001001001", "name": "第一网格", "parent": "621122001001",
        "households": 320, "people": 900,
    },
    "buildings": {
        "key": "B001", "number": "3号楼", "name": None, "compound": "幸福小区",
        "address": "巩昌镇西大街12号", "use": "住宅", "status": "在用", "floors": 18,
        "households": 72, "planned_households": None,
    },
    "compounds": {"key": "C001", "name": "幸福小区", "walled": "是", "built_year": 2008},
    "facilities": {
        "key": "F001", "kind": "党群服务站", "name": "西街社区党群服务站",
        "address": "巩昌镇西大街12号", "floor_area_m2": 350, "state": "在用",
    },
    "features": {"key": "T001", "kind": "绿地", "class": None, "name": "人民公园"},
    "streets": {"key": "S001", "class": "主干道", "name": "西大街", "bridge": "否"},
    "incidents": {
        "key": "I001", "kind": "噪音扰民", "title": "夜间施工", "state": "收集",
        "reported_at": _REPORTED, "closed_at": _CLOSED, "address": "巩昌镇西大街12号",
    },
    "members": {
        "key": "M001", "name": "张三", "phone": "13800000000", "kind": "社区党员",
        "home_building": None, "duty_area": "621122001001001", "address": "幸福小区3号楼",
        "compound": "幸福小区",
        "number": "3号楼",
    },
    "positions": {
        "key": "P001", "area": "621122001001001", "title": "网格长", "holder": "张三",
        "phone": "13800000000",
    },
    "branches": {
        "key": "Z001", "name": "西街社区第一网格党支部", "kind": "网格党支部",
        "area": "621122001001001", "secretary": "张三", "members": 15,
    },
}  # fmt: skip
_MEANING: Mapping[ColumnKind, str] = {
    "text": "文字",
    "code": "编码或号码，按文本填写，不要让 Excel 变成数字",
    "integer": "整数；未知请留空，不要填 0",
    "number": "数字；未知请留空，不要填 0",
    "flag": "是 或 否",
    "time": "日期或时间，须写到日，如 2026-03-05 14:20；按本地时间",
    "choice": "从下拉列表中选择",
}
_MORE: Mapping[str, str] = {
    "key": "同一来源中每行唯一；再次导入时据此认出同一行。可不填",
    "level": "层级名称；整个文件为同一层级时也可在导入时指定",
    "parent": "上级区域的编码",
    "home_building": "楼栋表中的编号；没有时按小区和楼栋，或按地址匹配",
    "duty_area": "报到（服务）网格的编码",
    "area": "所属区域的编码",
}
_PLACE: Mapping[str, str] = {
    "经度": "十进制度，如 104.638512，或 104°38′18.6″；导入时须说明坐标系",
    "纬度": "十进制度，如 35.001234；导入时须说明坐标系",
    "图形(WKT)": "WKT 文本，先经度后纬度；导入时须说明坐标系。也可改用地图文件（GeoPackage、Shapefile 等）",
}  # fmt: skip
_PLACE_EXAMPLE: Mapping[str, object] = {"经度": 104.638512, "纬度": 35.001234}


def template(kind: Kind, *, levels: Sequence[str] = ()) -> bytes:
    """Give the workbook to fill in for one kind.

    Parameters
    ----------
    levels : sequence of str
        Names of the site's levels, top first, for the choice in the template of areas.

    Returns
    -------
    bytes
        An .xlsx: a sheet with Chinese headings (`*` marks required ones), one example and lists
        to choose from; a second one that explains the columns, which `read_file` passes over.
    """
    contract = CONTRACTS[kind]
    columns = _in_order(contract)
    headings = {column.name: heading_of(column) for column in columns}
    example = {headings[c.name]: _example(kind, c, levels) for c in columns}
    first = headings[columns[0].name]
    example[first] = f"{EXAMPLE}{example[first]}"
    example |= {heading: _place_example(contract, heading) for heading in _places(contract)}
    marked = {h: f"{h}*" for h in _required(contract, columns, headings)}
    choices = {headings[c.name]: _choices(c, levels) for c in columns}
    frame = pd.DataFrame([example], dtype=object).rename(columns=marked)
    buffer = io.BytesIO()
    sheet = Sheet(
        SHEET,
        frame,
        required=tuple(marked.values()),
        choices={marked.get(h, h): words for h, words in choices.items() if words},
        formats={
            marked.get(headings[c.name], headings[c.name]): "@"
            for c in columns
            if c.kind in ("text", "code", "choice", "flag")
        },
    )
    write_xlsx(buffer, [sheet, _explained(contract, columns, headings, choices)])
    return buffer.getvalue()


def template_name(kind: Kind) -> str:
    """Give a file name for the template, such as 党员导入模板.xlsx."""
    return f"{_TITLES[kind]}导入模板.xlsx"


def heading_of(column: Column) -> str:
    """Give the Chinese heading of a column: the first of its aliases that is Chinese."""
    return next(word for word in column.aliases if not word.isascii())


def _in_order(contract: Contract) -> tuple[Column, ...]:
    """Put the column by which a row is known first: the example is marked there."""
    own = contract.column("code" if contract.kind == "areas" else "key")
    return (own, *(column for column in contract.columns if column is not own))


def _places(contract: Contract) -> tuple[str, ...]:
    """Name the columns that make the shape; lines of areas come from map files."""
    if contract.geometry == "none" or contract.kind == "areas":
        return ()
    return ("经度", "纬度") if contract.geometry == "point" else ("图形(WKT)",)


def _place_example(contract: Contract, heading: str) -> object:
    shape = _LINE if contract.geometry == "line" else _SQUARE
    return _PLACE_EXAMPLE.get(heading, shape)


def _required(
    contract: Contract, columns: Sequence[Column], headings: Mapping[str, str]
) -> list[str]:
    needed = [headings[column.name] for column in columns if column.required]
    return [*needed, *(_places(contract) if contract.geometry_required else ())]


def _example(kind: Kind, column: Column, levels: Sequence[str]) -> object:
    if column.name == "level":
        return levels[-1] if levels else None
    return _EXAMPLES[kind][column.name]


def _choices(column: Column, levels: Sequence[str]) -> tuple[str, ...]:
    if column.name == "level":
        return tuple(levels)
    if column.kind == "flag":
        return ("是", "否")
    return tuple(words[0] for words in column.choices.values())


def _explained(
    contract: Contract,
    columns: Sequence[Column],
    headings: Mapping[str, str],
    choices: Mapping[str, tuple[str, ...]],
) -> Sheet:
    rows = [
        (
            headings[column.name],
            "必填" if column.required else "",
            _MORE.get(column.name, _MEANING[column.kind]),
            "、".join(choices[headings[column.name]]),
            "、".join(word for word in column.aliases if word != headings[column.name]),
        )
        for column in columns
    ]
    needed = "必填" if contract.geometry_required else ""
    rows += [(heading, needed, _PLACE[heading], "", "") for heading in _places(contract)]
    rows += [
        ("", "", f"第一格以“{EXAMPLE}”开头的行是示例，导入时自动略过，可以保留。", "", ""),
        ("", "", "合计行、空行和表格上方的标题行也会自动略过；多余的列不影响导入。", "", ""),
    ]
    frame = pd.DataFrame(
        rows, columns=["列", "必填", "填写内容", "可选值", "也可写作"], dtype=object
    )
    return Sheet(EXPLANATION, frame, wrap=True)
