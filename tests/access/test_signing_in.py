"""Signing in: right and wrong guesses, one at a time and all at once; sessions and their end."""

import datetime as dt
import stat
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from itsdangerous import TimestampSigner

from geo.access import (
    Actor,
    Grant,
    Session,
    Sessions,
    actor_of_session,
    actor_of_token,
    add_account,
    add_token,
    change_password,
    close_account,
    operator,
    read_secret,
    set_password,
    set_roles,
    sign_in,
    sign_out,
)
from geo.access.passwords import is_password
from geo.access.signing_in import ADDRESS_FAILURES, NAME_FAILURES, WINDOW_S
from geo.db.schema import account, account_grant, audit, ended_session, failed_sign_in, token
from geo.errors import BadInput, NotAllowed, NotSignedIn, TooOften, UnreadableFile

ADMIN = operator("tester")
PASSWORD = "a short sentence"
HERE = "192.0.2.7"


@pytest.fixture(autouse=True)
def li(engine):
    """An account with a password, in a database without any other."""
    with engine.begin() as tx:
        for table in (failed_sign_in, ended_session, token, account_grant, account, audit):
            tx.execute(table.delete())
        add_account(
            tx, "li", display="李", grants=[Grant("viewer")], password=PASSWORD, actor=ADMIN
        )


def fails(engine, name="li", password="wrong", address=HERE):
    with pytest.raises((NotSignedIn, TooOften)) as caught:
        sign_in(engine, name, password, address=address)
    return caught.value


def holder(engine, session):
    with engine.begin() as tx:
        return actor_of_session(tx, session)


# -- passwords


@pytest.mark.parametrize("name", ["li", "LI", " ｌｉ "])
def test_name_and_password_start_a_session(engine, name):
    session = sign_in(engine, name, PASSWORD, address=HERE)
    assert holder(engine, session) == Actor("li", (Grant("viewer"),))


def test_the_same_characters_from_another_keyboard_are_the_same_password(engine):
    assert sign_in(engine, "li", "ａ short sentence", address=HERE)


def test_wrong_password_and_unknown_name_get_the_same_answer(engine):
    wrong, unknown = fails(engine), fails(engine, name="nobody", password=PASSWORD)
    assert type(wrong) is type(unknown) is NotSignedIn
    assert (wrong.en, wrong.zh, wrong.facts) == (unknown.en, unknown.zh, unknown.facts)


@pytest.mark.parametrize("name", ["", "a b", "x" * 100, "\x00", "li\x00"])
def test_what_can_be_no_name_is_nobodys(engine, name):
    assert isinstance(fails(engine, name=name), NotSignedIn)


def test_an_account_without_a_password_signs_nobody_in(engine):
    with engine.begin() as tx:
        add_account(tx, "robot", display="", grants=[Grant("system")], actor=ADMIN)
    for password in ("", "None", PASSWORD):
        assert isinstance(fails(engine, name="robot", password=password), NotSignedIn)


def test_an_unknown_name_takes_as_much_work_as_a_wrong_password(engine):
    """Processor time, all threads: other work on the machine does not count."""

    def work(name, address):
        start = time.process_time()
        fails(engine, name=name, address=address)
        return time.process_time() - start

    fails(engine, name="warm", address="192.0.2.1")
    known = [work("li", f"192.0.2.{n}") for n in range(10, 14)]
    unknown = [work(f"nobody{n}", f"192.0.2.{n}") for n in range(20, 24)]
    verify = min(known)
    assert verify > 0.01, "verifying costs nothing: guesses would be cheap"
    assert 0.5 < statistics.median(unknown) / statistics.median(known) < 2


def test_a_hash_of_weaker_parameters_is_renewed_when_its_owner_signs_in(engine):
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with engine.begin() as tx:
        tx.execute(account.update().values(password_hash=weak))
    session = sign_in(engine, "li", PASSWORD, address=HERE)
    with engine.connect() as tx:
        kept = tx.scalar(sa.select(account.c.password_hash))
    assert kept != weak
    assert not PasswordHasher().check_needs_rehash(kept)
    assert is_password(PASSWORD, kept)
    assert holder(engine, session) is not None, "the session began under the same epoch"


# -- guessing


def test_five_failures_lock_a_name_for_everybody_even_with_the_right_password(engine):
    for _ in range(NAME_FAILURES):
        assert isinstance(fails(engine), NotSignedIn)
    for address in (HERE, "198.51.100.1"):
        refused = fails(engine, password=PASSWORD, address=address)
        assert isinstance(refused, TooOften)
        assert WINDOW_S - 60 < refused.facts["retry_after_s"] <= WINDOW_S
    assert sign_in_of_another(engine)


def sign_in_of_another(engine):
    with engine.begin() as tx:
        add_account(
            tx, "wang", display="", grants=[Grant("viewer")], password=PASSWORD, actor=ADMIN
        )
    return sign_in(engine, "wang", PASSWORD, address=HERE)


