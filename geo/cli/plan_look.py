"""`wangge plan …`: what is found in a plan, what it would do, and plans as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from geo import plans
from geo.boundaries import today
from geo.cli.findings import show_findings, typed_reasons
from geo.cli.plan_shell import AsJson, Note, PlanNumber, loaded, printed, show_done
from geo.cli.shell import actor, database, out, require_writable, table, words
from geo.crs import parse_crs
from geo.errors import UnknownOption
from geo.plans import PLAN_FORMATS, PlanFormat
from geo.settings import Settings, read_settings

_ENDINGS = {".zip": "shp", **{f".{kind}": kind for kind in PLAN_FORMATS if kind != "shp"}}


def add_to(plan: typer.Typer) -> None:
    """Register the commands."""
    plan.command("check")(check)
    plan.command("compare")(compare)
    plan.command("impact")(impact)
    plan.command("export")(export)
    plan.command("import")(bring)


def check(number: PlanNumber, as_json: AsJson = False) -> None:
    """检查 Check a plan: errors block publishing, warnings need a reason then."""
    with database(read_settings()) as engine, engine.connect() as tx:
        _, survey, base = loaded(tx, number)
        found = plans.check(survey, base=base, context=plans.check_context(tx))
    if as_json:
        printed([finding.to_json() for finding in found])
        return
    kinds = {"error": words("错误", "errors"), "warning": words("警告", "warnings"),
             "info": words("提示", "hints")}  # fmt: skip
    counts = {kind: [f for f in found if f.severity == kind] for kind in kinds}
    out.print("  ".join(f"{kinds[kind]} {len(counts[kind]):,}" for kind in kinds))
    codes = {kind: sorted({f.code for f in counts[kind]}) for kind in ("error", "warning")}
    for kind, names in codes.items():
        if names:
            out.print(f"  {kinds[kind]}: {', '.join(names)}")
    show_findings([*counts["error"], *counts["warning"]], codes=True)
    if codes["warning"]:
        out.print(words("每种警告须写明理由才能发布：", "Each warning needs a reason to publish:"))
        out.print(f"  {typed_reasons(codes['warning'])}")


def compare(
    numbers: Annotated[list[int], typer.Argument(help="方案 Numbers of plans.")],
    as_json: AsJson = False,
) -> None:
    """比较 Measure plans side by side."""
    with database(read_settings()) as engine, engine.connect() as tx:
        found = [loaded(tx, number) for number in dict.fromkeys(numbers)]
    base = found[0][2] if len({head.base for head, _, _ in found}) == 1 else None
    result = plans.compare({str(head.id): survey for head, survey, _ in found}, base)
    if as_json:
        printed(result.to_json())
        return
    rows = result.to_json()["totals"]
    columns = {
        "plan": words("方案", "plan"), "areas": words("区域", "areas"),
        "over_limit": words("超上限", "over limit"), "worst_deviation": words("最大偏差", "deviation"),
        "mean_polsby_popper": words("平均紧凑度", "compact"),
        "street_share": words("沿街", "streets"),
        "households_moved": words("迁动户数", "moved"), "touched": words("涉及区域", "touched"),
    }  # fmt: skip
    table(list(columns.values()), [[_cell(row[key]) for key in columns] for row in rows])
    out.print(
        words(
            f"划分不同的单元：{len(result.units):,}", f"units put elsewhere: {len(result.units):,}"
        )
    )


def _cell(value: Any) -> str:  # noqa: ANN401 - of plain data
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def impact(
    number: PlanNumber,
    output: Annotated[Path | None, typer.Option("--out", help="文件 .xlsx or .html")] = None,
    as_json: AsJson = False,
) -> None:
    """影响 Say what a plan would do to households, members, incidents, posts and codes."""
    settings = read_settings()
    if output is not None:
        require_writable(output)
    with database(settings) as engine, engine.begin() as tx:
        head, survey, base = loaded(tx, number)
        found = plans.impact(base, survey, plans.check_context(tx, names_for=actor()))
    if as_json:
        printed(found.to_json())
        return
    if output is not None:
        _write_impact(output, found, head, settings)
    rows = found.to_json()["summary"]
    names = {level.key: words(level.zh, level.en) for level in survey.draft.site.levels}
    table(
        [words("层级", "level"), words("调整前", "before"), words("调整后", "after"),
         words("新增", "new"), words("撤销", "retired"), words("调整", "redrawn"),
         words("换区户数", "households elsewhere"), words("换区党员", "members elsewhere"),
         words("换区事件", "incidents elsewhere")],
        [
            [names[row["level"]], *(row[key] for key in (
                "areas_before", "areas_after", "new", "retired", "redrawn",
                "households_elsewhere", "members_elsewhere", "incidents_elsewhere"))]
            for row in rows
        ],
    )  # fmt: skip
    if output is not None:
        out.print(words(f"已写入 {output}", f"written to {output}"))


def _write_impact(
    path: Path, found: plans.Impact, head: plans.PlanHead, settings: Settings
) -> None:
    if path.suffix.lower() != ".html":
        plans.write_impact(path, found, language=settings.language)
        return
    # Only here: the map library takes half a second, and no other command needs it.
    from geo.reports import impact_report

    page = impact_report(
        found, title=head.title, before=words(f"第 {head.base} 版", f"edition {head.base}"),
        after=head.title, day=today(found.after.draft.site), language=settings.language,
        review_number=settings.review_number,
    )  # fmt: skip
    path.write_text(page, encoding="utf-8")


def export(
    number: PlanNumber,
    file: Annotated[
        Path, typer.Argument(help="文件 .gpkg, .zip (Shapefile), .parquet, .geojson or .xlsx.")
    ],
) -> None:
    """导出 Write a plan to a file; imported again, it is the same plan."""
    require_writable(file)
    kind = _format(file)
    with database(read_settings()) as engine, engine.connect() as tx:
        _, survey, _ = loaded(tx, number)
    plans.write_plan(survey, file, kind)
    out.print(words(f"方案 {number} 已导出到 {file}", f"Plan {number} is written to {file}"))


def bring(
    number: PlanNumber,
    file: Annotated[Path, typer.Argument(help="文件 A plan drawn elsewhere.")],
    match: Annotated[
        str, typer.Option(help="匹配 units: rows name units; polygons: outlines.")
    ] = "units",
    level: Annotated[str | None, typer.Option(help="层级 Of the areas in the file.")] = None,
    crs: Annotated[str | None, typer.Option(help="坐标系 Where the file is silent.")] = None,
    commit: Annotated[bool, typer.Option("--commit", help="写入 Keep it; else a preview.")] = False,
    note: Note = None,
    as_json: AsJson = False,
) -> None:
    """导入 Take a plan out of a file: a preview with a report, kept with --commit."""
    if match not in ("units", "polygons"):
        raise UnknownOption(
            f"--match can't be “{match}”. Say units or polygons.",
            f"--match 不能是“{match}”，应为 units 或 polygons。",
        )
    with database(read_settings()) as engine, engine.begin() as tx:
        head, survey, _ = loaded(tx, number)
        source = parse_crs(crs) if crs else None
        found = plans.read_plan(
            file, survey, match="units" if match == "units" else "polygons", level=level, crs=source
        )
        if not as_json:
            _told(found)
        if found.operation is None:
            return
        if commit:
            done = plans.edit(
                tx,
                number,
                found.operation,
                expects_revision=head.revision,
                actor=actor(),
                note=note,
            )
        else:
            done = plans.preview(tx, number, found.operation, actor=actor())
        show_done(tx, number, done, as_json=as_json, kept=commit)


def _told(found: plans.PlanFile) -> None:
    out.print(words(f"读取 {found.rows_read:,} 行，匹配 {found.matched:,}",
                    f"{found.rows_read:,} rows read, {found.matched:,} matched"))  # fmt: skip
    for remark in found.remarks:
        row = words(f"第 {remark.row} 行：", f"row {remark.row}: ") if remark.row else ""
        out.print(f"  ⚠ {row}{remark.code or ''} {words(remark.zh, remark.en)}")
    if found.operation is None:
        out.print(words("方案已是如此，没有变化", "The plan is so already; nothing changes"))


def _format(file: Path) -> PlanFormat:
    for kind in PLAN_FORMATS:
        if _ENDINGS.get(file.suffix.lower()) == kind:
            return kind
    raise UnknownOption(
        f"{file.name} does not say its format. Name it with one of: {', '.join(_ENDINGS)}.",
        f"无法从 {file.name} 判断格式，文件名请以下列之一结尾：{'、'.join(_ENDINGS)}。",
    )
