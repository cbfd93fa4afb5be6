"""Who may do what, and who did what: rights, actors, accounts, tokens, the audit trail."""

from geo.access.rights import (
    RIGHTS,
    ROLES,
    VISITOR,
    WHOLE_TOWN,
    Actor,
    Grant,
    Right,
    Role,
    Scope,
    operator,
)
from geo.access.store import record, trail_state

__all__ = [
    "RIGHTS",
    "ROLES",
    "VISITOR",
    "WHOLE_TOWN",
    "Actor",
    "Grant",
    "Right",
    "Role",
    "Scope",
    "operator",
    "record",
    "trail_state",
]
