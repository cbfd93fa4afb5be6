"""What in a file of a plan could not be taken, or not as it stands."""

from __future__ import annotations

from typing import Any, NamedTuple

from geo.findings import Note, Reject


class Remark(NamedTuple):
    """One sentence in both languages: about a row of the file, an area of the plan, or all."""

    row: int | None
    code: str | None
    en: str
    zh: str

    @classmethod
    def of(cls, found: Reject | Note) -> Remark:
        """Take over what reading the file found."""
        if isinstance(found, Note):
            return cls(None, None, found.en, found.zh)
        en, zh = f"{found.en} {found.remedy_en}", f"{found.zh}{found.remedy_zh}"
        return cls(found.row, found.value, en, zh)

    def to_json(self) -> dict[str, Any]:
        """Give it as plain data."""
        return self._asdict()
