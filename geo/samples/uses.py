"""What each plot is for: estates, old quarter, villages, fields, schools, parks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.samples.blocks import Plots
from geo.samples.plan import Floats, Valley

SLABS, HOUSES = 1_600, 12_600  # at scale 1
_SLAB_M2, _OLD_M2, _SUBURB_M2, _VILLAGE_M2 = 2_650.0, 500.0, 640.0, 800.0  # plot area per building
# Thresholds, tuned by eye; those on the plots' noise (mean 0, deviation 1) pick a share of them.
_WOODS, _NEW_TOWN, _OLDER, _IN_TOWN = 0.86, 0.55, -0.3, -0.12
_SHOPS, _SCHOOLS = 1.55, -2.1
_OLD_SHARE, _SUBURB_SHARE = 0.30, 0.28  # of the houses


@dataclass(frozen=True)
class Special:
    """A use that takes whole plots: how many at scale 1, at least, and where (see `_appeal`)."""

    use: str
    count: int
    least: int
    where: str


_SPECIALS = (
    Special("station", 1, 1, "rail"),
    Special("square", 2, 1, "core"),
    Special("park", 12, 2, "town"),
    Special("hospital", 3, 1, "core"),
    Special("government", 5, 1, "core"),
    Special("stadium", 2, 1, "town"),
    Special("market", 8, 1, "core"),
    Special("commerce", 30, 4, "core"),
    Special("school", 18, 2, "town"),
    Special("factory", 42, 5, "rail"),
    Special("site", 6, 1, "new"),
)


def assign(land: Valley, plots: Plots, rng: np.random.Generator) -> list[str]:
    """Give each plot a use; one word per plot.

    `river`, the specials, `old` (quarter), `estate`, `tower` (estates), `suburb`, `village`,
    `field`, `wood`.
    """
    use = np.where(plots.riverside, "river", "").astype("U12")
    noise = rng.normal(0, 1, len(use))
    to_old = land.to_centre(plots.centres, 0)
    houses = HOUSES * land.scale
    _fill(use, plots, -to_old + 0.02 * noise, "old", wanted=houses * _OLD_SHARE, m2_each=_OLD_M2)
    use[(use == "old") & (noise > _SHOPS)] = "commerce"
    use[(use == "old") & (noise < _SCHOOLS)] = "school"
    for special in _SPECIALS:
        _place(use, land, plots, special, rng)
    _fill(
        use,
        plots,
        plots.urban + 0.07 * noise,
        "estate",
        wanted=SLABS * land.scale,
        m2_each=_SLAB_M2,
    )
    _fill(
        use,
        plots,
        plots.urban + 0.03 * noise,
        "suburb",
        wanted=houses * _SUBURB_SHARE,
        m2_each=_SUBURB_M2,
    )
    hamlets = _hamlets(land, plots, use, rng)
    share = 1 - _OLD_SHARE - _SUBURB_SHARE
    _fill(use, plots, -hamlets, "village", wanted=houses * share, m2_each=_VILLAGE_M2)
    wild = land.reach(plots.centres) + 0.16 * land.hills(plots.centres) > _WOODS
    use[(use == "") & wild] = "wood"
    use[use == ""] = "field"
    new_town = land.to_centre(plots.centres, 1) + 0.15 * noise < _NEW_TOWN
    use[(use == "estate") & new_town & (noise > _OLDER)] = "tower"
    return [str(word) for word in use]


def _fill(
    use: np.ndarray, plots: Plots, appeal: Floats, word: str, *, wanted: float, m2_each: float
) -> None:
    """Give the most appealing free plots to a use until it has room for `wanted` buildings."""
    free = np.flatnonzero(use == "")
    order = free[np.argsort(-appeal[free], kind="stable")]
    room = np.cumsum(plots.areas_m2[order]) / m2_each
    use[order[: int(np.searchsorted(room, wanted)) + 1]] = word


def _place(
    use: np.ndarray, land: Valley, plots: Plots, special: Special, rng: np.random.Generator
) -> None:
    wanted = max(special.least, round(special.count * land.scale))
    free = (use == "") & (plots.urban > _IN_TOWN)
    appeal = np.where(free, _appeal(land, plots, special.where, rng), -np.inf)
    gap = 0.4 * np.sqrt(land.length_m * land.width_m / (wanted + 1))
    for _ in range(wanted):
        best = int(np.argmax(appeal))
        if not np.isfinite(appeal[best]):
            return
        use[best] = special.use
        appeal[best] = -np.inf
        if special.where in ("town", "core"):
            away = np.hypot(*(plots.centres - plots.centres[best]).T)
            appeal = appeal - 2 * np.clip(1 - away / gap, 0, 1)


def _appeal(land: Valley, plots: Plots, where: str, rng: np.random.Generator) -> Floats:
    noise = rng.normal(0, 0.25, len(plots.rings))
    if where == "rail":
        station = 1 - np.abs(plots.centres[:, 0]) / land.length_m
        return np.asarray(3.0 * plots.by_rail + station + noise)
    if where == "new":
        return np.asarray(-land.to_centre(plots.centres, 1) + noise)
    if where == "core":
        return np.asarray(1.5 * plots.urban + noise)
    return np.asarray(0.5 * plots.urban + 2 * noise)


def _hamlets(land: Valley, plots: Plots, use: np.ndarray, rng: np.random.Generator) -> Floats:
    """Distance of each plot to the nearest village heart, by the size of the village."""
    free = np.flatnonzero(use == "")
    count = max(2, round(17 * land.scale))
    gap = 0.75 * np.sqrt(land.length_m * land.width_m / (count + 1))
    distance = np.full(len(use), np.inf)
    hearts: list[int] = []
    for candidate in rng.permutation(free):
        away = np.hypot(*(plots.centres - plots.centres[candidate]).T)
        if len(hearts) < count and (not hearts or away[hearts].min() > gap):
            hearts.append(int(candidate))
            distance = np.minimum(distance, away / rng.uniform(0.6, 1.5))
    return distance
