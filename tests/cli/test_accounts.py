"""`wangge user`, `wangge token`, `wangge audit`; who enters the demo."""

import csv
import datetime as dt
import io

import pytest
import sqlalchemy as sa

from geo.access import actor_of_token, operator, record, sign_in
from geo.cli.serving import _who_enters
from geo.db.schema import account, account_grant, area_version, audit, failed_sign_in, token
from geo.errors import NotSignedIn
from tests.publish import hamlet

PASSWORD = "a short sentence"


@pytest.fixture
def office(open_town):
    """The hamlet with edition 1 published, without accounts and tokens."""
    with open_town.engine.begin() as tx:
        for table in (token, account_grant, account, failed_sign_in):
            tx.execute(table.delete())
    return open_town


def codes(office):
    rows = office.rows(sa.select(area_version.c.code).order_by(area_version.c.code))
    return [code for (code,) in rows]


def listed(office, name):
    said = office.run("user", "list", COLUMNS="300").out
    (line,) = [row for row in said.splitlines() if row.startswith(name)]
    return line


def test_an_account_without_a_terminal_has_tokens_only(office):
    said = office.does("user", "add", "robot", "--role", "system")
    assert "wangge token add robot" in said.out
    assert "system @ whole town" in listed(office, "robot")
    with pytest.raises(NotSignedIn):
        sign_in(office.engine, "robot", "", address="192.0.2.1")


def test_roles_name_the_area_they_are_for(office):
    county, *_, grid = codes(office)
    office.does(
        "user", "add", "li", "--role", f"worker@{grid}", "--role", "planner", "--display", "李"
    )
    line = listed(office, "li")
    assert f"worker @ {grid}" in line
    assert "planner @ whole town" in line
    assert "李" in line
    office.does("user", "roles", "li", "--role", "worker", "--role", "viewer", "--area", county)
    line = listed(office, "li")
    assert f"worker @ {county}" in line
    assert f"viewer @ {county}" in line
    assert "planner" not in line


def test_a_role_or_an_area_that_is_not_there_is_refused_and_nothing_is_kept(office):
    for role, why in (("boss", "no role"), ("worker@999", "No area"), ("worker@", "No area")):
        done = office.run("user", "add", "li", "--role", role)
        assert done.code == 1
        assert why in done.err
    assert office.rows(sa.select(account.c.name)) == []


