"""The hamlet served live, with posts, members and accounts, and what people do in the browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import shapely
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from api.app import create_app
from geo import people
from geo.access import Actor, Grant, add_account, operator
from geo.crs import WGS84
from geo.db import Cluster
from geo.db.schema import audit
from tests.api.conftest import serving
from tests.cli.running import Installation
from tests.people.incidents import lonlat, place
from tests.publish import hamlet
from tests.publish.conftest import bring_rows, new_hamlet, publish_two

PASSWORD = "明月几时有-2026"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

_POSTS = [
    ("1", "0109", "网格长", None, None),
    ("2", "0109", "网格员", "孙网格", "13800000011"),
    ("3", "01", "社区书记", "周书记", "13800000012"),
    ("4", "02", "社区书记", None, None),
]
#: Six members live in grid 0109, two in grid 0203 of the other community.
_HOMES = [(50 + 5 * n, 20) for n in range(6)] + [(350, 30), (360, 30)]


@contextmanager
def living(cluster: Cluster, template: str, home: Path) -> Iterator[Installation]:
    """The hamlet with two editions, posts, a branch in community 01, members, and accounts.

    `wang` is a steward of the whole hamlet, `li` a worker of community 01, `zhao` of 02.
    """
    with new_hamlet(cluster, template, home) as here:
        publish_two(here)
        columns = ["key", "area", "title", "holder", "phone"]
        bring_rows(here, [dict(zip(columns, row, strict=True)) for row in _POSTS], "positions")
        branch = {"key": "1", "name": "西社区支部", "kind": "网格党支部", "area": "01"}
        bring_rows(here, [branch], "branches")
        bring_rows(here, _members(), "members")
        with here.engine.begin() as tx:
            west, east = place(tx, "01"), place(tx, "02")
            for name, display, grant in (
                ("wang", "王管理", Grant("steward")),
                ("li", "李网格", Grant("worker", west)),
                ("zhao", "赵网格", Grant("worker", east)),
            ):
                add_account(
                    tx, name, display=display, grants=[grant], password=PASSWORD,
                    actor=operator("tester"),
                )  # fmt: skip
        yield here


def _members() -> list[dict[str, object]]:
    return [
        {
            "key": str(n),
            "name": f"党员{n}",
            "phone": f"1390000000{n}",
            "kind": "流动党员" if n == 1 else "居民党员",
            "geometry": shapely.Point(hamlet.metres(*xy)),
        }
        for n, xy in enumerate(_HOMES, start=1)
    ]


@contextmanager
def served(here: Installation, *, demo: bool = False) -> Iterator[str]:
    """Serve it; gives its address."""
    with serving(create_app(here.settings, here.folder, here.engine, demo=demo)) as base:
        yield base


def over(x: float, y: float, zoom: float = 18) -> str:
    """The address of the map with a point of the hamlet (metres) at its centre."""
    lon, lat = lonlat(x, y)
    return f"map={zoom}/{lat:.6f}/{lon:.6f}"


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """Fill in the sign-in card; opens it unless it is open."""
    if not page.locator(".signin").is_visible():
        page.locator(".user > button").click()
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码", exact=True).fill(password)
    page.keyboard.press("Enter")


def signed_in(visit, name: str, address: str):
    """Open the page at an address as somebody; gives the visit."""
    here = visit()
    page = here.open(address)
    sign_in(page, name)
    expect(page.locator(".signin")).to_be_hidden()
    here.settle()
    return here


def report(here: Installation, x: float, y: float, **row: object) -> int:
    """Report an incident at metres of the hamlet, behind the browser's back; gives its id."""
    lon, lat = lonlat(x, y)
    row = {"kind": "路灯", **row, "lon": lon, "lat": lat}
    with here.engine.begin() as tx:
        return people.report_incident(
            tx, hamlet.SITE, row, crs=WGS84, source="map", actor=operator("tester")
        )


def audited(here: Installation, action: str) -> pd.DataFrame:
    """The lines of the audit trail about an action: actor, detail."""
    a = audit.c
    with here.engine.connect() as tx:
        rows = tx.execute(sa.select(a.actor, a.detail).where(a.action == action).order_by(a.id))
        return pd.DataFrame(rows.mappings().all(), columns=["actor", "detail"])


def advance_behind(here: Installation, number: int, state: str, actor: str = "孙网格") -> None:
    """Somebody else sets the state meanwhile."""
    with here.engine.begin() as tx:
        seen = people.look_at_incident(
            tx, hamlet.SITE, number, edition=2, actor=operator("tester")
        ).version
        people.advance_incident(
            tx, hamlet.SITE, number, state=state, version=seen, note=None, at=None,
            actor=Actor(actor, (Grant("steward"),)),
        )  # fmt: skip
