"""Column contracts: what each kind of row carries, under which names, in which units.

Canonical names are English identifiers; `aliases` are the Chinese (and other) headings that
files use. The reader of files (`geo.exchange`) maps and types columns by these tables, the
samples write them, the stores keep them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

ColumnKind = Literal["text", "code", "integer", "number", "flag", "time", "choice"]
GeometryKind = Literal["polygon", "line", "point", "any", "none"]
Kind = Literal[
    "areas", "buildings", "compounds", "facilities", "features", "streets",
    "incidents", "members", "positions", "branches",
]  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column: canonical name, how to read its cells, the headings it goes by in files.

    `choices` maps each canonical value to the words files use for it; a `code` is text that
    must not have been turned into a number; a `time` without a zone is in the site's zone.
    """

    name: str
    kind: ColumnKind = "text"
    aliases: tuple[str, ...] = ()
    required: bool = False
    minimum: float | None = None
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Contract:
    """What one kind of file must and may carry."""

    kind: Kind
    geometry: GeometryKind
    columns: tuple[Column, ...]
    geometry_required: bool = True
    personal: bool = False

    def column(self, name: str) -> Column:
        """Find a column by its canonical name."""
        return next(c for c in self.columns if c.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """Canonical names in order."""
        return tuple(c.name for c in self.columns)


KEY = Column("key", "code", ("id", "编号", "唯一标识", "objectid", "fid"))

AREAS = Contract(
    "areas",
    "polygon",
    (
        Column("level", "text", ("层级", "级别")),
        Column(
            "code", "code",
            ("编码", "代码", "网格编码", "社区编码", "adcode", "geoid", "区划代码"),
            required=True,
        ),
        Column("name", "text", ("名称", "网格名称", "社区名称", "微网格名称")),
        Column("parent", "code", ("上级编码", "上级网格", "所属社区编码", "父级编码", "parent_code")),
        Column("households", "integer", ("户数", "总户数", "居民户数"), minimum=0),
        Column("people", "integer", ("人口数", "人口", "population"), minimum=0),
    ),
    geometry_required=False,
)  # fmt: skip

BUILDINGS = Contract(
    "buildings",
    "polygon",
    (
        KEY,
        Column("number", "text", ("楼栋", "楼栋号", "楼号", "幢号")),
        Column("name", "text", ("名称", "楼名")),
        Column("compound", "text", ("小区名称", "小区", "所属小区", "院落")),
        Column("address", "text", ("地址", "详细地址")),
        Column(
            "use", "choice", ("用途", "性质"),
            choices={
                "residential": ("住宅", "居住", "apartments", "house"),
                "mixed": ("商住", "综合"),
                "commercial": ("商业", "商铺", "办公"),
                "public": ("公共", "公建", "学校", "医院"),
                "industrial": ("工业", "厂房", "仓储"),
                "other": ("其他", "附属"),
            },
        ),
        Column(
            "status", "choice", ("状态", "建设状态"),
            choices={
                "in_use": ("在用", "建成", "已建成"),
                "under_construction": ("在建", "建设中"),
                "vacant": ("空置", "闲置"),
                "demolished": ("已拆除", "拆除"),
            },
        ),
        Column("floors", "integer", ("层数", "楼层", "levels", "building:levels"), minimum=0),
        Column("households", "integer", ("户数", "住户数"), minimum=0),
        Column("planned_households", "integer", ("规划户数", "在建户数"), minimum=0),
    ),
)  # fmt: skip

COMPOUNDS = Contract(
    "compounds",
    "polygon",
    (
        KEY,
        Column("name", "text", ("小区名称", "名称", "院落名称"), required=True),
        Column("walled", "flag", ("封闭", "是否封闭")),
        Column("built_year", "integer", ("建成年份", "建成时间"), minimum=1900),
    ),
)

FACILITIES = Contract(
    "facilities",
    "point",
    (
        KEY,
        Column("kind", "text", ("类型", "设施类型", "类别"), required=True),
        Column("name", "text", ("名称", "设施名称")),
        Column("address", "text", ("地址",)),
        Column("floor_area_m2", "number", ("建筑面积", "面积", "用房面积"), minimum=0),
        Column(
            "state", "choice", ("状态", "使用状态"),
            choices={
                "in_use": ("在用", "正常"),
                "under_standard": ("未达标", "不达标"),
                "unused": ("闲置", "停用"),
                "planned": ("规划", "在建"),
            },
        ),
    ),
)  # fmt: skip

FEATURES = Contract(
    "features",
    "any",
    (
        KEY,
        Column(
            "kind", "choice", ("类型",), required=True,
            choices={
                "street": ("道路", "街道"),
                "water": ("水体", "水系", "河流", "湖泊"),
                "green": ("绿地", "公园"),
                "rail": ("铁路",),
                "wall": ("围墙",),
                "gate": ("大门", "出入口"),
                "bridge": ("桥", "桥梁"),
            },
        ),
        Column("class", "text", ("等级", "分级", "highway")),
        Column("name", "text", ("名称", "路名")),
    ),
)  # fmt: skip

STREETS = Contract(
    "streets",
    "line",
    (
        KEY,
        Column(
            "class", "choice", ("等级", "分级", "highway"),
            choices={
                "arterial": ("主干道", "主干路", "motorway", "trunk", "primary"),
                "secondary": ("次干道", "次干路", "secondary", "tertiary"),
                "street": ("支路", "residential", "unclassified", "living_street", "service"),
                "lane": ("巷", "巷道", "小巷", "footway", "path", "pedestrian", "track"),
                "steps": ("台阶", "梯道"),
            },
        ),
        Column("name", "text", ("路名", "道路名称", "名称")),
        Column("bridge", "flag", ("桥", "是否桥梁")),
    ),
)  # fmt: skip

INCIDENTS = Contract(
    "incidents",
    "point",
    (
        KEY,
        Column(
            "kind", "text", ("事件类型", "类型", "offense", "servicecodedescription"), required=True
        ),
        Column("title", "text", ("标题", "事件标题", "描述", "事件描述")),
        Column("state", "text", ("状态", "事件状态", "status_code")),
        Column("reported_at", "time", ("上报时间", "发生时间", "reportdatetime", "adddate")),
        Column("closed_at", "time", ("办结时间", "结案时间", "resolutiondate")),
        Column("address", "text", ("地址", "事发地址", "streetaddress", "blocksiteaddress")),
    ),
)

MEMBERS = Contract(
    "members",
    "point",
    (
        Column("key", "code", (*KEY.aliases, "党员编号", "人员编号")),
        Column("name", "text", ("姓名",), required=True),
        Column("phone", "code", ("手机号", "联系电话", "电话")),
        Column(
            "kind", "choice", ("人员类型", "党员类型", "人员类别", "党员类别"),
            choices={
                "resident": ("居民党员", "社区党员"),
                "in_service": ("在职党员", "报到党员"),
                "mobile": ("流动党员",),
            },
        ),
        Column("home_building", "code", ("居住楼栋编号", "居住楼栋")),
        Column("duty_area", "code", ("报到网格", "服务网格", "网格编码")),
        Column("address", "text", ("地址", "居住地址", "家庭住址", "住址")),
        Column("compound", "text", ("小区名称", "小区", "所属小区", "居住小区")),
        Column("number", "text", ("楼栋", "楼栋号", "楼号", "幢号")),
    ),
    geometry_required=False,
    personal=True,
)  # fmt: skip

POSITIONS = Contract(
    "positions",
    "none",
    (
        KEY,
        Column("area", "code", ("网格编码", "所属网格", "区域编码"), required=True),
        Column("title", "text", ("岗位", "职务"), required=True),
        Column("holder", "text", ("姓名", "任职人")),
        Column("phone", "code", ("手机号", "联系电话")),
    ),
    geometry_required=False,
    personal=True,
)

BRANCHES = Contract(
    "branches",
    "none",
    (
        KEY,
        Column("name", "text", ("名称", "支部名称"), required=True),
        Column("kind", "text", ("类型", "支部类型")),
        Column("area", "code", ("网格编码", "所属网格", "区域编码"), required=True),
        Column("secretary", "text", ("书记", "支部书记")),
        Column("members", "integer", ("党员数",), minimum=0),
    ),
    geometry_required=False,
    personal=True,
)

CONTRACTS: Mapping[Kind, Contract] = MappingProxyType(
    {
        c.kind: c
        for c in (
            AREAS, BUILDINGS, COMPOUNDS, FACILITIES, FEATURES, STREETS,
            INCIDENTS, MEMBERS, POSITIONS, BRANCHES,
        )
    }
)  # fmt: skip
