"""The key by which a row is known again when its file is imported again."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import pandas as pd
import shapely

from geo.exchange.cells import as_text
from geo.exchange.table import GEOMETRY

_DIGEST_BYTES = 12


def source_key(frame: pd.DataFrame, *, source: str, key_column: str | None) -> pd.DataFrame:
    """Give every row its import key: the columns `source`, `key` and `row_hash`.

    The key is the id of the row where `key_column` has one. Otherwise it is a hash of the row's
    values and shape with a running number among identical rows (`#HASH`, `#HASH-2`, …): true
    duplicates stay apart, and the same file gives the same keys again. `row_hash` tells whether
    a row whose key is known has changed.

    Parameters
    ----------
    frame : pandas.DataFrame
        Canonical columns, and `geometry` in the coordinates of the file.
    source : str
        Name of the source, the first half of the import key.
    key_column : str or None
        The canonical column that holds the id.
    """
    hashes = row_hashes(frame)
    numbers = pd.Series(hashes).groupby(hashes, sort=False).cumcount().to_numpy() + 1
    keys = np.array(
        [f"#{h}" if n == 1 else f"#{h}-{n}" for h, n in zip(hashes, numbers, strict=True)],
        dtype=object,
    )
    if key_column is not None:
        ids = as_text(frame[key_column])
        keys = np.where(pd.isna(ids), keys, ids)
    return frame.assign(
        source=source,
        key=pd.Series(keys, index=frame.index, dtype=object),
        row_hash=pd.Series(hashes, index=frame.index, dtype=object),
    )


def row_hashes(frame: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Hash each row's values and shape; independent of row, column order and empty columns."""
    parts = [np.full(len(frame), b"", dtype=object)]
    if GEOMETRY in frame.columns:
        wkb = shapely.to_wkb(
            frame[GEOMETRY].to_numpy(dtype=object), byte_order=1, output_dimension=2
        )
        parts.append(np.array([w or b"" for w in wkb], dtype=object))
    for name in sorted(str(c) for c in frame.columns if c != GEOMETRY):
        label = f"\x1f{name}="
        texts = as_text(frame[name])
        parts.append(
            np.array([b"" if t is None else (label + t).encode() for t in texts], dtype=object)
        )
    digests = [
        blake2b(b"".join(row), digest_size=_DIGEST_BYTES).hexdigest()
        for row in zip(*parts, strict=True)
    ]
    return np.array(digests, dtype=object)
