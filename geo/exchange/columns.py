"""Which heading of a file is which column of a contract."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from geo.errors import BadInput, UnknownOption
from geo.findings import Note
from geo.frames import Column, Contract

COORDINATES: Mapping[str, tuple[str, ...]] = {
    "lon": ("经度", "lon", "lng", "long", "longitude", "x", "x坐标", "东坐标", "经度坐标", "东经"),
    "lat": ("纬度", "lat", "latitude", "y", "y坐标", "北坐标", "纬度坐标", "北纬"),
    "lonlat": ("经纬度", "坐标", "lng,lat", "lon,lat", "lnglat", "lonlat", "coordinates"),
    "latlon": ("纬经度", "lat,lng", "lat,lon", "latlng", "latlon"),
    "wkt": ("wkt", "geom", "geometry", "the_geom", "图形", "几何"),
}

_JOINERS = re.compile(r"[\s_\-·*]+")
_BRACKETS = re.compile(r"[(\[{（【].*?[)\]}）】]")


def plain(heading: str) -> str:
    """Reduce a heading to what matters: half width, lower case, no blanks or underscores."""
    return _JOINERS.sub("", unicodedata.normalize("NFKC", heading).casefold())


def bare(heading: str) -> str:
    """Leave out what stands in brackets, a unit mostly: 建筑面积(㎡)."""
    return _BRACKETS.sub("", unicodedata.normalize("NFKC", heading))


def find_heading(
    headings: Sequence[str],
    words: Iterable[str],
    *,
    cut_bytes: int | None = None,
    encoding: str = "utf-8",
) -> list[str]:
    """Give the headings that go by one of the words, best first.

    A unit in brackets, 建筑面积(㎡), is ignored when the whole heading does not match. Where the
    format cuts headings to `cut_bytes`, a cut word matches too.
    """  # fmt: skip
    whole = {h: plain(h) for h in headings}
    short = {h: plain(bare(h)) for h in headings}
    found: dict[str, None] = {}
    for word in words:
        wanted = plain(word)
        found.update(dict.fromkeys(h for h in headings if whole[h] == wanted))
        found.update(dict.fromkeys(h for h in headings if short[h] == wanted))
        cut = _cut(word, cut_bytes, encoding) if cut_bytes else None
        if cut is not None:
            found.update(dict.fromkeys(h for h in headings if whole[h] == cut))
    return list(found)


def _cut(word: str, cut_bytes: int, encoding: str) -> str | None:
    data = word.encode(encoding, "ignore")
    return plain(data[:cut_bytes].decode(encoding, "ignore")) if len(data) > cut_bytes else None


_UNUSED_NAMED = 12


def map_columns(
    contract: Contract,
    headings: Sequence[str],
    *,
    chosen: Mapping[str, str],
    cut_bytes: int | None = None,
    encoding: str = "utf-8",
) -> tuple[dict[str, str], list[Note]]:
    """Map canonical names to headings: by option, else by name, else by what files call them.

    Parameters
    ----------
    chosen : mapping
        Canonical name → heading, as the user says. `lon`, `lat`, `lonlat` and `wkt` belong to
        the reader and pass. An empty heading leaves the column unmapped, whatever the headings
        look like.

    Raises
    ------
    UnknownOption
        If an option names no column of the contract or no heading of the file.
    BadInput
        If a required column is not there.
    """
    mapping = _by_option(contract, headings, chosen)
    left_out = {name for name, heading in chosen.items() if not heading}
    notes: list[Note] = []
    for column in contract.columns:
        if column.name in mapping or column.name in left_out:
            continue
        taken = set(mapping.values())
        free = [h for h in headings if h not in taken]
        words = (column.name, *column.aliases)
        found = find_heading(free, words, cut_bytes=cut_bytes, encoding=encoding)
        if not found:
            continue
        mapping[column.name] = found[0]
        notes += [
            Note.of("two_headings", taken=found[0], left=other, column=column.name)
            for other in found[1:]
            if not _goes_elsewhere(contract, column, other)
        ]
    _require(contract, headings, mapping)
    known = {*mapping.values(), *_coordinate_headings(headings, chosen)}
    guessed = [f"{name} ← {heading}" for name, heading in mapping.items() if name != heading]
    if guessed:
        notes.append(Note.of("headings_taken", pairs=", ".join(guessed)))
    unused = [h for h in headings if h not in known]
    if unused:
        more = f" … (+{len(unused) - _UNUSED_NAMED})" if len(unused) > _UNUSED_NAMED else ""
        listed = ", ".join(unused[:_UNUSED_NAMED]) + more
        notes.append(Note.of("headings_unused", headings=listed))
    return {n: mapping[n] for n in contract.names if n in mapping}, notes


def _by_option(
    contract: Contract, headings: Sequence[str], chosen: Mapping[str, str]
) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for name, heading in chosen.items():
        if name in COORDINATES:
            continue
        if name not in contract.names:
            known = ", ".join(contract.names)
            raise UnknownOption(
                f"{contract.kind} have no column “{name}”. They have: {known}.",
                f"{contract.kind} 没有“{name}”列。可用：{known}。",
            )
        if heading:
            mapping[name] = pick_heading(headings, heading)
    return mapping


def pick_heading(headings: Sequence[str], heading: str) -> str:
    """Give the heading that the user named, exactly or but for case and blanks."""
    if heading in headings:
        return heading
    found = [h for h in headings if plain(h) == plain(heading)]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(headings)
    raise UnknownOption(
        f"The file has no column “{heading}”. It has: {listed}.",
        f"文件中没有“{heading}”列。现有：{listed}。",
    )


def _goes_elsewhere(contract: Contract, column: Column, heading: str) -> bool:
    """Is the heading the very name of another column? Then there is nothing to choose."""
    return any(c.name == plain(heading) for c in contract.columns if c is not column)


def _require(contract: Contract, headings: Sequence[str], mapping: Mapping[str, str]) -> None:
    for column in contract.columns:
        if column.required and column.name not in mapping:
            listed = ", ".join(headings) or "–"
            words = "、".join(column.aliases)
            raise BadInput(
                f"{contract.kind} need a column “{column.name}” ({words}). "
                f"Say --column {column.name}=HEADING; the file has: {listed}.",
                f"{contract.kind} 需要“{column.name}”列（{words}）。"
                f"请指定 --column {column.name}=表头；文件中有：{listed}。",
                column=column.name,
            )


def _coordinate_headings(headings: Sequence[str], chosen: Mapping[str, str]) -> set[str]:
    named = {pick_heading(headings, chosen[n]) for n in COORDINATES if chosen.get(n)}
    guessed = [words for name, words in COORDINATES.items() if name not in chosen]
    return named | {h for words in guessed for h in find_heading(headings, words)}
