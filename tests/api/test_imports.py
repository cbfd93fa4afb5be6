"""Importing over HTTP: files up, preview, dry run, commit, the bad rows back."""

import io
import json
import socket
import time
import zipfile

import geopandas as gpd
import openpyxl
import pytest
import shapely
import sqlalchemy as sa

from api.app import create_app
from geo.access import operator
from geo.boundaries import init_site
from geo.crs import GCJ02, SourceCrs, convert_xy
from geo.db.schema import audit, facility
from geo.publish import ImportOrder, PublishedFolder, import_file, publish, published_folder
from geo.settings import Settings
from tests import town
from tests.api.tokens import bearer


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return Settings(home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def live(serve, engine, settings):
    """The little town, published."""
    with engine.begin() as tx:
        init_site(tx, town.SITE, actor=operator("test"))
    frame = town.areas()
    codes = frame.set_index("place_id")["code"]
    frame = frame.assign(parent=frame["parent_id"].map(codes))
    path = settings.home / "areas.parquet"
    frame[["level", "code", "name", "parent", "households", "geometry"]].to_parquet(path)
    order = ImportOrder("areas", source="test", commit=True)
    import_file(engine, settings, order, path, actor=operator("test"))
    publish(engine, settings, title="第一版", actor=operator("test"), effective="2020-01-01")
    return serve(create_app(settings, PublishedFolder(published_folder(settings)), engine))


@pytest.fixture(scope="module")
def steward(engine, live):
    return bearer(engine, "steward")


class Import:
    """One upload and what is asked of it."""

    def __init__(self, client, headers):
        self.client, self.headers = client, headers
        begun = client.post("/imports", headers=headers)
        assert begun.status_code == 201, begun.text
        self.id = begun.json()["id"]

    def send(self, name, content):
        content = content.encode() if isinstance(content, str) else content
        return self.client.put(
            f"/imports/{self.id}/files/{name}", content=content, headers=self.headers
        )

    def preview(self, **query):
        answer = self.client.get(f"/imports/{self.id}/preview", params=query, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ask(self, what, *, accept="application/json", **order):
        order = {"source": "test file", **order}
        headers = {**self.headers, "Accept": accept}
        return self.client.post(f"/imports/{self.id}/{what}", json=order, headers=headers)

    def check(self, **order):
        answer = self.ask("check", **order)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def begun(live, steward):
    return Import(live, steward)


def gcj02(x, y):
    """Degrees on a Chinese web map of a point of the town (metres)."""
    lon, lat = convert_xy(*([v] for v in town.metres(x, y)), SourceCrs("epsg", town.EPSG), GCJ02)
    return float(lon[0]), float(lat[0])


def stations(*places, head="编号,设施类型,名称,经度,纬度"):
    """A CSV of facilities at points of the town, as AMap would give them."""
    rows = [f"{n},书吧,第{n}书吧,{gcj02(*xy)[0]:.9f},{gcj02(*xy)[1]:.9f}"
            for n, xy in enumerate(places, start=1)]  # fmt: skip
    return "\n".join([head, *rows]) + "\n"


def facilities(engine, source):
    with engine.connect() as tx:
        return tx.scalar(sa.select(sa.func.count()).where(facility.c.source == source))


# -- the whole way


def test_a_gbk_file_in_gcj02_is_previewed_checked_and_committed_as_it_was_checked(begun, engine):
    begun.send("设施.csv", stations((50, 50), (250, 150)).encode("gb18030"))
    seen = begun.preview()
    assert (seen["kind_guess"], seen["encoding"], seen["rows"]) == ("facilities", "gb18030", 2)
    assert {c["heading"]: c["canonical"] for c in seen["columns"]} == {
        "编号": "key", "设施类型": "kind", "名称": "name", "经度": "lon", "纬度": "lat",
    }  # fmt: skip
    assert seen["columns"][2]["samples"] == ["第1书吧", "第2书吧"]
    assert seen["problem"]["code"] == "wrong_crs"
    assert "--crs" not in seen["problem"]["en"] + seen["problem"]["zh"]
    assert "gcj02" in [c["crs"] for c in seen["crs"]["candidates"]]

    right = begun.preview(crs="gcj02")
    assert right["problem"] is None
    lon, lat = right["features"]["features"][0]["geometry"]["coordinates"]
    assert (lon, lat) == pytest.approx(town.lonlat(50, 50), abs=1e-8)

    order = {"kind": "facilities", "crs": "gcj02", "source": "whole way"}
    report = begun.check(**order)
    assert (report["new"], report["placed"], report["reject_count"]) == (2, 2, 0)
    assert (report["committed"], report["problem"]) == (False, None)
    assert facilities(engine, "whole way") == 0
    done = begun.ask("commit", **order).json()
    assert (done["committed"], done["new"]) == (True, 2)
    assert facilities(engine, "whole way") == 2
    again = begun.ask("commit", **order).json()
    assert (again["new"], again["unchanged"]) == (0, 2)


def test_the_parts_of_a_shapefile_make_one_data_set(begun, tmp_path):
    frame = gpd.GeoDataFrame(
        {"名称": ["锦绣园", "丽景苑"]},
        geometry=[shapely.box(*town.metres(5, 5), *town.metres(90, 90)),
                  shapely.box(*town.metres(105, 5), *town.metres(190, 90))],
        crs=town.EPSG,
    )  # fmt: skip
    frame.to_file(tmp_path / "小区.shp", encoding="gbk")
    begun.send("小区.shp", (tmp_path / "小区.shp").read_bytes())
    alone = begun.preview()
    assert alone["problem"]["code"] == "unreadable_file"
    assert ".dbf" in alone["problem"]["en"]
    assert begun.ask("check", kind="compounds").status_code == 400
    for ending in ("dbf", "shx", "prj"):
        begun.send(f"小区.{ending.upper()}", (tmp_path / f"小区.{ending}").read_bytes())
    seen = begun.preview(kind="compounds")
    assert (seen["encoding"], seen["columns"][0]["samples"]) == ("gb18030", ["锦绣园", "丽景苑"])
    assert seen["crs"]["used"] == f"EPSG:{town.EPSG}"
    assert seen["features"]["features"][0]["geometry"]["type"] == "Polygon"
    # The same bytes are other words in another encoding: what is chosen is what is shown.
    assert begun.preview(kind="compounds", encoding="big5")["columns"][0]["samples"] != [
        "锦绣园",
        "丽景苑",
    ]
    assert begun.check(kind="compounds")["new"] == 2


def test_rejected_rows_stop_the_commit_until_they_are_left_out_and_come_back_to_be_mended(
    begun, engine
):
    text = stations((50, 50), (150, 50)) + "3,书吧,没有坐标,,\n4,,没有类型,104.6,35.0\n"
    begun.send("a.csv", text)
    order = {"kind": "facilities", "crs": "gcj02", "source": "mending"}
    report = begun.check(**order)
    assert (report["reject_count"], report["new"]) == (2, 2)
    assert [r["field"] for r in report["rejects"]] == ["geometry", "kind"]
    first, second = (r["row"] for r in report["rejects"])
    assert second == first + 1
    assert report["problem"]["code"] == "rows_rejected"
    refused = begun.ask("commit", **order)
    assert refused.status_code == 409
    assert "--skip" not in refused.json()["detail"]
    assert facilities(engine, "mending") == 0

    sheet = begun.client.get(f"/imports/{begun.id}/rejects", headers=begun.headers)
    assert sheet.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(sheet.content))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0][0] == "row no."
    assert [str(row[0]) for row in rows[1:]] == [str(first), str(second)]
    assert "没有坐标" in rows[1]

    done = begun.ask("commit", **order, skip_rejected=True)
    assert (done.status_code, done.json()["new"]) == (200, 2)
    assert facilities(engine, "mending") == 2
    csv = begun.client.get(f"/imports/{begun.id}/rejects?format=csv", headers=begun.headers)
    assert csv.content.decode("utf-8-sig").count("\n") == 3


