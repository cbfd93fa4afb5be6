"""Mapbox Vector Tile 2.1: whole layers of many tiles encoded at once.

Everything in a feature is a varint, so the features of a layer in all tiles of a zoom are laid
out as one array of words and turned into bytes in one go.
Source: github.com/mapbox/vector-tile-spec, 2.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.errors import BadInput
from geo.tiles import clip, paths, values, varint
from geo.tiles.paths import Geometries, Kind, Paths, group_starts, offsets, spans, sums
from geo.tiles.varint import Ints, Words

EXTENT = clip.EXTENT

_MOVE, _LINE, _CLOSE = 1, 2, 7
_LAYER, _NAME, _FEATURE, _EXTENT, _VERSION = 0x1A, 0x0A, 0x12, 0x28, 0x78
_ID, _TAGS, _TYPE, _GEOMETRY = 0x08, 0x12, 0x18, 0x22


@dataclass(frozen=True)
class Drawings:
    """Features as drawn in tiles: per drawing its tile, feature row, kind and command words."""

    tile: Ints
    row: Ints
    kind: Ints
    start: Ints
    words: Words


def tile_key(x: Ints, y: Ints) -> Ints:
    """Give each tile of a zoom its number, column by column."""
    return (x << 32) | y


def drawings(cut: Paths) -> Drawings:
    """Turn paths in tile units, ordered by tile and row, into MVT's drawing commands."""
    n = cut.lengths
    polygon, point = cut.kind == paths.POLYGON, cut.kind == paths.POINT
    head = group_starts(cut.owner, cut.tile_x, cut.tile_y)
    first = np.flatnonzero(head)
    if point:
        return _points(cut, first)
    size = 2 * n + (3 if polygon else 2)
    word = offsets(size)
    out = np.empty(word[-1], np.uint64)
    out[word[:-1]] = 1 << 3 | _MOVE
    out[word[:-1] + 3] = (n - 1).astype(np.uint64) << np.uint64(3) | np.uint64(_LINE)
    if polygon:
        out[word[1:] - 1] = 1 << 3 | _CLOSE
    # The first point stands between the two commands, the others after the second.
    place = spans(np.zeros_like(n), n)
    at = np.repeat(word[:-1], n) + 1 + 2 * place + (place > 0)
    out[at], out[at + 1] = _steps(cut, cut.start[:-1][first])
    return Drawings(
        tile_key(cut.tile_x, cut.tile_y)[first], cut.owner[first],
        np.full(len(first), cut.kind), np.append(word[:-1][first], word[-1]), out,
    )  # fmt: skip


def _points(cut: Paths, first: Ints) -> Drawings:
    """Draw the points of each feature with one command."""
    n = np.diff(np.append(first, len(cut)))
    word = offsets(2 * n + 1)
    out = np.empty(word[-1], np.uint64)
    out[word[:-1]] = n.astype(np.uint64) << np.uint64(3) | np.uint64(_MOVE)
    at = np.repeat(word[:-1], n) + 1 + 2 * spans(np.zeros_like(n), n)
    out[at], out[at + 1] = _steps(cut, first)
    return Drawings(
        tile_key(cut.tile_x, cut.tile_y)[first], cut.owner[first],
        np.full(len(first), cut.kind), word, out,
    )  # fmt: skip


def _steps(cut: Paths, first: Ints) -> tuple[Words, Words]:
    """Give each point relative to the one before; a feature's first relative to the corner."""
    steps = []
    for axis in (cut.x, cut.y):
        step = axis.copy()
        step[1:] -= axis[:-1]
        step[first] = axis[first]
        steps.append(varint.zigzag(step))
    return steps[0], steps[1]


def joined(several: Sequence[Drawings]) -> Drawings:
    """Put drawings of several kinds together, ordered by tile and row."""
    tile, row, kind, words = (
        np.concatenate([getattr(d, name) for d in several])
        for name in ("tile", "row", "kind", "words")
    )
    length = np.concatenate([np.diff(d.start) for d in several])
    order = np.lexsort((row, tile))
    picked = spans(offsets(length)[:-1][order], length[order])
    return Drawings(tile[order], row[order], kind[order], offsets(length[order]), words[picked])


@dataclass(frozen=True)
class _Numbered:
    """Keys or values as each tile numbers them: by first use."""

    local: Ints  # number inside its tile, per use
    used: Ints  # the codes each tile uses, in the order of their numbers
    start: Ints  # where each tile's codes start in `used`


