"""Passwords: what one must be, and the hash that is kept of it."""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from geo.errors import BadInput

SHORTEST = 10
#: Longer ones only cost time to hash; nobody types them.
LONGEST = 1000

_hasher = PasswordHasher()


def check_password(password: str, *, name: str) -> None:
    """Refuse a password that is too short, or that is the name of the account.

    Nothing else is asked: rules about digits and signs make passwords worse, not better
    (NIST SP 800-63B, 5.1.1.2).

    Raises
    ------
    BadInput
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput(
            f"A password has {SHORTEST} to {LONGEST:,} characters; a short sentence is a good one.",
            f"密码应为 {SHORTEST} 至 {LONGEST:,} 个字符，一句短语就很好。",
        )
    if _typed(password).casefold() == name:
        raise BadInput(
            "The password must not be the name of the account. Choose another one.",
            "密码不能与账号名相同，请换一个。",
        )


def hash_password(password: str) -> str:
    """Give the Argon2id hash to keep, with its salt and parameters in it."""
    return _hasher.hash(_typed(password))


def is_password(password: str, kept: str | None) -> bool:
    """Tell whether a password is the one of a kept hash.

    Without a hash it takes the same time and says no, so that nobody can measure which
    accounts there are.
    """
    try:
        _hasher.verify(kept or _nobodys(), _typed(password[: LONGEST + 1]))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Tell whether a hash was made with parameters weaker than today's."""
    return _hasher.check_needs_rehash(kept)


@cache
def _nobodys() -> str:
    """Make the hash that stands for accounts that are not there."""
    return _hasher.hash("")


def _typed(password: str) -> str:
    # Two keyboards may write the same character in two ways (NIST SP 800-63B, 5.1.1.2).
    return unicodedata.normalize("NFKC", password)
