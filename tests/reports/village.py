"""A village whose report can be worked out by hand: the hamlet of `tests/publish`, lived in.

Ten minutes reach 100 m here. One facility stands at (50, 50), in grid 1. Homes: 12 households
6 m from it, 8 at 95 m (grid 2), 7 at 200 m in the compound 幸福里 (grid 3), 3 at 300 m in 青年路
(grid 4); in grid 3 a building for 160 more is under construction. So of 30 known households 20 are
covered within ten minutes, 12 within five (50 m).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import shapely

from geo.access import operator
from geo.boundaries import init_site
from geo.db import Cluster
from geo.settings import Settings
from tests.cli.running import Installation, installation
from tests.publish import hamlet
from tests.publish.conftest import bring_rows, issue_edition

TOWN, WEST, EAST = "0", "01", "02"
HOLDER = "王小明"


@dataclass(frozen=True, eq=False)
class Village(Installation):
    """The installation, with a slow walk."""

    @property
    def settings(self) -> Settings:
        return Settings(home=self.home, database_url=self.url, walk_speed_kmh=0.78)

    def place(self, code: str) -> int:
        """The place id of an area."""
        book = self.folder.areas(self.folder.edition_for())
        return int(book.frame.index[book.frame["code"] == code][0])


def _home(key: str, x: float, households: int | None, **more: object) -> dict[str, object]:
    return {
        "key": key, "use": "residential", "status": "in_use", "households": households,
        "geometry": hamlet.box(x, 45, 10, 10), **more,
    }  # fmt: skip


def _homes() -> list[dict[str, object]]:
    return [
        _home("a", 51, 12),
        _home("b", 140, 8),
        _home("c", 245, 7, compound="幸福里"),
        _home("d", 345, 3, address="小村青年路5号"),
        _home("e", 265, None, status="under_construction", planned_households=160),
    ]


def _facilities() -> list[dict[str, object]]:
    def one(key: str, x: float, kind: str, **more: object) -> dict[str, object]:
        return {"key": key, "kind": kind, "geometry": shapely.Point(hamlet.metres(x, 50)), **more}

    return [
        one("s", 50, "党群服务站", name="西站", floor_area_m2=200, state="under_standard"),
        one("p", 250, "党员驿站", name="东驿", floor_area_m2=80, state="planned"),
    ]


def _incidents() -> list[dict[str, object]]:
    # In grid 1: six of noise and one dispute lately, one of noise two years ago.
    times = [("噪声扰民", "2026-03-01"), ] * 6 + [("邻里纠纷", "2026-04-01"), ("噪声扰民", "2024-01-01")]  # fmt: skip
    return [
        {
            "key": str(n), "kind": kind, "state": "已办结", "reported_at": f"{day}T09:00:00",
            "geometry": shapely.Point(hamlet.metres(20, 20)),
        }
        for n, (kind, day) in enumerate(times)
    ]  # fmt: skip


def _positions() -> list[dict[str, object]]:
    rows = [
        ("1", "0101", "网格长", HOLDER),
        ("2", "0101", "网格员", None),
        ("3", "0203", "网格长", None),
    ]
    return [dict(zip(("key", "area", "title", "holder"), row, strict=True)) for row in rows]


def _branches() -> list[dict[str, object]]:
    return [{"key": "b1", "name": "西社区党支部", "area": "01", "secretary": HOLDER}]


@contextmanager
def founded(cluster: Cluster, template: str, name: str, home: Path) -> Iterator[Village]:
    """Found the village in a database of its own, edition 1 in force."""
    with installation(cluster, name, home, template=template) as made:
        here = Village(made.home, made.engine, made.url)
        with here.engine.begin() as tx:
            init_site(tx, hamlet.SITE, actor=operator("tester"))
        bring_rows(here, hamlet.whole())
        bring_rows(here, _homes(), "buildings")
        bring_rows(here, _facilities(), "facilities")
        issue_edition(here, "2026-01-01", title="初版")
        bring_rows(here, _incidents(), "incidents")
        bring_rows(here, _positions(), "positions")
        bring_rows(here, _branches(), "branches")
        yield here
