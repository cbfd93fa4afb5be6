"""Rejected rows given back: as they came, with the reason in front, to mend and import again."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd
import shapely

from geo.errors import Language
from geo.exchange.table import Table
from geo.exchange.workbook import Sheet, write_xlsx
from geo.exchange.write import csv_bytes
from geo.findings import Reject

RowFormat = Literal["xlsx", "csv"]

#: Row, field, reason, remedy: the columns in front.
FRONT: Mapping[Language, tuple[str, str, str, str]] = {
    "zh": ("行号", "字段", "原因", "处理办法"),
    "en": ("row no.", "field", "reason", "remedy"),
}
_SHEET: Mapping[Language, str] = {"zh": "待修正", "en": "to mend"}
_WKT = "wkt"


def rejected_rows(table: Table, rejects: Sequence[Reject], *, language: Language) -> pd.DataFrame:
    """Give the rejected rows exactly as they came, with what is wrong in front.

    Parameters
    ----------
    table : Table
        What `read_file` gave: with the options of the import, so that rows have their numbers.
    rejects : sequence of Reject
        Those of the import's report. Several of one row are joined in its cells.

    Returns
    -------
    pandas.DataFrame
        One row per rejected row, in order: row number, fields, reasons and remedies (`FRONT`),
        then all columns of the file. Shapes that do not come from columns are WKT in `wkt`, in
        the coordinates of the file. Mended and imported again, the columns in front are ignored.
    """
    by_row: dict[int, list[Reject]] = {}
    for reject in sorted(rejects, key=lambda r: (r.row, r.field)):
        by_row.setdefault(reject.row, []).append(reject)
    whole = _as_they_came(table).reindex(list(by_row))
    front = pd.DataFrame(
        [[row, *_said(found, language)] for row, found in by_row.items()],
        columns=list(FRONT[language]),
        index=whole.index,
    )
    return pd.concat([front, whole], axis=1).reset_index(drop=True)


def write_rows(frame: pd.DataFrame, kind: RowFormat, *, language: Language = "zh") -> bytes:
    """Give rows as a file to open in Excel: a workbook, or CSV in UTF-8 with a byte order mark."""
    if kind == "csv":
        return csv_bytes(frame)
    buffer = io.BytesIO()
    write_xlsx(buffer, [Sheet(_SHEET[language], frame)])
    return buffer.getvalue()


def _said(found: Sequence[Reject], language: Language) -> tuple[str, str, str]:
    zh = language == "zh"
    fields = dict.fromkeys(r.field for r in found)
    reasons = dict.fromkeys(r.zh if zh else r.en for r in found)
    remedies = dict.fromkeys(r.remedy_zh if zh else r.remedy_en for r in found)
    return ", ".join(fields), _joined(reasons, zh=zh), _joined(remedies, zh=zh)


def _joined(sentences: Mapping[str, None], *, zh: bool) -> str:
    return ("" if zh else " ").join(sentences)


def _as_they_came(table: Table) -> pd.DataFrame:
    """Give all rows of the file by row number, without the front of an earlier mending."""
    rows = table.frame[list(table.headings)]
    if table.has_geometry and not table.point_columns and table.wkt_column is None:
        rows = rows.assign(**{_WKT: _wkt(table)})
    if table.left_out is not None:
        rows = pd.concat([rows, table.left_out]).sort_index()
    for front in FRONT.values():
        if set(front) <= set(rows.columns):
            rows = rows.drop(columns=list(front))
    return rows.astype(object)


def _wkt(table: Table) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    texts = shapely.to_wkt(table.shapes, rounding_precision=-1)
    return np.asarray(texts, dtype=object)
