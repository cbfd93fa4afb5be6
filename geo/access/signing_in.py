"""Signing in: a name and its password, a few wrong guesses at most.

A guess is counted as a failure before it is looked at, and forgiven when it was right. So the
count is exact however many guess at once, and nothing is locked while a password is verified.
"""

from __future__ import annotations

import math
from ipaddress import IPv6Address, ip_address, ip_network

from geo.access import store
from geo.access.accounts import account_name, guess_key
from geo.access.passwords import check_password, hash_password, is_outdated, is_password
from geo.access.rights import Actor, Grant
from geo.access.sessions import SESSION_S, Session, new_mark
from geo.db import Engine, Transaction
from geo.errors import BadInput, NotAllowed, NotSignedIn, TooOften

#: So many failures within `WINDOW_S` lock a name, or whoever guesses from an address.
NAME_FAILURES = 5
ADDRESS_FAILURES = 20
WINDOW_S = 15 * 60


def sign_in(engine: Engine, name: str, password: str, *, address: str) -> Session:
    """Start the session of a browser.

    Parameters
    ----------
    address
        Where the request comes from; IPv6 counts by its /64, which one household or desk has.

    Raises
    ------
    NotSignedIn
        The name or the password is wrong; which, is not said and can't be measured.
    TooOften
        Too many failures of this name, or from this address; `retry_after_s` says how long.
    """
    known = _prove(engine, name, password, address)
    if known is None:
        raise NotSignedIn(
            "The name or the password is wrong. Check both; who forgot the password asks the"
            " administrator for a new one (wangge user password).",
            "账号或密码错误，请检查。忘记密码请联系管理员重设（wangge user password）。",
        )
    with engine.begin() as tx:
        if is_outdated(known["password_hash"]):
            store.rehash(tx, known["id"], old=known["password_hash"], new=hash_password(password))
        store.record(tx, actor=Actor(known["name"]), action="sign in", address=address)
    return Session(known["id"], known["epoch"], new_mark())


def change_password(
    engine: Engine, session: Session, *, name: str, old: str, new: str, address: str
) -> Session:
    """Change one's own password: all sessions and tokens of the account end at once.

    The session that did it goes on under the epoch that is returned.

    Raises
    ------
    BadInput
        The new password is too weak, or the old one.
    NotAllowed
        The old password is wrong. It counts as a guess, as `sign_in`.
    TooOften
    """
    check_password(new, name=name)
    if new == old:
        raise BadInput(
            "The new password is the old one. Choose another one.",
            "新密码与旧密码相同，请换一个。",
        )
    known = _prove(engine, name, old, address)
    if known is None:
        raise NotAllowed("The old password is wrong. Type it again.", "原密码错误，请重新输入。")
    with engine.begin() as tx:
        epoch = store.set_password(tx, known["id"], hash_password(new))
        store.revoke_tokens(tx, known["id"])
        store.record(tx, actor=Actor(name), action="change password", name=name)
    return Session(session.account, epoch, session.mark)


def sign_out(tx: Transaction, session: Session, *, actor: Actor) -> None:
    """End a session at once: its text, wherever it was copied to, signs nobody in again."""
    store.end_session(tx, session.mark, remembered_s=SESSION_S)
    store.record(tx, actor=actor, action="sign out")


def actor_of_session(tx: Transaction, session: Session) -> Actor | None:
    """Give whose session it is, with the roles of now; None if it is over."""
    roles = store.holder_of_session(tx, session.account, session.epoch, session.mark)
    if not roles:
        return None
    return Actor(roles[0]["name"], tuple(Grant(row["role"], row["place_id"]) for row in roles))


def _prove(engine: Engine, name: str, password: str, address: str) -> store.Row | None:
    """Give the open account of a name and its password, None if either is wrong."""
    key = guess_key(name)
    with engine.begin() as tx:
        guess = _count_guess(tx, key, _place(address))
        known = store.credentials(tx, _name(name))
    if not is_password(password, None if known is None else known["password_hash"]):
        return None
    with engine.begin() as tx:
        store.forgive(tx, guess, name=key)
    return known


def _count_guess(tx: Transaction, name: str, address: str) -> int:
    store.lock_guesses(tx)
    store.forget_guesses(tx, older_than_s=WINDOW_S)
    waits = (
        store.nth_guess_age_s(tx, "name", name, NAME_FAILURES),
        store.nth_guess_age_s(tx, "address", address, ADDRESS_FAILURES),
    )
    wait = max((WINDOW_S - age for age in waits if age is not None), default=0.0)
    if wait > 0:
        seconds = math.ceil(wait)
        minutes = math.ceil(wait / 60)
        raise TooOften(
            f"Too many attempts to sign in. Wait {minutes} min, then try again; the administrator"
            " can set a new password meanwhile (wangge user password).",
            f"登录尝试过于频繁，请 {minutes} 分钟后再试；也可请管理员重设密码（wangge user password）。",
            retry_after_s=seconds,
        )
    return store.insert_guess(tx, name=name, address=address)


def _name(text: str) -> str:
    try:
        return account_name(text)
    except BadInput:
        return ""  # nobody's: it goes the same way as any unknown name


def _place(address: str) -> str:
    """Give what failures from an address are counted by."""
    try:
        found = ip_address(address)
    except ValueError:
        return address  # a socket of this machine
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
