"""What an import did, or would do: the same report for every kind of file."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

from geo.errors import Refused
from geo.findings import Note, Reject

_TOLD = 100


class Finding(Protocol):
    """Something a person should look at; it does not keep a row out.

    `geo.boundaries.Finding` is one.
    """

    @property
    def code(self) -> str:
        """What it is, for programs."""
        ...

    @property
    def severity(self) -> str:
        """`error`, `warning` or `info`."""
        ...

    @property
    def en(self) -> str:
        """The sentence in English."""
        ...

    @property
    def zh(self) -> str:
        """The sentence in Chinese."""
        ...

    @property
    def remedy_en(self) -> str:
        """What to do about it, in English."""
        ...

    @property
    def remedy_zh(self) -> str:
        """What to do about it, in Chinese."""
        ...

    @property
    def row(self) -> int | None:
        """The row of the file, where it is one."""
        ...

    def to_json(self) -> dict[str, Any]:
        """Give the finding as plain data."""
        ...


@dataclass(frozen=True)
class ImportReport:
    """The figures of one import.

    `new + updated + unchanged` rows were taken (or would be); `placed` and `outside` count them
    under the highest edition and are None where nothing is placed (no edition yet, or a kind
    that belongs to no unit). `committed` is False for a dry run.
    """

    kind: str
    source: str
    committed: bool
    rows_read: int
    new: int
    updated: int
    unchanged: int
    placed: int | None = None
    outside: int | None = None
    rejects: tuple[Reject, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def reject_count(self) -> int:
        """How many rows were rejected; a row with two faults counts once."""
        return len({reject.row for reject in self.rejects})

    def to_json(self) -> dict[str, Any]:
        """Give the report as plain data."""
        plain = asdict(replace(self, findings=()))
        findings = [finding.to_json() for finding in self.findings]
        return {**plain, "findings": findings, "reject_count": self.reject_count}


class RowsRejected(Refused):
    """Nothing was imported because of rejected rows; `report` tells all about them."""

    code = "rows_rejected"
    report: ImportReport


def require_no_rejects(report: ImportReport) -> None:
    """Let an import be committed only when no row is rejected.

    Raises
    ------
    RowsRejected
        With the number of rejected rows and the first reason; the first hundred rejects are
        among its facts, all of them in its report.
    """
    if not report.rejects:
        return
    first = min(report.rejects, key=lambda reject: reject.row)
    error = RowsRejected(
        f"{report.reject_count} of {report.rows_read} rows are rejected, first row {first.row}:"
        f" {first.en} {first.remedy_en} Nothing was imported. Mend the rows, or leave them out"
        " with --skip-rejected.",
        f"{report.rows_read} 行中有 {report.reject_count} 行被拒绝，首见于第 {first.row} 行："
        f"{first.zh}{first.remedy_zh}未导入任何数据。请修正，或使用 --skip-rejected 跳过这些行。",
        rejected=report.reject_count,
        rows=report.rows_read,
        rejects=[asdict(reject) for reject in report.rejects[:_TOLD]],
    )
    error.report = replace(report, committed=False)
    raise error
