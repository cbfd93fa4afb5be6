"""Who may do what, and who did what: rights, actors, accounts, tokens, the audit trail."""

from geo.access.accounts import add_account
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
from geo.access.tokens import actor_of_token, add_token

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
    "actor_of_token",
    "add_account",
    "add_token",
    "operator",
    "record",
    "trail_state",
]
