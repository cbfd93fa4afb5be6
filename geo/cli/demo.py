"""The demo's town: the sample county, imported and published like any other."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from geo.boundaries import init_site, read_site
from geo.cli.shell import actor, timed, words
from geo.errors import ChecksFailed, NotFound
from geo.publish import ImportOrder, import_file, publish
from geo.settings import Settings

_FILES = (
    ("areas", "areas_upper.csv"), ("areas", "areas.parquet"), ("buildings", "buildings.parquet"),
    ("compounds", "compounds.parquet"), ("facilities", "facilities.parquet"),
    ("features", "features.parquet"), ("streets", "streets.parquet"),
)  # fmt: skip
_PEOPLE = (
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


def fill(engine: sa.Engine, settings: Settings) -> None:
    """Fill an empty database with the sample county; three numbered steps."""
    folder = sample_folder()
    with timed(1, 3, words("导入示例县的区划与地物", "Import the lines and the ground")):
        with engine.begin() as tx:
            init_site(tx, read_site(folder / "site.toml"), actor=actor())
        _import(engine, settings, folder, _FILES)
    with timed(2, 3, words("发布第 1 版", "Publish edition 1")):
        publish(engine, settings, title="示例县初版", effective="2024-01-01", actor=actor())
    with timed(3, 3, words("导入事件、党员与岗位", "Import incidents, members and posts")):
        _import(engine, settings, folder, _PEOPLE)


def _import(
    engine: sa.Engine, settings: Settings, folder: Path, files: tuple[tuple[str, str], ...]
) -> None:
    for kind, name in files:
        order = ImportOrder(kind=kind, source=f"sample-{Path(name).stem}", commit=True)
        report = import_file(engine, settings, order, folder / name, actor=actor())
        if not report.committed:
            raise ChecksFailed(
                f"{name} of the sample was not accepted: {len(report.rejects)} rows rejected.",
                f"示例数据 {name} 未能导入：{len(report.rejects)} 行被拒绝。",
            )
