"""Publishing while questions are asked: each answer is of the old edition or of the new one."""

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx

from api.app import create_app
from geo.publish import PublishedFolder
from geo.settings import Settings
from tests import town


def test_no_answer_mixes_two_editions_while_one_is_published(serve, tmp_path):
    first = town.seal_edition(tmp_path, 1, "2020-01-01", moved=False)
    second = town.seal_edition(tmp_path, 2, "2024-07-01", moved=True)
    town.publish(tmp_path, first)
    base = serve(create_app(Settings(), PublishedFolder(tmp_path))).base_url
    lon, lat = town.lonlat(150, 50)
    expected = {1: (town.EAST, 400, first["sealed"]), 2: (town.WEST, 300, second["sealed"])}
    seen: set[int] = set()
    stop = threading.Event()

    def ask() -> int:
        count = 0
        with httpx.Client(base_url=base, timeout=30) as client:
            while not stop.is_set():
                located = client.get("/locate", params={"lon": lon, "lat": lat}).json()
                number = located["edition"]["number"]
                assert located["chain"][1]["id"] == expected[number][0]
                card = client.get(f"/areas/{town.EAST}").json()
                assert card["area"]["households"] == expected[card["edition"]["number"]][1]
                tiles = client.get("/tiles/areas.json").json()
                assert expected[tiles["edition"]][2] in tiles["tiles"][0]
                seen.update((number, tiles["edition"]))
                count += 1
        return count

    with ThreadPoolExecutor(4) as pool:
        askers = [pool.submit(ask) for _ in range(4)]
        try:
            for n in range(12):
                town.publish(tmp_path, first, *[second][: (n + 1) % 2])
        finally:
            stop.set()
        assert all(asker.result() > 0 for asker in askers)
    assert seen == {1, 2}


def test_many_ask_for_the_first_time_at_the_same_time(serve, town_folder):
    client = serve(create_app(Settings(), PublishedFolder(town_folder)))
    paths = ["/areas/2?edition=1", "/search?q=东街&edition=1", "/levels/grid/areas?edition=1"] * 10
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda path: client.get(path).status_code, paths))
    assert set(answers) == {200}
