"""What a leader's page says of an area, as plain facts: no frame, no database, no HTML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd

from geo.boundaries import Level, Site
from geo.plans import NEAR

Fill = Literal["over", "near", "under", "well"]


@dataclass(frozen=True)
class Figures:
    """One area in numbers; `households` None: nobody knows any."""

    id: int
    level: Level
    code: str
    name: str
    households: int | None
    complete: bool
    buildings: int | None
    area_m2: float

    @property
    def over_by(self) -> int:
        """Households beyond the limit, 0 within it."""
        limit = self.level.household_limit
        return 0 if limit is None or self.households is None else max(0, self.households - limit)

    @property
    def fill(self) -> Fill:
        """How full it is: over the limit, at nine tenths of it, under the floor, or well."""
        limit, floor = self.level.household_limit, self.level.household_floor
        if self.over_by:
            return "over"
        if limit is not None and (self.households or 0) >= NEAR * limit:
            return "near"
        return "under" if floor is not None and (self.households or floor) < floor else "well"


@dataclass(frozen=True)
class Part:
    """An area inside the one that is reported on."""

    figures: Figures
    covered: float | None  # share of its known households
    posts: int
    vacant: int
    blind: bool  # no branch in it


@dataclass(frozen=True)
class Covered:
    """How many households a facility in `minutes` serves; `share` of those known."""

    minutes: int
    households: int
    share: float | None
    disc: bool
    radius_m: float


@dataclass(frozen=True)
class Growth:
    """Residential buildings under construction, and the households planned for them."""

    buildings: int
    households: int
    unknown: int  # buildings whose plan is not known


@dataclass(frozen=True)
class Tally:
    """Counted things, several of them together; `count` None: fewer than `least`, not told."""

    names: tuple[str, ...]
    count: int | None
    least: int


@dataclass(frozen=True)
class Incidents:
    """Incidents of an area by kind and by state, most first.

    `exact`: those of the last twelve months, as they are; else all on record, as far as everybody
    may know: `number` is None, and the groups empty, where they are not told.
    """

    number: int | None
    kinds: tuple[Tally, ...]
    states: tuple[Tally, ...]
    exact: bool


@dataclass(frozen=True)
class Uncovered:
    """Homes at one address that no circle reaches; `households` names the address, or several."""

    buildings: int
    households: Tally


@dataclass(frozen=True)
class Facility:
    """A facility on the map or in a list; `inside` the area or only near it."""

    kind: str
    name: str | None
    address: str | None
    floor_area_m2: float | None
    state: str | None
    lon: float
    lat: float
    inside: bool


@dataclass(frozen=True)
class Label:
    """A name on the map."""

    text: str
    figure: int | None
    over: bool
    lon: float
    lat: float


@dataclass(frozen=True)
class Report:
    """All that the page shows.

    Attributes
    ----------
    chain
        Names from the top down to the area's own.
    parts
        The areas inside it at the level with the household limit, else its children; by how full.
    minutes
        The circle that coverage is told by; `coverage` holds every budget.
    kinds
        Kinds of facility in the order of their marks, the whole town's.
    uncovered
        By address, most households first; `uncovered_buildings` and `_households` are all of them.
    posts, vacant, branches
        Posts in the area, those nobody holds by title, and branches.
    layers
        What is drawn, each in degrees (EPSG:4326): outline, parts (with `fill`), street, water,
        green, rail, compound, building, circle, uncovered.
    extent
        West, south, east, north of the map, degrees.
    map_mm
        Height of the map on the sheet; `parts_first`: what is left below it holds the parts' table.
    """

    site: Site
    edition: int
    title: str
    effective: dt.date
    day: dt.date
    area: Figures
    chain: tuple[str, ...]
    parts: tuple[Part, ...]
    coverage: tuple[Covered, ...]
    minutes: int | None
    growth: Growth
    uncovered: tuple[Uncovered, ...]
    uncovered_buildings: int
    uncovered_households: Tally
    facilities: tuple[Facility, ...]
    kinds: tuple[str, ...]
    under_standard: tuple[Facility, ...]
    incidents: Incidents
    posts: int
    vacant: tuple[tuple[str, int], ...]
    branches: int
    labels: tuple[Label, ...]
    layers: Mapping[str, gpd.GeoDataFrame]
    extent: tuple[float, float, float, float]
    m_per_px: float
    map_mm: float
    parts_first: bool
    suppress_below: int
    review_number: str | None