def _number(tile: Ints, code: Ints, tiles: int, codes: int) -> _Numbered:
    """Give codes their numbers inside each tile, in the order of first use."""
    codes = max(codes, 1)
    pair, first, inverse = np.unique(tile * codes + code, return_index=True, return_inverse=True)
    order = np.argsort(first)
    start = offsets(np.bincount(pair // codes, minlength=tiles))
    rank = np.empty(len(pair), np.int64)
    rank[order] = np.arange(len(pair)) - start[pair[order] // codes]
    return _Numbered(rank[inverse], pair[order] % codes, start)


def encode_layers(
    name: str, ids: Ints, drawn: Drawings, properties: values.Properties
) -> dict[int, bytes]:
    """Encode one layer of many tiles.

    Parameters
    ----------
    name : str
    ids : int array (rows,)
        Feature ids, not negative.
    drawn : Drawings
        Ordered by tile and row.
    properties : Properties
        Of the same rows as `ids`.

    Returns
    -------
    dict
        Tile key → the layer as a field of a `Tile` message, ready to be concatenated.
    """
    if not len(drawn.row):
        return {}
    first = np.flatnonzero(group_starts(drawn.tile))
    tiles = len(first)
    tile = np.repeat(np.arange(tiles), np.diff(np.append(first, len(drawn.row))))
    codes = properties.codes[drawn.row]
    drawing, column = np.nonzero(codes >= 0)
    keys = _number(tile[drawing], column, tiles, len(properties.keys))
    vals = _number(tile[drawing], codes[drawing, column], tiles, len(properties.values))
    tags = np.column_stack((keys.local, vals.local)).ravel().astype(np.uint64)
    tag_start = 2 * offsets(np.bincount(drawing, minlength=len(drawn.row)))
    features, start = _features(ids[drawn.row].astype(np.uint64), drawn, tags, tag_start)
    cuts = [*start[first].tolist(), len(features)]
    opening = varint.message(_NAME, name.encode())
    closing = bytes((_EXTENT, *varint.word(EXTENT), _VERSION, 2))
    layers = {}
    for number, key in enumerate(drawn.tile[first].tolist()):
        body = b"".join((
            opening,
            features[cuts[number] : cuts[number + 1]],
            *_named(keys, number, properties.keys),
            *_named(vals, number, properties.values),
            closing,
        ))  # fmt: skip
        layers[key] = varint.message(_LAYER, body)
    return layers


def _named(numbered: _Numbered, tile: int, encoded: Sequence[bytes]) -> list[bytes]:
    used = numbered.used[numbered.start[tile] : numbered.start[tile + 1]]
    return [encoded[code] for code in used.tolist()]


def _features(ids: Words, drawn: Drawings, tags: Words, tag_start: Ints) -> tuple[bytes, Ints]:
    """Encode the features; give the bytes and where each feature starts in them."""
    words_of, tags_of = np.diff(drawn.start), np.diff(tag_start)
    tagged = (tags_of > 0).astype(np.int64)
    geometry_size = sums(varint.sizes(drawn.words), drawn.start)
    tags_size = sums(varint.sizes(tags), tag_start)
    size = 2 + varint.sizes(ids) - 1
    size += tagged * (1 + varint.sizes(tags_size.astype(np.uint64)) + tags_size)
    size += 2 + 1 + varint.sizes(geometry_size.astype(np.uint64)) + geometry_size
    # Words: 18 L · 8 id · (18 T tags…) · 24 type · 34 G words…
    at = offsets(4 + tagged * 2 + tags_of + 4 + words_of)
    out = np.empty(at[-1], np.uint64)
    lead = at[:-1]
    out[lead], out[lead + 1] = _FEATURE, size
    out[lead + 2], out[lead + 3] = _ID, ids
    with_tags = lead[tagged > 0]
    out[with_tags + 4], out[with_tags + 5] = _TAGS, tags_size[tagged > 0]
    out[spans(lead + 6, tags_of)] = tags
    shape = lead + 4 + 2 * tagged + tags_of
    out[shape], out[shape + 1] = _TYPE, drawn.kind
    out[shape + 2], out[shape + 3] = _GEOMETRY, geometry_size
    out[spans(shape + 4, words_of)] = drawn.words
    length = size + 1 + varint.sizes(size.astype(np.uint64))
    return varint.encode(out), offsets(length)[:-1]


def checked_ids(ids: Ints) -> Ints:
    """Give back feature ids if MVT can carry them.

    Raises
    ------
    BadInput
        If an id is negative.
    """
    if (ids < 0).any():
        raise BadInput(
            f"The feature id {int(ids.min())} is negative; tiles carry ids from 0.",
            f"要素编号 {int(ids.min())} 为负；切片只能使用从 0 开始的编号。",
        )
    return ids


def encode_layer(name: str, ids: Ints, geometries: Geometries, properties: pd.DataFrame) -> bytes:
    """Encode one layer of one tile.

    Parameters
    ----------
    name : str
    ids : int array (n,)
    geometries : array (n,) of shapely geometries
        In tile units, y down, whole numbers (others are rounded half up). Nothing is cut.
    properties : DataFrame
        n rows; None, NaN and <NA> are left out.

    Returns
    -------
    bytes
        The layer as a field of a `Tile` message; empty if there is nothing to draw.
    """
    kind = paths.kinds(geometries)
    drawn = []
    for one in (paths.POINT, paths.LINE, paths.POLYGON):
        rows = np.flatnonzero(kind == one)
        drawn.append(drawings(_uncut(geometries[rows], rows, one)))
    layers = encode_layers(name, checked_ids(ids), joined(drawn), values.properties(properties))
    return b"".join(layers.values())


def _uncut(geometries: Geometries, rows: Ints, kind: Kind) -> Paths:
    read = paths.read(geometries, rows, kind, (np.ones(2), np.zeros(2)))
    return paths.proper_polygons(read) if kind == paths.POLYGON else read
