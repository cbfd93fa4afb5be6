"""PMTiles 3 archives of vector tiles: written in one go, read from memory.

Source: github.com/protomaps/PMTiles, spec/v3. The directories are laid out here, so that equal
tiles give equal bytes under every Python version.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import numpy as np
from pmtiles.tile import (
    Compression,
    Entry,
    HeaderDict,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_directory,
    deserialize_header,
    serialize_header,
    zxy_to_tileid,
)

from geo.errors import UnreadableFile
from geo.tiles import varint
from geo.tiles.paths import spans
from geo.tiles.varint import Ints

Address = tuple[int, int, int]
Box = tuple[float, float, float, float]

_HEADER_BYTES = 127
_ROOT_LIMIT_BYTES = 16384 - _HEADER_BYTES
_LEAF_ENTRIES = 4096
_BITS = 29  # for x and for y in the key of an address, so zooms end at 28
_LOW = (1 << _BITS) - 1


def _gzip(body: bytes) -> bytes:
    return zlib.compress(body, 9, wbits=31)


def _gunzip(body: bytes) -> bytes:
    return zlib.decompress(body, wbits=31)


def _entries(tiles: Mapping[Address, bytes]) -> tuple[list[Entry], list[bytes]]:
    """Give the directory and the distinct tiles in the order of the archive."""
    entries: list[Entry] = []
    bodies: list[bytes] = []
    at: dict[bytes, int] = {}
    end = 0
    for tile_id, body in sorted((zxy_to_tileid(*address), tiles[address]) for address in tiles):
        offset = at.setdefault(body, end)
        if offset == end:
            bodies.append(body)
            end += len(body)
        last = entries[-1] if entries else None
        if last and last.offset == offset and tile_id == last.tile_id + last.run_length:
            last.run_length += 1
        else:
            entries.append(Entry(tile_id, offset, len(body), 1))
    return entries, bodies


def _directory(entries: Sequence[Entry]) -> bytes:
    """Serialise a directory; an offset of 0 says "right after the one before"."""
    ids = np.array([e.tile_id for e in entries], np.int64)
    lengths = np.array([e.length for e in entries], np.int64)
    offsets = np.array([e.offset for e in entries], np.int64)
    follows = np.zeros(len(entries), bool)
    follows[1:] = offsets[1:] == (offsets + lengths)[:-1]
    runs = [e.run_length for e in entries]
    columns = (np.diff(ids, prepend=0), runs, lengths, np.where(follows, 0, offsets + 1))
    return _gzip(varint.encode(np.concatenate([[len(entries)], *columns]).astype(np.uint64)))


def _directories(entries: Sequence[Entry]) -> tuple[bytes, bytes]:
    """Give the root directory and the leaves, if the root alone would be too large."""
    root, leaves, size = _directory(entries), b"", _LEAF_ENTRIES
    while len(root) > _ROOT_LIMIT_BYTES:
        leaves, links = b"", []
        for first in range(0, len(entries), size):
            leaf = _directory(entries[first : first + size])
            links.append(Entry(entries[first].tile_id, len(leaves), len(leaf), 0))
            leaves += leaf
        root, size = _directory(links), 2 * size
    return root, leaves


def _e7(degrees: float) -> int:
    return round(degrees * 1e7)


def write_archive(
    path: Path,
    tiles: Mapping[Address, bytes],
    *,
    bounds_lonlat: Box,
    center: tuple[float, float, int],
    min_zoom: int,
    max_zoom: int,
    metadata: Mapping[str, object],
) -> str:
    """Write gzipped vector tiles as a PMTiles archive.

    The file appears under its name only when it is whole.

    Parameters
    ----------
    path : Path
    tiles : mapping of (z, x, y) to bytes
        May be empty.
    bounds_lonlat : (west, south, east, north), degrees
    center : (lon, lat, zoom)
    min_zoom, max_zoom : int
        The zooms the archive answers for, with or without tiles.
    metadata : mapping
        JSON-able; `vector_layers` for readers, `name`, `attribution` …

    Returns
    -------
    str
        SHA-256 of the file, in hex. Equal arguments give equal files.
    """
    entries, bodies = _entries(tiles)
    root, leaves = _directories(entries)
    about = _gzip(json.dumps(metadata, ensure_ascii=False, sort_keys=True).encode())
    lengths = (len(root), len(about), len(leaves), sum(map(len, bodies)))
    starts = np.cumsum([_HEADER_BYTES, *lengths[:-1]]).tolist()
    west, south, east, north = map(_e7, bounds_lonlat)
    header: dict[str, Any] = {  # the type of pmtiles wants every name spelled out
        "addressed_tiles_count": len(tiles),
        "tile_entries_count": len(entries),
        "tile_contents_count": len(bodies),
        "clustered": True,
        "internal_compression": Compression.GZIP,
        "tile_compression": Compression.GZIP,
        "tile_type": TileType.MVT,
        "min_zoom": min_zoom,
        "max_zoom": max_zoom,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": center[2],
        "center_lon_e7": _e7(center[0]),
        "center_lat_e7": _e7(center[1]),
    }
    sections = ("root", "metadata", "leaf_directory", "tile_data")
    for section, start, length in zip(sections, starts, lengths, strict=True):
        header[f"{section}_offset"], header[f"{section}_length"] = start, length
    return _write_whole(
        path, [serialize_header(cast("HeaderDict", header)), root, about, leaves, *bodies]
    )


def _write_whole(path: Path, pieces: Sequence[bytes]) -> str:
    """Write beside the name, force to disk, then take the name."""
    digest = hashlib.sha256()
    partial = path.with_name(path.name + ".partial")
    with partial.open("wb") as file:
        for piece in pieces:
            file.write(piece)
            digest.update(piece)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    return digest.hexdigest()


def _keys(ids: Ints) -> Ints:
    """Turn PMTiles ids into keys: unwind the Hilbert curve of every tile at once."""
    first_ids = np.array([(4**z - 1) // 3 for z in range(_BITS)], np.int64)
    zoom = np.searchsorted(first_ids, ids, side="right") - 1
    left = ids - first_ids[zoom]
    x, y = np.zeros_like(ids), np.zeros_like(ids)
    for bit in range(int(zoom.max(initial=0))):
        right = left >> 1 & 1
        down = (left ^ right) & 1
        size, inside = 1 << bit, bit < zoom
        flipped = inside & (down == 0) & (right == 1)
        x, y = np.where(flipped, size - 1 - x, x), np.where(flipped, size - 1 - y, y)
        turned = inside & (down == 0)
        x, y = np.where(turned, y, x), np.where(turned, x, y)
        x, y, left = x + right * size, y + down * size, left >> 2
    return np.asarray(zoom << 2 * _BITS | x << _BITS | y)


@dataclass(frozen=True)
class About:
    """What an archive says of itself; bounds and center in degrees."""

    min_zoom: int
    max_zoom: int
    bounds: Box
    center: tuple[float, float, int]
    metadata: Mapping[str, Any]


class Archive:
    """An archive opened for reading: the file mapped into memory, its directory in a dict.

    The directory takes about 200 bytes per tile. Safe to share between threads; `close` (or
    `with`) lets the file go.
    """

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise _unreadable(path) from error
        try:
            self._header: Mapping[str, Any] = {**deserialize_header(self._bytes[:_HEADER_BYTES])}
            self._require_whole()
            self._index = self._read_index()
            self.about = self._read_about()
        except (
            MagicNumberNotFound, SpecVersionUnsupported, EOFError, ValueError, IndexError, zlib.error,
        ) as error:  # fmt: skip
            self._bytes.close()
            raise _unreadable(path) from error

    def _require_whole(self) -> None:
        end = self._header["tile_data_offset"] + self._header["tile_data_length"]
        if len(self._bytes) < end:
            raise EOFError(f"{len(self._bytes)} of {end} bytes")

    def _section(self, name: str) -> bytes:
        start = self._header[f"{name}_offset"]
        return self._bytes[start : start + self._header[f"{name}_length"]]

    def _read_index(self) -> dict[int, tuple[int, int]]:
        """Give where each tile lies in the file, by the key of its address."""
        leaves = self._section("leaf_directory")
        entries: list[Entry] = []
        pending = deserialize_directory(self._section("root"))
        while pending:
            entry = pending.pop()
            if entry.run_length:
                entries.append(entry)
            else:
                leaf = leaves[entry.offset : entry.offset + entry.length]
                pending.extend(deserialize_directory(leaf))
        runs = np.array([entry.run_length for entry in entries], np.int64)
        ids = spans(np.array([entry.tile_id for entry in entries], np.int64), runs)
        data: int = self._header["tile_data_offset"]
        places = [(data + e.offset, data + e.offset + e.length) for e in entries]
        of_entry = np.repeat(np.arange(len(entries)), runs)
        return {
            key: places[number]
            for key, number in zip(_keys(ids).tolist(), of_entry.tolist(), strict=True)
        }

    def _read_about(self) -> About:
        h = self._header
        sides = ("min_lon", "min_lat", "max_lon", "max_lat")
        west, south, east, north = (h[f"{side}_e7"] / 1e7 for side in sides)
        return About(
            min_zoom=h["min_zoom"],
            max_zoom=h["max_zoom"],
            bounds=(west, south, east, north),
            center=(h["center_lon_e7"] / 1e7, h["center_lat_e7"] / 1e7, h["center_zoom"]),
            metadata=json.loads(_gunzip(self._section("metadata"))),
        )

    def get(self, z: int, x: int, y: int) -> bytes | None:
        """Give the gzipped tile, or None where the archive has none."""
        place = self.span(z, x, y)
        return None if place is None else self._bytes[place[0] : place[1]]

    def span(self, z: int, x: int, y: int) -> tuple[int, int] | None:
        """Give where in the file the tile lies (first byte, end), for range requests."""
        if not 0 <= z < _BITS or (x | y) >> z:
            return None
        return self._index.get(z << 2 * _BITS | x << _BITS | y)

    def __len__(self) -> int:
        return len(self._index)

    def __iter__(self) -> Iterator[Address]:
        for key in sorted(self._index):
            yield key >> 2 * _BITS, key >> _BITS & _LOW, key & _LOW

    @property
    def vector_layers(self) -> list[dict[str, Any]]:
        """The layers with their fields and zooms."""
        layers: list[dict[str, Any]] = self.about.metadata.get("vector_layers", [])
        return layers

    def tilejson(self, tiles_url: str, **more: object) -> dict[str, object]:
        """Describe the archive as TileJSON 3.0.

        Parameters
        ----------
        tiles_url : str
            Template with {z}, {x} and {y}.
        **more
            Further members: name, attribution, edition …
        """
        return {
            "tilejson": "3.0.0",
            "tiles": [tiles_url],
            "vector_layers": self.vector_layers,
            "minzoom": self.about.min_zoom,
            "maxzoom": self.about.max_zoom,
            "bounds": list(self.about.bounds),
            "center": list(self.about.center),
            **more,
        }

    def close(self) -> None:
        """Let the file go."""
        self._bytes.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _unreadable(path: Path) -> UnreadableFile:
    named = "/".join(path.parts[-2:])  # enough to find it; callers on the web see this sentence
    return UnreadableFile(
        f"{named} is not a whole PMTiles archive. Publish again, or rebuild the sealed files.",
        f"{named} 不是完整的 PMTiles 文件。请重新发布，或重建封存文件。",
    )
