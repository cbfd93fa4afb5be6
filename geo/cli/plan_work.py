"""`wangge plan …`: what is done to a plan, one command per kind of work."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import shapely
import typer

from geo import plans
from geo.boundaries import load_site
from geo.cli.plan_shell import Area, AsJson, Note, PlanNumber, area_id, area_ids, loaded, show_done
from geo.cli.shell import actor, database
from geo.crs import WGS84, parse_crs, to_working
from geo.db import Transaction
from geo.errors import BadInput
from geo.plans import Draft
from geo.settings import read_settings

Areas = Annotated[list[str], typer.Argument(help="区域 Codes or names; ~ID for new ones.")]
Preview = Annotated[bool, typer.Option("--preview", help="预演 Only show what it would do.")]
DrawnLine = Annotated[
    str, typer.Option("--line", help="线 WKT or GeoJSON, or a file of it: longitude, latitude.")
]
LineCrs = Annotated[str | None, typer.Option("--crs", help="坐标系 Of the line; else 4326.")]
Fields = Callable[[Transaction, Draft], dict[str, Any]]


def add_to(plan: typer.Typer) -> None:
    """Register the commands."""
    for name, command in (
        ("move", move), ("create", create), ("split", split), ("merge", merge),
        ("rename", rename), ("recode", recode), ("renumber", renumber), ("retire", retire),
        ("cut", cut), ("reshape", reshape), ("unite", unite), ("do", do), ("undo", undo),
        ("redo", redo),
    ):  # fmt: skip
        plan.command(name)(command)


def move(
    number: PlanNumber,
    areas: Areas,
    to: Annotated[str, typer.Option(help="移入 The area they become part of.")],
    preview: Preview = False,
    note: Note = None,
    as_json: AsJson = False,
) -> None:
    """调整归属 Move units, or whole areas, to another area."""

    def fields(_: Transaction, draft: Draft) -> dict[str, Any]:
        return {"kind": "move", "units": area_ids(draft, areas), "to": area_id(draft, to)}

    _operate(number, fields, preview=preview, note=note, as_json=as_json)


def create(
    number: PlanNumber,
    areas: Areas,
    level: Annotated[str, typer.Option(help="层级 Key of the level.")],
    parent: Annotated[str, typer.Option("--in", help="上级 The area it lies in.")],
    name: Annotated[str, typer.Option(help="名称 Its name.")],
    preview: Preview = False,
    note: Note = None,
    as_json: AsJson = False,
) -> None:
    """新建区域 Make an area of a level from units."""

    def fields(_: Transaction, draft: Draft) -> dict[str, Any]:
        return {
            "kind": "create", "level": level, "parent": area_id(draft, parent),
            "units": area_ids(draft, areas), "name": name,
        }  # fmt: skip

    _operate(number, fields, preview=preview, note=note, as_json=as_json)


def split(
    number: PlanNumber,
    area: Area,
    line: DrawnLine,
    crs: LineCrs = None,
    name: Annotated[
        list[str] | None, typer.Option(help="名称 Of the parts, the larger one first.")
    ] = None,
    preview: Preview = False,
    note: Note = None,
    as_json: AsJson = False,
) -> None:
    """划线拆分 Part an area by a line: each unit goes to the side that holds most of it."""

    def fields(tx: Transaction, draft: Draft) -> dict[str, Any]:
        return {
            "kind": "split", "area": area_id(draft, area), "line": _line(tx, line, crs),
            "names": name or [],
        }  # fmt: skip

    _operate(number, fields, preview=preview, note=note, as_json=as_json)


def merge(
    number: PlanNumber,
    areas: Areas,
    into: Annotated[str, typer.Option(help="并入 The one that stays.")],
    preview: Preview = False,
    note: Note = None,
    as_json: AsJson = False,
) -> None:
    """合并 Make one area of several of a level; the others are retired."""

    def fields(_: Transaction, draft: Draft) -> dict[str, Any]:
        return {"kind": "merge", "areas": area_ids(draft, areas), "into": area_id(draft, into)}

    _operate(number, fields, preview=preview, note=note, as_json=as_json)


def rename(
    number: PlanNumber,
    area: Area,
    name: Annotated[str, typer.Argument(help="名称 The new name.")],
    note: Note = None,
    as_json: AsJson = False,
) -> None:
    """改名 Give an area another name."""

    def fields(_: Transaction, draft: Draft) -> dict[str, Any]:
        return {"kind": "rename", "area": area_id(draft, area), "name": name}

    _operate(number, fields, note=note, as_json=as_json)


def recode(
    number: PlanNumber,
    area: Area,
    code: Annotated[str, typer.Argument(help="编码 The new code.")],
    note: Note = None,
    as_json: AsJson = False,
) -> None:
    """改编码 Give an area another code, one that no other has ever had."""

    def fields(_: Transaction, draft: Draft) -> dict[str, Any]:
        return {"kind": "recode", "area": area_id(draft, area), "code": code}

    _operate(number, fields, note=note, as_json=as_json)


def renumber(number: PlanNumber, area: Area, note: Note = None, as_json: AsJson = False) -> None:
    """重新编号 Give all that lies in an area new serials, in the standard order."""

    def fields(_: Transaction, draft: Draft) -> dict[str, Any]:
        return {"kind": "renumber", "area": area_id(draft, area)}

    _operate(number, fields, note=note, as_json=as_json)


def retire(number: PlanNumber, area: Area, note: Note = None, as_json: AsJson = False) -> None:
    """撤销 End an area that nothing lies in."""

    def fields(_: Transaction, draft: Draft) -> dict[str, Any]:
        return {"kind": "retire", "area": area_id(draft, area)}

    _operate(number, fields, note=note, as_json=as_json)


def cut(
    number: PlanNumber,
    unit: Area,
    line: DrawnLine,
    crs: LineCrs = None,
    preview: Preview = False,
    note: Note = None,
    as_json: AsJson = False,
) -> None:
    """切开单元 Cut one unit in two along a line; buildings are never cut."""

    def fields(tx: Transaction, draft: Draft) -> dict[str, Any]:
        return {"kind": "cut", "unit": area_id(draft, unit), "line": _line(tx, line, crs)}

    _operate(number, fields, preview=preview, note=note, as_json=as_json)


def reshape(
    number: PlanNumber,
    first: Area,
    second: Annotated[str, typer.Argument(help="区域 Its neighbour.")],
    line: DrawnLine,
    crs: LineCrs = None,
    preview: Preview = False,
    note: Note = None,
    as_json: AsJson = False,
) -> None:
    """改共用边 Draw the common edge of two units anew."""

    def fields(tx: Transaction, draft: Draft) -> dict[str, Any]:
        return {
            "kind": "reshape", "first": area_id(draft, first), "second": area_id(draft, second),
            "line": _line(tx, line, crs),
        }  # fmt: skip

    _operate(number, fields, preview=preview, note=note, as_json=as_json)


def unite(
    number: PlanNumber,
    units: Areas,
    into: Annotated[str, typer.Option(help="并入 The unit that stays.")],
    preview: Preview = False,
    note: Note = None,
    as_json: AsJson = False,
) -> None:
    """并单元 Make one unit of several."""

    def fields(_: Transaction, draft: Draft) -> dict[str, Any]:
        return {"kind": "unite", "units": area_ids(draft, units), "into": area_id(draft, into)}

    _operate(number, fields, preview=preview, note=note, as_json=as_json)


def do(
    number: PlanNumber,
    operation: Annotated[
        str, typer.Argument(help="操作 JSON, or a file of it: kind and fields; areas by id.")
    ],
    preview: Preview = False,
    note: Note = None,
    as_json: AsJson = False,
) -> None:
    """执行操作 Do an operation as the log and the API write it."""

    def fields(_: Transaction, __: Draft) -> dict[str, Any]:
        try:
            found = json.loads(_text(operation))
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise BadInput(
                'An operation is a JSON object such as {"kind": "rename", "area": 12, "name": "…"}.',
                '操作应为 JSON 对象，例如 {"kind": "rename", "area": 12, "name": "…"}。',
            )
        return found

    _operate(number, fields, preview=preview, note=note, as_json=as_json)


Revision = Annotated[
    int | None, typer.Option("--revision", help="步 Which one; else the last one.")
]


def undo(number: PlanNumber, revision: Revision = None, as_json: AsJson = False) -> None:
    """撤销操作 Take an operation back: the last one, or any that nothing later stands on."""
    with database(read_settings()) as engine, engine.begin() as tx:
        seen = plans.plan_head(tx, number, actor=actor()).revision
        done = plans.undo(tx, number, revision=revision, expects_revision=seen, actor=actor())
        show_done(tx, number, done, as_json=as_json)


def redo(number: PlanNumber, revision: Revision = None, as_json: AsJson = False) -> None:
    """重做操作 Do again what was taken back."""
    with database(read_settings()) as engine, engine.begin() as tx:
        seen = plans.plan_head(tx, number, actor=actor()).revision
        done = plans.redo(tx, number, revision=revision, expects_revision=seen, actor=actor())
        show_done(tx, number, done, as_json=as_json)


def _operate(
    number: int, fields: Fields, *, preview: bool = False, note: str | None, as_json: bool
) -> None:
    with database(read_settings()) as engine, engine.begin() as tx:
        head, survey, _ = loaded(tx, number)
        operation = plans.operation_from_json(fields(tx, survey.draft), used=plans.codes_ever(tx))
        if preview:
            done = plans.preview(tx, number, operation, actor=actor())
        else:
            done = plans.edit(
                tx, number, operation, expects_revision=head.revision, actor=actor(), note=note
            )
        show_done(tx, number, done, as_json=as_json, kept=not preview)


def _line(tx: Transaction, text: str, crs: str | None) -> str:
    """Read a drawn line and bring it into the working CRS; WKB (hex)."""
    written = _text(text).strip()
    try:
        drawn = shapely.from_geojson(written) if written[:1] == "{" else shapely.from_wkt(written)
    except shapely.errors.GEOSException:
        drawn = None
    if isinstance(drawn, shapely.GeometryCollection) and len(drawn.geoms) == 1:
        drawn = drawn.geoms[0]
    if not isinstance(drawn, shapely.LineString) or drawn.is_empty:
        raise BadInput(
            "--line wants one line, as WKT (LINESTRING(104.62 35.0, 104.63 35.01)) or GeoJSON, or"
            " the name of a file with it.",
            "--line 应为一条线：WKT（如 LINESTRING(104.62 35.0, 104.63 35.01)）、GeoJSON，"
            "或存放它的文件名。",
        )
    source = parse_crs(crs) if crs else WGS84
    (metres,) = to_working(np.array([drawn]), source, load_site(tx).epsg)
    return str(shapely.to_wkb(metres, hex=True))


def _text(given: str) -> str:
    """Give a text itself, or that of the file of this name."""
    path = Path(given)
    if given.lstrip()[:1] not in ("{", "L", "l") and path.is_file():
        return path.read_text("utf-8")
    return given
