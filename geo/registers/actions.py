"""Import dated rows, place them, and hand the registers to those who read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as altered

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo import access
from geo.access import Actor
from geo.boundaries import Placer, Site
from geo.db import Transaction
from geo.errors import Busy, UnknownOption
from geo.exchange import Conformed
from geo.frames import Kind
from geo.import_report import ImportReport, require_no_rejects
from geo.progress import Progress, quiet
from geo.registers import store
from geo.registers.diff import Diff, compare
from geo.registers.incoming import incoming_rows
from geo.registers.kinds import PLACED, REGISTERS
from geo.registers.placing import ByHand, elsewhere, keep_chosen, spans
from geo.registers.rows import Prepared, RowKind

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: From so many rows on all keys of a source are read, and the planner is told of new ones.
_MANY = 1000


def import_rows(
    tx: Transaction,
    conformed: Conformed,
    *,
    kind: Kind,
    source: str,
    site: Site,
    place: Placer,
    actor: Actor,
    commit: bool,
    skip_rejected: bool = False,
    progress: Progress = quiet,
) -> ImportReport:
    """Import a file of buildings, compounds, facilities, features or streets.

    A dry run unless `commit`. Repeating an import changes nothing: rows are known by (source,
    key), and a row whose values differ closes the old one and opens the next with the same id.

    Raises
    ------
    UnknownOption
        If `kind` is not a register.
    Refused
        On commit, while rows are rejected and `skip_rejected` is not said.
    Busy
        On commit, when an edition was published since `place` was made.
    """
    if kind not in REGISTERS:
        known = ", ".join(REGISTERS)
        raise UnknownOption(
            f"“{kind}” is not a register. The registers are: {known}.",
            f"“{kind}”不是登记表。可用：{known}。",
            kind=kind,
        )
    return import_dated(
        tx, conformed, REGISTERS[kind], source=source, site=site, place=place, actor=actor,
        commit=commit, skip_rejected=skip_rejected, progress=progress,
    )  # fmt: skip


def import_dated(
    tx: Transaction,
    conformed: Conformed,
    row_kind: RowKind,
    *,
    source: str,
    site: Site,
    place: Placer,
    actor: Actor,
    commit: bool,
    skip_rejected: bool = False,
    progress: Progress = quiet,
) -> ImportReport:
    """Import rows of any dated kind; see `import_rows`."""
    actor.scope(row_kind.right)
    if commit:
        _hold(tx, row_kind, place)
    step = f"import {row_kind.kind}"
    progress(step, 0, 3)
    incoming = incoming_rows(conformed, source=source, epsg=site.epsg)
    prepared = row_kind.prepare(incoming.frame)
    progress(step, 1, 3)
    keys = prepared.rows["key"].tolist() if len(prepared.rows) < _MANY else None
    live = store.live_keys(tx, row_kind.table, source=source, keys=keys)
    diff = compare(prepared.rows, live)
    if row_kind.carry is not None:
        prepared = row_kind.carry(tx, prepared, diff, conformed.mapping)
    placed = _place(prepared, row_kind, place)
    report = altered(
        _report(prepared, row_kind, placed, diff, place),
        source=source,
        committed=commit,
        rows_read=conformed.rows_read,
        rejects=tuple(sorted((*incoming.rejects, *prepared.rejects), key=lambda r: r.row)),
        notes=(*incoming.notes, *prepared.notes),
    )
    if commit:
        if not skip_rejected:
            require_no_rejects(report)
        progress(step, 2, 3)
        ids = _write(tx, prepared, row_kind, placed, diff, source=source, epsg=site.epsg)
        if row_kind.written is not None:
            row_kind.written(tx, actor, ids)
        access.record(
            tx, actor=actor, action=row_kind.action or f"import {row_kind.kind}", source=source,
            rows=report.rows_read, new=report.new, updated=report.updated,
            rejected=report.reject_count,
        )  # fmt: skip
    progress(step, 3, 3)
    return report


def _hold(tx: Transaction, row_kind: RowKind, place: Placer) -> None:
    if store.lock_rows(tx, row_kind.table) != tuple(place.editions):
        raise Busy(
            "An edition was published while the file was being read. Import the file again.",
            "读取文件期间发布了新版本，请重新导入。",
        )


def _place(prepared: Prepared, row_kind: RowKind, place: Placer) -> dict[int, Ints]:
    if row_kind.subject is None or prepared.xy is None:
        return {}
    return place.place(prepared.xy)


def _report(
    prepared: Prepared, row_kind: RowKind, placed: dict[int, Ints], diff: Diff, place: Placer
) -> ImportReport:
    report = ImportReport(
        kind=row_kind.kind,
        source="",
        committed=False,
        rows_read=0,
        new=int(diff.new.sum()),
        updated=int(diff.changed.sum()),
        unchanged=int(diff.same.sum()),
        findings=prepared.findings,
    )
    if not placed:
        return report
    highest = max(placed)
    places = placed[highest]
    reviewed = row_kind.review(prepared, places, place.units[highest]) if row_kind.review else ()
    return altered(
        report,
        placed=int((places >= 0).sum()),
        outside=int((places < 0).sum()),
        findings=(*prepared.findings, *reviewed),
    )


def _write(
    tx: Transaction,
    prepared: Prepared,
    row_kind: RowKind,
    placed: dict[int, Ints],
    diff: Diff,
    *,
    source: str,
    epsg: int,
) -> Ints:
    """Store the new and the changed rows, and give their ids."""
    moving = diff.new | diff.changed
    if not moving.any():
        return diff.ids[moving]
    ids = diff.ids.copy()
    ids[diff.new] = store.new_ids(tx, int(diff.new.sum()))
    known = ids[diff.changed]
    store.close_rows(tx, row_kind.table, known)
    rows = prepared.rows[moving].assign(id=ids[moving], source=source)
    store.open_rows(tx, row_kind.table, rows, epsg=epsg)
    if len(rows) >= _MANY:
        store.count_anew(tx, row_kind.table)
    if row_kind.subject is not None:
        fresh = moving if prepared.stays is None else moving & ~prepared.stays
        store.drop_placements(tx, row_kind.subject, ids[fresh & diff.changed])
        how = prepared.how if prepared.how is not None else np.full(len(ids), "point", dtype=object)
        place_subjects(
            tx,
            row_kind.subject,
            ids[fresh],
            {number: places[fresh] for number, places in placed.items()},
            how=how[fresh],
        )
    return ids[moving]


def place_subjects(
    tx: Transaction,
    subject: str,
    ids: Ints,
    placed: Mapping[int, Ints],
    *,
    how: NDArray[np.object_],
) -> None:
    """Store where subjects without placements belong, in every edition of `placed`."""
    rows = spans(ids, placed)
    by_id = pd.Series(how, index=ids)
    store.add_placements(
        tx, rows.assign(subject_kind=subject, how=by_id.reindex(rows["subject_id"]).to_numpy())
    )


def replace(tx: Transaction, *, edition: int, place: Placer) -> dict[str, ByHand]:
    """Place every live building and facility in a new highest edition, once per edition.

    Rows whose unit stays go on; where it changes, the row ends with the edition before and the
    next one opens. Subjects that were never placed get their first row. Only the units of
    `edition` are asked: a `place` that knows no other edition is the fast one.

    Returns
    -------
    dict of str to ByHand
        By subject, what became of those that were placed by hand.
    """
    by_hand: dict[str, ByHand] = {}
    for subject, column in PLACED.items():
        ids, xy = store.subject_points(tx, subject, column)
        by_hand[subject] = replace_subjects(tx, subject, ids, xy, edition=edition, place=place)
    return by_hand


def replace_subjects(
    tx: Transaction,
    subject: str,
    ids: Ints,
    xy: Floats,
    *,
    edition: int,
    place: Placer,
    how: str = "point",
) -> ByHand:
    """Place the given subjects (ids; points of shape (n, 2), metres); see `replace`."""
    known, until_now, chosen = store.open_places(tx, subject)
    places, by_hand = keep_chosen(
        ids,
        place.place(xy)[edition],
        pd.Series(until_now[chosen], index=known[chosen]),
        place.units[edition]["place_id"].to_numpy(dtype=np.int64),
    )
    differs = elsewhere(ids, places, known, until_now)
    store.replace_placements(
        tx, subject, edition=edition, ids=ids[differs], places=places[differs], how=how
    )
    return by_hand


def subject_points(tx: Transaction, table: str, column: str = "geom") -> tuple[Ints, Floats]:
    """Give ids and points (shape (n, 2), metres) of the live rows of a table, by id."""
    return store.subject_points(tx, table, column)


def forget_placements(tx: Transaction, subject: str, ids: Ints) -> None:
    """Forget where subjects were placed, before they are placed anew in all editions."""
    store.drop_placements(tx, subject, ids)


def building_points(tx: Transaction) -> pd.DataFrame:
    """Give live buildings by id: id, use, status, households, planned_households, x, y.

    (x, y) is the inner point in metres; unknown figures are missing, never 0.
    """
    return store.building_points(tx)


def public_frames(tx: Transaction, epsg: int) -> dict[str, gpd.GeoDataFrame]:
    """Give the registers that anyone may see, by name, for sealing.

    buildings, compounds, facilities, features: live rows by id, in the working CRS `epsg`.
    Nothing personal, and no households of a building.
    """
    return {name: store.public_frame(tx, name, epsg=epsg) for name in store.PUBLIC}
