"""The guide's example is run as it stands there, against a real service."""

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from api.app import create_app
from geo.access import operator
from geo.boundaries import init_site
from geo.crs import GCJ02, points_to_working
from geo.publish import ImportOrder, PublishedFolder, import_file, publish, published_folder
from geo.settings import Settings
from tests import town
from tests.api.tokens import bearer

GUIDE = Path(__file__).parents[2] / "docs/guide"
TIMES = 20


def blocks(name):
    return re.findall(r"```python\n(.*?)```", (GUIDE / name).read_text("utf-8"), re.DOTALL)


def test_the_example_has_twenty_lines_and_is_the_same_in_both_languages():
    example, both_days = blocks("api.md")
    assert [example, both_days] == blocks("api.zh.md")
    assert len([line for line in example.splitlines() if line.strip()]) <= 20


def large(*, moved):
    """The little town twenty times as large: grids of 2 km."""
    frame = town.areas(moved=moved)
    codes = frame.set_index("place_id")["code"]
    frame = frame.assign(
        parent=frame["parent_id"].map(codes),
        geometry=frame.geometry.scale(TIMES, TIMES, origin=town.ORIGIN),
    )
    return frame[["level", "code", "name", "parent", "households", "geometry"]]


def bring_areas(engine, settings, frame):
    path = settings.home / "areas.parquet"
    gpd.GeoDataFrame(frame, crs=town.EPSG).to_parquet(path)
    order = ImportOrder("areas", source="test", commit=True)
    assert import_file(engine, settings, order, path, actor=operator("test")).committed


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return Settings(home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def live(serve, engine, settings):
    with engine.begin() as tx:
        init_site(tx, town.SITE, actor=operator("test"))
    bring_areas(engine, settings, large(moved=False))
    publish(engine, settings, title="第一版", actor=operator("test"), effective="2020-01-01")
    return serve(create_app(settings, PublishedFolder(published_folder(settings)), engine))


def expected(frame, calls, code):
    """How many calls lie in an area, by the outlines alone."""
    lon, lat = (np.array([call[name] for call in calls]) for name in ("lon", "lat"))
    points = shapely.points(points_to_working(lon, lat, GCJ02, town.EPSG))
    return int(shapely.covers(frame.set_index("code").geometry[code], points).sum())


def test_ten_thousand_incidents_are_read_back_by_area_and_by_the_lines_of_both_days(
    live, engine, settings, monkeypatch, capsys
):
    monkeypatch.setenv("WANGGE_URL", str(live.base_url))
    token = bearer(engine, "system")["Authorization"].removeprefix("Bearer ")
    monkeypatch.setenv("WANGGE_TOKEN", token)
    example, both_days = blocks("api.md")
    names = {}
    exec(example, names)  # noqa: S102 - the guide's own lines
    calls, done, codes = names["calls"], names["done"], names["codes"]
    assert (done["committed"], done["rows_read"], done["rejected"]) == (True, 10_000, 0)
    before = large(moved=False)
    own = [calls[4_950]]
    assert names["inside"] == {
        code: expected(before, calls, code) + expected(before, own, code) for code in codes
    }
    assert min(names["inside"].values()) > 1000
    bring_areas(engine, settings, large(moved=True))
    publish(engine, settings, title="第二版", actor=operator("test"), effective="2024-07-01")
    exec(both_days, names)  # noqa: S102
    lines = capsys.readouterr().out.split()
    community = codes[1]
    then, now = (
        expected(frame, calls, community) + expected(frame, own, community)
        for frame in (before, large(moved=True))
    )
    assert lines == ["2020-01-01", str(then), "2024-07-01", str(now)]
    assert then != now
    names["town"].close()
