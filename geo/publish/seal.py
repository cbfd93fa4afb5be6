"""Files that anything can serve: sealed editions, sealed registers, and the list of them.

Every folder is named by the hash of what is in it, written under another name first and renamed
when whole; what exists is never changed. `current.json` is replaced in one step. So a reader sees
the old state or the new one, and a kill at any moment leaves at most a folder to sweep.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import platform
import shutil
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geo.boundaries import Site, write_areas
from geo.exchange import write_parquet
from geo.progress import Progress, quiet
from geo.tiles import write_area_tiles, write_register_tiles

SEALED_FILES = ("areas.parquet", "tiles.pmtiles")
REGISTERS = ("buildings", "compounds", "facilities", "features", "circles")
_UNFINISHED = ".unfinished-"
_NOTE = "seal.json"
_LIBRARIES = ("geopandas", "shapely", "pyproj", "pyarrow", "numpy", "pmtiles")


def tool_versions() -> dict[str, str]:
    """Name the libraries whose versions the bytes depend on."""
    return {
        "wangge": version("wangge"),
        **{name: version(name) for name in _LIBRARIES},
        "geos": ".".join(map(str, shapely.geos_version)),
        "python": platform.python_version(),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }


def seal_areas(
    areas: gpd.GeoDataFrame, site: Site, folder: Path, *, progress: Progress = quiet
) -> str:
    """Seal the areas of an edition into `sealed/HASH` and give the hash.

    `areas` has the sealed columns in the sealed order (`geo.boundaries.sealed`); equal rows and
    equal library versions give the equal hash.
    """
    with _scratch(folder / "sealed") as scratch:
        write_areas(areas, site, scratch / "areas.parquet")
        write_area_tiles(scratch / "areas.parquet", scratch / "tiles.pmtiles", progress=progress)
        return _finish(scratch)


def seal_registers(
    frames: Mapping[str, gpd.GeoDataFrame], folder: Path, *, progress: Progress = quiet
) -> str:
    """Seal the public registers into `registers/HASH` and give the hash.

    `frames` are the public frames by name, in the working CRS, with `id` and nothing personal.
    Registers that have not changed keep their folder without any drawing.
    """
    with _scratch(folder / "registers") as scratch:
        for name in sorted(frames):
            write_parquet(frames[name], scratch / f"{name}.parquet")
        names = [*(path.name for path in scratch.iterdir()), "tiles.pmtiles"]
        note = {"parquet": _digest(scratch), "tools": tool_versions()}
        for seal in sorted(scratch.parent.glob(f"[!.]*/{_NOTE}")):
            if _read(seal) == note and _holds(seal.parent, names):
                return seal.parent.name
        write_register_tiles(scratch, scratch / "tiles.pmtiles", progress=progress)
        (scratch / _NOTE).write_text(json.dumps(note, indent=1, sort_keys=True), "utf-8")
        return _finish(scratch)


def write_current(
    folder: Path, site: Site, editions: Sequence[Mapping[str, Any]], registers: str
) -> None:
    """Replace `current.json`, the list that readers go by, and the notes of new editions.

    Each edition is a mapping with number, title, effective, published_at and sealed.
    """
    rows = [{key: _plain(row[key]) for key in _EDITION} for row in editions]
    notes = folder / "editions"
    notes.mkdir(parents=True, exist_ok=True)
    for row in rows:
        note = notes / f"{row['number']}.json"
        if not note.exists():
            _replace(note, {**row, "site": site.to_json(), "tools": tool_versions()})
    state = {"site": site.to_json(), "editions": rows, "registers": registers}
    current = folder / "current.json"
    before = _read(current)
    if before != state:
        _replace(current, state)
        left = (
            folder / "registers" / str(before.get("registers"))
            if isinstance(before, dict)
            else None
        )
        if left is not None and left.exists():
            os.utime(left)  # from now on nobody new asks for them: see `sweep`


def listed_editions(folder: Path) -> set[tuple[int, str]]:
    """Give number and hash of the editions that readers are told of; none from a broken list."""
    current = _read(folder / "current.json")
    rows = current.get("editions", []) if isinstance(current, dict) else []
    return {(int(row["number"]), str(row["sealed"])) for row in rows}


def registers_are_whole(folder: Path) -> bool:
    """Tell whether the registers that readers are told of are all there."""
    current = _read(folder / "current.json")
    sealed = current.get("registers") if isinstance(current, dict) else None
    names = [*(f"{name}.parquet" for name in REGISTERS), "tiles.pmtiles", _NOTE]
    return sealed is not None and _holds(folder / "registers" / sealed, names)


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a frame as mappings by column name."""
    columns = [str(name) for name in rows.columns]
    return [
        dict(zip(columns, row, strict=True)) for row in rows.astype(object).itertuples(index=False)
    ]


def sweep(folder: Path, *, registers: str, older_than_s: float = 86400.0) -> None:
    """Remove what nobody can be using any more: a day after it was left.

    That is what interrupted sealings left behind, and registers other than those of the hash
    `registers`: an open page may still ask for those of yesterday. Sealed editions stay.
    """
    now = dt.datetime.now(dt.UTC).timestamp()
    old = (path for path in (folder / "registers").glob("[!.]*") if path.name != registers)
    for left in (*folder.glob(f"*/{_UNFINISHED}*"), *old):
        if now - left.stat().st_mtime > older_than_s:
            shutil.rmtree(left)


_EDITION = ("number", "title", "effective", "published_at", "sealed")


def _plain(value: object) -> object:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, dt.date) else value


@contextmanager
def _scratch(parent: Path) -> Iterator[Path]:
    parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=parent))
    scratch.chmod(0o755)
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _finish(scratch: Path) -> str:
    """Name a whole folder by its hash; one that is there already is the same."""
    digest = _digest(scratch)[:16]
    target = scratch.parent / digest
    names = {path.name for path in scratch.iterdir()}
    if _holds(target, names):
        return digest
    _flush(scratch)
    shutil.rmtree(target, ignore_errors=True)  # somebody deleted a part of it
    try:
        scratch.rename(target)
    except OSError:
        if not _holds(target, names):  # else another process was a moment faster
            raise
    return digest


def _holds(folder: Path, names: Iterable[str]) -> bool:
    return all((folder / name).is_file() for name in names)


def _digest(folder: Path) -> str:
    """Hash the names and bytes of all data files in a folder."""
    total = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix != ".json":
            total.update(f"{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _flush(folder: Path) -> None:
    for path in [*folder.iterdir(), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _read(path: Path) -> object:
    """Read a JSON file; None where there is none, or a broken one."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def _replace(path: Path, content: object) -> None:
    handle, name = tempfile.mkstemp(prefix=".", dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o644)
    Path(name).replace(path)
