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

__all__ = [
    "cells_at",
    "count_cells",
    "follow_buildings",
    "hexagons",
    "import_rows",
    "incident_filters",
    "incident_hexes",
    "larger_cells",
    "member_hexes",
    "replace",
    "resolution_of",
]
