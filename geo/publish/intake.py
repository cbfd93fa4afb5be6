"""Files into the database: read → map → check → place, stored only when told to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from geo import people, registers
from geo.access import Actor
from geo.boundaries import Site, import_areas, load_placer, load_site
from geo.crs import SourceCrs
from geo.db import Engine, Transaction
from geo.exchange import Conformed, conform, read_file
from geo.frames import CONTRACTS, Kind
from geo.import_report import ImportReport
from geo.progress import Progress, quiet
from geo.publish.actions import refresh
from geo.settings import Settings

REGISTERS: tuple[Kind, ...] = ("buildings", "compounds", "facilities", "features", "streets")
PEOPLE: tuple[Kind, ...] = ("incidents", "members", "positions", "branches")


@dataclass(frozen=True)
class ImportOrder:
    """What to do with a file.

    `source` says whose ids the rows carry: the same (source, id) is the same thing on every
    import. `columns` maps canonical names to headings where they can't be guessed. `aliases`
    are spellings of addresses to keep first, with the building (key or id) that each means.
    `level` is that of all areas of the file, whatever its columns say; `complete` says that areas of that level which the
    file does not name are gone; `discard` that what was staged before is. `repair` mends invalid shapes, and hairs between areas. Without
    `commit` nothing is stored.
    """

    kind: Kind
    source: str
    crs: SourceCrs | None = None
    encoding: str | None = None
    layer: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str | int] = field(default_factory=dict)
    level: str | None = None
    complete: bool = False
    discard: bool = False
    repair: bool = False
    skip_rejected: bool = False
    commit: bool = False


def import_file(
    engine: Engine,
    settings: Settings,
    order: ImportOrder,
    path: Path,
    *,
    actor: Actor,
    progress: Progress = quiet,
) -> ImportReport:
    """Import one file, all or nothing, and tell what was found.

    Returns
    -------
    ImportReport
        `committed` is False for a dry run, and where rejected rows forbid storing.
    """
    with engine.connect() as tx, tx.begin() as transaction:
        site = load_site(tx)
        conformed = _read(order, site, path, progress)
        for spelling, building in order.aliases.items():
            people.keep_alias(tx, spelling, building, actor=actor)
        report = _import(tx, site, conformed, order, actor=actor, progress=progress)
        if report.committed and order.kind == "buildings":
            people.follow_buildings(tx, place=load_placer(tx, site))
        if not report.committed:
            transaction.rollback()
            return report
        progress("commit", 0, 1)
    progress("commit", 1, 1)
    if order.kind in REGISTERS:
        refresh(engine, settings, progress=progress)
    return report


def _read(order: ImportOrder, site: Site, path: Path, progress: Progress) -> Conformed:
    table = read_file(
        path,
        crs=order.crs,
        encoding=order.encoding,
        layer=order.layer,
        columns=order.columns,
        progress=progress,
    )
    return conform(
        table,
        CONTRACTS[order.kind],
        columns=order.columns,
        timezone=site.timezone,
        repair=order.repair,
        progress=progress,
    )


def _import(
    tx: Transaction,
    site: Site,
    conformed: Conformed,
    order: ImportOrder,
    *,
    actor: Actor,
    progress: Progress,
) -> ImportReport:
    if order.kind == "areas":
        return import_areas(
            tx,
            site,
            conformed,
            source=order.source,
            level=order.level,
            complete=order.complete,
            discard=order.discard,
            repair=order.repair,
            commit=order.commit,
            skip_rejected=order.skip_rejected,
            actor=actor,
        )
    import_dated = registers.import_rows if order.kind in REGISTERS else people.import_rows
    return import_dated(
        tx,
        conformed,
        kind=order.kind,
        source=order.source,
        site=site,
        place=load_placer(tx, site),
        actor=actor,
        commit=order.commit,
        skip_rejected=order.skip_rejected,
        progress=progress,
    )
