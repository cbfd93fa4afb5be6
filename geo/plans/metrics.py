"""Measures of areas: a registry of what is computed, from a survey and, for some, its base."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from geo.plans.drift import Drift, limited_level
from geo.plans.figures import Figures
from geo.plans.survey import Survey

Column = pd.api.extensions.ExtensionArray | NDArray[Any]
Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]

_UM_PER_M = 1_000_000
_MM2X2_PER_M2 = 2_000_000


@dataclass(frozen=True, eq=False)
class Seen:
    """Some areas of a survey, column by column, as the metrics see them."""

    survey: Survey
    areas: list[int]
    base: Survey | None

    @cached_property
    def _figures(self) -> Ints:
        rows = [self.survey.of_area(area) for area in self.areas]
        return np.array(rows, dtype=np.int64).reshape(-1, len(Figures._fields)).T

    def figure(self, name: str) -> Ints:
        """Give a figure of every area."""
        return np.asarray(self._figures[Figures._fields.index(name)])

    @cached_property
    def levels(self) -> list[str]:
        """The level of every area."""
        return [self.survey.draft.places[area].level for area in self.areas]

    @cached_property
    def households(self) -> pd.arrays.IntegerArray:
        """Households, missing where nothing is known."""
        return pd.arrays.IntegerArray(self.figure("households").copy(), self.figure("known") == 0)

    @cached_property
    def limit(self) -> pd.arrays.IntegerArray:
        """The most households an area of its level should have; missing where there is no limit."""
        site = self.survey.draft.site
        limits = {level.key: level.household_limit for level in site.levels}
        return pd.array([limits[level] for level in self.levels], dtype="Int64")

    @cached_property
    def drift(self) -> Drift | None:
        """What differs from the base, if there is one."""
        return None if self.base is None else self.survey.drift(self.base)

    def against_base(self, numbers: Callable[[Drift], Column]) -> Column:
        """Give what is compared with the base; missing without one."""
        if self.drift is None:
            return pd.array([pd.NA] * len(self.areas), dtype="Int64")
        return numbers(self.drift)


@dataclass(frozen=True)
class Metric:
    """One measure: its name, the version of its definition, and how it is computed."""

    key: str
    version: int
    compute: Callable[[Seen], Column]


def _whole(numbers: ArrayLike) -> pd.arrays.IntegerArray:
    values = np.asarray(numbers, dtype=np.int64)
    return pd.arrays.IntegerArray(values, np.zeros(len(values), dtype=bool))


def _share(part: ArrayLike, whole: ArrayLike) -> Floats:
    """Divide; NaN where the whole is 0."""
    parts, wholes = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    share = np.full(len(wholes), np.nan)
    np.divide(parts, wholes, out=share, where=wholes > 0)
    return share


def _figure(name: str) -> Callable[[Seen], Column]:
    return lambda seen: _whole(seen.figure(name))


def _people(seen: Seen) -> Column:
    return pd.arrays.IntegerArray(seen.figure("people").copy(), seen.figure("people_known") == 0)


def _headroom(seen: Seen) -> Column:
    """Give the households that may still come: below the limit, those under construction taken off."""
    left: Column = seen.limit - seen.households - seen.figure("planned")  # type: ignore[operator]
    return left


def _polsby_popper(seen: Seen) -> Column:
    area_m2 = seen.figure("area_mm2x2") / _MM2X2_PER_M2
    outline_m = seen.figure("perimeter_um") / _UM_PER_M
    return _share(4 * np.pi * area_m2, outline_m**2)


def _deviation(seen: Seen) -> Column:
    """Compare the households with the mean of the level; areas of which none is known left out."""
    means = [seen.survey.mean_households(level) for level in seen.levels]
    households = seen.households.to_numpy(dtype=float, na_value=np.nan)
    return _share(households, means) - 1


def _moved(seen: Seen) -> Column:
    return seen.against_base(lambda drift: _whole([drift.moved.get(n, 0) for n in seen.areas]))


def _staying(seen: Seen) -> Column:
    """Give the share of an area's households in the base that are in it still; NaN for new areas."""

    def staying(drift: Drift) -> Column:
        came = np.array([drift.came.get(n, 0) for n in seen.areas], dtype=np.int64)
        base = seen.base.draft.places if seen.base else {}
        were = [seen.base.of_area(n).households if n in base else 0 for n in seen.areas]  # type: ignore[union-attr]
        return _share(seen.figure("households") - came, were)

    return seen.against_base(staying)


def _touched(seen: Seen) -> Column:
    """Count the areas of the limited level in an area that won or lost ground; below it: 0 or 1."""

    def touched(drift: Drift) -> Column:
        draft = seen.survey.draft
        counted = dict.fromkeys(drift.touches.keys() & draft.places.keys(), 1)
        limited = limited_level(draft.site)
        for area in list(counted):
            if draft.places[area].level == limited:
                for above in draft.chain(area)[1:]:
                    counted[above.id] = counted.get(above.id, 0) + 1
        return _whole([counted.get(area, 0) for area in seen.areas])

    return seen.against_base(touched)


METRICS: tuple[Metric, ...] = (
    Metric("households", 1, lambda seen: seen.households),
    Metric("complete", 1, lambda seen: seen.figure("unknown") == 0),
    Metric("limit", 1, lambda seen: seen.limit),
    Metric("headroom", 1, _headroom),
    Metric("planned", 1, _figure("planned")),
    Metric("people", 1, _people),
    Metric("units", 1, _figure("units")),
    Metric("buildings", 1, _figure("buildings")),
    Metric("members", 1, _figure("members")),
    Metric("incidents", 1, _figure("incidents")),
    Metric("facilities", 1, _figure("facilities")),
    Metric("coverage", 1, lambda seen: _share(seen.figure("covered"), seen.figure("counted"))),
    Metric("area_m2", 1, lambda seen: seen.figure("area_mm2x2") / _MM2X2_PER_M2),
    Metric("polsby_popper", 1, _polsby_popper),
    Metric(
        "street_share", 1,
        lambda seen: _share(seen.figure("street_um"), seen.figure("perimeter_um")),
    ),
    Metric("deviation", 1, _deviation),
    Metric("households_moved", 1, _moved),
    Metric("share_staying", 1, _staying),
    Metric("touched", 1, _touched),
)  # fmt: skip


def metrics(survey: Survey, areas: Collection[int], base: Survey | None = None) -> pd.DataFrame:
    """Measure areas.

    Parameters
    ----------
    survey : Survey
        The plan.
    areas : collection of int
        Place ids, of any levels.
    base : Survey, optional
        What the plan began with; without it the last three columns are missing.

    Returns
    -------
    DataFrame
        By place id, in the order given. Whole numbers (Int64, missing where unknown): households,
        limit, headroom (limit less households, and less those under construction), planned (under
        construction), people, units, buildings, members, incidents (open), facilities (in
        service), households_moved (now in another area of the level with the limit than in the
        base), touched (areas of that level that won or lost ground). complete: whether all
        households are known. area_m2. Shares (NaN where there is nothing to share): coverage (of
        the households counted by building, within ten minutes of a facility), polsby_popper (4π ·
        area / outline², 1 for a circle), street_share (of the outline, along streets), deviation
        (households / mean of the level − 1), share_staying (of the area's households in the base,
        those that are in it still).

    Raises
    ------
    NotFound
        If the draft has no such area.
    """
    seen = Seen(survey, list(areas), base)
    columns = {metric.key: metric.compute(seen) for metric in METRICS}
    return pd.DataFrame(columns, index=pd.Index(seen.areas, name="place_id", dtype="int64"))
