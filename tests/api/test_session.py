"""Who is asking, over HTTP: signing in, cookies, CSRF tokens, the demo, host names, nothing logged."""

import http.client
import logging
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import sqlalchemy as sa

from api.app import create_app
from api.strict import MAX_JSON_BYTES
from geo.access import Grant, Sessions, add_account, close_account, operator, read_secret
from geo.db.schema import account, failed_sign_in
from geo.publish import PublishedFolder
from geo.settings import Settings
from tests import town
from tests.api.tokens import bearer, bearer_of

PASSWORD = "a short sentence"
LI = {"name": "li", "password": PASSWORD}
NOBODY = {"user": None, "demo": False, "csrf": None}
LON, LAT = town.lonlat(150, 50)
ASKING = {"rows": [{"id": "1", "lon": LON, "lat": LAT}]}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def app(engine, home, town_folder):
    settings = Settings(home=home, hosts=("grid.example.cn",))
    return create_app(settings, PublishedFolder(town_folder), engine)


@pytest.fixture(scope="module")
def base(serve, app):
    return serve(app).base_url


@pytest.fixture(scope="module")
def demo(serve, engine, home, town_folder):
    app = create_app(Settings(home=home), PublishedFolder(town_folder), engine, demo=True)
    return serve(app).base_url


@pytest.fixture
def browser(base, engine):
    """A browser that nobody has signed in with; the account li may ask in bulk."""
    with engine.begin() as tx:
        tx.execute(failed_sign_in.delete())
        if tx.scalar(sa.select(account.c.id).where(account.c.name == "li")) is None:
            grants = [Grant("worker", town.EAST), Grant("planner")]
            actor = operator("tester")
            add_account(tx, "li", display="李", grants=grants, password=PASSWORD, actor=actor)
    with httpx.Client(base_url=base, headers={"Accept-Language": "en"}, timeout=30) as client:
        yield client


def enter(client, **more):
    answer = client.post("/session", json=LI, **more)
    assert answer.status_code == 200, answer.text
    return answer


# -- signing in and out


def test_whoever_did_not_sign_in_is_nobody(browser):
    answer = browser.get("/session")
    assert answer.json() == NOBODY
    assert answer.headers["cache-control"] == "no-store"


def test_signing_in_says_who_one_is_and_what_one_may(browser):
    said = enter(browser).json()
    assert said["user"]["name"] == "li"
    assert said["user"]["display"] == "李"
    assert said["user"]["roles"] == [
        {"role": "worker", "area": {"id": town.EAST, "code": "621122001001", "name": "东街社区",
                                    "level": "community", "current": True}},
        {"role": "planner", "area": None},
    ]  # fmt: skip
    assert said["user"]["rights"] == [
        "map", "counts", "ask", "incidents.read", "incidents.write", "staff.read", "members.read",
        "import.lines", "plans.read", "plans.write",
    ]  # fmt: skip
    assert said["demo"] is False
    assert browser.get("/session").json() == said


def test_the_cookie_is_for_this_site_and_no_script(browser):
    cookie = enter(browser).headers["set-cookie"]
    name, _, rest = cookie.partition("=")
    assert name == "wangge_session"
    flags = {flag.strip().lower() for flag in rest.split(";")[1:]}
    assert flags == {"httponly", "samesite=strict", "path=/", "max-age=43200"}


def test_the_cookie_is_secure_where_a_proxy_of_this_machine_speaks_https(browser):
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
    assert "secure" in enter(browser, headers=forwarded).headers["set-cookie"].lower()


@pytest.mark.parametrize("body", [{**LI, "password": "wrong"}, {**LI, "name": "nobody"}])
def test_a_wrong_name_or_password_is_a_401_without_a_cookie(browser, body):
    answer = browser.post("/session", json=body)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    assert "set-cookie" not in answer.headers
    assert answer.headers["www-authenticate"] == 'Bearer realm="wangge"'


