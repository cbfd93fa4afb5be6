"""What was found in lines, in both languages: where, how much, and what to do about it.

Errors block publishing, warnings and infos do not. A code has one meaning wherever it appears.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import pandas as pd

Severity = Literal["error", "warning", "info"]


class Wording(NamedTuple):
    """What a finding says, and what to do about it; facts stand in braces."""

    severity: Severity
    en: str
    zh: str
    remedy_en: str
    remedy_zh: str


_REDRAW = ("Redraw the shared edge, then import again.", "请重画共用边后重新导入。")
_TEXTS: Mapping[str, Wording] = MappingProxyType(
    {
        # outlines
        "no_outline": Wording(
            "error",
            "{codes} has no children and no outline.",
            "{codes} 没有下级区域，也没有边界。",
            "Import its outline or the areas inside it.",
            "请导入它的边界或其下级区域。",
        ),
        "invalid": Wording(
            "error",
            "The outline of {codes} is not a valid polygon: {reason}.",
            "{codes} 的边界不是有效的面：{reason}。",
            "Mend the ring at this place.",
            "请在此处修正边界。",
        ),
        "same_outline": Wording(
            "error",
            "{codes} have the same outline.",
            "{codes} 的边界完全相同。",
            "Keep one of them, or give each its own outline.",
            "请只保留一个，或分别给出边界。",
        ),
        "overlap": Wording(
            "error", "{codes} overlap by {area} m².", "{codes} 重叠 {area} 平方米。", *_REDRAW
        ),
        "gap": Wording(
            "error",
            "There is a gap of {area} m² beside {codes}.",
            "{codes} 旁有 {area} 平方米的缝隙。",
            *_REDRAW,
        ),
        "hole": Wording(
            "warning",
            "There is a hole of {area} m² beside {codes}: it belongs to no area.",
            "{codes} 旁有 {area} 平方米的空洞，不属于任何区域。",
            "If it is not meant, draw the missing area.",
            "如非有意，请补画缺少的区域。",
        ),
        "beyond_outline": Wording(
            "error",
            "{codes} reach {area} m² beyond the outline they must fill.",
            "{codes} 超出应填满的外轮廓 {area} 平方米。",
            *_REDRAW,
        ),
        "hairs": Wording(
            "error",
            "Shared edges of {count} areas differ by hairs thinner than 1 mm.",
            "{count} 个区域的共用边有不足 1 毫米的偏差。",
            "Let them be mended: what moves, and how far, is shown first.",
            "可自动修复；修复前会列出移动的位置和距离。",
        ),
        "mended": Wording(
            "info",
            "{count} outlines are mended: no border moves by more than {shift} mm, "
            "and {area} m² change sides.",
            "修复了 {count} 个区域的边界：移动不超过 {shift} 毫米，共有 {area} 平方米变动。",
            "Look at the figures before you store them.",
            "写入前请核对。",
        ),
        "not_mended": Wording(
            "warning",
            "The hairs were not mended: some borders would move by more than {limit} mm ({codes}).",
            "未修复细小偏差：部分边界的移动会超过 {limit} 毫米（{codes}）。",
            "Redraw the shared edges there, then ask for the mending again.",
            "请先在这些地方重画共用边，再申请修复。",
        ),
        # codes and parents
        "no_code": Wording(
            "error", "The row has no code.", "该行没有编码。", "Give it a code.", "请补充编码。"
        ),
        "duplicate_code": Wording(
            "error",
            "The code {codes} is used {count} times.",
            "编码 {codes} 出现了 {count} 次。",
            "Give every area a code of its own.",
            "请为每个区域使用不同的编码。",
        ),
        "malformed_code": Wording(
            "error",
            "The code {codes} does not look like a code of level {level} ({pattern}).",
            "编码 {codes} 不符合 {level} 层级的格式（{pattern}）。",
            "Correct the code or the level.",
            "请更正编码或层级。",
        ),
        "unknown_level": Wording(
            "error",
            "{codes} is of level {level}, which this site does not have.",
            "{codes} 的层级 {level} 不在本站点的层级之中。",
            "Use one of: {known}.",
            "可用的层级：{known}。",
        ),
        "missing_parent": Wording(
            "error",
            "{codes} names the parent {parent}, which does not exist.",
            "{codes} 的上级编码 {parent} 不存在。",
            "Import the parent too, or correct the parent code.",
            "请同时导入上级，或更正上级编码。",
        ),
        "parent_level": Wording(
            "error",
            "{codes} names the parent {parent}, which is not of a higher level.",
            "{codes} 的上级 {parent} 的层级并不更高。",
            "Correct the parent code or the level.",
            "请更正上级编码或层级。",
        ),
        "no_parent": Wording(
            "error",
            "No parent was found for {codes}.",
            "找不到 {codes} 的上级。",
            "Give the parent code in a column.",
            "请在列中给出上级编码。",
        ),
        "doubtful_parent": Wording(
            "warning",
            "{codes} was put under {parent} by area, but only {share} of it lies there.",
            "{codes} 按面积归入 {parent}，但只有 {share} 在其中。",
            "Check it, and give the parent code in a column.",
            "请核对，并在列中给出上级编码。",
        ),
        "outside_parent": Wording(
            "error",
            "Only {share} of {codes} lies in its parent {parent}.",
            "{codes} 只有 {share} 位于上级 {parent} 之内。",
            "Correct the parent code, or redraw the area.",
            "请更正上级编码，或重画边界。",
        ),
        "across_parent": Wording(
            "warning",
            "{codes} reaches {area} m² beyond its parent {parent}.",
            "{codes} 超出上级 {parent} 的边界 {area} 平方米。",
            "The parent's outline will be drawn from its units; check the difference.",
            "上级边界将由单元合并得出，请核对差异。",
        ),
        "uncovered_parent": Wording(
            "warning",
            "{area} m² of {codes} are not covered by the areas inside it.",
            "{codes} 有 {area} 平方米未被下级区域覆盖。",
            "The outline will be drawn from the units; check that none is missing.",
            "边界将由单元合并得出，请核对是否缺少下级区域。",
        ),
        # households
        "households_differ": Wording(
            "warning",
            "{codes} says {imported} households, the areas inside it sum to {summed}.",
            "{codes} 填报 {imported} 户，其下级合计 {summed} 户。",
            "Parents are summed: check which figure is right.",
            "上级户数按下级汇总，请核对哪个数字正确。",
        ),
    }
)


@dataclass(frozen=True)
class Finding:
    """One finding about lines.

    `codes` are the areas concerned; (`x`, `y`) is a place to look at, in metres of the working
    CRS; `area_m2` how much is wrong; `row` the data row as the user counts it, from 1.
    """

    code: str
    severity: Severity
    en: str
    zh: str
    remedy_en: str
    remedy_zh: str
    codes: tuple[str, ...] = ()
    row: int | None = None
    x: float | None = None
    y: float | None = None
    area_m2: float | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        code: str,
        *codes: object,
        row: int | None = None,
        at: tuple[float, float] | None = None,
        area_m2: float | None = None,
        **facts: object,
    ) -> Finding:
        """Make the finding of a code from the areas and facts that belong to it."""
        return cls.worded(code, _TEXTS[code], *codes, row=row, at=at, area_m2=area_m2, **facts)

    @classmethod
    def worded(
        cls,
        code: str,
        text: Wording,
        *codes: object,
        row: int | None = None,
        at: tuple[float, float] | None = None,
        area_m2: float | None = None,
        **facts: object,
    ) -> Finding:
        """Make a finding with a wording of its own."""
        names = tuple(str(name) for name in codes)
        shown = ", ".join(names[:4]) + ("…" if len(names) > 4 else "")  # noqa: PLR2004
        said = {**facts, "codes": shown, "area": figure(area_m2)}
        x, y = at if at is not None else (None, None)
        return cls(
            code,
            text.severity,
            text.en.format_map(said),
            text.zh.format_map(said),
            text.remedy_en.format_map(said),
            text.remedy_zh.format_map(said),
            codes=names,
            row=row,
            x=x,
            y=y,
            area_m2=area_m2,
            facts=dict(facts),
        )

    @property
    def places(self) -> tuple[int, ...]:
        """Place ids of the areas concerned, where they have any."""
        return tuple(self.facts.get("places", ()))

    def to_json(self) -> dict[str, Any]:
        """Give the finding as plain data."""
        return asdict(self)


def figure(value: float | None) -> str:
    """Write a figure for people: three significant digits below a hundred, whole above."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004


def share_text(share: float) -> str:
    """Write a share as per cent for people, never rounded up to all."""
    return f"{int(share * 1000) / 10:.1f} %"


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """Give the findings that block publishing."""
    return [finding for finding in findings if finding.severity == "error"]


def findings_frame(
    findings: Iterable[Finding], *, language: Literal["zh", "en"] = "en"
) -> pd.DataFrame:
    """Give findings as a table: severity, code, codes, row, what, remedy, area_m2, x, y."""
    columns = ["severity", "code", "codes", "row", "what", "remedy", "area_m2", "x", "y"]
    rows = [
        (
            f.severity, f.code, " ".join(f.codes), f.row,
            f.zh if language == "zh" else f.en,
            f.remedy_zh if language == "zh" else f.remedy_en,
            f.area_m2, f.x, f.y,
        )
        for f in findings
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
