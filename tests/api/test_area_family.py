"""The family of an area: codes, children, neighbours, outline, history; past editions too."""

import pytest
import shapely

from api.app import create_app
from geo.access import operator
from geo.boundaries import init_site
from geo.publish import ImportOrder, PublishedFolder, import_file, publish
from tests import town
from tests.cli.running import installation
from tests.publish import hamlet

EAST, WEST = "621122001001", "621122001002"


def grid(number):
    return f"62112200100100{number}"


def get(client, path, **query):
    answer = client.get(path, params=query or None)
    assert answer.status_code == 200, answer.text
    return answer.json()


# -- from the sealed files alone


def test_a_code_means_its_area_in_the_edition_asked(view):
    answer = get(view, f"/areas/by-code/{grid(2)}", edition=1)
    assert (answer["area"]["id"], answer["successors"]) == (town.grid_id(2), [])
    assert answer["area"]["parent"]["code"] == EAST
    now = get(view, f"/areas/by-code/{grid(2)}")
    assert now["area"]["parent"]["code"] == WEST
    assert now["edition"]["number"] == 2


def test_without_a_database_an_unknown_code_is_refused_with_a_remedy(view):
    answer = view.get("/areas/by-code/999")
    assert answer.status_code == 404
    assert "wangge serve" in answer.json()["detail"]


def test_children_come_by_code_and_a_lowest_area_has_none(view):
    areas = get(view, f"/areas/{town.EAST}/children")["areas"]
    assert [a["code"] for a in areas] == [grid(1), grid(5), grid(6)]
    old = get(view, f"/areas/{town.EAST}/children", at="2023-01-01")["areas"]
    assert [a["code"] for a in old] == [grid(1), grid(2), grid(5), grid(6)]
    assert get(view, f"/areas/{town.grid_id(1)}/children")["areas"] == []
    assert view.get("/areas/999/children").status_code == 404


def test_neighbours_share_metres_of_border_and_touching_corners_are_none(view):
    answer = get(view, f"/areas/{town.grid_id(1)}/neighbours")
    # Grid 6 only touches the corner.
    assert [(n["code"], n["border_m"]) for n in answer["neighbours"]] == [
        (grid(2), 100.0),
        (grid(5), 100.0),
    ]
    east = get(view, f"/areas/{town.EAST}/neighbours", edition=1)["neighbours"]
    assert [(n["code"], n["border_m"]) for n in east] == [(WEST, 200.0)]
    # In edition 2 the border runs around grid 2: 100 m west of it, 100 above, 100 east of grid 6.
    moved = get(view, f"/areas/{town.EAST}/neighbours")["neighbours"]
    assert [(n["code"], n["border_m"]) for n in moved] == [(WEST, 300.0)]
    assert get(view, f"/areas/{town.COUNTY}/neighbours")["neighbours"] == []


def test_the_outline_is_one_feature_in_degrees(view):
    answer = view.get(f"/areas/{town.EAST}/geometry?edition=1")
    assert answer.headers["content-type"] == "application/geo+json"
    feature = answer.json()
    shape = shapely.geometry.shape(feature["geometry"])
    corners = shapely.MultiPoint(
        [town.lonlat(*xy) for xy in [(0, 0), (200, 0), (200, 200), (0, 200)]]
    )
    assert shape.hausdorff_distance(corners.convex_hull) < 1e-8
    assert (feature["type"], feature["id"], feature["properties"]["code"]) == (
        "Feature", town.EAST, EAST,
    )  # fmt: skip
    assert feature["edition"]["number"] == 1


# -- over the database


def bring(here, rows, **order):
    path = hamlet.write(here.home, rows, "areas")
    wanted = ImportOrder(**{"kind": "areas", "source": "test", "commit": True, **order})
    assert import_file(here.engine, here.settings, wanted, path, actor=operator("t")).committed


def issue(here, effective):
    return publish(
        here.engine, here.settings, title="x", effective=effective, actor=operator("t")
    )  # fmt: skip


