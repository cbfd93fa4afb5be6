"""Use cases about lines: set up a site, stage an import, hand lines out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import geopandas as gpd
import shapely

from geo.access import Actor, record
from geo.boundaries import store
from geo.boundaries.findings import Finding
from geo.boundaries.hues import hues
from geo.boundaries.levels import Site
from geo.boundaries.lines import current_lines, mend, overlay, settle, staged_lines
from geo.boundaries.placing import Placer
from geo.boundaries.sealed import COLUMNS, in_order
from geo.boundaries.staging import counts, filled, laid_over, to_stage, with_mended
from geo.db import Transaction, bind_crs
from geo.errors import Refused
from geo.exchange import Conformed, to_working
from geo.import_report import ImportReport, require_no_rejects


def init_site(tx: Transaction, site: Site, *, actor: Actor) -> None:
    """Make an empty database the database of a site; its CRS is fixed from here on.

    Raises
    ------
    Refused
        If the database has a site already.
    """
    actor.require("admin")
    if store.has_site(tx):
        there = store.load_site(tx)
        raise Refused(
            f"This database belongs to {there.name_en} already. To change its names or limits say"
            " --change; for another place use another database (WANGGE_HOME or"
            " WANGGE_DATABASE_URL).",
            f"该数据库已属于{there.name_zh}。修改名称或上限请加 --change；其他地方请换用其他数据库"
            "（WANGGE_HOME 或 WANGGE_DATABASE_URL）。",
        )
    store.save_site(tx, site)
    bind_crs(tx, site.epsg)
    record(tx, actor=actor, action="init", site=site.to_json())


def change_site(tx: Transaction, site: Site, *, actor: Actor) -> None:
    """Change the names, limits, patterns or time zone of a site; they count from the next edition.

    Raises
    ------
    NotFound
        If the database has no site yet.
    Refused
        If the working CRS or the keys of the levels differ: all rows stand on them.
    """
    actor.require("admin")
    there = store.load_site(tx)
    if (there.epsg, there.keys) != (site.epsg, site.keys):
        kept = f"EPSG:{there.epsg}, {' > '.join(there.keys)}"
        raise Refused(
            f"The working CRS and the keys of the levels can't be changed; they are {kept}.",
            f"工作坐标系和层级键不能修改，现为：{kept}。",
        )
    store.change_site(tx, site)
    record(tx, actor=actor, action="change site", site=site.to_json())


def today(site: Site) -> dt.date:
    """Give today's date in the site's time zone."""
    return dt.datetime.now(ZoneInfo(site.timezone)).date()


def load_placer(tx: Transaction, site: Site, numbers: Sequence[int] | None = None) -> Placer:
    """Give the placer of some editions, or of all, in force and coming."""
    if numbers is None:
        numbers = [int(number) for number in store.editions(tx)["number"]]
    return Placer({n: store.unit_versions(tx, n, epsg=site.epsg) for n in numbers})


# -- import


def import_areas(
    tx: Transaction,
    site: Site,
    conformed: Conformed,
    *,
    source: str,
    level: str | None,
    complete: bool,
    discard: bool,
    repair: bool,
    commit: bool,
    skip_rejected: bool,
    actor: Actor,
) -> ImportReport:
    """Stage a file of areas in the open plan of import; a dry run unless `commit`.

    The report tells how the whole plan would stand: coverage, parents, codes, households. Its
    errors may be staged but block publishing. With `complete` areas of the file's levels which the
    file does not name are gone; with `discard` what was staged before is. With `repair` hairs
    between units are mended, those of areas outside the file too; a finding tells what moves and
    how far.

    Raises
    ------
    Refused
        On commit, if rows are rejected and `skip_rejected` is not set, or the file is to be
        `complete`.
    """
    actor.require("import.lines")
    if commit:
        store.lock_import(tx)
    placed = to_working(conformed, site.epsg)
    rows, rejects, notes = to_stage(placed.frame, site, level)
    rejects = [*conformed.rejects, *placed.rejects, *rejects]
    dropped = store.open_plan(tx)
    plan = None if discard else dropped
    before = plan_lines(tx, site, plan)
    levels = sorted(set(rows["level"])) if complete else []
    already = store.staged(tx, plan.id, epsg=site.epsg) if plan else None
    rows = filled(rows, already, before)
    staged = rows if already is None else laid_over(already, rows)
    everywhere = {*levels, *(plan.complete_levels if plan else ())}
    lines = overlay(_current(tx, site), staged_lines(staged), complete=everywhere)
    told: Finding | None = None
    if repair:
        lines, told = mend(lines, site)
    report = ImportReport(
        kind="areas",
        source=source,
        committed=commit,
        rows_read=conformed.rows_read,
        rejects=tuple(rejects),
        findings=(*([told] if told else []), *settle(lines, site).findings),
        notes=(*conformed.notes, *notes),
        **counts(before, lines, rows),
    )
    if commit:
        if not skip_rejected:
            require_no_rejects(report)
        if complete and rejects:
            raise Refused(
                f"{report.reject_count} rows are rejected: what they name would be taken as gone."
                " Mend them, or import without --complete.",
                f"有 {report.reject_count} 行被拒绝，其所指区域会被当作已撤销。"
                "请先修正，或不使用 --complete 导入。",
            )
        if discard and dropped:
            store.set_plan(tx, dropped.id, status="discarded")
        number = plan.id if plan else store.create_plan(
            tx, based_on=store.highest_edition(tx), actor=actor.name
        )  # fmt: skip
        rows = with_mended(rows, lines, told)
        store.stage(tx, number, rows.drop(columns="row"), epsg=site.epsg)
        store.set_plan(tx, number, complete_levels=sorted(everywhere))
        record(tx, actor=actor, action="import areas", plan=number, source=source, rows=len(rows))
    return report


def _current(tx: Transaction, site: Site) -> gpd.GeoDataFrame | None:
    highest = store.highest_edition(tx)
    return None if highest is None else current_lines(store.areas(tx, highest, epsg=site.epsg))


def plan_lines(tx: Transaction, site: Site, plan: store.Plan | None) -> gpd.GeoDataFrame | None:
    """Give the lines as the open plan leaves them, or the current ones without a plan."""
    current = _current(tx, site)
    if plan is None:
        return current
    staged = staged_lines(store.staged(tx, plan.id, epsg=site.epsg))
    return overlay(current, staged, complete=plan.complete_levels)


def sealed_areas(tx: Transaction, site: Site, number: int) -> gpd.GeoDataFrame:
    """Give the areas of an edition with the columns and the order of its sealed file."""
    areas = store.areas(tx, number, epsg=site.epsg)
    areas = areas.assign(
        hue=hues(areas),
        label_x=shapely.get_x(areas["label"].to_numpy()),
        label_y=shapely.get_y(areas["label"].to_numpy()),
    )
    plain = areas.reset_index().astype(
        {"place_id": "int64", "households_complete": bool, "hue": "int8"}
    )
    return in_order(plain, site)[list(COLUMNS)].reset_index(drop=True)
