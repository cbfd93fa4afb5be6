"""What every redrawing of units shares: the units beside, buildings, and the proof of the result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely

from geo.boundaries import GONE, area_and_width
from geo.crs import GRID_M
from geo.errors import BadInput, Refused
from geo.plans.arcs import Geometries, Ints, Nodes, lines_of, with_nodes
from geo.plans.draft import Change, Draft, Place
from geo.plans.ground import Ground
from geo.plans.survey import Survey

#: As many buildings are named in a sentence.
_NAMED = 4


def unit(draft: Draft, number: int) -> Place:
    """Give a unit.

    Raises
    ------
    NotFound
        If the draft has no such place.
    BadInput
        If it is not a unit.
    """
    found = draft.place(number)
    if found.shape is None:
        raise BadInput(
            f"{found.name} ({found.code}) is drawn from what lies below it. Choose a unit, or "
            "split the area.",
            f"{found.name}（{found.code}）的边界由下级拼成，不能直接改画。请选择最小单元，或使用“拆分”。",
            id=number,
        )
    return found


def beside(survey: Survey, units: Iterable[Place]) -> list[Place]:
    """List the other units that touch some units, by id."""
    ours = {one.id: one.shape for one in units}
    near = set(survey.fabric.standing.meeting(list(ours.values()))[1].tolist())
    return [survey.draft.places[n] for n in sorted(near - set(ours))]


def change(survey: Survey, before: Sequence[Place], after: Sequence[Place], nodes: Nodes) -> Change:
    """Make the change that redraws some units and gives those beside them the same vertices.

    Parameters
    ----------
    before, after : sequences of units
        The redrawn units as they were and as they become.
    nodes : mapping
        The vertices that borders gained, see `arcs.node`.

    Raises
    ------
    Refused
        If the outlines would not fit together to the millimetre.
    """
    draft = survey.draft
    near = beside(survey, before)
    gained = [one for one in (_gained(place, nodes) for place in near) if one is not None]
    rows = [*after, *gained]
    _require_fit(survey, before, after, gained, near)
    gone = {one.id for one in before} - {one.id for one in after}
    return Change.of(draft, rows, gone=gone)


def origins(units: Iterable[Place]) -> tuple[int, ...]:
    """Collect the units of the edition whose ground some units hold."""
    return tuple(sorted({n for one in units for n in (one.origins or (one.id,))}))


def require_uncut(ground: Ground, parts: Geometries, cuts: Ints) -> None:
    """Refuse to part a building: lines may follow its walls, to the millimetre.

    Parameters
    ----------
    ground : Ground
    parts : object array of outlines
    cuts : int array, shape (n, 4)
        The segments between them (`arcs`).

    Raises
    ------
    Refused
        If the footprint of a standing building lies in more than one of the parts.
    """
    near = np.unique(ground.buildings.sindex.query(lines_of(cuts), predicate="intersects")[1])
    met = ground.buildings.iloc[near]
    met = met[~met["status"].isin(GONE)]
    common = shapely.intersection(met.geometry.to_numpy()[:, None], parts[None, :])
    wide = area_and_width(common.ravel())[1].reshape(common.shape) > GRID_M
    cut = wide.sum(axis=1) > 1
    if cut.any():
        named = named_buildings(met[cut])
        raise Refused(
            f"The line crosses building {', '.join(named)}. Draw it around.",
            f"这条线穿过了楼栋 {'、'.join(named)}。请绕开楼栋画线。",
            buildings=met.index[cut].tolist(),
        )


def named_buildings(met: gpd.GeoDataFrame) -> list[str]:
    """Name the first few of some buildings: numbers, and the compounds they stand in."""
    rows = zip(met.index.tolist(), met["compound"].tolist(), strict=True)
    named = [f"{number} ({compound})" if compound else str(number) for number, compound in rows]
    return named[:_NAMED]


def _gained(place: Place, nodes: Nodes) -> Place | None:
    """Give a unit with the vertices that its border gained; None where it gained none."""
    shape = with_nodes(place.shape, nodes) if nodes else place.shape
    if shapely.get_num_coordinates(shape) == shapely.get_num_coordinates(place.shape):
        return None
    return replace(place, shape=shapely.normalize(shape), origins=origins([place]))


def _require_fit(
    survey: Survey,
    before: Sequence[Place],
    after: Sequence[Place],
    gained: Sequence[Place],
    near: Sequence[Place],
) -> None:
    """Prove that the new outlines are a clean coverage of the same ground."""
    changed = {place.id: place.shape for place in gained}
    around = beside(survey, [*before, *near])
    new = [place.shape for place in after if place.shape is not None]
    beside_new = [changed.get(place.id, place.shape) for place in near]
    shapes = np.array([*new, *beside_new, *(p.shape for p in around)], dtype=object)
    was = shapely.coverage_union_all([p.shape for p in (*before, *near)])
    is_now = shapely.coverage_union_all([*new, *beside_new])
    fits = (
        shapely.is_valid(shapes).all()
        and shapely.coverage_is_valid(shapes)
        and abs(is_now.area - was.area) <= GRID_M * shapely.length([p.shape for p in before]).sum()
        and shapely.hausdorff_distance(shapely.boundary(was), shapely.boundary(is_now)) <= GRID_M
    )
    if not fits:
        raise Refused(
            "The new line lies so near to another border that they can't be kept apart at 1 mm. "
            "Draw it a little elsewhere.",
            "新的边界与其他边界过近，1 毫米精度下无法区分。请稍微挪开一点再画。",
            ids=[place.id for place in before],
        )
