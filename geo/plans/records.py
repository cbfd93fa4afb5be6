"""Tables as plain data."""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from typing import Any

import pandas as pd


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a table as plain data; what is missing is None, dataclasses are mappings."""
    rows = frame.astype(object).to_dict("records")
    return [{str(name): _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:  # noqa: ANN401 - a cell
    if isinstance(value, tuple):
        return [
            asdict(one) if is_dataclass(one) and not isinstance(one, type) else one for one in value
        ]
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
