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
from geo.people.store.members import (
    Floats,
    Ints,
    codes_of,
    edition_numbers,
    erase,
    find_homes,
    homes,
    housed_points,
    level_places,
    list_members,
    live_members,
    member_spans,
    members_of,
    own_points,
    parent_spans,
    unit_of,
)

__all__ = [
    "Floats",
    "Ints",
    "alias_rows",
    "aliases",
    "area_names",
    "buildings_of",
    "codes_of",
    "drop_alias",
    "edition_numbers",
    "erase",
    "find_homes",
    "homes",
    "housed_points",
    "incident_cells",
    "incident_words",
    "level_places",
    "list_members",
    "live_members",
    "member_spans",
    "members_of",
    "own_points",
    "parent_spans",
    "put_alias",
    "unit_of",
]
