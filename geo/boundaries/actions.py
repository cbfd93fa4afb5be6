"""Use cases about lines: set up a site, stage an import, open an edition, hand lines out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.access import Actor, record
from geo.boundaries import store
from geo.boundaries.findings import Finding, blocking
from geo.boundaries.households import area_households
from geo.boundaries.hues import hues
from geo.boundaries.levels import Site
from geo.boundaries.lineage import lineage
from geo.boundaries.lines import (
    Settled,
    changed,
    current_lines,
    mend,
    overlay,
    settle,
    staged_lines,
)
from geo.boundaries.locate import LocateIndex
from geo.boundaries.placing import OUTSIDE, Placer
from geo.boundaries.sealed import COLUMNS, in_order
from geo.boundaries.staging import counts, filled, laid_over, to_stage, with_mended
from geo.codes import byte_order
from geo.db import Transaction, bind_crs
from geo.errors import NotFound, Refused
from geo.exchange import Conformed, to_working
from geo.import_report import ImportReport, require_no_rejects
from geo.progress import Progress, quiet


@dataclass(frozen=True)
class LevelFigures:
    """Figures of one level of a new edition; `households` is None while any is unknown."""

    level: str
    areas: int
    households: int | None
    new: int
    changed: int
    closed: int


@dataclass(frozen=True)
class OpenedEdition:
    """An edition whose rows are written, and what was found on the way.

    When a finding blocks, nothing was written and `number` is the one it would have had.
    """

    number: int
    levels: list[LevelFigures]
    findings: list[Finding]


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
    before = _plan_lines(tx, site, plan)
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


def _plan_lines(tx: Transaction, site: Site, plan: store.Plan | None) -> gpd.GeoDataFrame | None:
    """Give the lines as the open plan leaves them, or the current ones without a plan."""
    current = _current(tx, site)
    if plan is None:
        return current
    staged = staged_lines(store.staged(tx, plan.id, epsg=site.epsg))
    return overlay(current, staged, complete=plan.complete_levels)


# -- publish


def open_edition(
    tx: Transaction,
    site: Site,
    *,
    title: str,
    effective: dt.date,
    actor: Actor,
    buildings: pd.DataFrame,
    progress: Progress = quiet,
) -> OpenedEdition:
    """Write the rows of the next edition: versions, codes, figures, lineage.

    The lines are those of the open plan of import, or the current ones again. A place keeps its
    row while outline, parent, code, name and imported figures stay. `buildings` are all live
    buildings (id, use, status, households, x, y) and give the units their households.

    Raises
    ------
    NotFound
        If there is nothing to publish.
    """
    actor.require("publish")
    number = (store.highest_edition(tx) or 0) + 1
    plan = store.open_plan(tx)
    lines = _plan_lines(tx, site, plan)
    if lines is None or lines.empty:
        raise NotFound(
            "There are no areas to publish. Run `wangge import areas FILE --commit` first.",
            "没有可发布的区划，请先运行 wangge import areas 文件 --commit。",
        )
    progress("check", 0, 3)
    settled = settle(lines, site)
    findings = list(settled.findings)
    if blocking(findings):
        return OpenedEdition(number, [], findings)
    progress("rows", 1, 3)
    after = _identified(tx, settled)
    before = store.areas(tx, number - 1, epsg=site.epsg) if number > 1 else None
    store.insert_edition(
        tx,
        {
            "number": number,
            "title": title,
            "effective": effective,
            "published_by": actor.name,
            "plan_id": plan.id if plan else None,
            "checks": [f.to_json() for f in findings],
        },
    )
    kinds = _write_versions(tx, before, after, number, epsg=site.epsg)
    progress("figures", 2, 3)
    figures = _figures(after, buildings)
    rows = figures.reset_index(names="place_id").assign(edition=number)
    store.insert_figures(tx, rows)
    if before is not None:
        store.insert_lineage(tx, lineage(before, after).assign(edition=number))
    if plan:
        store.set_plan(tx, plan.id, status="published")
    progress("figures", 3, 3)
    return OpenedEdition(number, _level_figures(site, before, after, figures, kinds), findings)


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


def _identified(tx: Transaction, settled: Settled) -> gpd.GeoDataFrame:
    """Give every line its place: the one its code ever had, else a new one; by place id."""
    lines = settled.lines
    owners = store.code_owners(tx)
    places = lines.index.to_series().map(owners).astype("Int64")
    fresh = places.isna()
    places[fresh] = store.new_place_ids(tx, int(fresh.sum()))
    codes = places[fresh].rename("place_id").rename_axis("code").reset_index()
    store.own_codes(tx, codes)
    parents = lines["parent"].map(places).astype("Int64")
    frame = lines.assign(parent=parents, parent_id=parents, unit=settled.units)
    frame = frame.drop(columns="place_id").reset_index(names="code")
    frame.index = pd.Index(places.to_numpy(np.int64), name="place_id")
    return frame


def _write_versions(
    tx: Transaction,
    before: gpd.GeoDataFrame | None,
    after: gpd.GeoDataFrame,
    number: int,
    *,
    epsg: int,
) -> dict[str, pd.Index]:
    """Close and open versions; gives the places that are new, changed and closed."""
    old = before.index if before is not None else after.index[:0]
    both = after.index.intersection(old)
    differs = after.index[:0]
    if before is not None:
        here = before.loc[both].assign(
            parent=before["parent_id"],
            households=before["imported_households"],
            people=before["imported_people"],
        )
        differs = both[changed(here, after.loc[both]).to_numpy()]
    new, gone = after.index.difference(old), old.difference(after.index)
    store.close_versions(tx, [int(p) for p in differs.append(gone)], last_edition=number - 1)
    opened = after.loc[new.append(differs)].sort_index()
    rows = pd.DataFrame(
        {
            "place_id": opened.index,
            "level": opened["level"].to_numpy(),
            "code": opened["code"].to_numpy(),
            "name": opened["name"].to_numpy(),
            "parent_id": opened["parent_id"].to_numpy(),
            "imported_households": opened["households"].to_numpy(),
            "imported_people": opened["people"].to_numpy(),
            "area_m2": opened["area_m2"].to_numpy(),
            "geom": opened.geometry.to_numpy(),
            "label": opened["label"].to_numpy(),
            "first_edition": number,
        }
    )
    store.insert_versions(tx, rows, epsg=epsg)
    return {"new": new, "changed": differs, "closed": gone}


def _figures(after: gpd.GeoDataFrame, buildings: pd.DataFrame) -> pd.DataFrame:
    """Give the households of every area, from the buildings whose inner point is in its units."""
    units = after[after["unit"]]
    units = units.iloc[byte_order(units["code"])]
    index = LocateIndex.build(units.geometry.to_numpy())
    position = index.assign(buildings[["x", "y"]].to_numpy(dtype=float))
    ids = pd.array(np.append(units.index.to_numpy(), OUTSIDE)[position], dtype="Int64")
    ids[position == OUTSIDE] = pd.NA
    areas = pd.DataFrame(
        {"parent_id": after["parent_id"], "imported_households": after["households"]}
    )
    return area_households(areas, buildings.assign(unit=ids))


def _level_figures(
    site: Site,
    before: gpd.GeoDataFrame | None,
    after: gpd.GeoDataFrame,
    figures: pd.DataFrame,
    kinds: dict[str, pd.Index],
) -> list[LevelFigures]:
    rows = []
    for level in site.keys:
        here = after.index[after["level"] == level]
        gone = kinds["closed"]
        closed = 0 if before is None else int((before.loc[gone, "level"] == level).sum())
        households = figures.loc[here, "households"]
        rows.append(
            LevelFigures(
                level=level,
                areas=len(here),
                households=None if households.isna().any() else int(households.sum()),
                new=len(here.intersection(kinds["new"])),
                changed=len(here.intersection(kinds["changed"])),
                closed=closed,
            )
        )
    return rows
