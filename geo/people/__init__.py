"""Who is where and what happened: incidents, members, positions, branches; hexes for maps."""

from geo.people.actions import (
    follow_buildings,
    import_rows,
    replace,
)
from geo.people.hexes import cells_at, hexagons, larger_cells, resolution_of
from geo.people.incident_actions import (
    Step,
    advance_incident,
    advance_incidents,
    assign_incident,
    escalate_incident,
    move_incident,
)
from geo.people.incident_counts import (
    AreaCount,
    incident_filters,
    incident_hexes,
    incident_statistics,
)
from geo.people.incident_intake import COLUMNS as INCIDENT_COLUMNS
from geo.people.incident_intake import ON_THE_MAP, bring_incidents, report_incident
from geo.people.incident_places import Candidate
from geo.people.incident_states import STATES, STATES_ZH, State, state_of
from geo.people.incident_views import Event, Incident, May, Post, look_at_incident
from geo.people.member_actions import (
    MemberHome,
    MemberPage,
    MemberRow,
    forget_member,
    list_members,
    masked_phone,
    member_counts,
    member_hexes,
)
from geo.people.member_table import MemberCount
from geo.people.post_actions import PostBook, Vacancies, bound_to, list_positions, vacancies
from geo.people.questions import list_incidents
from geo.people.roster_actions import Alias, forget_alias, keep_alias, list_aliases

__all__ = [
    "INCIDENT_COLUMNS",
    "ON_THE_MAP",
    "STATES",
    "STATES_ZH",
    "Alias",
    "AreaCount",
    "Candidate",
    "Event",
    "Incident",
    "May",
    "MemberCount",
    "MemberHome",
    "MemberPage",
    "MemberRow",
    "Post",
    "PostBook",
    "State",
    "Step",
    "Vacancies",
    "advance_incident",
    "advance_incidents",
    "assign_incident",
    "bound_to",
    "bring_incidents",
    "cells_at",
    "escalate_incident",
    "follow_buildings",
    "forget_alias",
    "forget_member",
    "hexagons",
    "import_rows",
    "incident_filters",
    "incident_hexes",
    "incident_statistics",
    "keep_alias",
    "larger_cells",
    "list_aliases",
    "list_incidents",
    "list_members",
    "list_positions",
    "look_at_incident",
    "masked_phone",
    "member_counts",
    "member_hexes",
    "move_incident",
    "replace",
    "report_incident",
    "resolution_of",
    "state_of",
    "vacancies",
]
