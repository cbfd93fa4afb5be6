"""The shapes of signing in and of who is signed in."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.wire import Wire
from geo.access import Right, Role

_Secret = Annotated[str, Field(min_length=1, max_length=1000, examples=["a short sentence"])]


class SignIn(Wire):
    """A name and its password."""

    name: str = Field(min_length=1, max_length=100, examples=["example"])
    password: _Secret


class PasswordChange(Wire):
    """The password of now, and the one to come (10 to 1,000 characters)."""

    old: _Secret
    new: Annotated[str, Field(max_length=1000, examples=["another short sentence"])]


class ScopeArea(Wire):
    """The area that a role is for."""

    id: int = Field(examples=[12])
    code: str = Field(examples=["621122001001"])
    name: str = Field(examples=["东街社区"])
    level: str = Field(examples=["community"])
    current: bool = Field(
        description="Whether it is still in force; a role for an abolished area reaches nothing."
    )


class HeldRole(Wire):
    """A role that somebody holds."""

    role: Role
    area: ScopeArea | None = Field(description="Null: the whole town.")


class User(Wire):
    """Who is signed in."""

    name: str = Field(examples=["li"])
    display: str = Field(examples=["李"])
    roles: list[HeldRole]
    rights: list[Right] = Field(description="For some area at least.")


class SessionOut(Wire):
    """Who asks, and what a page must send along to write."""

    user: User | None = Field(description="Null: a visitor.")
    demo: bool = Field(description="The demo acts for this user; nobody signed in.")
    csrf: str | None = Field(
        description="What a browser sends as X-CSRF-Token with everything but GET and HEAD;"
        " null for visitors and tokens, which need none."
    )