def test_progress_comes_line_by_line_and_the_report_last(begun):
    begun.send("a.csv", stations((50, 50)))
    answer = begun.ask("check", accept="application/x-ndjson", kind="facilities", crs="gcj02")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert {"read", "import facilities"} <= {line["step"] for line in lines[:-1]}
    assert lines[-1]["report"]["new"] == 1
    wrong = begun.ask("check", accept="application/x-ndjson", kind="members", crs="gcj02")
    assert json.loads(wrong.text.splitlines()[-1])["problem"]["status"] == 400


def test_a_dry_run_is_not_audited_and_a_commit_is(begun, engine):
    begun.send("a.csv", stations((50, 50)))
    order = {"kind": "facilities", "crs": "gcj02", "source": "audited"}
    counted = sa.select(sa.func.count()).where(audit.c.action == "import facilities")
    with engine.connect() as tx:
        before = tx.scalar(counted)
    begun.check(**order)
    with engine.connect() as tx:
        assert tx.scalar(counted) == before
    begun.ask("commit", **order)
    with engine.connect() as tx:
        assert tx.scalar(counted) == before + 1


def test_a_building_is_chosen_for_an_address_that_means_none_and_the_choice_is_kept(
    live, engine, settings
):
    houses = town.registers()["buildings"].rename(columns={"id": "key"})
    path = settings.home / "houses.parquet"
    houses.to_parquet(path)
    order = ImportOrder("buildings", source="houses", commit=True)
    import_file(engine, settings, order, path, actor=operator("test"))
    mine = Import(live, bearer(engine, "steward"))
    mine.send("名册.csv", "编号,姓名,地址\n1,甲,锦绣家园3号楼\n2,乙,锦绣嘉园13幢\n")
    report = mine.check(kind="members")
    (lost,) = report["rejects"]
    assert "锦绣嘉园" not in json.dumps(lost, ensure_ascii=False)
    (meant,) = [c for c in lost["candidates"] if "13" in c["name"]]
    order = {"kind": "members", "homes": {lost["row"]: meant["id"]}}
    assert mine.check(**order)["reject_count"] == 0
    assert mine.check(kind="members")["reject_count"] == 1  # a dry run keeps nothing
    mine.check(**order)
    assert mine.ask("commit", **order).json()["new"] == 2
    assert mine.check(kind="members")["reject_count"] == 0  # the spelling is known now
    assert mine.ask("check", kind="members", homes={99: meant["id"]}).status_code == 400


