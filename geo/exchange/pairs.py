"""Two coordinates in one cell: parted, and put into the order that their numbers show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from geo.errors import WrongCrs

Order = Literal["lonlat", "latlon"]
Texts = NDArray[np.object_]

_FRAME = " ()[]（）【】"
_SIGNS = re.compile(r"\s*[,，;；、/|]\s*")
_BLANKS = re.compile(r"\s+")
#: Between 104°37′48″E and 35°0′12″N, or 东经… and 北纬…, nothing need stand.
_NAMED = re.compile(r"(?<=.)(?=北纬|南纬|东经|西经)")
_LATITUDE = re.compile(r"北纬|南纬|纬度?[:：]|[NSns]\s*$|^\s*[NSns]")
_LONGITUDE = re.compile(r"东经|西经|经度?[:：]|[EWew]\s*$|^\s*[EWew]")
_LABEL = re.compile(r"^\s*(经度?|纬度?|lon|lng|lat|[xy])\s*[:：=]\s*", re.IGNORECASE)
_MOST_LATITUDE, _MOST_LONGITUDE = 90.0, 180.0


def part_pairs(cells: Texts) -> tuple[Texts, Texts, NDArray[np.bool_]]:
    """Part cells into first and second; a cell of one part, or of three, has only a first.

    The third array marks the cells that say themselves that the latitude is first.
    """
    first, second = (np.full(len(cells), None, dtype=object) for _ in range(2))
    turned = np.zeros(len(cells), dtype=bool)
    for at, cell in enumerate(cells):
        if not cell:
            continue
        parts = _part(unicodedata.normalize("NFKC", _straight(cell)).strip(_FRAME))
        if len(parts) == 2:  # noqa: PLR2004 - a pair
            turned[at] = bool(_LATITUDE.search(parts[0]) and _LONGITUDE.search(parts[1]))
            first[at], second[at] = (_LABEL.sub("", part) for part in parts)
        else:
            first[at] = cell
    return first, second, turned


def order_of(
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    *,
    heading: str,
    example: Callable[[], str],
    said: Order | None,
) -> Order:
    """Decide which of two numbers is the longitude.

    The numbers decide: what is beyond 90° is no latitude. Where all could be either, the heading
    or the user must say it.

    Parameters
    ----------
    said : Order or None
        What the user or an unmistakable heading (`lng,lat`) says.

    Raises
    ------
    WrongCrs
        If nothing decides.
    """
    known = np.isfinite(first) & np.isfinite(second)
    one, other = np.abs(first[known]), np.abs(second[known])
    if not len(one) or (np.maximum(one, other) > _MOST_LONGITUDE).mean() > 0.5:  # noqa: PLR2004 - metres
        return said or "lonlat"
    lon_first = int(((one > _MOST_LATITUDE) & (other <= _MOST_LATITUDE)).sum())
    lat_first = int(((other > _MOST_LATITUDE) & (one <= _MOST_LATITUDE)).sum())
    if lon_first != lat_first:
        return "lonlat" if lon_first > lat_first else "latlon"
    if said is not None:
        return said
    raise WrongCrs(
        f"In “{heading}” both numbers of a pair could be the latitude (like {example()}). Say which "
        f"is first: --column lonlat={heading} or --column latlon={heading}.",
        f"“{heading}”列中两个数都可能是纬度（如 {example()}）。请说明哪个在前："
        f"--column lonlat={heading}（经度在前）或 --column latlon={heading}（纬度在前）。",
    )


def _part(cell: str) -> list[str]:
    for parted in (_SIGNS.split(cell), _NAMED.split(cell), _BLANKS.split(cell)):
        if len(parted) == 2:  # noqa: PLR2004 - a pair
            return [part.strip() for part in parted]
    return [cell]


def _straight(cell: str) -> str:
    """Write signs of minutes and seconds so that half width does not double them."""
    return cell.replace("″", '"').replace("′", "'")
