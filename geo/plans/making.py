"""Units where there are none: areas without finer units are divided into blocks."""

from __future__ import annotations

from collections.abc import Sequence

from geo.errors import Refused
from geo.plans import redrawing
from geo.plans.blocks import SLIVER_M2, blocks
from geo.plans.draft import Draft
from geo.plans.operations.divide import Divide
from geo.plans.survey import Survey


def units_to_make(
    survey: Survey,
    *,
    level: str | None = None,
    areas: Sequence[int] | None = None,
    sliver_m2: float = SLIVER_M2,
) -> Divide:
    """Divide areas along streets, walls, water and railways; nothing is kept.

    Parameters
    ----------
    survey : Survey
    level : str, optional
        Key of the level of the new units; None: the next below that of the areas.
    areas : sequence of int, optional
        Areas without finer units; None: all whose level is above that of the new units.
    sliver_m2 : float
        Blocks without buildings that are smaller go to a neighbour.

    Raises
    ------
    NotFound
        If there is no such area or level.
    BadInput
        If an area has finer units already.
    Refused
        If no level is left below the areas.
    """
    draft = survey.draft
    chosen = sorted(areas) if areas is not None else _highest(draft)
    units = [redrawing.unit(draft, number) for number in chosen]
    wanted = level or _below(draft, units[0].level)
    rank = draft.site.level(wanted).rank
    if areas is None:
        units = [
            unit for unit in map(draft.place, draft.units())
            if draft.site.level(unit.level).rank < rank
        ]  # fmt: skip
    if not units:
        raise _no_level(draft, wanted)
    outlines = {unit.id: unit.shape for unit in units}
    made = blocks(outlines, survey.ground, sliver_m2=sliver_m2)
    return Divide({number: tuple(shapes) for number, shapes in made.items()}, wanted)


def _highest(draft: Draft) -> list[int]:
    ranks = {number: draft.site.level(draft.places[number].level).rank for number in draft.units()}
    return [number for number, rank in ranks.items() if rank == min(ranks.values())]


def _below(draft: Draft, level: str) -> str:
    keys = draft.site.keys
    at = keys.index(level) + 1
    if at == len(keys):
        raise _no_level(draft, level)
    return keys[at]


def _no_level(draft: Draft, level: str) -> Refused:
    lowest = draft.site.level(level)
    return Refused(
        f"All areas have units of the level “{lowest.en}” or lower already. Levels are fixed when "
        "a database is begun: for finer units, add a [[level]] below it to the site file and begin "
        "a new database with `wangge init`.",
        f"所有区域都已有“{lowest.zh}”或更低层级的单元。层级在建库时即已固定：如需更细的单元，"
        "请在站点文件中添加更低的 [[level]]，再用 wangge init 新建数据库。",
        level=level,
    )
