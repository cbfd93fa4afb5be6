"""What an import changes: incoming rows against the live rows of the same source."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Diff:
    """One verdict per incoming row, in the order of the file.

    `new`, `changed` and `same` are masks; `ids` holds the subject id of rows that are known
    already and −1 for new ones.
    """

    new: Bools
    changed: Bools
    same: Bools
    ids: Ints


def compare(incoming: pd.DataFrame, live: pd.DataFrame) -> Diff:
    """Find which rows are new, changed or the same.

    Parameters
    ----------
    incoming : DataFrame
        Columns key, row_hash; keys are distinct.
    live : DataFrame
        Columns id, key, row_hash of the same source; keys are distinct.

    Returns
    -------
    Diff
        A row is the same thing as the live row of its key, and changed when the hash differs.
        Live rows that the file does not mention stay as they are.
    """
    position = pd.Index(live["key"]).get_indexer(pd.Index(incoming["key"]))
    known = position >= 0
    ids = np.full(len(incoming), -1, dtype=np.int64)
    ids[known] = live["id"].to_numpy(dtype=np.int64)[position[known]]
    hashes = live["row_hash"].to_numpy(dtype=object)
    same = np.zeros(len(incoming), dtype=bool)
    same[known] = incoming["row_hash"].to_numpy(dtype=object)[known] == hashes[position[known]]
    return Diff(new=~known, changed=known & ~same, same=same, ids=ids)
