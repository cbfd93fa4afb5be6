"""Headers of a program that has a role: `client.get(path, headers=bearer(engine, "worker", 12))`."""

import secrets

from sqlalchemy import Engine

from geo.access import Grant, Role, add_account, add_token, operator


def bearer(engine: Engine, role: Role, place: int | None = None) -> dict[str, str]:
    """Headers of a new account with this role, for the whole town or for one area (place id)."""
    return bearer_of(engine, Grant(role, place))


def bearer_of(engine: Engine, *grants: Grant) -> dict[str, str]:
    """Headers of a new account with several roles."""
    name = f"{grants[0].role}-{secrets.token_hex(4)}"
    tester = operator("tester")
    with engine.begin() as tx:
        add_account(tx, name, display=name, grants=grants, actor=tester)
        token = add_token(tx, name, name="tests", actor=tester)
    return {"Authorization": f"Bearer {token}"}
