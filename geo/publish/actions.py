"""Publishing, and the files that readers go by: made, brought up to date, made again."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pandas as pd

from geo import reach, registers
from geo.access import Actor, trail_state
from geo.boundaries import (
    Site,
    editions,
    has_site,
    load_site,
    sealed_areas,
    set_sealed,
    today,
)
from geo.db import Engine, Transaction, lock
from geo.progress import Progress, quiet
from geo.publish.issue import Published, effective_day, hold_publishing, issue
from geo.publish.seal import (
    SEALED_FILES,
    listed_editions,
    records,
    registers_are_whole,
    seal_areas,
    seal_registers,
    sweep,
    tool_versions,
    write_current,
)
from geo.settings import Settings

_CIRCLE_SETTINGS = ("circle_preset", "circle_minutes", "walk_speed_kmh", "walk_detour")


def published_folder(settings: Settings) -> Path:
    """Folder of the files that readers go by."""
    return settings.home / "published"


def publish(
    engine: Engine,
    settings: Settings,
    *,
    title: str,
    actor: Actor,
    effective: str | dt.date | None = None,
    progress: Progress = quiet,
) -> Published:
    """Publish the open plan of import, or the current lines again, as the next edition.

    Everything happens in one transaction; the files are sealed before its end (they are named by
    their content, so an unfinished publication leaves nothing that anyone reads) and listed in
    `current.json` after it.

    Raises
    ------
    ChecksFailed
        If a finding of severity error stands; the first ones are named.
    BadInput
        If the effective date lies before that of the last edition, or the title is empty.
    Busy
        If somebody else is publishing or importing.
    """
    with engine.begin() as tx:
        hold_publishing(tx)
        site = load_site(tx)
        day = effective_day(tx, site, effective)
        published = issue(
            tx, site, published_folder(settings), title=title, effective=day, actor=actor,
            progress=progress,
        )  # fmt: skip
    refresh(engine, settings, progress=progress)
    return published


def refresh(engine: Engine, settings: Settings, *, progress: Progress = quiet) -> None:
    """Bring circles, coverage, sealed registers and `current.json` up to the database.

    Called after whatever changes the registers; does nothing before the first edition.
    """
    folder = published_folder(settings)
    with engine.begin() as tx:
        # One writer of `current.json` at a time, each writing what was committed before it.
        lock(tx, "refresh")
        rows = editions(tx)
        if rows.empty:
            return
        site = load_site(tx)
        reach.refresh_circles(tx, settings)
        for number in _not_past(rows, site):
            reach.refresh_coverage(tx, number)
        frames = registers.public_frames(tx, site.epsg)
        frames["circles"] = reach.public_circles(tx, site.epsg)
        sealed = seal_registers(frames, folder, progress=progress)
        write_current(folder, site, records(rows), sealed)
        state = _state(tx, settings)
    # Only now: what is not committed is not done.
    _mark(settings).write_text(state, "utf-8")
    sweep(folder, registers=sealed)


def repair(engine: Engine, settings: Settings, *, progress: Progress = quiet) -> list[int]:
    """Make again what is missing of the published files; gives the editions that were remade.

    The database is the truth. Run when a server starts: a publication that was killed between
    its commit and its files is finished here, and a restored database gets its files back.
    """
    folder = published_folder(settings)
    with engine.begin() as tx:
        if not has_site(tx):
            return []
        site = load_site(tx)
        missing = _missing(tx, folder)
        for number in missing:
            areas = sealed_areas(tx, site, number)
            set_sealed(tx, number, seal_areas(areas, site, folder, progress=progress))
        mark = _mark(settings)
        fresh = mark.exists() and mark.read_text("utf-8") == _state(tx, settings)
        whole = not missing_files(tx, settings) and registers_are_whole(folder)
    if missing or not fresh or not whole:
        refresh(engine, settings, progress=progress)
    return missing


def _mark(settings: Settings) -> Path:
    return settings.home / "published-from"


def _state(tx: Transaction, settings: Settings) -> str:
    """Say what the published files are made from: equal states need no refreshing."""
    circles = settings.model_dump_json(include={*_CIRCLE_SETTINGS})
    return f"{trail_state(tx)} {circles} {json.dumps(tool_versions())}"


def missing_files(tx: Transaction, settings: Settings) -> list[int]:
    """List the numbers of the editions whose files are not there, or not listed for readers."""
    folder = published_folder(settings)
    listed = listed_editions(folder)
    rows = editions(tx)
    unlisted = [
        int(number)
        for number, sealed in zip(rows["number"], rows["sealed"], strict=True)
        if (int(number), sealed) not in listed
    ]
    return sorted({*_missing(tx, folder), *unlisted})


def _missing(tx: Transaction, folder: Path) -> list[int]:
    rows = editions(tx)
    whole = [
        sealed is not None
        and all((folder / "sealed" / sealed / name).exists() for name in SEALED_FILES)
        for sealed in rows["sealed"]
    ]
    return [int(n) for n, there in zip(rows["number"], whole, strict=True) if not there]


def _not_past(rows: pd.DataFrame, site: Site) -> list[int]:
    """List the numbers of the edition in force and the coming ones: whose coverage is still asked for."""
    in_force = rows.loc[rows["effective"] <= today(site), "number"]
    first = in_force.max() if len(in_force) else rows["number"].min()
    return [int(n) for n in rows["number"] if n >= first]
