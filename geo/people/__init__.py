"""Who is where and what happened: incidents, members, positions, branches; hexes for maps."""

from geo.people.actions import (
    follow_buildings,
    import_rows,
    incident_filters,
    incident_hexes,
    member_hexes,
    replace,
)
from geo.people.hexes import cells_at, count_cells, hexagons, larger_cells, resolution_of
from geo.people.post_actions import PostBook, Vacancies, list_positions, vacancies
from geo.people.roster_actions import Alias, forget_alias, keep_alias, list_aliases

__all__ = [
    "Alias",
    "PostBook",
    "Vacancies",
    "cells_at",
    "count_cells",
    "follow_buildings",
    "forget_alias",
    "hexagons",
    "import_rows",
    "incident_filters",
    "incident_hexes",
    "keep_alias",
    "larger_cells",
    "list_aliases",
    "list_positions",
    "member_hexes",
    "replace",
    "resolution_of",
    "vacancies",
]
