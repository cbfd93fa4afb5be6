"""The books of a published folder: the areas of an edition, and the public registers.

Both are read once and then only asked. Points are metres in the working CRS, on the 1 mm grid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from pathlib import Path
from typing import Any, NamedTuple, Self

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.boundaries import LocateIndex, Site, read_areas
from geo.crs import WGS84, SourceCrs, convert_xy
from geo.errors import NotFound, UnreadableFile
from geo.publish.search import SearchTable, Thing, Type

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NOWHERE = -1
#: States of a facility that serves nobody; circles are drawn without them too.
IDLE = ("unused", "planned")
_WHOLE = ("parent_id", "households", "buildings")
_NAMES = ("number", "name", "compound", "address")
_CIRCLE = ["minutes", "method", "profile", "radius_m"]
_AFTER_AREAS = {"facility": 100, "compound": 101, "building": 102}


class Link(NamedTuple):
    """One step of a chain of areas."""

    level: str
    id: int
    code: str
    name: str


class AreaFacts(NamedTuple):
    """One area: its figures, label point in metres and degrees, bounding box in degrees."""

    id: int
    level: str
    code: str
    name: str
    households_complete: bool
    parent_id: int | None
    households: int | None
    buildings: int | None
    label_x: float
    label_y: float
    area_m2: float
    lon: float
    lat: float
    west: float
    south: float
    east: float
    north: float


class BuildingName(NamedTuple):
    """By what a building is known; each part may be unknown."""

    id: int
    number: str | None
    name: str | None
    compound: str | None
    address: str | None


@dataclass(frozen=True, eq=False)
class AreaBook:
    """The areas of one edition.

    Attributes
    ----------
    frame : GeoDataFrame
        Every area by `place_id`, columns as in `areas.parquet`, metres.
    site : Site
        The place, its working CRS and levels.
    units : int array, shape (n,)
        Place ids of the units (the areas without children) by code bytes: what the positions
        of `index` mean.
    index : LocateIndex
        Finds the unit of a point.
    """

    frame: gpd.GeoDataFrame
    site: Site
    units: Ints
    index: LocateIndex

    @classmethod
    def read(cls, folder: Path, cache: Path | None = None) -> Self:
        """Read a sealed folder; the locate index comes from `cache` where it is kept there.

        Raises
        ------
        UnreadableFile
            If `areas.parquet` is missing or broken.
        """
        frame, site = read_areas(folder / "areas.parquet")
        parents = frame["parent_id"].dropna().astype("int64").unique()
        units = frame[~frame.index.isin(parents)]
        units = units.loc[sorted(units.index, key=units["code"].to_dict().__getitem__)]
        shapes = units.geometry.to_numpy()
        index = LocateIndex.cached(cache, shapes) if cache else LocateIndex.build(shapes)
        return cls(frame, site, units.index.to_numpy(dtype=np.int64), index)

    @property
    def crs(self) -> SourceCrs:
        """The working CRS."""
        return SourceCrs("epsg", self.site.epsg)

    def facts(self, place_id: int) -> AreaFacts:
        """Give what is known of an area.

        Raises
        ------
        NotFound
            If the edition has no such place.
        """
        try:
            return self._facts[place_id]
        except KeyError:
            raise NotFound(
                f"This edition has no area {place_id}. It may belong to another edition.",
                f"该版本中没有编号为 {place_id} 的区域，它可能属于其他版本。",
                id=place_id,
            ) from None

    def at_level(self, level: str) -> list[AreaFacts]:
        """Give all areas of a level by code bytes; NotFound when there is no such level."""
        key = self.site.level(level).key
        return [facts for facts in self._facts.values() if facts.level == key]

    def chain(self, place_id: int) -> tuple[Link, ...]:
        """Give an area and everything above it, top first, by parent link alone."""
        chain: list[Link] = []
        step: int | None = place_id
        while step is not None:
            facts = self._facts[step]
            chain.append(Link(facts.level, facts.id, facts.code, facts.name))
            step = facts.parent_id
        return tuple(reversed(chain))

    def children(self, place_id: int) -> Ints:
        """Give the place ids of an area's children, by code bytes."""
        return self._children.get(place_id, np.array([], dtype=np.int64))

    def unit_ids(self, positions: NDArray[np.integer[Any]]) -> Ints:
        """Give the place ids of positions in the locate index, `NOWHERE` outside."""
        # Position −1 is the last element.
        ids: Ints = np.append(self.units, NOWHERE)[positions]
        return ids

    def warm(self) -> None:
        """Prepare what would else make the first questions wait."""
        self.index.border_distance(np.zeros((1, 2)))
        self.search.find("0", limit=1)
        len(self._facts)

    def holds(self, place_id: int, units: Ints) -> Flags:
        """Tell which of the units lie under an area (or are it)."""
        under, front = [place_id], [place_id]
        while front:
            front = [child for area in front for child in self.children(area).tolist()]
            under += front
        return np.isin(units, under)

    @cached_property
    def search(self) -> SearchTable:
        """The areas as things to be found."""
        rank = {level.key: level.rank for level in self.site.levels}
        return SearchTable.of(
            Thing("area", a.id, a.level, None, a.code, a.name, rank[a.level], a.label_x, a.label_y)
            for a in self._facts.values()
        )

    @cached_property
    def _facts(self) -> dict[int, AreaFacts]:
        f = self.frame
        whole = (f[c].astype(object).where(f[c].notna(), None) for c in _WHOLE)
        measured = (f["label_x"], f["label_y"], f.area, *_lonlat(f, self.crs))
        columns = (f["level"], f["code"], f["name"], f["households_complete"], *whole, *measured)
        rows = zip(f.index.tolist(), *(c.tolist() for c in columns), strict=True)
        return {row[0]: AreaFacts(*row) for row in rows}

    @cached_property
    def _children(self) -> dict[int, Ints]:
        parents = self.frame["parent_id"].dropna().astype("int64")
        groups = parents.index.to_series().groupby(parents.to_numpy())
        return {int(parent): ids.to_numpy(dtype=np.int64) for parent, ids in groups}


