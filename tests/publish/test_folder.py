"""Reading a published folder: editions by number and day, books, archives, switching."""

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from geo.crs import WGS84
from geo.errors import NoEdition, NotFound, Unavailable
from geo.publish import PublishedFolder
from tests import town


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    return PublishedFolder(town.publish_two(tmp_path_factory.mktemp("published")))


@pytest.fixture(scope="module")
def first(published):
    return published.areas(published.edition_for(1))


def test_an_empty_folder_has_no_editions_and_says_what_to_do(tmp_path):
    empty = PublishedFolder(tmp_path)
    assert empty.editions() == ()
    assert empty.site() is None
    with pytest.raises(NoEdition, match="wangge publish") as caught:
        empty.edition_for()
    assert caught.value.facts == {"editions": []}


@pytest.mark.parametrize(
    ("day", "number"), [("2020-01-01", 1), ("2024-06-30", 1), ("2024-07-01", 2), ("2099-01-01", 2)]
)
def test_an_edition_answers_from_its_effective_day_on(published, day, number):
    day = dt.date.fromisoformat(day)
    assert published.edition_for(at=day).number == number
    assert published.edition_for(today=day).number == number


def test_today_is_today_in_the_time_zone_of_the_site(tmp_path):
    # The day begins in Shanghai 8 hours before it does in London.
    today = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()
    town.publish(
        tmp_path,
        town.seal_edition(tmp_path, 1, "2020-01-01", moved=False),
        town.seal_edition(tmp_path, 2, today.isoformat(), moved=True),
        town.seal_edition(tmp_path, 3, (today + dt.timedelta(days=2)).isoformat(), moved=False),
    )
    assert PublishedFolder(tmp_path).edition_for().number == 2


def test_an_edition_that_is_not_in_force_answers_when_it_is_named(tmp_path):
    town.publish(tmp_path, town.seal_edition(tmp_path, 1, "2999-01-01", moved=False))
    folder = PublishedFolder(tmp_path)
    assert folder.edition_for(1).number == 1
    with pytest.raises(NoEdition, match=r"No edition is in force yet.*1 \(from 2999-01-01\)"):
        folder.edition_for()


def test_a_question_before_the_first_edition_or_for_an_unknown_one_names_those_there_are(published):
    with pytest.raises(NoEdition, match=r"in force on 2019-12-31.*1 \(from 2020-01-01\), 2 \("):
        published.edition_for(at=dt.date(2019, 12, 31))
    with pytest.raises(NoEdition, match="There is no edition 3") as caught:
        published.edition_for(3)
    assert "第 2 版（2024-07-01 起）" in caught.value.zh


def test_a_place_belongs_to_one_community_before_and_to_the_other_after_the_change(published):
    point = (np.array([v]) for v in town.lonlat(150, 50))
    lon, lat = point
    before, after = (published.locate(published.edition_for(n), lon, lat, WGS84)[0] for n in (1, 2))
    assert [link.id for link in before.chain] == [town.COUNTY, town.EAST, town.grid_id(2)]
    assert [link.id for link in after.chain] == [town.COUNTY, town.WEST, town.grid_id(2)]


def test_the_chain_and_the_children_follow_the_parent_links(first):
    assert [link.level for link in first.chain(town.grid_id(7))] == ["county", "community", "grid"]
    assert first.children(town.COUNTY).tolist() == [town.EAST, town.WEST]
    assert first.children(town.EAST).tolist() == [town.grid_id(n) for n in (1, 2, 5, 6)]
    assert first.children(town.grid_id(1)).tolist() == []
    with pytest.raises(NotFound, match="no area 999"):
        first.facts(999)


def test_an_area_holds_the_units_below_it_and_itself(first):
    units = np.array([town.grid_id(1), town.grid_id(3), -1])
    assert first.holds(town.EAST, units).tolist() == [True, False, False]
    assert first.holds(town.COUNTY, units).tolist() == [True, True, False]
    assert first.holds(town.grid_id(3), units).tolist() == [False, True, False]


def test_a_point_on_the_wall_of_two_buildings_is_in_the_one_with_the_lower_id(published):
    book = published.registers(published.edition_for())
    points = np.array([town.metres(*at) for at in ((20, 15), (10, 10), (45, 15))])
    assert book.building_of(points).tolist() == [101, 101, -1]


def test_the_nearest_facility_is_nearest_in_a_straight_line(published):
    book = published.registers(published.edition_for())
    assert book.nearest_facility(*town.metres(50, 50)) == (301, 30.0)


