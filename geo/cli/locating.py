"""`wangge locate`: in whose grid a point is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
import typer

from geo.boundaries import day_of
from geo.cli.shell import Bars, out, require_writable, table, words
from geo.crs import parse_crs
from geo.errors import BadInput
from geo.publish import PublishedFolder, locate_file
from geo.settings import read_settings

_STATUS = {
    "placed": ("已归属", "placed"),
    "outside": ("区外", "outside"),
    "invalid": ("坐标无效", "invalid"),
}


def locate(
    lon: Annotated[float | None, typer.Argument(help="经度 Longitude (or x).")] = None,
    lat: Annotated[float | None, typer.Argument(help="纬度 Latitude (or y).")] = None,
    crs: Annotated[
        str | None, typer.Option(help="坐标系 4326 (default), 4490, gcj02, bd09, any EPSG code.")
    ] = None,
    at: Annotated[str | None, typer.Option(help="日期 The lines of that day.")] = None,
    edition: Annotated[int | None, typer.Option(help="版本 The lines of that edition.")] = None,
    points: Annotated[Path | None, typer.Option(help="坐标文件 A file of points.")] = None,
    output: Annotated[Path | None, typer.Option("--out", help="结果 CSV Where to write.")] = None,
) -> None:
    """查询点位归属 Say whose grid a point is in, for one point or a whole file."""
    settings = read_settings()
    folder = PublishedFolder(settings.home / "published", cache=settings.home / "cache")
    ref = folder.edition_for(number=edition, at=day_of(at) if at else None)
    if points is not None:
        if output is None or lon is not None:
            raise BadInput(
                "Give --points FILE together with --out FILE, and no coordinates.",
                "请同时给出 --points 文件 和 --out 文件，且不要再写经纬度。",
            )
        require_writable(output)
        with Bars() as progress:
            counts = locate_file(
                folder,
                ref,
                points,
                output,
                crs=parse_crs(crs) if crs else None,
                language=settings.language,
                progress=progress,
            )
        out.print(
            words(f"版本 {ref.number}：", f"edition {ref.number}: ")
            + "  ".join(f"{status} {count:,}" for status, count in counts.items())
        )
        return
    if lon is None or lat is None:
        raise BadInput(
            "Give a longitude and a latitude, or --points FILE --out FILE.",
            "请给出经度和纬度，或使用 --points 文件 --out 文件。",
        )
    answer = folder.locate(ref, np.array([lon]), np.array([lat]), parse_crs(crs or 4326))[0]
    out.print(
        words("版本", "edition"), ref.number, f"({ref.effective})", words(*_STATUS[answer.status])
    )
    if answer.reason is not None:
        out.print(f"  {answer.reason.say(settings.language)}")
    if answer.chain:
        site = folder.areas(ref).site
        levels = {level.key: words(level.zh, level.en) for level in site.levels}
        table(
            [words("层级", "level"), words("编码", "code"), words("名称", "name"), "id"],
            [(levels[a.level], a.code, a.name, str(a.id)) for a in answer.chain],
        )
    if answer.building is not None:
        building = folder.registers(ref).buildings.loc[answer.building]
        names = [building[column] for column in ("compound", "number", "name")]
        out.print(words("楼栋", "building"), *(name for name in names if pd.notna(name) and name))
    if answer.border_m is not None:
        out.print(words("距边界", "to the border"), f"{answer.border_m:,.1f} m")
