"""Previews and reports of imports as the wire has them: plain words, places in degrees."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import shapely

from api.plain import plainly
from api.wire.imports import (
    ColumnSeen,
    CrsChoice,
    CrsSeen,
    FieldOut,
    FindingOut,
    HomeChoice,
    ImportOut,
    Noted,
    PreviewOut,
    RejectOut,
    Said,
)
from geo.boundaries import Site
from geo.crs import WGS84, SourceCrs, convert_xy
from geo.errors import WanggeError
from geo.findings import Note, Reject
from geo.frames import CONTRACTS, Column, Contract
from geo.import_report import Finding, ImportReport, RowsRejected, require_no_rejects
from geo.publish import Preview, crs_title

_LISTED = 1000
_DECIMALS = 9


def preview_out(found: Preview) -> PreviewOut:
    """Put a preview on the wire."""
    contract = CONTRACTS[found.kind] if found.kind else None
    return PreviewOut(
        kind=found.kind,
        kind_guess=found.kind_guess,
        format=found.format,
        encoding=found.encoding,
        encodings=list(found.encodings),
        layers=list(found.layers),
        layer=found.layer,
        crs=CrsSeen(
            declared=_name(found.declared),
            used=_name(found.used),
            shown_as=_name(found.shown_as),
            candidates=[
                CrsChoice(crs=c.crs.name, title=crs_title(c.crs), inside=c.inside)
                for c in found.candidates
            ],
        ),
        rows=found.rows,
        columns=[
            ColumnSeen(
                heading=c.heading,
                canonical=c.canonical,
                required=c.required,
                samples=list(c.samples),
            )
            for c in found.columns
        ],
        fields=_fields(contract) if contract else [],
        missing=list(found.missing),
        features=_collection(found),
        bounds=found.bounds,
        notes=[_noted(note) for note in found.notes],
        problem=_said(found.problem) if found.problem else None,
    )


def report_out(report: ImportReport, number: str, site: Site) -> ImportOut:
    """Put a report on the wire; what would stop a commit is its problem."""
    try:
        require_no_rejects(report)
        problem = None
    except RowsRejected as refused:
        problem = None if report.committed else _said(refused)
    return ImportOut(
        id=number,
        kind=CONTRACTS[report.kind].kind,  # type: ignore[index]
        source=report.source,
        committed=report.committed,
        rows_read=report.rows_read,
        new=report.new,
        updated=report.updated,
        unchanged=report.unchanged,
        placed=report.placed,
        outside=report.outside,
        reject_count=report.reject_count,
        rejects=[
            RejectOut(
                row=r.row,
                field=r.field,
                code=r.code,
                value=r.value,
                en=plainly(r.en, "en"),
                zh=plainly(r.zh, "zh"),
                remedy_en=plainly(r.remedy_en, "en"),
                remedy_zh=plainly(r.remedy_zh, "zh"),
                candidates=_candidates(r),
            )
            for r in report.rejects[:_LISTED]
        ],
        finding_count=len(report.findings),
        findings=[_finding(f, site) for f in report.findings[:_LISTED]],
        notes=[_noted(note) for note in report.notes],
        problem=problem,
    )


def _candidates(reject: Reject) -> list[HomeChoice]:
    found = reject.facts.get("candidates")
    rows = found if isinstance(found, list) else []
    return [HomeChoice.model_validate(row) for row in rows]


def _fields(contract: Contract) -> list[FieldOut]:
    fields = [
        FieldOut(name=c.name, zh=_in_chinese(c), required=c.required) for c in contract.columns
    ]
    if contract.geometry in ("point", "any"):
        places = (("lon", "经度"), ("lat", "纬度"), ("lonlat", "经纬度"))
        fields += [FieldOut(name=name, zh=zh, required=False) for name, zh in places]
    if contract.geometry != "none":
        fields.append(FieldOut(name="wkt", zh="图形 WKT", required=False))
    return fields


def _in_chinese(column: Column) -> str:
    """Give the first Chinese heading that a column goes by."""
    return next((word for word in column.aliases if not word.isascii()), column.name)


def _collection(found: Preview) -> dict[str, Any]:
    shapes = found.shapes or {}
    features = [
        {
            "type": "Feature",
            "id": row,
            "properties": {"row": row},
            "geometry": json.loads(shapely.to_geojson(_rounded(shape))),
        }
        for row, shape in shapes.items()
    ]
    return {"type": "FeatureCollection", "features": features}


def _rounded(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda xy: np.round(xy, _DECIMALS))


def _finding(finding: Finding, site: Site) -> FindingOut:
    plain = finding.to_json()
    lon = lat = None
    if plain.get("x") is not None and plain.get("y") is not None:
        xs, ys = convert_xy(
            np.array([plain["x"]]), np.array([plain["y"]]), SourceCrs("epsg", site.epsg), WGS84
        )
        lon, lat = round(float(xs[0]), _DECIMALS), round(float(ys[0]), _DECIMALS)
    return FindingOut(
        code=finding.code,
        severity=plain["severity"],
        en=plainly(finding.en, "en"),
        zh=plainly(finding.zh, "zh"),
        remedy_en=plainly(finding.remedy_en, "en"),
        remedy_zh=plainly(finding.remedy_zh, "zh"),
        codes=list(plain.get("codes", ())),
        row=finding.row,
        lon=lon,
        lat=lat,
    )


def _noted(note: Note) -> Noted:
    return Noted(
        code=note.code,
        severity=note.severity,
        en=plainly(note.en, "en"),
        zh=plainly(note.zh, "zh"),
    )


def _said(error: WanggeError) -> Said:
    return Said(code=error.code, en=plainly(error.en, "en"), zh=plainly(error.zh, "zh"))


def _name(crs: SourceCrs | None) -> str | None:
    return crs.name if crs else None