@dataclass(frozen=True, eq=False)
class RegisterBook:
    """The public registers: buildings, compounds and facilities, each by `id`, in metres.

    `circles` tells how circles were measured: minutes, method, profile (in words), radius_m;
    `ground` names the kinds of ground features that are there.
    """

    buildings: gpd.GeoDataFrame
    compounds: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    circles: pd.DataFrame
    ground: tuple[str, ...] = ()

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read a registers folder.

        Raises
        ------
        UnreadableFile
            If one of its files is missing or broken.
        """
        try:
            buildings, compounds, facilities = (
                gpd.read_parquet(folder / f"{name}.parquet").set_index("id").sort_index()
                for name in ("buildings", "compounds", "facilities")
            )
            circles = pd.read_parquet(folder / "circles.parquet", columns=_CIRCLE)
            kinds = circles.drop_duplicates().sort_values(_CIRCLE, ignore_index=True)
            ground = pd.read_parquet(folder / "features.parquet", columns=["kind"])["kind"]
            there = tuple(sorted(ground.dropna().unique()))
            return cls(buildings, compounds, facilities, kinds, there)
        except (OSError, KeyError, ValueError) as error:
            raise UnreadableFile(
                f"The registers folder {folder.name} is not whole ({error}). Publish again, or"
                " copy the whole folder anew.",
                f"登记册文件夹 {folder.name} 不完整（{error}）。请重新发布，或重新拷贝整个文件夹。",
                path=str(folder),
            ) from error

    @classmethod
    def empty(cls) -> Self:
        """Give the book of a folder without registers."""
        building = ["number", "name", "compound", "address", "use", "status", "floors"]
        facility = ["kind", "name", "address", "floor_area_m2", "state"]
        buildings, compounds, facilities = (
            gpd.GeoDataFrame({c: [] for c in columns}, geometry=[]).rename_axis("id")
            for columns in (building, ["name", "walled", "built_year"], facility)
        )
        return cls(buildings, compounds, facilities, pd.DataFrame(columns=_CIRCLE))

    def building_of(self, xy: Floats) -> Ints:
        """Give the building that each point lies in (or on the wall of), `NOWHERE` if none.

        Of several buildings the lowest id answers. Points (n, 2) in metres.
        """
        out = np.full(len(xy), len(self.buildings), dtype=np.int64)
        known = np.flatnonzero(np.isfinite(xy).all(axis=1))
        which, building = self._building_tree.query(
            shapely.points(xy[known]), predicate="intersects"
        )
        np.minimum.at(out, known[which], building)
        ids = np.append(self.buildings.index.to_numpy(dtype=np.int64), NOWHERE)
        return ids[out]

    def building_name(self, building_id: int) -> BuildingName:
        """Name a building of the register."""
        return self._building_names[building_id]

    def nearest_facility(self, x: float, y: float) -> tuple[int, float] | None:
        """Give the facility in service nearest to a point, and the metres in a straight line."""
        if self._serving.empty:
            return None
        rows, metres = self._serving_tree.query_nearest(
            shapely.Point(x, y), all_matches=False, return_distance=True
        )
        return int(self._serving.index[rows[0]]), float(metres[0])

    def warm(self) -> None:
        """Prepare what would else make the first questions wait."""
        self.building_of(np.zeros((1, 2)))
        len(self._building_names)
        self.nearest_facility(0.0, 0.0)
        self.search.find("0", limit=1)

    @cached_property
    def facility_xy(self) -> Floats:
        """Facilities as points (n, 2) in metres."""
        xy: Floats = shapely.get_coordinates(self.facilities.geometry.to_numpy())
        return xy

    @cached_property
    def search(self) -> SearchTable:
        """Buildings, compounds and facilities as things to be found."""
        return _register_search(self)

    @cached_property
    def _building_names(self) -> dict[int, BuildingName]:
        b = self.buildings
        columns = (b[name].astype(object).where(b[name].notna(), None) for name in _NAMES)
        return {row[0]: BuildingName(*row) for row in zip(b.index.tolist(), *columns, strict=True)}

    @cached_property
    def _building_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.buildings.geometry.to_numpy())

    @cached_property
    def _serving(self) -> gpd.GeoDataFrame:
        return self.facilities[~self.facilities["state"].isin(IDLE)]

    @cached_property
    def _serving_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self._serving.geometry.to_numpy())


def _lonlat(areas: gpd.GeoDataFrame, crs: SourceCrs) -> tuple[Floats, ...]:
    """Give label points and bounding boxes in degrees: lon, lat, west, south, east, north."""
    x0, y0, x1, y1 = shapely.bounds(areas.geometry.to_numpy()).T
    mid_x, mid_y = (x0 + x1) / 2, (y0 + y1) / 2
    # Corners and the middles of the sides: a box in metres is not a box in degrees.
    x = np.concatenate([x0, mid_x, x1, x1, x1, mid_x, x0, x0])
    y = np.concatenate([y0, y0, y0, mid_y, y1, y1, y1, mid_y])
    lon, lat = (part.reshape(8, -1) for part in convert_xy(x, y, crs, WGS84))
    label_x, label_y = (areas[name].to_numpy(dtype=float) for name in ("label_x", "label_y"))
    label_lon, label_lat = convert_xy(label_x, label_y, crs, WGS84)
    box = (lon.min(axis=0), lat.min(axis=0), lon.max(axis=0), lat.max(axis=0))
    return (label_lon, label_lat, *box)


def building_title(compound: str | None, number: str | None, name: str | None) -> str:
    """Say a building in one line: compound and number, or its own name."""
    return " ".join(part for part in (compound, number) if part) or name or ""


def _register_search(book: RegisterBook) -> SearchTable:
    f, c = book.facilities, book.compounds
    kinds, addresses = _texts(f, "kind"), _texts(f, "address")
    called = zip(_texts(f, "name"), addresses, kinds, strict=True)
    facilities = [name or address or kind for name, address, kind in called]
    pairs = zip(kinds, addresses, strict=True)
    words = [f"{kind.replace('_', ' ')} {address}" for kind, address in pairs]
    names = [book.building_name(building_id) for building_id in book.buildings.index.tolist()]
    titles = [building_title(n.compound, n.number, n.name) or n.address or "" for n in names]
    more = [f"{n.name or ''} {n.address or ''}" for n in names]
    things = (
        *_things("facility", f, facilities, words, kinds),
        *_things("compound", c, _texts(c, "name")),
        *_things("building", book.buildings, titles, more),
    )
    # What has neither a name nor an address can't be asked for.
    return SearchTable.of(thing for thing in things if thing.name)


def _things(
    kind: Type,
    frame: gpd.GeoDataFrame,
    names: list[str],
    also: Iterable[str] = repeat(""),
    kinds: Iterable[str | None] = repeat(None),
) -> Iterator[Thing]:
    xy = shapely.get_coordinates(shapely.point_on_surface(frame.geometry.to_numpy())).tolist()
    order = _AFTER_AREAS[kind]
    for number, name, words, what, (x, y) in zip(frame.index.tolist(), names, also, kinds, xy):  # noqa: B905 - repeats never end
        yield Thing(kind, number, None, what, "", name, order, x, y, words)


def _texts(frame: gpd.GeoDataFrame, column: str) -> list[str]:
    return [text if isinstance(text, str) else "" for text in frame[column]]
