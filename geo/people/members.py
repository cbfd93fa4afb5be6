"""Members: where they live decides their unit; the area of their duty is another matter."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.findings import Note, Reject
from geo.people.homes import AddressBook, Match
from geo.people.members_texts import REASONS
from geo.people.posts import unknown_areas
from geo.registers import Ints, Prepared, pick, point_xy, without_rejected

_COLUMNS = (
    "name", "phone", "kind", "home_building", "duty_area", "address", "original_x", "original_y",
    "original_crs",
)  # fmt: skip
_MASK = "•••"

Bools = NDArray[np.bool_]


def prepare_members(
    frame: pd.DataFrame,
    *,
    homes: pd.DataFrame,
    areas: Collection[str],
    book: Callable[[], AddressBook],
) -> Prepared:
    """Fit members to their table and find the point that decides their unit.

    Parameters
    ----------
    frame : DataFrame
        Incoming members.
    homes : DataFrame
        The live buildings that they may live in: key, id, x, y (inner point, metres).
    areas : collection of str
        Codes of the areas in the highest edition.
    book
        Gives the address book of `homes`, row by row the same; asked for when rows need it.

    Returns
    -------
    Prepared
        The building that the row names decides (how = "building"), whatever the member's own
        point says; where it names none, the one building of its address. The own point decides
        only where there is no address, and while a named building is not known yet. Rejected are
        members without any of these, those whose building's key is used twice, whose address
        leads to no building or to several (candidates among the facts), or whose duty area is
        not known.
    """
    named = frame["home_building"].notna().to_numpy(dtype=bool)
    home, twice = _homes_of(frame, homes)
    pointless = shapely.is_missing(frame["geom"].to_numpy(dtype=object))
    unknown = named & (home < 0) & ~twice & pointless
    at = _by_address(frame, ~named | unknown, book)
    home = np.where(named, home, at.home)
    rejects = [
        *unknown_areas(frame, "duty_area", areas),
        *_say(frame[twice], "home_ambiguous"),
        *_say(frame[unknown], "home_unknown", at.matches[unknown]),
        *_unmatched(frame, ~named & at.asked & (home < 0), at.matches),
        *_say(frame[~named & pointless & ~at.asked], "no_home"),
    ]
    lost = named & (home < 0) & ~twice & ~pointless
    kept = ~frame.index.isin([reject.row for reject in rejects])
    rows = pick(without_rejected(_told(frame, ~named & at.asked, homes, home), rejects), _COLUMNS)
    home = home[kept]
    ids = homes["id"].to_numpy(dtype=np.int64)
    xy = point_xy(rows["geom"].to_numpy(dtype=object))
    housed = home >= 0
    xy[housed] = homes[["x", "y"]].to_numpy(dtype=float)[home[housed]]
    home_ids = np.full(len(rows), -1, dtype=np.int64)
    home_ids[housed] = ids[home[housed]]
    return Prepared(
        rows.assign(home_id=pd.arrays.IntegerArray(home_ids, ~housed)),
        xy,
        how=np.where(housed, "building", "point").astype(object),
        rejects=tuple(rejects),
        notes=(*_by_own_point(frame.index[lost & kept]), *_matched(at.asked & kept & ~named)),
    )


def _homes_of(frame: pd.DataFrame, homes: pd.DataFrame) -> tuple[Ints, Bools]:
    """Find each member's building: position in `homes` or −1; and whose key is used twice."""
    shared = homes["key"][homes["key"].duplicated()]
    twice = frame["home_building"].isin(shared).to_numpy(dtype=bool)
    single = pd.Index(homes["key"].drop_duplicates(keep=False))
    at = np.flatnonzero(~homes["key"].duplicated(keep=False).to_numpy())
    found = single.get_indexer(pd.Index(frame["home_building"], dtype=object))
    return np.where(found >= 0, np.append(at, -1)[found], -1), twice


@dataclass(frozen=True, eq=False)
class _Addressed:
    """Row by row: whether there was an address to look up, what it led to, the building or −1."""

    asked: Bools
    matches: NDArray[np.object_]
    home: Ints


