"""Every word of the page of an impact, Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

from geo.errors import Language

_WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("{name}：调整影响", "{name}: what it changes"),
    "between": ("由{before}到{after}", "From {before} to {after}"),
    "made": ("制表日期 {date}", "Made on {date}"),
    "areas": ("{level}", "{level}"),
    "fates": (
        "{before} → {after} 个；新设 {new}，撤销 {retired}，范围调整 {redrawn}",
        "{before} → {after}; {new} new, {retired} retired, {redrawn} redrawn",
    ),
    "elsewhere": ("改属其他{level}", "To another {level}"),
    "of": ("{n} / {all}", "{n} of {all}"),
    "households": ("户", "households"),
    "members": ("名成员", "members"),
    "incidents": ("件未办结事件", "open incidents"),
    "facilities": ("处设施", "facilities"),
    "none": ("没有变化", "Nothing changes"),
    "legend_after": ("调整后{level}界线", "{level} borders after"),
    "legend_before": ("调整前界线", "Borders before"),
    "legend_new": ("新设", "New"),
    "legend_redrawn": ("范围调整", "Redrawn"),
    "legend_figure": ("数字：调整后户数", "Figures: households after"),
    "north": ("北", "N"),
    "section_areas": ("{level}变化", "{level}: changes"),
    "section_flows": ("{level}之间的去向", "{level}: from and to"),
    "section_workers": ("{level}负责人变更", "{level}: change of worker"),
    "section_needed": ("需配人员", "Staff needed"),
    "section_freed": ("腾出人员", "Staff freed"),
    "section_codes": ("编码对照", "Codes"),
    "rest": ("其余 {n} 行见 Excel 工作簿。", "{n} more rows: see the workbook."),
    "nowhere": ("（无）", "(none)"),
    "before_after": ("{before} → {after}", "{before} → {after}"),
    "unknown": ("未知", "unknown"),
    "continued": ("{title}（续）", "{title} (continued)"),
    "page": ("第 {n} 页，共 {all} 页", "Page {n} of {all}"),
    "self_drawn": (
        "底图由本系统登记的地物绘制",
        "The ground is drawn from the town’s own registers",
    ),
    "fate": ("变化", "Fate"),
    "name": ("名称", "Name"),
    "n_households": ("户数", "Households"),
    "n_members": ("成员", "Members"),
    "n_incidents": ("未办结", "Incidents"),
    "n_facilities": ("设施", "Facilities"),
    "n_coverage": ("十分钟覆盖", "In 10 min"),
    "from": ("原属", "From"),
    "to": ("改属", "To"),
    "posts_before": ("原负责人", "Staff before"),
    "posts_after": ("新负责人", "Staff after"),
    "post": ("岗位", "Post"),
    "posts": ("人数", "Posts"),
    "holder": ("在岗人员", "Held by"),
    "code_before": ("原编码", "Code before"),
    "code_after": ("新编码", "Code after"),
    "heirs": ("承接区域", "Successors"),
}


class ImpactWords:
    """The words in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.column = 0 if language == "zh" else 1

    def __call__(self, word: str, **facts: object) -> str:
        """Say a word or sentence; whole numbers get separators of thousands."""
        said = {key: f"{v:,}" if isinstance(v, int) else v for key, v in facts.items()}
        return _WORDS[word][self.column].format(**said)

    def pair(self, pair: tuple[str, str]) -> str:
        """Choose from words in both languages."""
        return pair[self.column]
