"""The demo's town: the sample county, imported and published like any other."""

from __future__ import annotations

from pathlib import Path

from geo.boundaries import editions, has_site, init_site, read_site
from geo.cli.shell import actor, timed, words
from geo.crs import SourceCrs
from geo.db import Engine
from geo.errors import NotFound
from geo.frames import Kind
from geo.publish import ImportOrder, import_file, publish
from geo.settings import Settings

CGCS2000 = SourceCrs("epsg", 4490)
_FILES: tuple[tuple[Kind, str], ...] = (
    ("areas", "areas_upper.csv"), ("areas", "areas.parquet"), ("buildings", "buildings.parquet"),
    ("compounds", "compounds.parquet"), ("facilities", "facilities.parquet"),
    ("features", "features.parquet"), ("streets", "streets.parquet"),
)  # fmt: skip
_PEOPLE: tuple[tuple[Kind, str], ...] = (
    ("incidents", "incidents.csv"), ("members", "members.csv"),
    ("positions", "positions.csv"), ("branches", "branches.csv"),
)  # fmt: skip


def sample_folder() -> Path:
    """Find the sample county's files."""
    folder = Path(__file__).parents[2] / "data/boundaries/sample"
    if not folder.is_dir():
        raise NotFound(
            f"The sample county is not at {folder}. Make it: wangge samples {folder}",
            f"未找到示例县数据 {folder}。可运行 wangge samples {folder} 生成。",
        )
    return folder


def fill(engine: Engine, settings: Settings) -> None:
    """Fill the database with the sample county, in three numbered steps.

    What was interrupted is taken up again: every import can be repeated, and the mark that all
    is done is set last.
    """
    mark = settings.home / "sample-imported"
    if mark.exists():
        return
    folder = sample_folder()
    with timed(1, 3, words("导入示例县的区划与地物", "Import the lines and the ground")):
        with engine.begin() as tx:
            if not has_site(tx):
                init_site(tx, read_site(folder / "site.toml"), actor=actor())
            published = len(editions(tx)) > 0
        if not published:
            _import(engine, settings, folder, _FILES)
    with timed(2, 3, words("发布第 1 版", "Publish edition 1")):
        if not published:
            publish(engine, settings, title="示例县初版", effective="2024-01-01", actor=actor())
    with timed(3, 3, words("导入事件、党员与岗位", "Import incidents, members and posts")):
        _import(engine, settings, folder, _PEOPLE)
    mark.touch()


def _import(
    engine: Engine, settings: Settings, folder: Path, files: tuple[tuple[Kind, str], ...]
) -> None:
    for kind, name in files:
        crs = CGCS2000 if name.endswith(".csv") else None
        order = ImportOrder(kind=kind, source=f"sample-{Path(name).stem}", crs=crs, commit=True)
        import_file(engine, settings, order, folder / name, actor=actor())