def test_an_unknown_name_is_locked_like_a_known_one(engine):
    for _ in range(NAME_FAILURES):
        assert isinstance(fails(engine, name="nobody"), NotSignedIn)
    unknown = fails(engine, name="nobody")
    for _ in range(NAME_FAILURES):
        fails(engine)
    assert type(unknown) is type(fails(engine)) is TooOften


def test_twenty_failures_from_an_address_lock_it_whatever_the_names(engine):
    for n in range(ADDRESS_FAILURES):
        assert isinstance(fails(engine, name=f"name{n}"), NotSignedIn)
    assert isinstance(fails(engine, password=PASSWORD), TooOften)
    assert sign_in(engine, "li", PASSWORD, address="198.51.100.1")


@pytest.mark.parametrize(
    ("guessing", "asking", "locked"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.9", "192.0.2.9", True),
    ],
)
def test_addresses_of_one_network_count_together(engine, guessing, asking, locked):
    fails(engine, name="nobody", address=guessing)
    with engine.begin() as tx:  # as if it had been done twenty times
        row = tx.execute(sa.select(failed_sign_in.c.address, failed_sign_in.c.at)).one()._asdict()
        rows = [{"name": str(n), **row} for n in range(ADDRESS_FAILURES - 1)]
        tx.execute(failed_sign_in.insert(), rows)
    if locked:
        assert isinstance(fails(engine, password=PASSWORD, address=asking), TooOften)
    else:
        assert sign_in(engine, "li", PASSWORD, address=asking)


def test_a_success_clears_the_failures_of_the_name_but_not_those_of_the_address(engine):
    for _ in range(NAME_FAILURES - 1):
        fails(engine)
    sign_in(engine, "li", PASSWORD, address=HERE)
    for _ in range(NAME_FAILURES):
        assert isinstance(fails(engine), NotSignedIn)
    assert isinstance(fails(engine), TooOften)
    with engine.connect() as tx:
        counted = tx.scalar(sa.select(sa.func.count()).where(failed_sign_in.c.address == HERE))
    assert counted == 2 * NAME_FAILURES - 1


def test_failures_are_forgotten_after_the_window(engine):
    for _ in range(NAME_FAILURES):
        fails(engine)
    with engine.begin() as tx:
        moved = failed_sign_in.c.at - dt.timedelta(seconds=WINDOW_S)
        tx.execute(failed_sign_in.update().values(at=moved))
    assert sign_in(engine, "li", PASSWORD, address=HERE)
    with engine.connect() as tx:
        assert tx.scalar(sa.select(sa.func.count()).select_from(failed_sign_in)) == 0


def test_the_wait_ends_when_the_first_of_the_failures_is_forgotten(engine):
    for _ in range(NAME_FAILURES):
        fails(engine)
    with engine.begin() as tx:
        moved = failed_sign_in.c.at - dt.timedelta(seconds=WINDOW_S - 30)
        tx.execute(failed_sign_in.update().values(at=moved))
    assert fails(engine).facts["retry_after_s"] <= 30


def test_of_thirty_guesses_at_once_exactly_five_are_looked_at(engine):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: fails(engine, address=f"192.0.2.{n}"), range(30)))
    assert sum(type(answer) is NotSignedIn for answer in answers) == NAME_FAILURES
    assert sum(type(answer) is TooOften for answer in answers) == 30 - NAME_FAILURES


def test_a_name_typed_wrongly_is_not_kept_for_it_may_be_a_password(engine):
    fails(engine, name="my secret sentence")
    with engine.connect() as tx:
        assert "secret" not in str(tx.execute(sa.select(failed_sign_in)).all())
        assert "secret" not in str(tx.execute(sa.select(audit)).all())


def test_the_administrator_opens_a_locked_name_with_a_new_password(engine):
    for _ in range(NAME_FAILURES):
        fails(engine)
    with engine.begin() as tx:
        set_password(tx, "li", password="another sentence", actor=ADMIN)
    assert sign_in(engine, "li", "another sentence", address=HERE)


# -- ends


def test_a_new_password_ends_the_other_sessions_and_all_tokens(engine):
    other, own = (sign_in(engine, "li", PASSWORD, address=HERE) for _ in range(2))
    with engine.begin() as tx:
        text = add_token(tx, "li", name="desk", actor=ADMIN)
    changed = change_password(
        engine, own, name="li", old=PASSWORD, new="another sentence", address=HERE
    )
    assert holder(engine, other) is None
    assert holder(engine, own) is None
    assert holder(engine, changed) is not None
    assert changed.mark == own.mark, "the CSRF token of the page stays good"
    with engine.begin() as tx, pytest.raises(NotSignedIn):
        actor_of_token(tx, text)
    assert isinstance(fails(engine, password=PASSWORD), NotSignedIn)


def test_the_old_password_is_asked_and_guesses_at_it_count(engine):
    own = sign_in(engine, "li", PASSWORD, address=HERE)

    def change(old="wrong", new="another sentence"):
        return change_password(engine, own, name="li", old=old, new=new, address=HERE)

    for _ in range(NAME_FAILURES):
        with pytest.raises(NotAllowed, match="old password"):
            change()
    with pytest.raises(TooOften):
        change(old=PASSWORD)
    assert holder(engine, own) is not None


