"""`wangge plan propose`, `wangge plan publish`, `wangge edition withdraw`: long work, with bars."""

from __future__ import annotations

from typing import Annotated

import typer

from geo.boundaries import load_site
from geo.cli.findings import typed_reasons
from geo.cli.plan_shell import AsJson, PlanNumber, area_ids, loaded, printed
from geo.cli.publishing import show_published
from geo.cli.shell import Bars, actor, database, out, table, words
from geo.errors import BadInput, ChecksFailed, UnknownOption
from geo.plans import EMPHASES, Emphasis, Wanted, propose
from geo.publish import publish_plan, withdraw_edition
from geo.settings import read_settings

edition = typer.Typer(no_args_is_help=True, help="版本 Published editions.")

Title = Annotated[str, typer.Option(help="标题 Title of the edition.")]
Effective = Annotated[
    str | None, typer.Option(help="生效日期 Date from which it is in force (YYYY-MM-DD).")
]


@edition.callback()
def _editions() -> None:
    """版本 Published editions."""


def add_to(plan: typer.Typer) -> None:
    """Register the commands."""
    plan.command("propose")(propose_lines)
    plan.command("publish")(publish)


def propose_lines(
    number: PlanNumber,
    kind: Annotated[
        str, typer.Argument(help="split: three ways to part one area; redraw: fewest moved.")
    ],
    areas: Annotated[
        list[str] | None, typer.Argument(help="区域 split: the one; redraw: only these, or all.")
    ] = None,
    parts: Annotated[int | None, typer.Option(help="数量 How many areas to end with.")] = None,
    way: Annotated[
        str | None, typer.Option(help="侧重 split: only one: balanced, compact or streets.")
    ] = None,
    seed: Annotated[int, typer.Option(help="随机种子 The same seed, the same lines.")] = 1,
    seconds: Annotated[float | None, typer.Option(help="时间 How long to look.")] = None,
    lock: Annotated[
        list[str] | None, typer.Option(help="不动 An area that stays as it is.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """方案建议 Look for lawful lines; each proposal becomes a fork of the plan."""
    if kind not in ("split", "redraw"):
        raise UnknownOption(
            f"There is no proposal “{kind}”. Say split or redraw.",
            f"没有“{kind}”这种建议，应为 split（拆分）或 redraw（重划）。",
        )
    with database(read_settings()) as engine:
        with engine.connect() as tx:
            _, survey, _ = loaded(tx, number)
        wanted = Wanted(
            "split" if kind == "split" else "redraw",
            areas=area_ids(survey.draft, areas or ()),
            parts=parts,
            way=_way(way),
            seed=seed,
            seconds=seconds,
            locked=area_ids(survey.draft, lock or ()),
        )
        with Bars() as progress:
            found = propose(engine, number, wanted, actor=actor(), progress=progress)
    if as_json:
        printed(found.to_json())
        return
    table(
        [words("方案", "plan"), words("侧重", "for"), words("户数", "households"),
         words("最大偏差", "deviation"), words("平均紧凑度", "compact"), words("沿街", "streets"),
         words("切开网格", "grids cut"), words("迁动户数", "moved")],
        [_row(plan, way, found.details[way]["measures"]) for way, plan in found.plans.items()],
    )  # fmt: skip
    out.print(_next(number, list(found.plans.values())))
    if found.torn:
        out.print(words(f"以下小区原已分在多处，未能保持完整：{'、'.join(found.torn)}",
                        f"in pieces before, so not kept whole: {', '.join(found.torn)}"))  # fmt: skip
    if found.uncounted:
        out.print(words(f"{found.uncounted:,} 个单元的户数不全",
                        f"{found.uncounted:,} units have unknown households"))  # fmt: skip


def _next(number: int, forks: list[int]) -> str:
    """Say what the numbers of proposals are, and how to go on."""
    chosen, all_of_them = forks[0], " ".join(map(str, (number, *forks)))
    return words(
        f"以上编号是方案 {number} 的新分支，原方案不变：用 wangge plan show {chosen} 查看，"
        f"用 wangge plan compare {all_of_them} 比较，再选定其中一个继续调整。",
        f"Each number is a new plan, a fork of plan {number}, which stays as it is: look at one"
        f" (wangge plan show {chosen}), compare them (wangge plan compare {all_of_them}), then go on"
        " in the one you choose.",
    )


def _way(text: str | None) -> Emphasis | None:
    for way in EMPHASES:
        if text == way:
            return way
    if text is None:
        return None
    raise UnknownOption(
        f"There is no way “{text}” to split. Choose one of: {', '.join(EMPHASES)}.",
        f"没有“{text}”这种侧重，请选择：{'、'.join(EMPHASES)}。",
    )


def _row(plan: int, way: str, measures: dict[str, object]) -> list[object]:
    names = {"balanced": ("户数均衡", "balance"), "compact": ("形状紧凑", "compactness"),
             "streets": ("沿街划分", "streets"), "redraw": ("最少迁动", "fewest moved")}  # fmt: skip
    households = measures["households"]
    counts = households if isinstance(households, list | tuple) else []
    return [
        plan, words(*names[way]), " + ".join(f"{n:,}" for n in counts),
        f"{measures['worst_deviation']:.1%}", f"{measures['mean_compactness']:.2f}",
        f"{measures['street_share']:.0%}", measures["grids_cut"], measures["moved"],
    ]  # fmt: skip


def publish(
    number: PlanNumber,
    title: Title,
    effective: Effective = None,
    reason: Annotated[
        list[str] | None,
        typer.Option(help="理由 CODE=TEXT: why a warning may stand; once for each code."),
    ] = None,
) -> None:
    """发布方案 Make the next edition of an approved plan."""
    settings = read_settings()
    with database(settings) as engine, Bars() as progress:
        try:
            done = publish_plan(
                engine, settings, number, title=title, effective=effective,
                reasons=_reasons(reason), actor=actor(), progress=progress,
            )  # fmt: skip
        except ChecksFailed as refused:
            raise _with_remedy(refused) from refused
        with engine.connect() as tx:
            site = load_site(tx)
    show_published(done, title, site)


@edition.command("withdraw")
def withdraw(
    number: Annotated[int, typer.Argument(help="版本 The last edition.")],
    title: Title,
    reason: Annotated[str, typer.Option(help="原因 Why; kept in the audit trail.")],
    effective: Effective = None,
) -> None:
    """撤回版本 Put the lines before an edition back, as a new edition."""
    settings = read_settings()
    with database(settings) as engine, Bars() as progress:
        done = withdraw_edition(
            engine, settings, number, title=title, effective=effective, reason=reason,
            actor=actor(), progress=progress,
        )  # fmt: skip
        with engine.connect() as tx:
            site = load_site(tx)
    show_published(done, title, site)


def _with_remedy(refused: ChecksFailed) -> ChecksFailed:
    """Add to a refusal for want of reasons how they are typed."""
    missing = refused.facts.get("missing")
    if not isinstance(missing, list):
        return refused
    typed = typed_reasons(missing)
    return ChecksFailed(
        f"{refused.en}\n  Add: {typed}", f"{refused.zh}\n  请加上：{typed}", **refused.facts
    )


def _reasons(pairs: list[str] | None) -> dict[str, str]:
    found = {}
    for pair in pairs or ():
        code, sign, text = pair.partition("=")
        if not sign or not text.strip():
            raise BadInput(
                f"“{pair}” is not CODE=TEXT, for example near_limit=“to be split next year”.",
                f"“{pair}”应写成 代码=理由，例如 near_limit=明年再拆分。",
            )
        found[code.strip()] = text.strip()
    return found
