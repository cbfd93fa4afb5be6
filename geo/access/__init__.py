"""Who may do what, and who did what: rights, actors, accounts, tokens, sessions, the audit trail."""

from geo.access.accounts import (
    Account,
    add_account,
    close_account,
    display_of,
    list_accounts,
    set_password,
    set_roles,
)
from geo.access.audit import read_audit
from geo.access.rights import (
    OPEN,
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
from geo.access.secret import read_secret
from geo.access.sessions import SESSION_S, Session, Sessions
from geo.access.signing_in import actor_of_session, change_password, sign_in, sign_out
from geo.access.store import record, roles_on, trail_state
from geo.access.tokens import actor_of_token, add_token, list_tokens, revoke_token

__all__ = [
    "OPEN",
    "RIGHTS",
    "ROLES",
    "SESSION_S",
    "VISITOR",
    "WHOLE_TOWN",
    "Account",
    "Actor",
    "Grant",
    "Right",
    "Role",
    "Scope",
    "Session",
    "Sessions",
    "actor_of_session",
    "actor_of_token",
    "add_account",
    "add_token",
    "change_password",
    "close_account",
    "display_of",
    "list_accounts",
    "list_tokens",
    "operator",
    "read_audit",
    "read_secret",
    "record",
    "revoke_token",
    "roles_on",
    "set_password",
    "set_roles",
    "sign_in",
    "sign_out",
    "trail_state",
]
