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

__all__ = [
    "PostBook",
    "Vacancies",
    "cells_at",
    "count_cells",
    "follow_buildings",
    "hexagons",
    "import_rows",
    "incident_filters",
    "incident_hexes",
    "larger_cells",
    "list_positions",
    "member_hexes",
    "replace",
    "resolution_of",
    "vacancies",
]
