"""Tokens: who holds one acts with the roles of the account, as long as both are good."""

import datetime as dt

import pytest
import sqlalchemy as sa

from geo.access import Actor, Grant, actor_of_token, add_account, add_token, operator
from geo.db.schema import audit, token
from geo.errors import BadInput, NotAllowed, NotFound, NotSignedIn, Refused

ADMIN = operator("tester")


@pytest.fixture
def li(transaction):
    """An account with two roles: worker of area 7, planner of the whole town."""
    grants = (Grant("worker", 7), Grant("planner"))
    add_account(transaction, "li", display="李", grants=grants, actor=ADMIN)
    return "li"


def test_a_token_acts_with_the_roles_of_its_account(transaction, li):
    text = add_token(transaction, li, name="desk", actor=ADMIN)
    assert actor_of_token(transaction, text) == Actor("li", (Grant("worker", 7), Grant("planner")))


def test_a_token_has_256_random_bits_and_only_its_hash_is_kept(transaction, li):
    first, second = (add_token(transaction, li, name="desk", actor=ADMIN) for _ in range(2))
    assert first != second
    assert first.startswith("wgt_")
    assert len(first) == len("wgt_") + 43  # 32 bytes in base 64
    kept = transaction.execute(sa.select(token)).mappings().all()
    said = transaction.execute(sa.select(audit)).mappings().all()
    for text in (first, second):
        assert text not in str(kept) + str(said)
        assert text[4:] not in str(kept) + str(said)


@pytest.mark.parametrize("text", ["wgt_", "", "wgt_unknown", "李", "\x00"])
def test_a_text_that_is_no_token_is_nobodys(transaction, li, text):
    with pytest.raises(NotSignedIn, match="not good"):
        actor_of_token(transaction, text)


def test_a_token_ends_with_its_days(transaction, li):
    text = add_token(transaction, li, name="desk", days=1, actor=ADMIN)
    actor_of_token(transaction, text)
    past = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    transaction.execute(token.update().values(expires_at=past))
    with pytest.raises(NotSignedIn):
        actor_of_token(transaction, text)


@pytest.mark.parametrize("days", [0, -1])
def test_a_token_is_good_for_a_day_at_least(transaction, li, days):
    with pytest.raises(BadInput):
        add_token(transaction, li, name="desk", days=days, actor=ADMIN)


def test_only_an_administrator_opens_accounts_and_makes_tokens(transaction, li):
    steward = Actor("wang", (Grant("steward"),))
    with pytest.raises(NotAllowed):
        add_account(transaction, "x", display="x", grants=(Grant("viewer"),), actor=steward)
    with pytest.raises(NotAllowed):
        add_token(transaction, li, name="desk", actor=steward)


def test_there_is_no_token_without_an_account(transaction):
    with pytest.raises(NotFound, match="user list"):
        add_token(transaction, "nobody", name="desk", actor=ADMIN)


def test_a_name_is_given_once_whatever_its_letters(transaction, li):
    for name in ("li", "LI", " Ｌｉ "):
        with pytest.raises(Refused, match="taken"):
            add_account(transaction, name, display="", grants=(Grant("viewer"),), actor=ADMIN)


@pytest.mark.parametrize("name", ["", "a b", "cli:root", "x" * 65, "a\nb"])
def test_a_name_is_made_of_letters_and_digits(transaction, name):
    with pytest.raises(BadInput, match="name of an account"):
        add_account(transaction, name, display="", grants=(Grant("viewer"),), actor=ADMIN)


@pytest.mark.parametrize("name", ["visitor", "demo"])
def test_the_names_of_those_without_an_account_are_not_given(transaction, name):
    with pytest.raises(Refused):
        add_account(transaction, name, display="", grants=(Grant("viewer"),), actor=ADMIN)


def test_an_account_has_a_role(transaction):
    with pytest.raises(BadInput, match="--role"):
        add_account(transaction, "li", display="李", grants=(), actor=ADMIN)


@pytest.mark.parametrize("password", ["short", "123456789", "x" * 1001, "Li.administrator"])
def test_a_weak_password_is_refused(transaction, password):
    with pytest.raises(BadInput, match="assword"):
        add_account(
            transaction,
            "li.administrator",
            display="李",
            grants=(Grant("viewer"),),
            password=password,
            actor=ADMIN,
        )