def test_the_password_comes_from_the_standard_input_never_from_an_option(office, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\nmore\n"))
    office.does("user", "add", "li", "--role", "viewer", "--password-stdin")
    assert sign_in(office.engine, "li", PASSWORD, address="192.0.2.1")
    assert office.run("user", "add", "x", "--role", "viewer", "--password", PASSWORD).code == 2


def test_a_weak_password_is_refused(office, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    done = office.run("user", "add", "li", "--role", "viewer", "--password-stdin")
    assert done.code == 1
    assert "10" in done.err
    assert "short" not in done.err.replace("a short sentence", "")


def test_a_new_password_and_closing_end_what_was_before(office, monkeypatch):
    office.does("user", "add", "li", "--role", "viewer")
    token = office.does("token", "add", "li", "--name", "desk").out.strip()
    with office.engine.begin() as tx:
        assert actor_of_token(tx, token).name == "li"
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    office.does("user", "password", "li", "--password-stdin")
    with office.engine.begin() as tx, pytest.raises(NotSignedIn):
        actor_of_token(tx, token)
    office.does("user", "close", "li")
    assert listed(office, "li").rstrip().endswith("closed")
    with pytest.raises(NotSignedIn):
        sign_in(office.engine, "li", PASSWORD, address="192.0.2.1")
    assert office.run("user", "close", "li").code == 1
    assert office.run("user", "add", "li", "--role", "viewer").code == 1


def test_a_token_is_shown_once_alone_on_its_line_and_revoked_by_number(office):
    office.does("user", "add", "robot", "--role", "system")
    made = office.does("token", "add", "robot", "--name", "热线", "--days", "30")
    token = made.out.strip()
    assert token.startswith("wgt_")
    assert "not shown again" in made.err
    table = office.does("token", "list", "robot").out
    assert "热线" in table
    assert "good" in table
    assert token[4:] not in table
    number = table.splitlines()[1].split()[0]
    office.does("token", "revoke", number)
    assert "over" in office.does("token", "list").out
    assert office.run("token", "revoke", number).code == 1
    with office.engine.begin() as tx, pytest.raises(NotSignedIn):
        actor_of_token(tx, token)


def test_a_role_for_an_abolished_area_is_shown_as_such(install):
    """In edition 2 grid 4 goes into grid 3, which goes on."""
    with install() as office:
        office.does("init", office.home / "site.toml")
        office.does("import", "areas", hamlet.write(office.home, hamlet.whole()), "--commit")
        office.does("publish", "--title", "1", "--effective", "2020-01-01")
        goes_on, goes = (hamlet.grid(number)["code"] for number in (3, 4))
        roles = ("--role", f"worker@{goes}", "--role", f"worker@{goes_on}")
        office.does("user", "add", "li", *roles)
        assert "not in force" not in listed(office, "li")
        rows = hamlet.write(office.home, hamlet.changed_lines())
        office.does("import", "areas", rows, "--complete", "--commit")
        office.does("publish", "--title", "2", "--effective", "2020-02-01")
        of_gone, of_kept = listed(office, "li").split(";")
        assert "not in force: reaches nothing" in of_gone
        assert "not in force" not in of_kept
        done = office.run("user", "add", "wang", *roles)
        assert (done.code, goes in done.err) == (1, True)


def test_the_audit_trail_is_filtered_and_its_newest_line_is_the_last(office):
    with office.engine.begin() as tx:
        for n in range(3):
            record(tx, actor=operator("li"), action="read members", rows=n)
        record(tx, actor=operator("wang"), action="read positions", rows=9)
        record(tx, actor=operator("li"), action="sign in", address="192.0.2.1")
    lines = office.run("audit", "--limit", "2", COLUMNS="300").out.splitlines()[1:]
    assert [line.split()[2:4] for line in lines] == [["wang", "read"], ["li", "sign"]]
    lines = office.does("audit", "--actor", "li", "--action", "read").out.splitlines()[1:]
    assert [line.split()[-1] for line in lines] == ["rows=0", "rows=1", "rows=2"]
    assert len(office.does("audit", "--from", "2999-01-01").out.splitlines()) == 1
    assert len(office.does("audit", "--to", "2000-01-01").out.splitlines()) == 1


def test_days_of_the_audit_trail_are_those_of_the_town(office):
    """23:30 UTC on the 1st is the 2nd in a town of UTC+8, and both ends count."""
    moment = dt.datetime(2026, 3, 1, 23, 30, tzinfo=dt.UTC)
    with office.engine.begin() as tx:
        tx.execute(audit.insert().values(at=moment, actor="li", action="x", detail={}))
    found = office.does("audit", "--from", "2026-03-02", "--to", "2026-03-02").out
    assert "2026-03-02 07:30:00" in found
    assert "li" not in office.does("audit", "--to", "2026-03-01").out


def test_no_cell_of_the_audit_file_runs_as_a_formula(office):
    with office.engine.begin() as tx:
        for name in ("=1+1", "+x", "-x", "@x"):
            record(tx, actor=operator(name), action=f"{name} action", note=name)
    file = office.home / "audit.csv"
    office.does("audit", "--csv", file)
    with file.open(encoding="utf-8-sig", newline="") as source:
        cells = [cell for row in csv.reader(source) for cell in row]
    assert "'=1+1" in cells
    assert not [cell for cell in cells if cell[:1] in "=+-@" and cell]
    refused = office.run("audit", "--csv", office.home / "nowhere" / "a.csv")
    assert refused.code == 1


def test_the_demo_says_who_enters():
    assert "no sign-in" in _who_enters(here=True) or "无需登录" in _who_enters(here=True)
    assert "wangge user add" in _who_enters(here=False)
