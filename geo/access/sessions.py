"""Sessions of browsers: a signed text that says whose, since when, and which one."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeTimedSerializer

#: A working day with its breaks. Fixed from signing in on: what is stolen ends by itself.
SESSION_S = 12 * 3600


@dataclass(frozen=True)
class Session:
    """A browser that signed in: account id, the epoch of its password, a random mark of its own."""

    account: int
    epoch: int
    mark: str


class Sessions:
    """Signs sessions and opens them again.

    Parameters
    ----------
    secret
        Of the installation (`read_secret`).
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._sealer = URLSafeTimedSerializer(
            secret, salt="wangge session", signer_kwargs={"digest_method": hashlib.sha256}
        )

    def seal(self, session: Session) -> str:
        """Give the text of a session, good for `SESSION_S` from now on."""
        return self._sealer.dumps([session.account, session.epoch, session.mark])

    def open(self, text: str) -> Session | None:
        """Give the session of a text; None if it is not ours, was changed or is too old."""
        try:
            account, epoch, mark = self._sealer.loads(text, max_age=SESSION_S)
        except BadData:
            return None
        return Session(account, epoch, mark)

    def csrf(self, mark: str) -> str:
        """Give the token that proves that our own page asks, not another site's."""
        return hmac.digest(self._secret, f"wangge csrf {mark}".encode(), "sha256").hex()


def new_mark() -> str:
    """Draw the mark of a new session."""
    return secrets.token_urlsafe(16)