def test_a_facility_that_serves_nobody_is_not_the_nearest(published):
    # 303 stands 5 m away, unused; 302 stands 15 m away.
    book = published.registers(published.edition_for())
    assert book.nearest_facility(*town.metres(365, 150)) == (302, 15.0)


def test_both_kinds_of_archives_are_found_by_their_hash_and_nothing_else_is(published):
    ref = published.edition_for()
    areas, registers = (published.archive(sha) for sha in (ref.sealed, ref.registers))
    assert [layer["id"] for layer in areas.vector_layers][:3] == ["county", "community", "grid"]
    assert "buildings" in [layer["id"] for layer in registers.vector_layers]
    for sha in ("0" * 16, "", "..", "../sealed", ref.sealed.upper() + "Z", ref.sealed[:8]):
        assert published.archive(sha) is None


def test_a_publication_by_another_process_is_seen_by_the_next_question(tmp_path):
    row = town.seal_edition(tmp_path, 1, "2020-01-01", moved=False)
    town.publish(tmp_path, row)
    folder = PublishedFolder(tmp_path)
    assert folder.edition_for().number == 1
    town.publish(tmp_path, row, town.seal_edition(tmp_path, 2, "2024-07-01", moved=True))
    assert folder.edition_for().number == 2


def test_readers_see_the_old_edition_or_the_new_one_while_it_is_switched(tmp_path):
    first = town.seal_edition(tmp_path, 1, "2020-01-01", moved=False)
    second = town.seal_edition(tmp_path, 2, "2024-07-01", moved=True)
    town.publish(tmp_path, first)
    folder = PublishedFolder(tmp_path)
    lon, lat = (np.array([v]) for v in town.lonlat(150, 50))
    community = {1: town.EAST, 2: town.WEST}

    def ask(_):
        ref = folder.edition_for()
        return community[ref.number] == folder.locate(ref, lon, lat, WGS84)[0].chain[1].id

    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(ask, range(400))
        for n in range(20):
            town.publish(tmp_path, first, *[second][: n % 2])
        assert all(answers)


def test_a_book_is_read_once_even_when_many_ask_at_the_same_time(published):
    fresh = PublishedFolder(published.path)
    ref = fresh.edition_for()
    with ThreadPoolExecutor(8) as pool:
        books = list(pool.map(lambda _: fresh.areas(ref), range(32)))
    assert all(book is books[0] for book in books)


def test_the_locate_index_is_kept_in_the_cache_and_never_in_the_published_folder(tmp_path):
    path = town.publish_two(tmp_path / "published")
    before = sorted(path.rglob("*"))
    folder = PublishedFolder(path, cache=tmp_path / "cache")
    ref = folder.edition_for()
    folder.areas(ref)
    assert sorted(path.rglob("*")) == before
    assert (tmp_path / "cache" / ref.sealed).is_dir()
    again = PublishedFolder(path, cache=tmp_path / "cache").areas(ref)
    assert again.index.assign(np.array([town.metres(50, 50)])).tolist() == [0]


def test_a_broken_list_of_editions_is_said_and_not_taken_for_an_empty_one(tmp_path):
    path = town.publish_two(tmp_path)
    (path / "current.json").write_text('{"editions": [', encoding="utf-8")
    with pytest.raises(Unavailable, match=r"current\.json"):
        PublishedFolder(path).edition_for()


def test_broken_sealed_files_are_a_fault_of_the_service_not_of_the_question(tmp_path):
    path = town.publish_two(tmp_path)
    folder = PublishedFolder(path)
    ref = folder.edition_for()
    (path / "sealed" / ref.sealed / "areas.parquet").write_bytes(b"PAR1")
    (path / "registers" / ref.registers / "facilities.parquet").unlink()
    with pytest.raises(Unavailable, match=r"areas\.parquet"):
        folder.areas(ref)
    with pytest.raises(Unavailable, match="not whole"):
        folder.registers(ref)


def test_a_folder_without_registers_answers_with_empty_ones(tmp_path):
    path = town.publish_two(tmp_path)
    state = json.loads((path / "current.json").read_text("utf-8"))
    (path / "current.json").write_text(json.dumps({**state, "registers": None}), "utf-8")
    folder = PublishedFolder(path)
    book = folder.registers(folder.edition_for())
    assert book.nearest_facility(0, 0) is None
    assert book.building_of(np.zeros((1, 2))).tolist() == [-1]
    assert book.search.find("锦绣", limit=5) == []
