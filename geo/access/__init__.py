"""Who did what: the audit trail."""

from geo.access.store import record, trail_state

__all__ = ["record", "trail_state"]
