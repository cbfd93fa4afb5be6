"""Headings and words of the impact's tables, Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

Pair = tuple[str, str]

#: What becomes of an area, the weightiest first.
FATES = ("new", "retired", "redrawn", "moved", "renamed")
SHEETS: Mapping[str, Pair] = {
    "summary": ("总览", "Summary"),
    "flows": ("去向", "From and to"),
    "areas": ("区域变化", "Areas"),
    "workers": ("负责人变更", "Change of worker"),
    "needed": ("需配人员", "Staff needed"),
    "freed": ("腾出人员", "Staff freed"),
    "codes": ("编码对照", "Codes"),
}
#: What is not told here is for programs only.
COLUMNS: Mapping[str, Pair] = {
    "level": ("层级", "Level"),
    "fate": ("变化", "What becomes of it"),
    "code": ("编码", "Code"),
    "name": ("名称", "Name"),
    "from_code": ("原编码", "From code"),
    "from_name": ("原区域", "From"),
    "to_code": ("新编码", "To code"),
    "to_name": ("新区域", "To"),
    "areas_before": ("原有区域", "Areas before"),
    "areas_after": ("调整后区域", "Areas after"),
    "new": ("新设", "New"),
    "retired": ("撤销", "Retired"),
    "redrawn": ("范围调整", "Redrawn"),
    "moved": ("改变隶属", "Moved"),
    "renamed": ("更名或改码", "Renamed or recoded"),
    "households": ("户数", "Households"),
    "members": ("成员", "Members"),
    "incidents": ("未办结事件", "Open incidents"),
    "facilities": ("设施", "Facilities"),
    "buildings": ("楼栋", "Buildings"),
    "area_m2": ("面积 m²", "m²"),
    "households_elsewhere": ("改属户数", "Households elsewhere"),
    "members_elsewhere": ("改属成员", "Members elsewhere"),
    "incidents_elsewhere": ("改属未办结事件", "Open incidents elsewhere"),
    "facilities_elsewhere": ("改属设施", "Facilities elsewhere"),
    "posts_before": ("原负责人", "Staff before"),
    "posts_after": ("新负责人", "Staff after"),
    "title": ("岗位", "Post"),
    "posts": ("人数", "Posts"),
    "held": ("在岗", "Held"),
    "holder": ("姓名", "Holder"),
    "heirs": ("承接区域", "Successors"),
    **{
        f"{name}_{side}": (f"{zh}（{side_zh}）", f"{en}, {side}")
        for name, zh, en in (
            ("code", "编码", "Code"),
            ("name", "名称", "Name"),
            ("parent", "上级", "Parent"),
            ("parent_code", "上级编码", "Parent’s code"),
            ("units", "单元", "Units"),
            ("households", "户数", "Households"),
            ("planned", "在建规划户数", "Households to come"),
            ("members", "成员", "Members"),
            ("incidents", "未办结事件", "Open incidents"),
            ("facilities", "设施", "Facilities"),
            ("buildings", "楼栋", "Buildings"),
            ("coverage", "十分钟覆盖率", "Coverage in ten minutes"),
            ("area_m2", "面积 m²", "m²"),
        )
        for side, side_zh in (("before", "调整前"), ("after", "调整后"))
    },
}
VALUES: Mapping[str | bool, Pair] = {
    "new": ("新设", "new"),
    "retired": ("撤销", "retired"),
    "redrawn": ("范围调整", "redrawn"),
    "moved": ("改变隶属", "moved"),
    "renamed": ("更名或改码", "renamed or recoded"),
    True: ("是", "yes"),
    False: ("否", "no"),
}
VACANT: Pair = ("空缺", "vacant")
NONE_YET: Pair = ("尚未配备", "nobody yet")
