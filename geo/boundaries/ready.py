"""Lines that are ready to become an edition: imported, drawn in a plan, or those of a former one."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.boundaries import store
from geo.boundaries.actions import plan_lines
from geo.boundaries.coverage import check_coverage
from geo.boundaries.findings import Finding, blocking
from geo.boundaries.levels import Site
from geo.boundaries.lines import Settled, settle
from geo.db import Transaction
from geo.errors import NotFound, Refused


@dataclass(frozen=True, eq=False)
class Ready:
    """Lines on their way into an edition, and where they come from.

    Attributes
    ----------
    areas : GeoDataFrame
        By place id: level, code, name, parent_id, households, people (as imported, Int64),
        geometry, label, area_m2, unit (bool). None while a finding blocks.
    findings : tuple of Finding
        What the checks of lines found.
    source : dict
        Columns of the edition that say where it comes from: `plan_id` (of import), `drawn_plan`
        or `restores`.
    """

    areas: gpd.GeoDataFrame | None
    findings: tuple[Finding, ...] = ()
    source: dict[str, int] = field(default_factory=dict)


def staged_or_current(tx: Transaction, site: Site) -> Ready:
    """Give the lines of the open plan of import, or the current ones again.

    The plan counts as published from here on; its places get their ids.

    Raises
    ------
    NotFound
        If there is nothing to publish.
    """
    plan = store.open_plan(tx)
    lines = plan_lines(tx, site, plan)
    if lines is None or lines.empty:
        raise NotFound(
            "There are no areas to publish. Run `wangge import areas FILE --commit` first.",
            "没有可发布的区划，请先运行 wangge import areas 文件 --commit。",
        )
    settled = settle(lines, site)
    if blocking(settled.findings):
        return Ready(None, settled.findings)
    if plan:
        store.set_plan(tx, plan.id, status="published")
    source = {"plan_id": int(plan.id)} if plan else {}
    return Ready(_identified(tx, settled), settled.findings, source)


def drawn(areas: gpd.GeoDataFrame, plan: int) -> Ready:
    """Take the lines of a drawn plan; its units are looked at once more for gaps and overlaps."""
    found = check_coverage(areas[areas["unit"]]).findings
    return Ready(None if blocking(found) else areas, tuple(found), {"drawn_plan": plan})


def former(tx: Transaction, site: Site, number: int) -> Ready:
    """Take the lines of an edition again: its places come back with their codes."""
    areas = store.areas(tx, number, epsg=site.epsg)
    lines = areas.assign(
        households=areas["imported_households"],
        people=areas["imported_people"],
        unit=~areas.index.isin(areas["parent_id"].dropna()),
    )
    return Ready(lines, (), {"restores": number})


def _identified(tx: Transaction, settled: Settled) -> gpd.GeoDataFrame:
    """Give every line its place: the one its code ever had, else a new one; by place id."""
    lines = settled.lines
    places = lines.index.to_series().map(store.code_owners(tx)).astype("Int64")
    _refuse_doubles(places)
    fresh = places.isna()
    places[fresh] = store.new_place_ids(tx, int(fresh.sum()))
    parents = lines["parent"].map(places).astype("Int64")
    frame = lines.assign(parent_id=parents, unit=settled.units)
    frame = frame.drop(columns=["place_id", "parent"]).reset_index(names="code")
    frame.index = pd.Index(places.to_numpy(np.int64), name="place_id")
    return frame


def _refuse_doubles(places: pd.Series[int]) -> None:
    """Refuse two codes of one place: the former code of an area that is called otherwise now."""
    known = places.dropna()
    twice = sorted(known.index[known.duplicated(keep=False)])
    if twice:
        raise Refused(
            f"The codes {', '.join(twice[:6])} belong to the same area: one of them is its former"
            " code. Use today's code in the file, or a new one for another area.",
            f"编码 {'、'.join(twice[:6])} 属于同一区域，其中有旧编码。"
            "请在文件中使用现编码；如为另一区域，请使用新编码。",
            codes=twice,
        )
