"""Archives: what is written is read, by us and by others; equal tiles give equal files."""

import gzip
import hashlib

import numpy as np
import pyogrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pmtiles.reader import MmapSource, Reader, all_tiles

from geo.errors import UnreadableFile
from geo.tiles import Archive, area_layers, gzipped, render, vector_layers, write_archive
from tests.tiles.made import LEVELS, areas

ABOUT = {
    "bounds_lonlat": (104.6, 34.9, 104.7, 35.1),
    "center": (104.63, 35.0, 12),
    "min_zoom": 6,
    "max_zoom": 16,
    "metadata": {"name": "陇西县", "vector_layers": [{"id": "grid", "fields": {}}]},
}

addresses = st.integers(6, 16).flatmap(
    lambda z: st.tuples(st.just(z), st.integers(0, 2**z - 1), st.integers(0, 2**z - 1))
)


@settings(max_examples=50)
@given(tiles=st.dictionaries(addresses, st.binary(min_size=1, max_size=3), max_size=60))
def test_every_tile_is_found_by_us_and_by_the_reference_reader(tmp_path_factory, tiles):
    file = tmp_path_factory.mktemp("archive") / "tiles.pmtiles"
    write_archive(file, tiles, **ABOUT)
    with Archive(file) as archive:
        assert {address: archive.get(*address) for address in archive} == tiles
        assert len(archive) == len(tiles)
    with file.open("rb") as opened:
        assert dict(all_tiles(MmapSource(opened))) == tiles


def test_an_address_without_a_tile_gives_nothing(tmp_path):
    write_archive(tmp_path / "a.pmtiles", {(6, 1, 2): b"tile"}, **ABOUT)
    with Archive(tmp_path / "a.pmtiles") as archive:
        assert archive.get(6, 1, 2) == b"tile"
        assert archive.get(6, 2, 1) is None
        outside = [(99, -1, 2**40), (6, 1, -1), (6, 0, 2**29 + 2), (6, 64, 0), (-1, 0, 0)]
        assert [archive.get(*address) for address in outside] == [None] * 5


def test_equal_tiles_are_kept_once(tmp_path):
    tiles = {(10, x, y): gzipped(bytes(1000)) for x in range(8) for y in range(8)}
    write_archive(tmp_path / "a.pmtiles", tiles, **ABOUT)
    with (tmp_path / "a.pmtiles").open("rb") as file:
        header = Reader(MmapSource(file)).header()
    assert header["tile_contents_count"] == 1
    assert header["addressed_tiles_count"] == 64
    assert header["tile_data_length"] == len(gzipped(bytes(1000)))


def test_a_large_archive_has_leaf_directories_and_keeps_all_its_tiles(tmp_path):
    random = np.random.default_rng(1)
    picks = random.choice(2**28, 30_000, replace=False)
    tiles = {(14, int(p) >> 14, int(p) % 2**14): random.bytes(int(p) % 7 + 1) for p in picks}
    write_archive(tmp_path / "a.pmtiles", tiles, **ABOUT)
    with (tmp_path / "a.pmtiles").open("rb") as file:
        reader = Reader(MmapSource(file))
        assert reader.header()["leaf_directory_length"] > 0
        assert reader.header()["root_length"] <= 16384 - 127
        some = list(tiles)[::300]
        assert [reader.get(*address) for address in some] == [tiles[a] for a in some]
    with Archive(tmp_path / "a.pmtiles") as archive:
        assert {address: archive.get(*address) for address in archive} == tiles


def test_the_same_tiles_in_any_order_give_the_same_file(tmp_path):
    tiles = {(9, x, 3): bytes([x % 5, x]) for x in range(200)}
    one = write_archive(tmp_path / "one", tiles, **ABOUT)
    two = write_archive(tmp_path / "two", dict(reversed(tiles.items())), **ABOUT)
    assert one == two == hashlib.sha256((tmp_path / "one").read_bytes()).hexdigest()
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_nothing_is_left_beside_the_archive(tmp_path):
    write_archive(tmp_path / "a.pmtiles", {(6, 0, 0): b"x"}, **ABOUT)
    assert [p.name for p in tmp_path.iterdir()] == ["a.pmtiles"]


def test_an_archive_without_tiles_can_be_read(tmp_path):
    write_archive(tmp_path / "a.pmtiles", {}, **ABOUT)
    with Archive(tmp_path / "a.pmtiles") as archive:
        assert (len(archive), archive.get(6, 0, 0)) == (0, None)
        assert archive.about.max_zoom == 16


def test_tilejson_names_layers_bounds_center_and_zooms(tmp_path):
    write_archive(tmp_path / "a.pmtiles", {}, **ABOUT)
    with Archive(tmp_path / "a.pmtiles") as archive:
        assert archive.tilejson("/tiles/abc/{z}/{x}/{y}.mvt", name="陇西县") == {
            "tilejson": "3.0.0",
            "tiles": ["/tiles/abc/{z}/{x}/{y}.mvt"],
            "name": "陇西县",
            "vector_layers": [{"id": "grid", "fields": {}}],
            "minzoom": 6,
            "maxzoom": 16,
            "bounds": [104.6, 34.9, 104.7, 35.1],
            "center": [104.63, 35.0, 12],
        }


def test_gdal_reads_the_published_areas(tmp_path):
    town = areas()
    layers = area_layers(town, LEVELS)
    about = {**ABOUT, "metadata": {"name": "镇", "vector_layers": vector_layers(layers)}}
    write_archive(tmp_path / "a.pmtiles", render(layers), **about)
    assert {name for name, _ in pyogrio.list_layers(tmp_path / "a.pmtiles")} == {*LEVELS, "labels"}
    labels = pyogrio.read_dataframe(tmp_path / "a.pmtiles", layer="labels")
    assert sorted(labels["code"]) == sorted(town["code"])
    grids = pyogrio.read_dataframe(tmp_path / "a.pmtiles", layer="grid").dissolve("code")
    there = town[town["level"] == "grid"].to_crs(3857).set_index("code").loc[grids.index]
    # A unit of zoom 16 is 0.15 m of EPSG:3857, so no border is moved by more than 0.11 m.
    moved = grids.symmetric_difference(there.geometry, align=True).area
    assert (moved < 0.11 * there.length).all()


@pytest.mark.parametrize("content", [b"", b"PMTiles", b"not an archive" * 50])
def test_a_file_that_is_no_archive_is_refused(tmp_path, content):
    (tmp_path / "a.pmtiles").write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"a\.pmtiles"):
        Archive(tmp_path / "a.pmtiles")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(UnreadableFile, match=r"a\.pmtiles"):
        Archive(tmp_path / "a.pmtiles")


@pytest.mark.parametrize("kept", [100, 126, 150, 300])
def test_a_cut_off_archive_is_refused(tmp_path, kept):
    file = tmp_path / "a.pmtiles"
    write_archive(file, {(9, x, 3): gzip.compress(bytes([x])) for x in range(200)}, **ABOUT)
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(UnreadableFile):
        Archive(file)
