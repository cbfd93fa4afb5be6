"""Washington's single-member districts, 2002 → 2013: a real redraw, as two editions.

The outlines came as polygons without households: those are estimated from the block groups of
2010 by area, 266,707 in all.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import sqlalchemy as sa

from geo.access import operator
from geo.boundaries import areas, figures_by_area
from geo.crs import snap
from geo.db import schema
from geo.plans import base_survey, check_context, impact
from tests.cli.running import installation
from tests.real.conftest import DC_SITE

pytestmark = pytest.mark.real

EPSG = 26985
HOUSEHOLDS = 266_707
COUNTS = {2002: 286, 2013: 296}
STEWARD = operator("tester")
SITE = f"""{DC_SITE.partition("[[level]]")[0]}
[[level]]
key = "city"
name = {{ zh = "市", en = "City" }}
[[level]]
key = "smd"
name = {{ zh = "单议员区", en = "Single-member district" }}
"""


@pytest.fixture(scope="module")
def layers(dc_data):
    """Districts by year as they were published, with the households of block groups by area."""
    file = dc_data / "dc_areas.gpkg"
    groups = gpd.read_file(file, layer="block_group_2010").to_crs(EPSG)
    assert groups["H0010002"].sum() == HOUSEHOLDS
    found = {}
    for year in COUNTS:
        raw = gpd.read_file(file, layer=f"smd_{year}").rename(columns={"SMD_ID": "code"})
        metres = raw.to_crs(EPSG)
        metres.geometry = shapely.make_valid(metres.geometry, method="structure")
        households = figures_by_area(groups, metres, figure="H0010002")
        found[year] = raw.assign(households=households.astype(int), parent="11001")
    return found


@pytest.fixture(scope="module")
def town(layers, cluster, template, tmp_path_factory):
    """The town with the city alone, and both years as files to import."""
    home = tmp_path_factory.mktemp("smd")
    (home / "site.toml").write_text(SITE, "utf-8")
    (home / "city.csv").write_text("code,level,name\n11001,city,Washington\n", "utf-8")
    for year, layer in layers.items():
        columns = ["code", "NAME", "households", "parent", "geometry"]
        layer[columns].to_file(home / f"smd_{year}.gpkg")
    with installation(cluster, "dc_smd", home, template=template) as here:
        here.does("init", home / "site.toml")
        here.does("import", "areas", home / "city.csv", "--commit")
        yield here


def bring(town, year, *options):
    return town.does("import", "areas", town.home / f"smd_{year}.gpkg", "--level", "smd", *options)


@pytest.fixture(scope="module")
def shown(town):
    """What the import of 2002 says before anything is kept: as it is, and mended."""
    return bring(town, 2002, "--json").json, bring(town, 2002, "--repair", "--json").json


@pytest.fixture(scope="module")
def published(town, shown):
    """Both years published, the repair having been shown."""
    bring(town, 2002, "--repair", "--commit")
    town.does("publish", "--title", "2002", "--effective", "2003-01-01")
    bring(town, 2013, "--complete", "--commit")
    town.does("publish", "--title", "2013", "--effective", "2013-01-01")
    return town


# -- the broken outlines


def test_the_invalid_polygon_and_all_bad_edges_are_listed(layers, shown):
    outlines = snap(layers[2002].to_crs(EPSG).geometry.to_numpy())
    codes = layers[2002]["code"].to_numpy()
    (invalid,) = codes[~shapely.is_valid(outlines)]
    edges = shapely.coverage_invalid_edges(shapely.make_valid(outlines, method="structure"))
    listed = {finding["code"]: finding for finding in shown[0]["findings"]}
    assert listed["invalid"]["codes"] == [invalid] == ["8D04"]
    assert set(listed["hairs"]["codes"]) == set(codes[~shapely.is_empty(edges)])
    assert {finding["severity"] for finding in listed.values()} == {"error"}


def test_ten_districts_have_bad_edges_in_the_degrees_they_were_published_in(layers, shown):
    edges = shapely.coverage_invalid_edges(layers[2002].geometry.to_numpy())
    bad = set(layers[2002]["code"][~shapely.is_empty(edges)])
    assert len(bad) == 10
    listed = {code for finding in shown[0]["findings"] for code in finding["codes"]}
    assert listed - {"8D04"} <= bad


def test_broken_lines_are_not_published(town, shown):
    assert not shown[0]["committed"]
    bring(town, 2002, "--commit")
    refused = town.run("publish", "--title", "2002", "--effective", "2003-01-01")
    assert refused.code == 1
    assert "8D04" in refused.out + refused.err


def test_the_repair_says_how_little_it_moves_before_it_is_kept(shown):
    (mended,) = (finding for finding in shown[1]["findings"])
    assert mended["severity"] != "error"
    assert not shown[1]["committed"]
    assert "5 outlines are mended" in mended["en"]


# -- the two editions


def level(town, edition, key="smd"):
    with town.engine.connect() as tx:
        found = areas(tx, edition, epsg=EPSG)
    return found[found["level"] == key]


@pytest.mark.parametrize(("edition", "year"), [(1, 2002), (2, 2013)])
def test_each_edition_has_all_districts_and_all_households(published, layers, edition, year):
    districts = level(published, edition)
    assert len(districts) == COUNTS[year]
    assert districts["households"].sum() == HOUSEHOLDS
    wanted = layers[year].set_index("code")["households"]
    assert districts.set_index("code")["households"].to_dict() == wanted.to_dict()


def lineage(town):
    with town.engine.connect() as tx:
        return pd.read_sql(sa.select(schema.lineage).where(schema.lineage.c.edition == 2), tx)


def test_every_household_of_2002_has_somewhere_to_go_by_lineage(published):
    was, rows = level(published, 1), lineage(published)
    rows = rows[rows["from_place"].isin(was.index)]
    passed_on = rows.groupby("from_place")[["households", "share_households"]].sum()
    assert passed_on["households"].to_dict() == was["households"][passed_on.index].to_dict()
    had_some = was["households"][passed_on.index] > 0
    assert np.abs(passed_on["share_households"][had_some].astype(float) - 1).max() < 1e-9
    unmoved = was.drop(index=passed_on.index)
    assert rows["households"].sum() + unmoved["households"].sum() == HOUSEHOLDS


def test_the_shares_of_ground_sum_to_one_but_for_hairs_at_the_rim(published):
    was, rows = level(published, 1), lineage(published)
    rows = rows[rows["from_place"].isin(was.index)]
    share = rows.groupby("from_place")["share_area"].sum().astype(float)
    assert share.max() < 1 + 1e-9
    assert share.min() > 0.9999


def test_old_codes_that_are_gone_answer_with_their_successors(published):
    was, now = level(published, 1), level(published, 2)
    gone = was.drop(index=now.index, errors="ignore")
    assert len(gone) == 29
    assert set(gone.index) <= set(lineage(published)["from_place"])


# -- what it did


@pytest.fixture(scope="module")
def effect(published):
    with published.engine.connect() as tx:
        before, after = (base_survey(tx, edition, actor=STEWARD) for edition in (1, 2))
        return impact(before, after, check_context(tx))


def test_the_impact_accounts_for_every_household_on_both_sides(published, effect):
    flows = effect.flows[effect.flows["level"] == "smd"]
    for edition, side in ((1, "from_id"), (2, "to_id")):
        has = flows[flows[side] >= 0].groupby(side)["households"].sum()
        districts = level(published, edition)["households"]
        assert has.sum() == HOUSEHOLDS
        assert has.to_dict() == districts[has.index].to_dict()


def test_the_impact_tells_the_39_new_and_the_29_gone(effect):
    fates = effect.areas[effect.areas["level"] == "smd"]["fate"].value_counts()
    assert (fates["new"], fates["retired"]) == (39, 29)