@pytest.mark.parametrize(
    "headers",
    [{"Accept": "text/html"}, {"Accept": "application/problem+json"}, {"Sec-Fetch-Mode": "cors"}],
)
def test_people_are_asked_to_sign_in_and_programs_for_a_token(browser, headers):
    browser.cookies.clear()
    program = browser.get("/members", headers={"Accept-Language": "zh"}).json()["detail"]
    person = browser.get("/members", headers={"Accept-Language": "zh", **headers}).json()["detail"]
    assert person.endswith("请登录。")
    assert program == f"{person}程序请发送令牌（Authorization: Bearer …）。"


def test_too_many_guesses_are_told_how_long_to_wait(browser):
    for _ in range(5):
        assert browser.post("/session", json={**LI, "password": "no"}).status_code == 401
    answer = browser.post("/session", json=LI)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_often")
    assert 14 * 60 < int(answer.headers["retry-after"]) <= 15 * 60
    assert answer.json()["retry_after_s"] == int(answer.headers["retry-after"])


def test_guesses_at_the_same_time_are_counted_exactly(browser):
    def guess(_):
        return browser.post("/session", json={"name": "nobody", "password": "no"}).status_code

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(guess, range(15)))
    assert (answers.count(401), answers.count(429)) == (5, 10)


def test_a_proxied_guesser_is_counted_by_its_own_address(browser, engine):
    for n in range(20):
        body = {"name": f"n{n}", "password": "no"}
        browser.post("/session", json=body, headers={"X-Forwarded-For": "198.51.100.9"})
    locked = browser.post("/session", json=LI, headers={"X-Forwarded-For": "198.51.100.9"})
    assert locked.status_code == 429
    assert enter(browser, headers={"X-Forwarded-For": "198.51.100.10"})


def test_a_foreign_form_can_not_sign_anybody_in(browser):
    """A form of another site can send these types without asking first; ours is not among them."""
    body = '{"name": "li", "password": "a short sentence"}'
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = browser.post("/session", content=body, headers={"Content-Type": kind})
        assert answer.status_code == 400, kind
    del browser.headers["accept-language"]
    request = browser.build_request("POST", "/session", content=body)
    assert "content-type" not in request.headers
    assert browser.send(request).status_code == 400


def test_signing_out_ends_the_session_also_for_whoever_copied_the_cookie(browser):
    csrf = enter(browser).json()["csrf"]
    stolen = browser.cookies["wangge_session"]
    answer = browser.delete("/session", headers={"X-CSRF-Token": csrf})
    assert answer.status_code == 204
    assert "wangge_session" not in browser.cookies
    browser.cookies.set("wangge_session", stolen)
    assert browser.get("/session").json() == NOBODY


def test_signing_out_without_having_signed_in_is_no_error(browser):
    assert browser.delete("/session").status_code == 204


def test_a_secret_is_not_sent_back_with_what_is_wrong_about_it(browser):
    for body in ({**LI, "password": "x" * 2000}, {**LI, "password": 1234567}, {"password": "x9y"}):
        answer = browser.post("/session", json=body)
        assert answer.status_code == 400
        assert str(body["password"]) not in answer.text


# -- sessions that are no longer good


def changed(text):
    head, dot, tail = text.partition(".")
    return [text[:-1], text + "A", "A" + text[1:], f"{head}.{tail[::-1]}", head, "", dot]


def test_a_changed_cookie_is_nobodys(browser):
    enter(browser)
    good = browser.cookies["wangge_session"]
    browser.cookies.clear()
    for text in changed(good):
        answer = browser.get("/session", headers={"Cookie": f"wangge_session={text}"})
        assert answer.json() == NOBODY, text


def test_another_installation_s_cookie_is_nobody_s(browser, home, engine):
    from geo.access import Session

    with engine.connect() as tx:
        number, epoch = tx.execute(
            sa.select(account.c.id, account.c.epoch).where(account.c.name == "li")
        ).one()
    session = Session(number, epoch, "mark")
    for secret, known in ((read_secret(home), True), (b"x" * 32, False)):
        cookie = {"Cookie": f"wangge_session={Sessions(secret).seal(session)}"}
        assert (browser.get("/session", headers=cookie).json()["user"] is not None) is known


