"""Who did what: the audit trail."""

from geo.access.store import record

__all__ = ["record"]
