"""Days as people write them: those from which editions are in force, and those asked for."""

from __future__ import annotations

import datetime as dt

from geo.errors import BadInput


def day_of(text: str) -> dt.date:
    """Read a day such as 2026-11-21; BadInput with the remedy where it is none."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise BadInput(
            f"“{text}” is not a date. Write it as 2026-11-21.",
            f"“{text}” 不是日期，请写成 2026-11-21 的形式。",
        ) from None