def test_a_closed_account_is_out_with_its_next_request(browser, engine):
    with engine.begin() as tx:
        add_account(tx, "gone", display="", grants=[Grant("system")], password=PASSWORD,
                    actor=operator("tester"))  # fmt: skip
    browser.post("/session", json={**LI, "name": "gone"})
    assert browser.get("/session").json()["user"]["name"] == "gone"
    with engine.begin() as tx:
        close_account(tx, "gone", actor=operator("tester"))
    assert browser.get("/session").json() == NOBODY
    assert browser.get("/editions").status_code == 200, "the map stays open, as for any visitor"


def test_a_new_password_ends_other_browsers_and_keeps_this_one(base, browser, engine):
    with engine.begin() as tx:
        add_account(tx, "mei", display="", grants=[Grant("system")], password=PASSWORD,
                    actor=operator("tester"))  # fmt: skip
    body = {**LI, "name": "mei"}
    with httpx.Client(base_url=base, timeout=30) as other:
        other.post("/session", json=body)
        csrf = browser.post("/session", json=body).json()["csrf"]
        change = {"old": PASSWORD, "new": "another sentence"}
        token = {"X-CSRF-Token": csrf}
        assert browser.put("/session/password", json=change).status_code == 403
        refused = browser.put("/session/password", json={**change, "old": "no"}, headers=token)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
        done = browser.put("/session/password", json=change, headers=token)
        assert done.status_code == 204
        assert other.get("/session").json() == NOBODY
        assert browser.get("/session").json()["user"]["name"] == "mei"
        assert browser.post("/locate", json=ASKING, headers=token).status_code == 200
        assert other.post("/session", json=body).status_code == 401
        new = {**body, "password": "another sentence"}
        assert other.post("/session", json=new).status_code == 200


def test_only_who_signed_in_with_a_password_changes_it(browser, engine):
    change = {"old": PASSWORD, "new": "another sentence"}
    for headers in ({}, bearer(engine, "admin")):
        answer = browser.put("/session/password", json=change, headers=headers)
        assert answer.status_code == 401


# -- tokens


def test_a_token_says_who_it_acts_for(browser, engine):
    headers = bearer_of(engine, Grant("system"), Grant("viewer", 999))
    said = browser.get("/session", headers=headers).json()
    assert [held["role"] for held in said["user"]["roles"]] == ["system", "viewer"]
    assert said["user"]["roles"][1]["area"]["current"] is False
    assert said["csrf"] is None


@pytest.mark.parametrize("header", ["Bearer wgt_unknown", "Bearer", "Basic bGk6eA==", ""])
def test_an_authorization_that_is_not_good_is_refused_not_ignored(browser, header):
    assert browser.get("/editions", headers={"Authorization": header}).status_code == 401


def test_a_token_counts_before_the_session_and_needs_no_csrf_token(browser, engine):
    enter(browser)
    headers = bearer(engine, "viewer")
    assert browser.get("/session", headers=headers).json()["user"]["name"].startswith("viewer")
    assert browser.post("/locate", json=ASKING, headers=headers).status_code == 403
    headers = bearer(engine, "system")
    assert browser.post("/locate", json=ASKING, headers=headers).status_code == 200


# -- CSRF


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("sent", ["own", "none", "empty", "of another session", "changed"])
def test_a_browser_writes_only_with_the_token_of_its_session(browser, method, sent):
    path = {"POST": "/locate", "PUT": "/session/password", "DELETE": "/session"}[method]
    other = enter(browser).json()["csrf"]
    own = enter(browser).json()["csrf"]
    assert own != other
    tokens = {"own": own, "empty": "", "of another session": other, "changed": own[:-1] + "李"}
    headers = [] if sent == "none" else [(b"x-csrf-token", tokens[sent].encode())]
    body = {"old": "x", "new": "y"} if method == "PUT" else ASKING
    answer = browser.request(
        method, path, headers=headers, **({} if method == "DELETE" else {"json": body})
    )
    if sent == "own":
        assert "csrf" not in answer.text
        assert answer.status_code == {"POST": 200, "PUT": 400, "DELETE": 204}[method]
    else:
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
        assert browser.get("/session").json()["user"]["name"] == "li"