def _by_address(frame: pd.DataFrame, wanted: Bools, book: Callable[[], AddressBook]) -> _Addressed:
    cells = frame.reindex(columns=["address", "compound", "number"]).astype(object)
    asked = wanted & cells[["address", "compound"]].notna().any(axis=1).to_numpy()
    matches = np.full(len(frame), Match(-1), dtype=object)
    home = np.full(len(frame), -1, dtype=np.int64)
    if not asked.any():
        return _Addressed(asked, matches, home)
    match = book().match
    said = cells.where(cells.notna(), None).to_numpy(dtype=object)
    known: dict[tuple[str | None, ...], Match] = {}
    for row in np.flatnonzero(asked):
        address, compound, number = key = tuple(said[row])
        if key not in known:
            known[key] = match(address, compound=compound, number=number)
        matches[row], home[row] = known[key], known[key].home
    return _Addressed(asked, matches, home)


def _told(frame: pd.DataFrame, asked: Bools, homes: pd.DataFrame, home: Ints) -> pd.DataFrame:
    """Keep what a row says of its home in one cell; a home found anew makes it another row."""
    found = asked & (home >= 0)
    if not found.any():
        return frame
    written = frame["compound"].fillna("") + frame["number"].fillna("")
    hashes = frame["row_hash"].to_numpy(dtype=object).copy()
    ids = homes["id"].to_numpy(dtype=np.int64)[home[found]]
    hashes[found] = [
        f"{digest} @{home_id}" for digest, home_id in zip(hashes[found], ids, strict=True)
    ]
    address = frame["address"].where(frame["address"].notna() | ~found, written)
    return frame.assign(row_hash=hashes, address=address)


def _unmatched(frame: pd.DataFrame, which: Bools, matches: NDArray[np.object_]) -> list[Reject]:
    reasons = np.array([match.reason for match in matches], dtype=object)
    return [
        reject
        for reason in sorted(set(reasons[which]))
        for mine in [which & (reasons == reason)]
        for reject in _say(frame[mine], f"address_{reason}", matches[mine])
    ]


def _say(
    rows: pd.DataFrame, code: str, matches: Sequence[Match] | NDArray[np.object_] = ()
) -> list[Reject]:
    """Reject rows; an address is personal and not repeated, the candidates are not."""
    text = REASONS[code]
    told = list(matches) or [Match(-1)] * len(rows)
    rejects = []
    for (row, value), match in zip(rows["home_building"].items(), told, strict=True):
        names_en, names_zh = _names(match)
        rejects.append(
            Reject(
                row=int(str(row)),
                field=text.field,
                code=code,
                value=str(value or "") if text.field == "home_building" else _MASK,
                en=text.en.format(value=value),
                zh=text.zh.format(value=value),
                remedy_en=text.remedy_en + names_en,
                remedy_zh=text.remedy_zh + names_zh,
                facts={"candidates": [asdict(c) for c in match.candidates]}
                if match.candidates
                else {},
            )
        )
    return rejects


def _names(match: Match) -> tuple[str, str]:
    if not match.candidates:
        return "", ""
    names = [f"{c.name} ({c.key})" for c in match.candidates]
    return f" Is it one of: {', '.join(names)}?", f"是否为：{'、'.join(names)}？"


def _matched(by_address: Bools) -> tuple[Note, ...]:
    count = int(by_address.sum())
    if not count:
        return ()
    return (
        Note(
            "home_by_address",
            "info",
            f"{count} members were matched to a building by their address.",
            f"{count} 名人员按地址匹配到楼栋。",
        ),
    )


def _by_own_point(rows: pd.Index[int]) -> tuple[Note, ...]:
    if rows.empty:
        return ()
    return (
        Note(
            "home_by_point",
            "warning",
            f"{len(rows)} members name a building that is not known, first in row {rows[0]}; their"
            " own coordinates decide until the building is imported.",
            f"{len(rows)} 名人员所填楼栋未登记，首见于第 {rows[0]} 行；导入该楼栋前按其坐标归属。",
        ),
    )