@pytest.mark.parametrize("new", ["short", PASSWORD])
def test_a_new_password_is_long_enough_and_another(engine, new):
    own = sign_in(engine, "li", PASSWORD, address=HERE)
    with pytest.raises(BadInput):
        change_password(engine, own, name="li", old=PASSWORD, new=new, address=HERE)


def test_a_closed_account_is_out_at_once(engine):
    session = sign_in(engine, "li", PASSWORD, address=HERE)
    with engine.begin() as tx:
        text = add_token(tx, "li", name="desk", actor=ADMIN)
        close_account(tx, "li", actor=ADMIN)
    assert holder(engine, session) is None
    with engine.begin() as tx, pytest.raises(NotSignedIn):
        actor_of_token(tx, text)
    assert isinstance(fails(engine, password=PASSWORD), NotSignedIn)


def test_signing_out_ends_this_session_alone(engine):
    one, other = (sign_in(engine, "li", PASSWORD, address=HERE) for _ in range(2))
    for _ in range(2):  # twice does no harm
        with engine.begin() as tx:
            sign_out(tx, one, actor=Actor("li"))
    assert holder(engine, one) is None
    assert holder(engine, other) is not None


def test_other_roles_count_from_now_on(engine):
    session = sign_in(engine, "li", PASSWORD, address=HERE)
    with engine.begin() as tx:
        set_roles(tx, "li", grants=[Grant("steward"), Grant("worker", 7)], actor=ADMIN)
    assert holder(engine, session).grants == (Grant("steward"), Grant("worker", 7))


def test_what_accounts_do_leaves_lines_without_secrets(engine):
    own = sign_in(engine, "li", PASSWORD, address=HERE)
    change_password(engine, own, name="li", old=PASSWORD, new="another sentence", address=HERE)
    with engine.begin() as tx:
        set_password(tx, "li", password="a third sentence", actor=ADMIN)
        close_account(tx, "li", actor=ADMIN)
    with engine.connect() as tx:
        lines = tx.execute(sa.select(audit).order_by(audit.c.id)).mappings().all()
    assert [(line["actor"], line["action"]) for line in lines] == [
        ("tester", "add account"),
        ("li", "sign in"),
        ("li", "change password"),
        ("tester", "set password"),
        ("tester", "close account"),
    ]
    assert "sentence" not in str(lines)
    assert "argon2" not in str(lines)


# -- signed texts


def test_a_session_is_opened_by_the_same_secret_only():
    session = Session(7, 3, "mark")
    text = Sessions(b"a" * 32).seal(session)
    assert Sessions(b"a" * 32).open(text) == session
    assert Sessions(b"b" * 32).open(text) is None


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t + "x", lambda t: "x" + t,
                                    lambda t: "", lambda t: t.swapcase(), lambda t: "李.李.李"])  # fmt: skip
def test_a_changed_session_is_nobodys(change):
    sessions = Sessions(b"a" * 32)
    assert sessions.open(change(sessions.seal(Session(7, 3, "mark")))) is None


def test_a_session_is_over_after_twelve_hours(monkeypatch):
    sessions = Sessions(b"a" * 32)
    text = sessions.seal(Session(7, 3, "mark"))
    now = time.time()
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: int(now + 12 * 3600 - 5))
    assert sessions.open(text) is not None
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: int(now + 12 * 3600 + 5))
    assert sessions.open(text) is None


def test_the_token_of_a_page_is_that_of_its_session_alone():
    sessions = Sessions(b"a" * 32)
    assert sessions.csrf("one") == sessions.csrf("one")
    assert len({sessions.csrf("one"), sessions.csrf("two"), Sessions(b"b" * 32).csrf("one")}) == 3


# -- the secret


def test_the_secret_is_made_once_and_is_the_owners(tmp_path):
    home = tmp_path / "new" / "home"
    secret = read_secret(home)
    assert len(secret) == 32
    assert read_secret(home) == secret
    assert stat.S_IMODE((home / "secret").stat().st_mode) == 0o600
    assert [file.name for file in home.iterdir()] == ["secret"]


def test_processes_that_start_together_agree(tmp_path):
    code = "import sys, pathlib; from geo.access.secret import read_secret; input();" \
           " print(read_secret(pathlib.Path(sys.argv[1])).hex())"  # fmt: skip
    several = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(4)
    ]  # fmt: skip
    for process in several:
        process.stdin.write("\n")
        process.stdin.flush()
    said = {process.communicate(timeout=60)[0].strip() for process in several}
    assert said == {read_secret(tmp_path).hex()}
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


def test_a_file_that_is_no_secret_is_refused(tmp_path):
    (tmp_path / "secret").write_text("hello")
    with pytest.raises(UnreadableFile, match="Delete it"):
        read_secret(tmp_path)
