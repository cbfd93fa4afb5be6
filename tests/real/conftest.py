"""Real towns, each imported and published once by the command, as its people would."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from geo.db import Cluster
from tests.api.conftest import serving
from tests.api.tokens import bearer
from tests.cli.running import Installation, installation

DC_SITE = """
[site]
name = { zh = "华盛顿", en = "Washington" }
crs = "EPSG:26985"
timezone = "America/New_York"
[[level]]
key = "city"
name = { zh = "市", en = "City" }
[[level]]
key = "tract"
name = { zh = "普查区", en = "Tract" }
household_limit = 3000
[[level]]
key = "block_group"
name = { zh = "街区组", en = "Block group" }
"""
DC_COLUMNS = ("--column", "code=GEOID", "--column", "households=H0010002",
              "--column", "people=P0010001")  # fmt: skip


@pytest.fixture(scope="session")
def dc_data(real_data: Path) -> Path:
    return real_data / "real/dc"


@pytest.fixture(scope="session")
def dc(
    cluster: Cluster, template: str, dc_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """Washington, DC: lines published as edition 1, crimes and service requests imported."""
    home = tmp_path_factory.mktemp("dc")
    (home / "site.toml").write_text(DC_SITE, "utf-8")
    (home / "city.csv").write_text("code,level,name\n11001,city,Washington\n", "utf-8")
    areas = dc_data / "dc_areas.gpkg"
    with installation(cluster, "dc", home, template=template) as here:
        here.does("init", home / "site.toml")
        here.does("import", "areas", home / "city.csv", "--commit")
        for level, layer in (("tract", "tract_2010"), ("block_group", "block_group_2010")):
            here.does("import", "areas", areas, "--layer", layer, "--level", level, *DC_COLUMNS,
                      "--commit")  # fmt: skip
        here.does("publish", "--title", "2010", "--effective", "2016-01-01")
        here.does("import", "incidents", dc_data / "dc_crime_2016_30days.parquet",
                  "--source", "crime", "--column", "key=OBJECTID", "--commit")  # fmt: skip
        here.does("import", "incidents", dc_data / "dc_311_2016_30days.parquet",
                  "--source", "311", "--column", "key=SERVICEREQUESTID",
                  "--column", "state=STATUS_CODE", "--skip-rejected", "--commit")  # fmt: skip
        yield here


@pytest.fixture(scope="session")
def dc_http(dc: Installation) -> Iterator[httpx.Client]:
    """A client of the live service over Washington."""
    app = create_app(dc.settings, dc.folder, dc.engine)
    headers = bearer(dc.engine, "system")
    with serving(app) as base, httpx.Client(base_url=base, headers=headers, timeout=120) as client:
        yield client