def merged():
    """Edition 3: the two parts of the old grid 1 are one again, with a code of its own."""
    rows = {row["code"]: row for row in hamlet.changed_lines()}
    del rows["0101"]
    ninth = rows.pop("0109")
    rows["0110"] = {**ninth, "code": "0110", "name": "第10网格", "geometry": hamlet.box(0, 0),
                    "households": 10}  # fmt: skip
    fifth = hamlet.box(0, 100)
    rows["0105"] = {**rows["0105"], "geometry": fifth}
    return list(rows.values())


@pytest.fixture(scope="module")
def live(serve, cluster, template, tmp_path_factory):
    """The hamlet: in 2024 grid 1 is cut and grid 4 goes into grid 3, in 2026 the cut is undone."""
    home = tmp_path_factory.mktemp("family")
    with installation(cluster, "area_family", home, template=template) as here:
        with here.engine.begin() as tx:
            init_site(tx, hamlet.SITE, actor=operator("t"))
        bring(here, hamlet.whole())
        issue(here, "2020-01-01")
        bring(here, hamlet.changed_lines(), complete=True)
        issue(here, "2024-07-01")
        bring(here, merged(), complete=True)
        issue(here, "2026-01-01")
        yield serve(create_app(here.settings, PublishedFolder(here.published), here.engine))


def shares(answer):
    return [(s["code"], s["share_area"], s["share_households"]) for s in answer["successors"]]


def test_a_retired_code_answers_with_its_successors_and_their_shares(live):
    # Grid 4 (40 households) went into grid 3 whole.
    answer = get(live, "/areas/by-code/0204")
    assert answer["area"] is None
    assert shares(answer) == [("0203", 1.0, 1.0)]
    assert get(live, "/areas/by-code/0204", edition=1)["area"]["code"] == "0204"


def test_successors_are_followed_through_all_editions(live):
    # 0101 was cut 40 : 60 in edition 2, and both parts became 0110 in edition 3.
    assert shares(get(live, "/areas/by-code/0101")) == [
        ("0110", pytest.approx(1.0), pytest.approx(1.0))
    ]
    # 0109 of edition 2 became a part of 0110 as well.
    assert shares(get(live, "/areas/by-code/0109")) == [("0110", 1.0, 1.0)]
    # In edition 2 the code 0101 lives on with the western part.
    assert get(live, "/areas/by-code/0101", edition=2)["area"]["area_m2"] == 4000


def test_a_code_before_its_time_names_the_edition_it_begins_with(live):
    answer = live.get("/areas/by-code/0109?edition=1")
    assert answer.status_code == 404
    assert "edition 2" in answer.json()["detail"]
    assert "No edition has" in live.get("/areas/by-code/none").json()["detail"]


def test_a_history_tells_versions_with_days_and_lineage_both_ways(live):
    place = get(live, "/areas/by-code/0203")["area"]["id"]
    history = get(live, f"/areas/{place}/history")
    first, second = history["versions"]
    assert (first["first_edition"], first["last_edition"]) == (1, 1)
    assert (first["since"], first["until"]) == ("2020-01-01", "2024-07-01")
    assert (second["since"], second["until"], second["last_edition"]) == ("2024-07-01", None, None)
    assert (first["area_m2"], second["area_m2"]) == (10_000, 20_000)
    assert first["parent"]["code"] == "02"
    came = {row["code"]: row for row in history["came_from"]}
    assert set(came) == {"0203", "0204"}
    assert (came["0204"]["edition"], came["0204"]["households"]) == (2, 40)
    assert [row["code"] for row in history["went_to"]] == ["0203"]


def test_a_history_of_a_place_that_is_gone_stays(live):
    place = get(live, "/areas/by-code/0204", edition=1)["area"]["id"]
    history = get(live, f"/areas/{place}/history")
    (only,) = history["versions"]
    assert (only["since"], only["until"], only["name"]) == ("2020-01-01", "2024-07-01", "第4网格")
    (gone,) = history["went_to"]
    assert (gone["code"], gone["share_area"], gone["since"]) == ("0203", 1.0, "2024-07-01")
    assert live.get("/areas/123456789/history").status_code == 404


def test_the_history_of_the_first_lines_has_no_lineage(live):
    place = get(live, "/areas/by-code/0208")["area"]["id"]
    history = get(live, f"/areas/{place}/history")
    assert len(history["versions"]) == 1
    assert history["came_from"] == history["went_to"] == []
