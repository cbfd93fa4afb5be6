"""Gather what is known of an area for the leader's page."""

from __future__ import annotations

import datetime as dt
from typing import cast

import geopandas as gpd
import pandas as pd
import shapely

from geo.access import Actor
from geo.boundaries import RESIDENTIAL, areas, chain_of, editions, load_site, units_within
from geo.crs import LONLAT, frame_to
from geo.db import Transaction
from geo.errors import Language, NotFound
from geo.people import Vacancies, vacancies
from geo.reach import coverage_frame, coverage_of, uncovered
from geo.reports import store
from geo.reports.facts import Covered, Growth, Part, Report
from geo.reports.incidents import exact_incidents, public_incidents, sees_incidents
from geo.reports.lists import (
    at_addresses,
    facility_list,
    labels_of,
    parts_of,
    under_standard,
)
from geo.reports.small import told
from geo.reports.town import Town
from geo.reports.view import Window, drawn_ground, in_degrees, window

#: The circle that coverage is told by, where the town has it.
_USUAL_MINUTES = 10


def gather(
    tx: Transaction,
    place: int,
    *,
    edition: int,
    day: dt.date,
    suppress_below: int,
    review_number: str | None,
    actor: Actor,
) -> Report:
    """Gather the facts of an area's page.

    Parameters
    ----------
    place : int
        Place id of the area.
    edition : int
        The edition whose lines and placements count.
    day : date
        Today; who may read the incidents gets those of the twelve months up to it exactly.
    suppress_below : int
        Counts of households at one address, and of incidents to all others, below it are not told.

    Raises
    ------
    NotFound
        If the edition has no such area.
    NotSignedIn, NotAllowed
        If the actor may not see counts there.
    """
    actor.require("counts", chain_of(tx, edition, place))
    site = load_site(tx)
    town = Town(areas(tx, edition, epsg=site.epsg), site)
    if place not in town.frame.index:
        raise NotFound(
            f"Edition {edition} has no area {place}. It may belong to another edition.",
            f"第 {edition} 版中没有编号为 {place} 的区域，它可能属于其他版本。",
            id=place,
        )
    here = window(town.frame.geometry[place], parts=len(town.parts(place)))
    units = units_within(tx, edition, [place])
    cover = coverage_frame(tx, edition)
    own = _coverage(tx, edition, place)
    minutes = _minutes([one.minutes for one in own])
    bare = _uncovered(tx, edition, place, minutes)
    title, effective = _title(tx, edition)
    kinds = store.facility_kinds(tx)
    facilities = store.facilities(tx, here.wide_box, epsg=site.epsg)
    inside = town.lies_in(place, shapely.get_coordinates(facilities.geometry.to_numpy()))
    listed = facility_list(facilities, inside)
    held = _posts(tx, town, place, edition, actor)
    parts = parts_of(town, place, cover[cover["minutes"] == minutes], held)
    known = bare["households"].sum() if len(bare) else 0
    return Report(
        site=site,
        edition=edition,
        title=title,
        effective=effective,
        day=day,
        area=town.figures(place),
        chain=town.names_above(place),
        parts=parts,
        coverage=own,
        minutes=minutes,
        growth=_growth(store.growing(tx, edition, units)),
        uncovered=at_addresses(bare, town=site.name_zh, below=suppress_below),
        uncovered_buildings=len(bare),
        uncovered_households=told("", int(known), below=suppress_below),
        facilities=listed,
        kinds=tuple(kinds),
        under_standard=under_standard(listed),
        incidents=(
            exact_incidents(tx, site, place, edition=edition, day=day)
            if sees_incidents(tx, place, edition=edition, actor=actor)
            else public_incidents(
                tx,
                site,
                place,
                edition=edition,
                level=town.figures(place).level.key,
                below=suppress_below,
                actor=actor,
            )
        ),
        posts=held[place].posts,
        vacant=tuple(sorted(held[place].vacant.items(), key=lambda row: (-row[1], row[0]))),
        branches=held[place].branches,
        labels=labels_of(town, parts, here),
        layers=_layers(tx, town, place, parts=parts, here=here, bare=bare, minutes=minutes),
        extent=here.extent(site.epsg),
        m_per_px=here.m_per_px,
        map_mm=here.map_mm,
        parts_first=here.parts_first,
        suppress_below=suppress_below,
        review_number=review_number,
    )


