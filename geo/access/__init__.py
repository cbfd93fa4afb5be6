"""Who did what: the audit trail."""

from geo.access.store import last_record, record

__all__ = ["last_record", "record"]
