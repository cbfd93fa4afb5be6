"""An upload tried and imported: what was checked, and only that, may be committed."""

from __future__ import annotations

import fcntl
import hashlib
import json
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any, Literal

import pandas as pd

from geo.access import Actor, Right
from geo.crs import SourceCrs
from geo.db import Engine
from geo.errors import BadInput, Language, Refused
from geo.exchange import Table, map_columns, read_file, rejected_rows
from geo.findings import Reject
from geo.frames import CONTRACTS, Kind
from geo.import_report import ImportReport, RowsRejected
from geo.progress import Progress, quiet
from geo.publish.intake import PEOPLE, REGISTERS, ImportOrder, import_file
from geo.publish.uploads import Upload, data_file, held
from geo.settings import Settings

#: The right that importing a kind needs.
IMPORT_RIGHTS: Mapping[Kind, Right] = {
    "areas": "import.lines",
    **dict.fromkeys(REGISTERS, "import.registers"),
    **dict.fromkeys(PEOPLE, "import.people"),
}


def check_upload(
    engine: Engine,
    settings: Settings,
    upload: Upload,
    order: ImportOrder,
    *,
    actor: Actor,
    progress: Progress = quiet,
) -> ImportReport:
    """Try an order on an upload without storing anything; what was tried may be committed."""
    actor.require(IMPORT_RIGHTS[order.kind])
    path = data_file(upload)
    with held(upload, fcntl.LOCK_SH):
        files = _fingerprint(upload)
        order = replace(order, commit=False)
        report = import_file(engine, settings, order, path, actor=actor, progress=progress)
        _remember(upload, order, files, report)
    return report


def commit_upload(
    engine: Engine,
    settings: Settings,
    upload: Upload,
    order: ImportOrder,
    *,
    actor: Actor,
    progress: Progress = quiet,
) -> ImportReport:
    """Store what was checked, in one transaction.

    Whether rejected rows are left out may be decided after the check; all else must be the same.

    Raises
    ------
    Refused
        If this order was not checked, or the files have changed since.
    RowsRejected
        If rows are rejected and the order does not leave them out.
    """
    actor.require(IMPORT_RIGHTS[order.kind])
    path = data_file(upload)
    with held(upload, fcntl.LOCK_SH):
        checked = _recall(upload)
        if checked is None or checked["order"] != _plain(order):
            raise Refused(
                "This order was not checked. Check it, look at the report, then commit the same.",
                "该导入设置尚未检查。请先检查并查看报告，再以相同设置提交。",
            )
        files = _fingerprint(upload)
        if checked["files"] != files:
            raise Refused(
                "The files have changed since they were checked. Check again, then commit.",
                "文件在检查之后有变化。请重新检查后再提交。",
            )
        order = replace(order, commit=True)
        try:
            report = import_file(engine, settings, order, path, actor=actor, progress=progress)
        except RowsRejected as refused:
            _remember(upload, order, files, refused.report)
            raise
        _remember(upload, order, files, report)
    return report


def state_of(upload: Upload) -> Literal["open", "checked", "committed"]:
    """Tell how far an upload has come."""
    checked = _recall(upload)
    if checked is None:
        return "open"
    return "committed" if checked["committed"] else "checked"


def rows_to_mend(upload: Upload, *, language: Language) -> pd.DataFrame:
    """Give the rows that the last check or commit rejected, as they came, the reasons in front.

    Raises
    ------
    Refused
        If nothing was checked yet, or the files have changed since.
    """
    checked = _recall(upload)
    if checked is None or checked["files"] != _fingerprint(upload):
        raise Refused(
            "The files were not checked as they are now. Check them first.",
            "这些文件尚未检查，或检查之后有变化。请先检查。",
        )
    table = _table(upload, _order(checked["order"]))
    return rejected_rows(table, [Reject(**row) for row in checked["rejects"]], language=language)


def _table(upload: Upload, order: ImportOrder) -> Table:
    return read_file(
        data_file(upload),
        crs=order.crs,
        encoding=order.encoding,
        layer=order.layer,
        columns=order.columns,
    )


def with_homes(upload: Upload, order: ImportOrder, homes: Mapping[int, int]) -> ImportOrder:
    """Let the addresses of rows mean the buildings (ids) that were chosen for them.

    The address stays in the file: who chooses names the row. It is kept as an alias, so that the
    next roster with this spelling needs no choice.

    Raises
    ------
    BadInput
        If a row is not there, or has no address.
    """
    if not homes:
        return order
    table = _table(upload, order)
    mapping, _ = map_columns(CONTRACTS[order.kind], table.headings, chosen=order.columns)
    heading = mapping.get("address")
    known = {} if heading is None else table.frame[heading].dropna().to_dict()
    missing = sorted(set(homes) - set(known))
    if missing:
        raise BadInput(
            f"Row {missing[0]} has no address that could mean a building. Leave it out of the"
            " choices.",
            f"第 {missing[0]} 行没有地址，无法指定楼栋。请去掉该行的选择。",
            rows=missing,
        )
    chosen = {str(known[row]): building for row, building in homes.items()}
    return replace(order, aliases={**order.aliases, **chosen})


def _plain(order: ImportOrder) -> dict[str, Any]:
    """Write an order as plain data, without what may be decided after the check."""
    plain = asdict(replace(order, columns=dict(order.columns), aliases=dict(order.aliases)))
    return {k: v for k, v in plain.items() if k not in ("commit", "skip_rejected")}


def _order(plain: dict[str, Any]) -> ImportOrder:
    crs = plain["crs"]
    return ImportOrder(**{**plain, "crs": SourceCrs(**crs) if crs else None})


def _remember(
    upload: Upload, order: ImportOrder, files: dict[str, str], report: ImportReport
) -> None:
    rejects = [asdict(reject) for reject in report.rejects]
    checked = {
        "order": _plain(order), "files": files, "rejects": rejects, "committed": report.committed,
    }  # fmt: skip
    part = upload.folder / f".part-{secrets.token_hex(8)}"
    part.write_text(json.dumps(checked, ensure_ascii=False), "utf-8")
    part.replace(upload.folder / "checked.json")


def _recall(upload: Upload) -> dict[str, Any] | None:
    with suppress(FileNotFoundError):
        found: dict[str, Any] = json.loads((upload.folder / "checked.json").read_text("utf-8"))
        return found
    return None


def _fingerprint(upload: Upload) -> dict[str, str]:
    """Give the hash of every file by its name."""
    hashes = {}
    for path in upload.files:
        with path.open("rb") as file:
            hashes[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return hashes