def report_key(
    tx: Transaction, place: int, *, edition: int, day: dt.date, language: Language, actor: Actor
) -> str:
    """Name the page that would be made now; as long as the name stays, so does the page.

    Whoever sees the incidents has another page than all others.

    Raises
    ------
    NotSignedIn, NotAllowed
        As `gather`.
    """
    actor.require("counts", chain_of(tx, edition, place))
    seen = "exact" if sees_incidents(tx, place, edition=edition, actor=actor) else "public"
    return f"{edition}-{place}-{language}-{day}-{seen}-{store.state(tx)}"


def _coverage(tx: Transaction, edition: int, place: int) -> tuple[Covered, ...]:
    radii = store.radii(tx)
    return tuple(
        Covered(
            minutes=row["minutes"],
            households=row["households"],
            share=row["share"],
            disc=row["method"] == "disc",
            radius_m=radii[row["minutes"]],
        )
        for row in coverage_of(tx, edition, place)
        if row["minutes"] in radii
    )


def _minutes(budgets: list[int]) -> int | None:
    if _USUAL_MINUTES in budgets:
        return _USUAL_MINUTES
    return sorted(budgets)[len(budgets) // 2] if budgets else None


def _posts(
    tx: Transaction, town: Town, place: int, edition: int, actor: Actor
) -> dict[int, Vacancies]:
    """Give posts and branches of the area and of its parts, by place id."""
    levels = {town.frame["level"][one] for one in (place, *town.parts(place))}
    books = [
        vacancies(tx, town.site, edition=edition, level=level, parent=place, actor=actor)
        for level in sorted(levels)
    ]
    return {row.place: row for book in books for row in book.areas}


def _uncovered(tx: Transaction, edition: int, place: int, minutes: int | None) -> pd.DataFrame:
    # Without circles nothing was counted, so nothing is told to be uncovered.
    rows = uncovered(tx, edition, place, minutes=minutes or 0)
    return rows if minutes is not None else rows.iloc[:0]


def _title(tx: Transaction, edition: int) -> tuple[str, dt.date]:
    row = editions(tx).set_index("number").loc[edition]
    return str(row["title"]), cast("dt.date", row["effective"])


def _growth(buildings: pd.DataFrame) -> Growth:
    homes = buildings[buildings["use"].isin(RESIDENTIAL) | buildings["use"].isna()]
    planned = homes["planned_households"]
    known = int(planned.sum()) if len(homes) else 0
    return Growth(len(homes), known, int(planned.isna().sum()))


def _layers(
    tx: Transaction,
    town: Town,
    place: int,
    *,
    parts: tuple[Part, ...],
    here: Window,
    bare: pd.DataFrame,
    minutes: int | None,
) -> dict[str, gpd.GeoDataFrame]:
    epsg = town.site.epsg
    layers = drawn_ground(store.ground(tx, here.wide_box, epsg=epsg), here)
    layers["compound"] = store.compounds(tx, here.wide_box, epsg=epsg)
    if here.fine:
        layers["building"] = store.buildings(tx, here.wide_box, epsg=epsg)
    if minutes is not None:
        circles = store.circles(tx, here.wide_box, minutes, epsg=epsg)
        union = shapely.union_all(circles.geometry.to_numpy())
        layers["circle"] = gpd.GeoDataFrame(geometry=[union], crs=epsg)
    shown = [part.figures.id for part in parts] if len(parts) <= town.MOST_DRAWN else []
    layers["parts"] = town.frame.loc[shown, ["geometry"]].assign(
        fill=[part.figures.fill for part in parts][: len(shown)]
    )
    layers["outline"] = town.frame.loc[[place], ["geometry"]]
    layers["uncovered"] = gpd.GeoDataFrame(geometry=here.squares(bare), crs=epsg)
    return {name: frame_to(in_degrees(name, layer, here), LONLAT) for name, layer in layers.items()}
