"""Import people and incidents, keep them in their areas, count them for maps."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from geo.access import Actor
from geo.boundaries import Placer, Site, places_by_code
from geo.db import Transaction
from geo.errors import UnknownOption
from geo.exchange import Conformed
from geo.frames import Kind
from geo.import_report import ImportReport
from geo.people import store
from geo.people.incident_actions import tell_lost
from geo.people.incident_intake import file_kind
from geo.people.members import prepare_members
from geo.people.posts import prepare_branches, prepare_positions
from geo.people.roster_actions import address_book
from geo.progress import Progress, quiet
from geo.registers import (
    ByHand,
    RowKind,
    forget_placements,
    import_dated,
    place_subjects,
    replace_subjects,
    subject_points,
)


def import_rows(
    tx: Transaction,
    conformed: Conformed,
    *,
    kind: Kind,
    source: str,
    site: Site,
    place: Placer,
    actor: Actor,
    commit: bool,
    skip_rejected: bool = False,
    progress: Progress = quiet,
) -> ImportReport:
    """Import a file of incidents, members, positions or branches; a dry run unless `commit`.

    As `geo.registers.import_rows`; cells of personal rows are masked in the report.

    Raises
    ------
    UnknownOption
        If `kind` is none of the four.
    Refused
        On commit, while rows are rejected and `skip_rejected` is not said.
    Busy
        On commit, when an edition was published since `place` was made.
    """
    return import_dated(
        tx, conformed, _row_kind(tx, kind, site), source=source, site=site, place=place,
        actor=actor, commit=commit, skip_rejected=skip_rejected, progress=progress,
    )  # fmt: skip


def _row_kind(tx: Transaction, kind: Kind, site: Site) -> RowKind:
    if kind == "incidents":
        return file_kind(site)
    places = _places(tx)
    if kind == "members":
        homes = store.homes(tx)
        return RowKind(
            "members", "member", "member",
            partial(
                prepare_members, homes=homes, areas=list(places.index),
                book=lambda: address_book(tx, homes),
            ),
        )  # fmt: skip
    if kind == "positions":
        return RowKind("positions", "position", None, partial(prepare_positions, places=places))
    if kind == "branches":
        return RowKind("branches", "branch", None, partial(prepare_branches, places=places))
    raise UnknownOption(
        f"“{kind}” is not kept here. Known are: incidents, members, positions, branches.",
        f"此处不登记“{kind}”。可用：incidents、members、positions、branches。",
        kind=kind,
    )


def _places(tx: Transaction) -> pd.Series[int]:
    """Give place ids by the codes of the highest edition."""
    frame = places_by_code(tx)
    return frame.set_index("code")["place_id"]


def replace(tx: Transaction, *, edition: int, place: Placer) -> dict[str, ByHand]:
    """Place every live incident and member in a new highest edition, once per edition.

    As `geo.registers.replace`; members follow their building when it is known. An incident whose
    unit was chosen by hand and is gone gets an event that says so.
    """
    ids, xy = subject_points(tx, "incident")
    incidents = replace_subjects(tx, "incident", ids, xy, edition=edition, place=place)
    tell_lost(tx, incidents.lost, edition=edition)
    store.find_homes(tx)
    members = ByHand([], [])
    for how, (ids, xy) in _member_points(tx).items():
        members += replace_subjects(tx, "member", ids, xy, edition=edition, place=place, how=how)
    return {"incident": incidents, "member": members}


def follow_buildings(tx: Transaction, *, place: Placer) -> None:
    """Place all members anew, in every edition, after buildings were imported.

    Members whose building came after them are tied to it; members of a building whose outline
    changed move with it.
    """
    store.find_homes(tx)
    for how, (ids, xy) in _member_points(tx).items():
        forget_placements(tx, "member", ids)
        way = np.full(len(ids), how, dtype=object)
        place_subjects(tx, "member", ids, place.place(xy), how=way)


def _member_points(tx: Transaction) -> dict[str, tuple[store.Ints, store.Floats]]:
    return {"building": store.housed_points(tx), "point": store.own_points(tx)}
