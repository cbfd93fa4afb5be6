"""Rosters by address only: 2,280 members as people write them, and the way through the import."""

import time

import geopandas as gpd
import pandas as pd
import pytest

from geo.people.addresses import parse
from geo.people.homes import AddressBook
from tests.people.rosters import GOOD, roster, twin_compounds

SAMPLE = "data/boundaries/sample"


@pytest.fixture(scope="module")
def town():
    """The sample county's buildings, four pairs of compounds with one name, and its areas."""
    buildings = pd.DataFrame(
        gpd.read_parquet(f"{SAMPLE}/buildings.parquet").drop(columns="geometry")
    )
    buildings = twin_compounds(buildings.astype(object).where(buildings.notna(), None))
    upper = pd.read_csv(f"{SAMPLE}/areas_upper.csv", dtype=str)
    units = gpd.read_parquet(f"{SAMPLE}/areas.parquet")
    areas = pd.DataFrame(
        {
            "name": [*upper["名称"], *units["name"]],
            "top": [*upper["上级编码"].isna(), *([False] * len(units))],
        }
    )
    communities = upper["名称"][upper["层级"] == "community"].tolist()
    return buildings.assign(id=range(1, len(buildings) + 1)), areas, communities


@pytest.fixture(scope="module")
def marked(town):
    """The roster of 2,280 with what each row led to: key or None, reason, candidates' keys."""
    buildings, areas, communities = town
    members = pd.read_csv(f"{SAMPLE}/members.csv", dtype=str).rename(
        columns={"编号": "key", "姓名": "name", "居住楼栋编号": "home_building"}
    )
    rows = roster(members, buildings, communities, seed=20261121)
    book = AddressBook(buildings, areas, {})
    found = [book.match(address) for address in rows["address"]]
    keys = buildings["key"].to_numpy()
    return rows.assign(
        found=[keys[m.home] if m.home >= 0 else None for m in found],
        reason=[m.reason for m in found],
        candidates=[[c.key for c in m.candidates] for m in found],
    )


def test_no_member_of_2280_is_matched_to_a_wrong_building(marked):
    assert len(marked) == 2_280
    matched = marked[marked["found"].notna()]
    wrong = matched[matched["found"] != matched["truth"]]
    assert wrong.empty, wrong[["address", "truth", "found", "spelling"]].to_string()


def test_what_was_written_rightly_is_matched_but_for_names_used_twice(marked):
    good = marked[marked["spelling"].isin(GOOD)]
    missed = good[good["found"].isna()]
    assert set(missed["reason"]) <= {"several"}, missed[missed["reason"] != "several"].to_string()


def test_rejected_rows_name_the_building_among_the_candidates(marked):
    """All where the number is right; not where none is said and the compound has many."""
    rejected = marked[marked["found"].isna()]
    named = pd.Series(
        [
            truth in keys
            for truth, keys in zip(rejected["truth"], rejected["candidates"], strict=True)
        ],
        index=rejected.index,
    )
    shares = named.groupby(rejected["spelling"]).mean()
    figures = marked.assign(matched=marked["found"].notna(), named=named)
    print(  # noqa: T201 - the figures are asked for
        f"\n{len(marked)} rows, {figures['matched'].sum()} matched ({figures['matched'].mean():.1%}),"
        f" {len(rejected)} rejected; share of the rejected that name the right building:\n"
        + figures.groupby("spelling")
        .agg(rows=("matched", "size"), matched=("matched", "sum"), named=("named", "mean"))
        .to_string()
    )
    assert shares["typo"] > 0.85
    assert shares["plain"] == shares["unit"] == 1


def test_a_name_used_twice_is_rejected_with_both_buildings(marked):
    several = marked[marked["reason"] == "several"]
    assert len(several) > 0
    assert all(
        truth in keys for truth, keys in zip(several["truth"], several["candidates"], strict=True)
    )


def test_twenty_thousand_addresses_a_second_are_taken_apart(marked):
    addresses = marked["address"].tolist() * 5
    start = time.process_time()
    for address in addresses:
        parse(address)
    speed = len(addresses) / (time.process_time() - start)
    print(f"\n{speed:,.0f} addresses a second")  # noqa: T201 - the figure is asked for
    assert speed > 20_000