# -- what is refused


def test_only_what_was_checked_is_committed(begun, engine):
    begun.send("a.csv", stations((50, 50)))
    order = {"kind": "facilities", "crs": "gcj02", "source": "strict"}
    assert begun.ask("commit", **order).status_code == 409
    begun.check(**order)
    assert begun.ask("commit", **{**order, "crs": "4490"}).status_code == 409
    begun.send("a.csv", stations((50, 50), (60, 60)))
    changed = begun.ask("commit", **order)
    assert changed.status_code == 409
    assert "changed since" in changed.json()["detail"]
    assert facilities(engine, "strict") == 0


@pytest.mark.parametrize(
    ("name", "content", "remedy"),
    [
        ("map.dxf", b"0\nSECTION\n", "QGIS"),
        ("half.zip", b"PK\x03\x04 and no more", "Pack it again"),
        ("empty.csv", b"", "empty"),
        ("list.csv", b"\x80\xff,\xc1\n1,2\n", "Give the encoding"),
        ("broken.geojson", b'{"type": "FeatureCollection", "features": [', ""),
        ("broken.gpkg", b"SQLite format 3\x00", "Export it again"),
    ],
)
def test_what_cannot_be_read_is_said_in_the_preview_and_refused_by_the_check(
    begun, name, content, remedy
):
    begun.send(name, content)
    seen = begun.preview()
    assert seen["problem"], seen
    assert remedy in seen["problem"]["en"]
    refused = begun.ask("check", kind="facilities")
    assert 400 <= refused.status_code < 500, refused.text
    assert str(begun.id) not in refused.json()["detail"]  # no path of this machine


def test_two_data_sets_at_once_are_refused_by_name(begun):
    begun.send("a.csv", "a\n1\n")
    begun.send("b.csv", "a\n1\n")
    refused = begun.ask("check", kind="facilities")
    assert refused.status_code == 400
    assert "a.csv, b.csv" in refused.json()["detail"]


@pytest.mark.parametrize("name", ["noending", ".csv", "..%2F..%2Fetc%2Fpasswd"])
def test_a_name_that_says_nothing_is_refused(begun, name):
    assert begun.send(name, "x").status_code in (400, 404)


@pytest.mark.parametrize(
    ("name", "kept"),
    [("a%3Ab%21.CSV", "a_b_.csv"), ("..%5C..%5Cx.csv", "x.csv"), ("网格 1.csv", "网格 1.csv")],
)
def test_names_are_made_safe(begun, name, kept):
    assert [f["name"] for f in begun.send(name, "x").json()["files"]] == [kept]


def test_a_file_above_the_limit_is_refused_before_it_is_read(begun):
    base = begun.client.base_url
    with socket.create_connection((base.host, base.port)) as line:
        head = [f"PUT /imports/{begun.id}/files/a.csv HTTP/1.1", "Host: 127.0.0.1",
                f"Authorization: {begun.headers['Authorization']}", f"Content-Length: {10**12}"]  # fmt: skip
        line.sendall("\r\n".join([*head, "", ""]).encode())
        assert b" 413 " in line.recv(100)


