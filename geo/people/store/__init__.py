"""Statements about incidents, members, positions and branches."""

from geo.people.store.aliases import (
    alias_rows,
    aliases,
    area_names,
    buildings_of,
    drop_alias,
    put_alias,
)
from geo.people.store.hexes import incident_cells
from geo.people.store.incidents import incident_words
from geo.people.store.members import Floats, Ints, find_homes, homes, housed_points, own_points

__all__ = [
    "Floats",
    "Ints",
    "alias_rows",
    "aliases",
    "area_names",
    "buildings_of",
    "drop_alias",
    "find_homes",
    "homes",
    "housed_points",
    "incident_cells",
    "incident_words",
    "own_points",
    "put_alias",
]
