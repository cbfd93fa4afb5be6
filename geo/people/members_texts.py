"""Why a member's row is rejected, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Reason(NamedTuple):
    """A reason and a remedy in both languages; `value` is the cell of the building's id."""

    field: str
    en: str
    zh: str
    remedy_en: str
    remedy_zh: str


_ALIAS_EN = "Correct the address, or keep it as an alias of the building (wangge roster alias)."
_ALIAS_ZH = "请更正地址，或将其登记为该楼栋的别名（wangge roster alias）。"

REASONS: Mapping[str, Reason] = MappingProxyType(
    {
        "home_ambiguous": Reason(
            "home_building",
            "Several buildings have the id “{value}”.",
            "有多个楼栋使用编号“{value}”。",
            "Give the buildings ids of their own.",
            "请为楼栋使用不重复的编号。",
        ),
        "home_unknown": Reason(
            "home_building",
            "No building has the id “{value}”, and the row has no coordinates.",
            "没有编号为“{value}”的楼栋，该行也没有坐标。",
            "Import the buildings first, or fill the coordinates.",
            "请先导入楼栋，或补全坐标。",
        ),
        "no_home": Reason(
            "home_building",
            "The row says neither the building, nor the address, nor the coordinates of the home.",
            "该行既没有居住楼栋和地址，也没有坐标。",
            "Fill the id of the building, the compound and building number, or both coordinates.",
            "请填写居住楼栋编号、小区名称与楼栋，或补全坐标。",
        ),
        "address_no_number": Reason(
            "address",
            "The address names no building number, or not clearly one.",
            "地址中没有楼栋号，或楼栋号不明确。",
            "Add the number of the building, such as 4号楼.",
            "请补上楼栋号，如“4号楼”。",
        ),
        "address_unknown_compound": Reason(
            "address",
            "No building is registered under the compound or road of this address.",
            "登记的楼栋中没有该地址所写的小区或道路。",
            _ALIAS_EN,
            _ALIAS_ZH,
        ),
        "address_unknown_number": Reason(
            "address",
            "The compound or road is registered, but has no building of this number.",
            "该小区或道路已登记，但没有此号楼栋。",
            _ALIAS_EN,
            _ALIAS_ZH,
        ),
        "address_several": Reason(
            "address",
            "Several buildings fit this address.",
            "有多个楼栋符合该地址。",
            "Fill the id of the building (居住楼栋编号), or keep an alias with the community's name.",
            "请填写居住楼栋编号，或登记带社区名称的别名。",
        ),
        "address_contradiction": Reason(
            "address",
            "The compound and building number lead to another building than the address.",
            "小区名称、楼栋与地址指向不同的楼栋。",
            "Leave only what is right.",
            "请只保留正确的一项。",
        ),
    }
)