def test_a_file_that_is_cut_off_on_its_way_leaves_nothing(begun, settings):
    base = begun.client.base_url
    with socket.create_connection((base.host, base.port)) as line:
        head = [f"PUT /imports/{begun.id}/files/a.csv HTTP/1.1", "Host: 127.0.0.1",
                f"Authorization: {begun.headers['Authorization']}", "Content-Length: 1000"]  # fmt: skip
        line.sendall("\r\n".join([*head, "", "编号,"]).encode())
    folder = settings.home / "uploads" / begun.id
    deadline = time.monotonic() + 10
    while list(folder.glob(".part-*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert list(folder.glob(".part-*")) + list((folder / "files").iterdir()) == []


def test_the_layers_of_a_zip_are_named_and_one_is_shown(begun):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("东.csv", "西.csv"):
            archive.writestr(name, stations((50, 50)))
    begun.send("两份.zip", buffer.getvalue())
    seen = begun.preview()
    assert (seen["layers"], seen["layer"], seen["rows"]) == (["东", "西"], "东", 1)
    assert begun.preview(layer="西")["layer"] == "西"


# -- who


@pytest.mark.parametrize("role", ["viewer", "system", "worker"])
def test_who_may_import_nothing_gets_no_upload(live, engine, role):
    assert live.post("/imports", headers=bearer(engine, role)).status_code == 403
    assert live.post("/imports").status_code == 401


def test_a_planner_imports_lines_and_nothing_else(live, engine):
    mine = Import(live, bearer(engine, "planner"))
    mine.send("a.csv", stations((50, 50)))
    refused = mine.ask("check", kind="facilities", crs="gcj02")
    assert (refused.status_code, refused.json()["right"]) == (403, "import.registers")


def test_an_upload_is_its_owners_and_the_administrators(begun, live, engine):
    begun.send("a.csv", "a\n1\n")
    address = f"/imports/{begun.id}/preview"
    assert live.get(address, headers=bearer(engine, "steward")).status_code == 404
    assert live.get(address, headers=bearer(engine, "admin")).status_code == 200
    assert begun.id in [
        u["id"] for u in live.get("/imports", headers=begun.headers).json()["imports"]
    ]
    others = live.get("/imports", headers=bearer(engine, "admin")).json()["imports"]
    assert others == []
    assert live.delete(f"/imports/{begun.id}", headers=begun.headers).status_code == 204
    assert live.get(address, headers=begun.headers).status_code == 404


def test_a_roster_is_masked_for_who_may_not_read_members(live, engine, steward):
    roster = "姓名,手机号,人员类型\n欧阳小明,13800001111,居民党员\n"
    seen = {}
    for who, headers in (("steward", steward), ("planner", bearer(engine, "planner"))):
        mine = Import(live, headers)
        mine.send("a.csv", roster)
        seen[who] = [c["samples"] for c in mine.preview(kind="members")["columns"]]
    assert seen["steward"] == [["欧阳小明"], ["13800001111"], ["居民党员"]]
    assert seen["planner"] == [["欧＊＊＊"], ["1＊＊＊＊＊＊＊＊＊＊"], ["居民党员"]]


def test_a_read_only_view_takes_no_files(view):
    answer = view.post("/imports")
    assert answer.status_code == 404
    assert "read-only" in answer.json()["detail"]


def test_columns_may_be_named_where_they_are_not_guessed(begun):
    text = stations((50, 50), head="n,what,label,E,N")
    begun.send("a.csv", text)
    seen = begun.preview(kind="facilities")
    assert seen["missing"] == ["kind"]
    assert seen["features"]["features"] == []
    columns = {"kind": "what", "name": "label", "lon": "E", "lat": "N"}
    mapped = begun.preview(kind="facilities", crs="gcj02", columns=json.dumps(columns))
    assert (mapped["missing"], len(mapped["features"]["features"])) == ([], 1)
    assert begun.check(kind="facilities", crs="gcj02", columns=columns)["new"] == 1
    assert (
        begun.client.get(
            f"/imports/{begun.id}/preview?columns=x", headers=begun.headers
        ).status_code
        == 400
    )


def test_findings_carry_their_place_in_degrees(live, engine):
    mine = Import(live, bearer(engine, "planner"))
    lines = town.areas().query("level == 'grid'")
    shifted = lines.head(1).assign(geometry=lines.head(1).translate(3, 0), parent="621122001001")
    buffer = io.BytesIO()
    shifted[["level", "code", "name", "parent", "geometry"]].to_parquet(buffer)
    mine.send("lines.parquet", buffer.getvalue())
    report = mine.check(kind="areas")
    (overlap, *_) = [f for f in report["findings"] if f["code"] == "overlap"]
    assert (overlap["lon"], overlap["lat"]) == pytest.approx(town.lonlat(101.5, 50), abs=1e-4)
