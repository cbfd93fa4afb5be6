"""Where a live incident stands: its unit, the areas above, and the one that handles it."""

from __future__ import annotations

from dataclasses import dataclass

from geo.access import Actor
from geo.boundaries import Site, chain_of, edition_on, today
from geo.db import Transaction
from geo.errors import NoEdition, NotFound
from geo.people.incident_places import handler_in
from geo.people.store import incidents as store


@dataclass(frozen=True)
class Standing:
    """A live incident and where it stands in an edition.

    `chain` are the place ids of its unit and all above, unit first; empty outside. `levels` are
    their levels.
    """

    row: store.IncidentRow
    edition: int
    chain: tuple[int, ...]
    levels: tuple[str, ...]

    @property
    def handler(self) -> int | None:
        """The area that handles it; None outside all areas."""
        return handler_in(self.chain, self.levels, self.row.handler_id, self.row.handler_level)

    def seen_by(self, actor: Actor) -> bool:
        """Tell whether names of staff may be told for the area it lies in."""
        return actor.may("staff.read") and actor.scope("staff.read").covers(self.chain)


def standing_of(
    tx: Transaction, site: Site, incident_id: int, *, edition: int | None = None
) -> Standing:
    """Find where an incident stands; in the edition in force unless another is named.

    Raises
    ------
    NotFound
        If there is no such incident, or no edition is in force.
    """
    number = in_force(tx, site) if edition is None else edition
    rows = store.load(tx, [incident_id], number)
    if not rows:
        raise no_incident(incident_id)
    chain, levels = chain_at(tx, number, rows[0].unit)
    return Standing(rows[0], number, chain, levels)


def chain_at(
    tx: Transaction, number: int, unit: int | None
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Give a unit of an edition and all above it, unit first, and their levels; empty for None."""
    chain = tuple(chain_of(tx, number, unit)) if unit is not None else ()
    levels = store.levels_of(tx, number, chain)
    return chain, tuple(levels[place] for place in chain)


def in_force(tx: Transaction, site: Site) -> int:
    """Give the edition in force today.

    Raises
    ------
    NoEdition
        Before the first.
    """
    number = edition_on(tx, today(site))
    if number is None:
        raise NoEdition(
            "No edition is in force yet: incidents belong to no area. Publish the lines first.",
            "还没有生效的版本，事件无法归属区域。请先发布区划。",
        )
    return number


def no_incident(incident_id: int) -> NotFound:
    """Say that there is no such incident."""
    return NotFound(
        f"There is no incident {incident_id}.", f"没有编号为 {incident_id} 的事件。", id=incident_id
    )