def test_reading_needs_no_csrf_token(browser):
    enter(browser)
    for method in ("GET", "HEAD"):
        assert browser.request(method, "/editions").status_code == 200


def test_whom_no_cookie_speaks_for_needs_no_csrf_token_but_the_right(browser):
    answer = browser.post("/locate", json=ASKING)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


# -- the demo


def raw(base, path, headers, method="GET", body=None):
    """Ask with exactly these headers, Host included."""
    connection = http.client.HTTPConnection(base.host, base.port, timeout=30)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
        connection.putheader("Content-Type", "application/json")
    connection.endheaders(body)
    response = connection.getresponse()
    answer = httpx.Response(response.status, headers=response.getheaders(), content=response.read())
    connection.close()
    return answer


HERE = ["127.0.0.1", "127.0.0.1:8017", "127.8.9.1", "[::1]:8017", "localhost", "LOCALHOST:8017"]


@pytest.mark.parametrize("host", HERE)
def test_the_demo_acts_for_its_user_on_this_machine_and_says_so(demo, host):
    said = raw(demo, "/session", [("Host", host)]).json()
    assert said["demo"] is True
    assert said["user"]["name"] == "demo"
    assert [held["role"] for held in said["user"]["roles"]] == ["planner", "steward"]
    assert "admin" not in said["user"]["rights"]
    assert "members.read" in said["user"]["rights"]


@pytest.mark.parametrize("host", ["192.0.2.1", "[::]", "[2001:db8::1]:8017", "10.1.2.3"])
def test_the_demo_signs_nobody_in_under_another_address(demo, host):
    assert raw(demo, "/session", [("Host", host)]).json() == NOBODY


@pytest.mark.parametrize(
    "header",
    ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port",
     "X-Forwarded-Server", "X-Real-IP", "Via", "x-forwarded-anything"],
)  # fmt: skip
@pytest.mark.parametrize("value", ["127.0.0.1", "for=127.0.0.1", "http", ""])
def test_the_demo_signs_nobody_in_who_was_forwarded(demo, header, value):
    headers = [("Host", "127.0.0.1"), (header, value)]
    assert raw(demo, "/session", headers).json() == NOBODY


def test_the_demo_signs_nobody_in_from_another_address(engine, home, town_folder):
    """The same app, asked as a server hands it a request from the network."""
    app = create_app(Settings(home=home), PublishedFolder(town_folder), engine, demo=True)
    for client, known in (
        ("127.0.0.1", True), ("127.1.2.3", True), ("::1", True), ("::ffff:127.0.0.1", True),
        ("192.0.2.7", False), ("::ffff:192.0.2.7", False), ("fe80::1", False), ("", False),
    ):  # fmt: skip
        said = asked(app, client)
        assert said["demo"] is known, client
        assert (said["user"] is not None) is known, client


def asked(app, client):
    import anyio

    async def ask():
        transport = httpx.ASGITransport(app, client=(client, 1234))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as asking:
            return (await asking.get("/session")).json()

    return anyio.run(ask)


def test_only_the_demo_signs_in_by_itself(base):
    assert raw(base, "/session", [("Host", "127.0.0.1")]).json() == NOBODY


def test_the_demo_writes_with_the_token_of_its_page_only(demo):
    with httpx.Client(base_url=demo, timeout=30) as client:
        csrf = client.get("/session").json()["csrf"]
        assert client.post("/locate", json=ASKING).json()["code"] == "csrf"
        token = {"X-CSRF-Token": csrf}
        assert client.post("/locate", json=ASKING, headers=token).status_code == 200
        change = {"old": "x", "new": "y"}
        assert client.put("/session/password", json=change, headers=token).status_code == 401


def test_who_signs_in_to_the_demo_is_no_longer_its_user(demo, browser):
    with httpx.Client(base_url=demo, timeout=30) as client:
        assert client.post("/session", json=LI).json()["demo"] is False
        assert client.get("/session").json()["user"]["name"] == "li"


# -- host names

