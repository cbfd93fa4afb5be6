"""Aliases: spellings of addresses that are known to mean a building."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from geo import access
from geo.access import Actor
from geo.db import Transaction
from geo.errors import BadInput, NotFound
from geo.people import store
from geo.people.homes import AddressBook


@dataclass(frozen=True)
class Alias:
    """A spelling as it is kept (compound or road, # and number), and the building it means.

    `name` says the building as the register does, None when it is gone.
    """

    spelling: str
    building: int
    key: str | None
    name: str | None
    created_at: dt.datetime
    created_by: str


def address_book(tx: Transaction, homes: pd.DataFrame | None = None) -> AddressBook:
    """Make the address book of the live buildings, their areas and aliases.

    `homes` are the buildings where they are read already; the book's rows are theirs.
    """
    known = store.homes(tx) if homes is None else homes
    return AddressBook(known, store.area_names(tx), store.aliases(tx))


def keep_alias(tx: Transaction, spelling: str, building: str | int, *, actor: Actor) -> Alias:
    """Keep a spelling of an address as meaning a building, from the next import on.

    `building` is its key in the register (text) or its id (number). Unit and room of the spelling
    are left out. A spelling that is kept already means the new building from now on.

    Raises
    ------
    BadInput
        If the spelling is empty, or several buildings have the key.
    NotFound
        If no live building has it.
    """
    actor.require("import.people")
    nobody = AddressBook(store.homes(tx).iloc[:0], store.area_names(tx), {})
    written = nobody.alias_key(spelling)
    if written == "#":
        raise BadInput(
            "The spelling is empty. Write the address as it stands in the roster.",
            "别名为空，请按名册中的写法填写地址。",
        )
    found = store.buildings_of(tx, building)
    if not found:
        raise NotFound(
            f"There is no building “{building}”. Import it first, or correct the id.",
            f"没有楼栋“{building}”，请先导入该楼栋或更正编号。",
            building=building,
        )
    if len(found) > 1:
        raise BadInput(
            f"Several buildings have the id “{building}”. Say which one by its number here:"
            f" {', '.join(map(str, found))}.",
            f"有多个楼栋使用编号“{building}”，请改用系统内编号：{'、'.join(map(str, found))}。",
            building=building,
        )
    store.put_alias(tx, spelling=written, building_id=found[0], created_by=actor.name)
    access.record(tx, actor=actor, action="keep alias", spelling=written, building=found[0])
    return next(alias for alias in _aliases(tx) if alias.spelling == written)


def list_aliases(tx: Transaction, *, actor: Actor) -> list[Alias]:
    """List all aliases by spelling."""
    actor.require("import.people")
    return _aliases(tx)


def forget_alias(tx: Transaction, spelling: str, *, actor: Actor) -> None:
    """Forget an alias, by its spelling as it is listed.

    Raises
    ------
    NotFound
        If there is none.
    """
    actor.require("import.people")
    if not store.drop_alias(tx, spelling):
        raise NotFound(
            f"There is no alias “{spelling}”. Write it as the list does.",
            f"没有别名“{spelling}”，请按列表中的写法填写。",
            spelling=spelling,
        )
    access.record(tx, actor=actor, action="forget alias", spelling=spelling)


def _aliases(tx: Transaction) -> list[Alias]:
    return [
        Alias(
            spelling=row.spelling,
            building=row.building,
            key=row.key,
            name=None if row.key is None else _called(row.compound, row.number, row.address),
            created_at=row.created_at,
            created_by=row.created_by,
        )
        for row in store.alias_rows(tx)
    ]


def _called(compound: str | None, number: str | None, address: str | None) -> str | None:
    return f"{compound}{number or ''}" if compound else address or number
