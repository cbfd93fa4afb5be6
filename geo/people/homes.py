"""The building behind an address: exactly one, or candidates for a person to choose from."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

import pandas as pd

from geo.people.addresses import Address, Prefixes, number_key, parse, place_key

MOST_CANDIDATES = 5
_NEAR = 0.5
_ON_ROAD = re.compile("(?:路|街|大道|道|巷|弄|胡同)$")
_MARK = re.compile("[楼栋幢座#]")
_LOOKED_AT = 20
#: “Residential compound”: said or left out as people like.
_ESTATE = "小区"

Key = tuple[str, str]


@dataclass(frozen=True)
class Candidate:
    """A building that may be meant: its id, its key in the register, what it is called."""

    id: int
    key: str
    name: str


@dataclass(frozen=True)
class Match:
    """What an address leads to: `home` (row of the register) or −1, why not, the candidates.

    `reason` is one of "", "no_number", "unknown_compound", "unknown_number", "several",
    "contradiction".
    """

    home: int
    reason: str = ""
    candidates: tuple[Candidate, ...] = ()


class AddressBook:
    """All live buildings by compound (or road) and number.

    Parameters
    ----------
    buildings : DataFrame
        Columns id, key, compound, number, name, address; one row each, any index.
    areas : DataFrame
        Columns name, top (bool: without a parent): what may stand before a compound.
    aliases : mapping of str to int
        Spellings, as the book's `alias_key` writes them, and the ids of the buildings they mean.
    """

    def __init__(
        self, buildings: pd.DataFrame, areas: pd.DataFrame, aliases: Mapping[str, int]
    ) -> None:
        rows = buildings[["id", "key", "compound", "number", "name", "address"]]
        self._rows = [tuple(None if pd.isna(c) else c for c in r) for r in rows.to_numpy(object)]
        tops = [str(name) for name in areas["name"][areas["top"].astype(bool)]]
        self._prefixes = Prefixes(map(str, areas["name"]), tops)
        self._at: dict[Key, set[int]] = defaultdict(set)
        self._numbers: dict[str, dict[str, list[int]]] = defaultdict(dict)
        for row in range(len(self._rows)):
            for place, number in self._keys(row):
                for reading in self._prefixes.strip(place):
                    self._at[reading, number].add(row)
                if readings := self._prefixes.strip(place):
                    self._numbers[readings[-1]].setdefault(number, []).append(row)
        self._places = {place for place, _ in self._at}
        roads = [place for place in self._numbers if _ON_ROAD.search(place)]
        self._prefixes = Prefixes(map(str, areas["name"]), tops, roads)
        ids = {int(str(r[0])): row for row, r in enumerate(self._rows)}
        self._aliases = {spelling: ids[b] for spelling, b in aliases.items() if b in ids}
        self._spelled_with = _inverted(self._numbers)
        self._near: dict[str, list[str]] = {}

    def _keys(self, row: int) -> Iterable[Key]:
        """Give what a building goes by: compound and number; else what its address says."""
        _, _, compound, number, name, address = self._rows[row]
        own = number_key(number) if number else None
        if compound and own:
            yield place_key(compound), own
        if name and name != compound:
            yield place_key(f"{compound or ''}{name}"), ""
        if not address:
            return
        read = parse(address)
        if read.number is not None and not read.rest and own in (None, read.number):
            # In a compound the road's number is not the building's.
            if not compound or read.place.endswith(place_key(compound)):
                yield read.place, read.number
        elif own and own != read.number:
            yield place_key(address), own

    def match(
        self, address: str | None, *, compound: str | None = None, number: str | None = None
    ) -> Match:
        """Find the one building that a compound and number, or else an address, mean.

        A compound and number in cells of their own are stronger than the address; an address
        that leads to another building contradicts them.
        """
        said = parse(address)
        if compound and number:
            cells = parse(f"{compound}{_marked(number)}")
            match = self._look_up(Address(cells.place, cells.number, "", cells.others))
            other = self._look_up(said).home if match.home >= 0 and said.number else -1
            if other >= 0 and other != match.home:
                return Match(-1, "contradiction", self._told((match.home, other)))
            return match
        if compound and said.number is not None and not said.place:
            return self.match(f"{compound}{address}")
        match = self._look_up(said)
        if compound and match.home >= 0 and not self._lies_in(match.home, compound):
            return Match(-1, "contradiction", self._told((match.home,)))
        return match

    def _lies_in(self, row: int, compound: str) -> bool:
        known = self._rows[row][2]
        readings = self._prefixes.strip(place_key(compound))
        return known is None or place_key(known) in readings

    def _look_up(self, said: Address) -> Match:
        keys = [
            (reading, number)
            for place, number in said.readings or ((said.place, ""),)
            for reading in self._prefixes.strip(place)
        ]
        if not any(place in self._places for place, _ in keys):
            keys = self._otherwise(keys) or keys
        for spelling in self._spellings(said, keys):
            if (row := self._aliases.get(spelling)) is not None:
                return Match(row)
        found = sorted({row for key in keys for row in self._at.get(key, ())})
        if len(found) == 1 and self._is_said(said, found[0], keys):
            return Match(found[0])
        if len(found) > 1:
            return Match(-1, "several", self._told(found))
        return self._not_found(said, keys)

    def _otherwise(self, keys: list[Key]) -> list[Key]:
        """Give the keys of known compounds that are the same but for 小区 at the end."""
        return [
            (other, number)
            for place, number in keys
            for other in (place.removesuffix(_ESTATE), place + _ESTATE)
            if other in self._places
        ]

    def alias_key(self, spelling: str) -> str:
        """Write the spelling of an alias as it is kept.

        Unit and room are left out where the building has a number; else all is kept, for
        other homes may share the rest.
        """
        said = parse(spelling)
        place = self._prefixes.below_top(said.place) or said.place
        return self._spellings(said, [(place, said.number or "")])[0]

    @staticmethod
    def _spellings(said: Address, keys: list[Key]) -> list[str]:
        rest = said.rest if said.number is None else ""
        return [f"{place}{rest}#{number}" for place, number in keys]

    def _is_said(self, said: Address, row: int, keys: list[Key]) -> bool:
        """Tell a house on a road (81号) from a building of a compound there (81号楼, 81号 alone)."""
        if _ON_ROAD.search(said.place) is None:
            return True
        _, _, _, number, _, address = self._rows[row]
        if said.marked:
            return _MARK.search(str(number or address or "")) is not None
        return all(f"{place}{number}号" not in self._numbers for place, number in keys)

    def _not_found(self, said: Address, keys: list[Key]) -> Match:
        places = [place for place, _ in keys if place in self._numbers]
        reason = "unknown_number" if places else "unknown_compound"
        if said.number is None:
            reason = "no_number"
        places = places or [near for place, _ in keys[-1:] for near in self.nearest(place)]
        return Match(-1, reason, self._told(self._nearest_rows(places, said.number or "")))

    def _nearest_rows(self, places: list[str], number: str) -> Iterable[int]:
        """Give the buildings of these places, best first: the same number, then near ones."""
        ranked = sorted(
            (_distance(number, other), rank, row)
            for rank, place in enumerate(dict.fromkeys(places))
            for other, rows in self._numbers[place].items()
            for row in rows
        )
        return dict.fromkeys(row for _, _, row in ranked)

    def nearest(self, place: str) -> list[str]:
        """Name the known places spelled most like this one, best first."""
        if place not in self._near:
            shared = Counter(at for c in set(place) for at in self._spelled_with.get(c, ()))
            looked_at = [name for name, _ in shared.most_common(_LOOKED_AT)]
            scored = (
                (SequenceMatcher(None, place, n, autojunk=False).ratio(), n) for n in looked_at
            )
            best = sorted((-score, name) for score, name in scored if score >= _NEAR)
            self._near[place] = [name for _, name in best[:MOST_CANDIDATES]]
        return self._near[place]

    def _told(self, rows: Iterable[int]) -> tuple[Candidate, ...]:
        return tuple(self._candidate(row) for row, _ in zip(rows, range(MOST_CANDIDATES)))  # noqa: B905 - the first few

    def _candidate(self, row: int) -> Candidate:
        number_id, key, compound, number, name, address = self._rows[row]
        called = f"{compound}{number or ''}" if compound else address or name or key
        return Candidate(int(str(number_id)), str(key), str(called))


def _marked(number: str) -> str:
    """Say of a number in a cell of its own that it is a building's."""
    return f"{number}号楼" if re.fullmatch(r"[\dA-Za-z０-９]+", number.strip()) else number


def _inverted(places: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for place in places:
        for character in set(place):
            found[character].append(place)
    return found


def _distance(number: str, other: str) -> tuple[int, int, str]:
    """Order numbers by nearness: equal, with the same digits, by difference."""
    mine, theirs = re.sub(r"\D", "", number), re.sub(r"\D", "", other)
    apart = abs(int(mine) - int(theirs)) if mine and theirs else 10**9
    return (number != other, apart, other)
