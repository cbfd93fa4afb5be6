"""Open an edition: whatever its lines come from, its rows are written in this one way."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.access import Actor
from geo.boundaries import store
from geo.boundaries.findings import Finding
from geo.boundaries.heirs import handed_on, heirs
from geo.boundaries.households import area_households
from geo.boundaries.levels import Site
from geo.boundaries.lineage import lineage
from geo.boundaries.lines import changed
from geo.boundaries.locate import LocateIndex
from geo.boundaries.placing import OUTSIDE
from geo.boundaries.ready import Ready, staged_or_current
from geo.codes import byte_order
from geo.db import Transaction
from geo.errors import Refused
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

    When a finding blocks, nothing was written and `number` is the one it would have had. `heirs`
    gives, for each place that it retired, who holds what was bound to it; None: nobody.
    """

    number: int
    levels: list[LevelFigures]
    findings: list[Finding]
    heirs: dict[int, int | None]


@dataclass(frozen=True)
class _Kinds:
    """Places of an edition beside the one before."""

    new: pd.Index[int]
    changed: pd.Index[int]
    closed: pd.Index[int]


def open_edition(
    tx: Transaction,
    site: Site,
    ready: Ready | None = None,
    *,
    title: str,
    effective: dt.date,
    actor: Actor,
    buildings: pd.DataFrame,
    progress: Progress = quiet,
) -> OpenedEdition:
    """Write the rows of the next edition: versions, codes, figures, lineage, heirs.

    The lines are those that are `ready`; without it those of the open plan of import, or the
    current ones again. A place keeps its row while outline, parent, code, name and imported
    figures stay. `buildings` are all live buildings (id, use, status, households, x, y) and give
    the units their households.

    Raises
    ------
    NotFound
        If there is nothing to publish.
    Refused
        If a code belongs to another place.
    """
    actor.require("publish")
    number = (store.highest_edition(tx) or 0) + 1
    progress("check", 0, 1)
    ready = ready or staged_or_current(tx, site)
    progress("check", 1, 1)
    findings = list(ready.findings)
    after = ready.areas
    if after is None:
        return OpenedEdition(number, [], findings, {})
    progress("rows", 0, 2)
    before = store.areas(tx, number - 1, epsg=site.epsg) if number > 1 else None
    _own_codes(tx, after)
    store.insert_edition(
        tx,
        {
            "number": number,
            "title": title,
            "effective": effective,
            "published_by": actor.name,
            "checks": [f.to_json() for f in findings],
            **ready.source,
        },
    )
    kinds = _write_versions(tx, before, after, number, epsg=site.epsg)
    progress("rows", 1, 2)
    figures = _figures(after, buildings)
    store.insert_figures(tx, figures.reset_index(names="place_id").assign(edition=number))
    progress("rows", 2, 2)
    progress("lineage", 0, 1)
    taken_over = {} if before is None else _write_lineage(tx, before, after, kinds, number)
    progress("lineage", 1, 1)
    levels = _level_figures(site, before, after, figures, kinds)
    return OpenedEdition(number, levels, findings, taken_over)


def _own_codes(tx: Transaction, after: gpd.GeoDataFrame) -> None:
    """Give codes that were never used to their places; none is ever another's."""
    codes = pd.Series(after.index, index=after["code"].to_numpy(dtype=object), name="place_id")
    owners = store.code_owners(tx).reindex(codes.index)
    wrong = codes.index[owners.notna() & (owners != codes)]
    if len(wrong):
        raise Refused(
            f"The codes {', '.join(wrong[:6])} belong to other areas, of today or of before. Give"
            " these areas codes that were never used.",
            f"编码 {'、'.join(wrong[:6])} 已属于其他（现有或已撤销的）区域。请改用从未使用过的编码。",
            codes=list(wrong),
        )
    store.own_codes(tx, codes[owners.isna()].rename_axis("code").reset_index())


def _write_versions(
    tx: Transaction,
    before: gpd.GeoDataFrame | None,
    after: gpd.GeoDataFrame,
    number: int,
    *,
    epsg: int,
) -> _Kinds:
    """Close and open versions."""
    old = before.index if before is not None else after.index[:0]
    both = after.index.intersection(old)
    differs = after.index[:0]
    if before is not None:
        here = before.loc[both].assign(
            parent=before["parent_id"],
            households=before["imported_households"],
            people=before["imported_people"],
        )
        now = after.loc[both].assign(parent=after["parent_id"])
        differs = both[changed(here, now).to_numpy()]
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
    return _Kinds(new, differs, gone)


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


def _write_lineage(
    tx: Transaction,
    before: gpd.GeoDataFrame,
    after: gpd.GeoDataFrame,
    kinds: _Kinds,
    number: int,
) -> dict[int, int | None]:
    """Keep who got which share of whom, and who holds what was bound to retired places."""
    shares = lineage(before, after)
    store.insert_lineage(tx, shares.assign(edition=number))
    gone = kinds.closed.tolist()
    now = heirs(shares, gone)
    ended, begun = handed_on(store.open_heirs(tx), now, after.index)
    store.close_heirs(tx, ended, last_edition=number - 1)
    store.insert_heirs(tx, begun, first_edition=number)
    return {place: now.get(place) for place in gone}


def _level_figures(
    site: Site,
    before: gpd.GeoDataFrame | None,
    after: gpd.GeoDataFrame,
    figures: pd.DataFrame,
    kinds: _Kinds,
) -> list[LevelFigures]:
    rows = []
    for level in site.keys:
        here = after.index[after["level"] == level]
        closed = 0 if before is None else int((before.loc[kinds.closed, "level"] == level).sum())
        households = figures.loc[here, "households"]
        rows.append(
            LevelFigures(
                level=level,
                areas=len(here),
                households=None if households.isna().any() else int(households.sum()),
                new=len(here.intersection(kinds.new)),
                changed=len(here.intersection(kinds.changed)),
                closed=closed,
            )
        )
    return rows
