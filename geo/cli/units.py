"""`wangge units …`: units where there are none."""

from __future__ import annotations

from typing import Annotated

import typer

from geo import plans
from geo.cli.plan_shell import area_ids, show_plan
from geo.cli.shell import actor, database, out, table, words
from geo.plans import SLIVER_M2, Divide, Survey
from geo.settings import read_settings

units = typer.Typer(no_args_is_help=True, help="单元 Units: the finest areas.")


@units.callback()
def _units() -> None:
    """单元 Units: the finest areas."""


@units.command("make")
def make(
    areas: Annotated[
        list[str] | None, typer.Argument(help="区域 Areas without finer units, by code; else all.")
    ] = None,
    level: Annotated[
        str | None, typer.Option(help="层级 Level of the units; else the next below.")
    ] = None,
    sliver: Annotated[
        float, typer.Option(min=0, help="平方米 Smaller blocks without buildings join a neighbour.")
    ] = SLIVER_M2,
    keep: Annotated[
        str | None, typer.Option(help="标题 Keep it as a new plan of this title.")
    ] = None,
) -> None:
    """划分街区单元 Cut areas into blocks along streets, walls, water and railways.

    Shown first; --keep TITLE makes a plan of it.
    """
    # Without a commit at the end all of it is taken back: what is shown is what would be kept.
    with database(read_settings()) as engine, engine.connect() as tx:
        head = plans.create_plan(tx, title=keep or words("试划", "Trial"), actor=actor())
        before = plans.survey_of(tx, head.id, actor=actor())
        chosen = area_ids(before.draft, areas) if areas else None
        made = plans.units_to_make(before, level=level, areas=chosen, sliver_m2=sliver)
        done = plans.edit(tx, head.id, made, expects_revision=0, actor=actor())
        _show(made, done.survey)
        if keep is None:
            out.print(words("尚未保存。加上 --keep 标题 即可存为方案。",
                            "Not kept. Add --keep TITLE to make a plan of it."))  # fmt: skip
            return
        show_plan(plans.plan_head(tx, head.id, actor=actor()))
        tx.commit()


def _show(made: Divide, after: Survey) -> None:
    draft = after.draft
    rows = []
    for number in sorted(made.areas, key=lambda n: draft.places[n].code.encode()):
        place, figures = draft.places[number], [after.figures(n) for n in draft.units(number)]
        rows.append(
            (place.code, place.name, len(figures), sum(f.buildings for f in figures),
             sum(f.households for f in figures))
        )  # fmt: skip
    totals = [sum(column) for column in list(zip(*rows, strict=True))[2:]]
    level = draft.site.level(made.level)
    table(
        [words("编码", "code"), words("区域", "area"), words(level.zh, level.en.lower()),
         words("楼栋", "buildings"), words("户数", "households")],
        [*rows, ("", words("合计", "total"), *totals)],
    )  # fmt: skip
