"""Figures handed from one set of areas to another by the ground they share, in whole numbers."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import Refused

_MM2 = 1_000_000


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Divide a whole number by weights that are not all 0; the parts are whole and sum to it.

    Largest remainders get what is left, the first of equal ones first.

    >>> apportion(10, [1, 1, 1])
    [4, 3, 3]
    """
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    by_rest = sorted(range(len(parts)), key=lambda k: (-(total * weights[k] % whole), k))
    for k in by_rest[: total - sum(parts)]:
        parts[k] += 1
    return parts


def figures_by_area(
    sources: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, *, figure: str
) -> pd.Series[int]:
    """Estimate a figure of areas from that of others, as if it lay evenly on their ground.

    What a source has goes to the areas that it meets, in proportion to the ground in common;
    ground of it that no area covers counts for none of them.

    Parameters
    ----------
    sources : GeoDataFrame
        Metres; the figure in a column, whole numbers without gaps.
    areas : GeoDataFrame
        Metres, without overlaps.
    figure : str
        Name of the column.

    Returns
    -------
    Series of Int64
        By the index of `areas`; the sum is that of the sources.

    Raises
    ------
    Refused
        If a source that has something meets no area: it would be lost.
    """
    shapes, grounds = sources.geometry.to_numpy(), areas.geometry.to_numpy()
    source, area = shapely.STRtree(grounds).query(shapes, predicate="intersects")
    common = np.rint(shapely.area(shapely.intersection(shapes[source], grounds[area])) * _MM2)
    given = [0] * len(areas)
    for k, total in enumerate(sources[figure].astype("int64").tolist()):
        here = source == k
        weights = common[here].astype(np.int64).tolist()
        if not any(weights):
            _require_nothing(total, figure, sources.index[k])
            continue
        for at, part in zip(area[here].tolist(), apportion(total, weights), strict=True):
            given[at] += part
    return pd.Series(pd.array(given, dtype="Int64"), index=areas.index, name=figure)


def _require_nothing(total: int, figure: str, row: object) -> None:
    if total:
        raise Refused(
            f"Row {row} has {total} ({figure}) on ground that no area covers. Leave it out, or "
            "take areas that cover it.",
            f"第 {row} 行有 {total}（{figure}），但所在范围没有任何区域覆盖。请去掉该行，"
            "或换用能覆盖它的区域。",
            row=row,
        )
