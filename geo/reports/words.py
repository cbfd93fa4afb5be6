"""Every word of a report, Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from geo.errors import Language

WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("{name}网格治理情况", "{name}: state of its grids"),
    "edition": (
        "第 {number} 版界线《{title}》（{date} 起生效）",
        "Lines of edition {number} “{title}”, in force from {date}",
    ),
    "made": ("制表日期 {date}", "Made on {date}"),
    "code": ("编码 {code}", "Code {code}"),
    "households": ("户数", "Households"),
    "of_limit": ("/ {limit} 户", "/ {limit} households"),
    "hh": ("户", "households"),
    "unknown": ("未知", "unknown"),
    "over_by": ("▲ 超出 {n} 户", "▲ over by {n}"),
    "left": ("余 {n} 户", "{n} left"),
    "under_floor": ("少于下限 {n} 户", "under the floor of {n}"),
    "incomplete": ("部分楼栋户数未知，此数偏少", "some buildings unknown: too low"),
    "growth": (
        "在建住宅 {buildings} 栋，规划 {n} 户；建成后 {total} 户",
        "{buildings} residential buildings under construction, {n} households planned: {total} then",
    ),
    "growth_over": ("，超出上限 {n} 户", ", {n} over the limit"),
    "growth_left": ("，距上限还有 {n} 户", ", {n} left to the limit"),
    "growth_unknown": ("（{n} 栋规划户数未知）", " (plans of {n} unknown)"),
    "no_growth": ("没有在建住宅登记", "No residential building under construction"),
    "parts_over": ("{n} 个{level}中 {over} 个超过 {limit} 户", "{over} of {n} {level} areas over {limit} households"),
    "parts_fine": ("{n} 个{level}均未超过 {limit} 户", "None of {n} {level} areas over {limit} households"),
    "parts_count": ("{n} 个{level}", "{n} {level} areas"),
    "coverage": ("服务圈覆盖户数", "Households within a walk of a facility"),
    "minutes": ("{n} 分钟", "{n} min"),
    "disc": (
        "服务圈按直线距离估算（{n} 分钟 = {metres} 米），不是实际步行",
        "Circles are straight-line discs ({n} min = {metres} m), not walked",
    ),
    "walked": ("服务圈按步行路网计算", "Circles are walked along the streets"),
    "no_coverage": ("没有服务圈", "No circles"),
    "area": ("面积", "Area"),
    "buildings": ("楼栋", "Buildings"),
    "facilities": ("设施", "Facilities"),
    "legend_outline": ("{name}范围", "{name}"),
    "legend_parts": ("{level}界线", "{level} borders"),
    "legend_over": ("▲ 超过 {limit} 户", "▲ over {limit} households"),
    "legend_near": ("达到上限 90 %", "at 90 % of the limit"),
    "legend_circle": ("{n} 分钟服务圈", "{n} min circles"),
    "legend_disc": ("（直线距离）", " (straight line)"),
    "legend_uncovered": ("{n} 分钟圈外住宅", "homes beyond {n} min"),
    "legend_hollow": ("空心：闲置、未达标或规划", "hollow: unused, substandard, planned"),
    "north": ("北", "N"),
    "uncovered": ("{n} 分钟服务圈外的住宅", "Homes beyond {n} minutes of a facility"),
    "uncovered_sum": ("{buildings} 栋 · {households} 户", "{buildings} buildings · {households} households"),
    "uncovered_none": ("全部住宅都在服务圈内", "All homes lie within the circles"),
    "place": ("小区或道路", "Compound or street"),
    "no_address": ("（地址未登记）", "(no address)"),
    "n_buildings": ("栋", "Buildings"),
    "rest": ("其余 {n} 处 · {buildings} 栋", "{n} more places · {buildings} buildings"),
    "rest_rows": ("其余 {n} 个", "{n} more"),
    "under_standard": ("未达标设施（不足 {n} 平方米）", "Facilities below the standard of {n} m²"),
    "under_standard_none": ("没有未达标设施", "None below the standard"),
    "facility": ("设施", "Facility"),
    "floor_area": ("面积 m²", "m²"),
    "incidents": ("近 12 个月事件", "Incidents of the last 12 months"),
    "incidents_none": ("没有登记的事件", "None reported"),
    "incidents_on_record": ("登记的事件（不限时间）", "Incidents on record, of all times"),
    "incidents_untold": (
        "此处不列出：数量过少、可由其他数推算，或不是现行界线。有权查看事件的人员登录后可见。",
        "Not told here: too few, to be worked out from other counts, or not the lines in force."
        " Who may read incidents sees them after signing in.",
    ),
    "incidents_exact": (
        "事件为准确数字，少量也列出，仅供有权查看的人员使用。",
        "Incidents are given exactly, few ones too: for those who may read them.",
    ),
    "kind": ("类型", "Kind"),
    "state": ("状态", "State"),
    "count": ("件数", "Count"),
    "no_state": ("（未填状态）", "(no state)"),
    "vacancies": ("岗位空缺", "Vacant posts"),
    "vacancies_none": ("岗位全部有人", "All posts are held"),
    "no_posts": ("没有登记岗位", "No posts are registered"),
    "post": ("岗位", "Post"),
    "vacant": ("空缺", "Vacant"),
    "blind": ("没有党支部的{level}（{n} 个）", "{level} areas without a branch ({n})"),
    "blind_none": ("各{level}都有党支部", "Every {level} has a branch"),
    "parts": ("各{level}情况", "By {level}"),
    "name": ("名称", "Name"),
    "limit": ("户数 / {limit}", "Households / {limit}"),
    "covered_at": ("{n} 分钟覆盖", "{n} min"),
    "private": (
        "不含个人信息；少于 {n} 的数不列出具体值，可推算的合并列出。",
        "No personal data; counts under {n} are not given, or given together with another.",
    ),
    "self_drawn": (
        "底图由本系统登记的地物绘制",
        "The ground is drawn from the town’s own registers",
    ),
    "page": ("第 {n} 页，共 2 页", "Page {n} of 2"),
}  # fmt: skip

#: Values of the registers, and English for the usual Chinese kinds.
TERMS: Mapping[str, tuple[str, str]] = {
    "in_use": ("在用", "in use"),
    "under_standard": ("未达标", "under standard"),
    "unused": ("闲置", "unused"),
    "planned": ("规划", "planned"),
    "党群服务中心": ("党群服务中心", "Service centre"),
    "党群服务站": ("党群服务站", "Service station"),
    "党员驿站": ("党员驿站", "Members’ post"),
    "红色书吧": ("红色书吧", "Reading room"),
    "卫生服务站": ("卫生服务站", "Health post"),
    "老年食堂": ("老年食堂", "Canteen"),
    "养老服务站": ("养老服务站", "Seniors’ care"),
    "文化活动室": ("文化活动室", "Culture room"),
    "警务室": ("警务室", "Police post"),
    "幼儿园": ("幼儿园", "Kindergarten"),
    "便民超市": ("便民超市", "Corner shop"),
    "农贸市场": ("农贸市场", "Food market"),
    "市容环境": ("市容环境", "Streets and refuse"),
    "公共设施": ("公共设施", "Public works"),
    "物业服务": ("物业服务", "Estate services"),
    "邻里纠纷": ("邻里纠纷", "Neighbours’ dispute"),
    "供水供暖": ("供水供暖", "Water and heating"),
    "消防隐患": ("消防隐患", "Fire hazard"),
    "物业纠纷": ("物业纠纷", "Estate dispute"),
    "噪声扰民": ("噪声扰民", "Noise"),
    "违章搭建": ("违章搭建", "Unlawful building"),
    "已办结": ("已办结", "closed"),
    "处理中": ("处理中", "in progress"),
    "待受理": ("待受理", "waiting"),
    "已受理": ("已受理", "accepted"),
    "collected": ("收集", "collected"),
    "accepted": ("受理", "accepted"),
    "dispatched": ("派遣", "dispatched"),
    "handling": ("处理", "handling"),
    "reviewed": ("回访", "reviewed"),
    "closed": ("办结", "closed"),
    "网格长": ("网格长", "Grid lead"),
    "楼栋长": ("楼栋长", "Building lead"),
    "单元长": ("单元长", "Entrance lead"),
    "专职网格员": ("专职网格员", "Full-time worker"),
    "兼职网格员": ("兼职网格员", "Part-time worker"),
    "网格指导员": ("网格指导员", "Grid adviser"),
    "社区民警": ("社区民警", "Community police"),
}


class Words:
    """The words in one language."""

    def __init__(self, language: Language, words: Mapping[str, tuple[str, str]] = WORDS) -> None:
        self.language = language
        self._words = words
        self._column = 0 if language == "zh" else 1

    def __call__(self, word: str, **facts: object) -> str:
        """Say a word or sentence; whole numbers get thousands separators."""
        said = {key: f"{v:,}" if isinstance(v, int) else v for key, v in facts.items()}
        return self._words[word][self._column].format(**said)

    def term(self, value: str | None) -> str:
        """Say a kind or state of the registers; an unknown one as readable as can be."""
        if not value:
            return ""
        if value in TERMS:
            return TERMS[value][self._column]
        return value.replace("_", " ")

    def all(self, names: Iterable[str]) -> str:
        """Say several names in a row."""
        return ("、", ", ")[self._column].join(names)

    def pair(self, zh: str, en: str) -> str:
        """Choose from a name in both languages."""
        return (zh, en)[self._column]
