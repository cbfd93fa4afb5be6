"""The sealed sample edition is what this program makes of its own parquet files."""

import json
from pathlib import Path

import geopandas as gpd
import pytest

from geo.boundaries import read_areas
from geo.publish import PublishedFolder, seal_areas, seal_registers, tool_versions

SEALED = Path(__file__).parents[2] / "data/boundaries/sealed"


@pytest.fixture(scope="module")
def edition():
    return PublishedFolder(SEALED).edition_for(number=1)


def made_with_these_versions(*, but: tuple[str, ...] = ()) -> bool:
    noted = json.loads((SEALED / "editions/1.json").read_text("utf-8"))["tools"]
    here = tool_versions()
    return all(noted[name] == here[name] for name in here if name not in but)


def test_its_areas_are_sealed_to_the_same_hash_again(edition, tmp_path):
    if not made_with_these_versions(but=("wangge", "python")):
        pytest.skip("equal bytes are promised for equal library versions only")
    areas, site = read_areas(SEALED / "sealed" / edition.sealed / "areas.parquet")
    assert seal_areas(areas.reset_index(), site, tmp_path) == edition.sealed


def test_its_registers_are_sealed_to_the_same_hash_again(edition, tmp_path):
    if not made_with_these_versions(but=("wangge", "python")):
        pytest.skip("equal bytes are promised for equal library versions only")
    files = (SEALED / "registers" / edition.registers).glob("*.parquet")
    frames = {file.stem: gpd.read_parquet(file) for file in files}
    assert seal_registers(frames, tmp_path) == edition.registers


def test_it_tells_nothing_of_people_or_of_the_households_of_a_building(edition):
    for file in (SEALED / "registers" / edition.registers).glob("*.parquet"):
        columns = set(gpd.read_parquet(file).columns)
        assert not columns & {"households", "planned_households", "phone", "holder", "key"}