TILE = "/tiles/0123456789abcdef/1/0/0.mvt"


@pytest.mark.parametrize("path", ["/session", "/", "/locate?lon=1&lat=2", "/docs", TILE])
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8017", "127.0.0.1.evil.example", "localhost.evil.example",
             "xlocalhost", "127.1", "0x7f000001", "2130706433", "grid.example.cn.evil"],
)  # fmt: skip
def test_a_name_that_is_not_ours_is_misdirected(base, path, host):
    answer = raw(base, path, [("Host", host), ("Accept-Language", "en")])
    assert (answer.status_code, answer.json()["code"]) == (421, "wrong_host")
    assert "WANGGE_HOSTS" in answer.json()["detail"]


@pytest.mark.parametrize(
    "host",
    [*HERE, "192.0.2.1:80", "[2001:db8::1]", "grid.example.cn", "Grid.Example.CN:443",
     "grid.example.cn.", "localhost."],
)  # fmt: skip
def test_addresses_and_our_names_are_served(base, host):
    assert raw(base, "/session", [("Host", host)]).status_code == 200
    assert raw(base, TILE, [("Host", host)]).status_code == 404


def test_the_name_of_this_machine_is_served(base):
    import socket

    name = socket.gethostname()
    assert raw(base, "/session", [("Host", name)]).status_code == 200


@pytest.mark.parametrize(
    "hosts", [[], ["127.0.0.1", "127.0.0.1"], ["localhost", "evil.example"], [""], ["a b"],
              ["localhost:"], ["localhost:x"], ["localhost:123456"], ["[::1"], ["::1"], ["[x]"],
              ["[127.0.0.1]x"], ["user@localhost"], ["localhost/"], ["..."], [".localhost"]],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/session", TILE])
def test_a_request_names_its_host_once_and_legibly(base, hosts, path):
    answer = raw(base, path, [("Host", host) for host in hosts])
    assert answer.status_code == 400


# -- logs


def test_neither_passwords_nor_tokens_are_logged(base, browser, engine, caplog):
    caplog.set_level(logging.DEBUG)
    enter(browser)
    cookie = browser.cookies["wangge_session"]
    for n in range(7):
        browser.post("/session", json={"name": "my-own-secret", "password": f"guess-number-{n}"})
    browser.post("/session", json={**LI, "password": ["in-a-list-secret"]})
    browser.post("/session", content=b'{"password": "broken-secret"', headers={"Content-Type": "application/json"})  # fmt: skip
    token = bearer(engine, "system")
    browser.post("/locate", json=ASKING, headers=token)
    browser.get("/editions", headers={"Authorization": "Bearer wgt_mistyped-secret"})
    texts = [record.getMessage() + str(record.exc_text or "") for record in caplog.records]
    logged = "\n".join(texts)
    secrets = [PASSWORD, "secret", "guess-number", cookie, token["Authorization"][7:]]
    own = [r for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))]
    assert [s for s in secrets if any(s in r.getMessage() for r in own)] == []
    assert PASSWORD not in logged


# -- a published folder


def test_a_view_has_no_accounts_and_everything_in_it_is_public(view):
    assert view.get("/session").json() == NOBODY
    assert view.post("/session", json=LI).status_code == 404
    assert view.post("/locate", json=ASKING).status_code == 200
    assert view.get("/config.json").json()["signs_in"] is False


def test_a_live_service_says_that_it_has_accounts(browser):
    assert browser.get("/config.json").json()["signs_in"] is True


def test_a_body_is_read_only_as_far_as_it_may_be_long(browser):
    # One byte beyond: of what nobody reads, the answer could be lost on its way.
    body = b"x" * (MAX_JSON_BYTES + 1)
    answer = browser.post("/session", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    "body", ['["s3cret"]', '{"name": "li", "password": "s3cret"', '"s3cret"', "s3cret"]
)
def test_a_body_that_is_no_sign_in_is_not_said_again(browser, body):
    for kind in ("application/json", "text/plain"):
        answer = browser.post("/session", content=body, headers={"content-type": kind})
        assert answer.status_code == 400
        assert "s3cret" not in answer.text
