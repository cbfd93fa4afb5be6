"""Zip files: member names in UTF-8 or GBK, one data set taken out under a safe name."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from geo.errors import UnknownOption, UnreadableFile

_DATA = (".shp", ".gpkg", ".geojson", ".json", ".fgb", ".parquet", ".csv", ".tsv", ".kml",
         ".xlsx", ".xls", ".ods")  # fmt: skip
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_MAX_BYTES = 8 * 1024**3


def unpack(path: Path, folder: Path, *, layer: str | None) -> tuple[Path, str | None]:
    """Take one data set with its side files out of a zip file.

    Returns
    -------
    (Path, str or None)
        The unpacked file, and the name of the data set when `layer` chose among several (None
        when there is only one, so that `layer` still means a layer inside it).

    Raises
    ------
    UnreadableFile
        If the zip is broken, encrypted, too large, or holds several data sets and none was named.
    UnknownOption
        If it holds no data set of that name.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = {_name(info): info for info in archive.infolist() if not info.is_dir()}
            chosen, named = _choose(path, members, layer)
            stem = chosen.with_suffix("")
            wanted = {n: i for n, i in members.items() if n.with_suffix("") == stem}
            if sum(info.file_size for info in wanted.values()) > _MAX_BYTES:
                raise UnreadableFile(
                    f"{path.name} unpacks to more than 8 GB. Split it.",
                    f"{path.name} 解压后超过 8 GB，请拆分。",
                )
            for name, info in wanted.items():
                target = folder / f"{stem.name}{name.suffix.lower()}"
                with archive.open(info) as source, target.open("wb") as sink:
                    shutil.copyfileobj(source, sink)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise UnreadableFile(
            f"{path.name} is not a readable zip file: {error}. Pack it again.",
            f"{path.name} 不是可读的 zip 文件：{error}。请重新打包。",
        ) from error
    return folder / f"{stem.name}{chosen.suffix.lower()}", named


def _name(info: zipfile.ZipInfo) -> PurePosixPath:
    """Give a member's name; without the UTF-8 flag its bytes are UTF-8 or GBK in practice."""
    if info.flag_bits & _UTF8_FLAG:
        return PurePosixPath(info.filename)
    raw = info.filename.encode("cp437")
    for encoding in ("utf-8", "gb18030"):
        try:
            return PurePosixPath(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return PurePosixPath(info.filename)


def _choose(
    path: Path, members: Mapping[PurePosixPath, zipfile.ZipInfo], layer: str | None
) -> tuple[PurePosixPath, str | None]:
    found = [
        n for n in members
        if n.suffix.lower() in _DATA and not n.name.startswith(("._", "."))
    ]  # fmt: skip
    if any(members[n].flag_bits & _ENCRYPTED_FLAG for n in found):
        raise UnreadableFile(
            f"{path.name} is locked with a password. Unpack it first.",
            f"{path.name} 有密码保护，请先解压。",
        )
    listed = ", ".join(n.stem for n in found)
    if not found:
        raise UnreadableFile(
            f"{path.name} holds no data that can be read (a Shapefile, GeoPackage, GeoJSON, CSV …).",
            f"{path.name} 中没有可读取的数据（Shapefile、GeoPackage、GeoJSON、CSV 等）。",
        )
    if len(found) == 1:
        only = found[0]
        return only, only.stem if layer == only.stem else None
    if layer is None:
        raise UnreadableFile(
            f"{path.name} holds {len(found)} data sets. Name one with --layer: {listed}.",
            f"{path.name} 中有 {len(found)} 份数据，请用 --layer 指定其一：{listed}。",
            layers=[n.stem for n in found],
        )
    matching = [n for n in found if layer in (n.stem, str(n.with_suffix("")))]
    if len(matching) != 1:
        raise UnknownOption(
            f"{path.name} holds no data set “{layer}”. It holds: {listed}.",
            f"{path.name} 中没有“{layer}”。现有：{listed}。",
            layers=[n.stem for n in found],
        )
    return matching[0], layer
