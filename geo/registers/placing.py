"""Which unit a subject belongs to in each edition, as rows that span equal editions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def spans(subjects: Ints, placed: Mapping[int, Ints]) -> pd.DataFrame:
    """Merge consecutive editions with the same unit into one row.

    Parameters
    ----------
    subjects : int array, shape (n,)
        Ids of the subjects.
    placed : mapping of edition to int array, shape (n,)
        Place ids, −1 outside. Editions are consecutive in rising order, gaps in the numbers
        (withdrawn editions) do not count.

    Returns
    -------
    DataFrame
        Columns subject_id, first_edition, last_edition (Int64, missing = goes on), place_id
        (Int64, missing = outside); each subject has a unit or "outside" in every edition.
    """
    editions = np.array(sorted(placed), dtype=np.int64)
    table = np.column_stack([placed[int(e)] for e in editions]) if len(editions) else None
    if table is None or not len(subjects):
        return _rows(*(np.empty(0, dtype=np.int64) for _ in range(4)))
    starts = np.ones(table.shape, dtype=bool)
    starts[:, 1:] = table[:, 1:] != table[:, :-1]
    row, column = np.nonzero(starts)
    # The edition before the next start of the same subject ends the row; -1 = it goes on.
    follows = np.append(row[1:] == row[:-1], [False])
    last = np.full(len(row), -1, dtype=np.int64)
    last[follows] = editions[column[1:][follows[:-1]] - 1]
    return _rows(subjects[row], editions[column], last, table[row, column])


@dataclass(frozen=True)
class ByHand:
    """Subjects whose unit was chosen by hand, as a new edition finds them.

    `kept` stay there although their point lies in another unit; of those that are `lost` the unit
    is gone, and their point decides.
    """

    kept: list[int]
    lost: list[int]

    def __add__(self, other: ByHand) -> ByHand:
        return ByHand(self.kept + other.kept, self.lost + other.lost)


def keep_chosen(
    ids: Ints, places: Ints, chosen: pd.Series[int], units: Ints
) -> tuple[Ints, ByHand]:
    """Let subjects stay in the units that were chosen for them by hand, where these live on.

    Parameters
    ----------
    ids, places : int arrays, shape (n,)
        Subjects, and the units of their points in the new edition.
    chosen : Series
        Place ids by subject id, for those placed by hand.
    units : int array
        Place ids of all units of the new edition.

    Returns
    -------
    tuple of int array and ByHand
        The units, and what became of those that were placed by hand.
    """
    alive = chosen.isin(units)
    known = chosen[alive].reindex(ids)
    by_hand = known.notna().to_numpy(dtype=bool)
    kept = places.copy()
    kept[by_hand] = known[by_hand].to_numpy(dtype=np.int64)
    lost = ~alive & chosen.index.isin(ids)
    return kept, ByHand(ids[kept != places].tolist(), chosen.index[lost].tolist())


def elsewhere(ids: Ints, places: Ints, known: Ints, until_now: Ints) -> NDArray[np.bool_]:
    """Tell which subjects belong elsewhere than until now, or were never placed.

    Parameters
    ----------
    ids, places : int arrays, shape (n,)
        Subjects and where they belong now (−1 outside).
    known, until_now : int arrays, shape (m,)
        Subjects placed before, rising, and where they belonged.
    """
    at = np.searchsorted(known, ids)
    found = at < len(known)
    found[found] = known[at[found]] == ids[found]
    same = found.copy()
    same[found] = until_now[at[found]] == places[found]
    return ~same


def _rows(subject: Ints, first: Ints, last: Ints, place: Ints) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "subject_id": subject,
            "first_edition": first,
            "last_edition": pd.arrays.IntegerArray(last, last < 0),
            "place_id": pd.arrays.IntegerArray(place.astype(np.int64), place < 0),
        }
    )
