"""What the routes are given: the published folder, the chosen edition, a transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from api.problems import language_of
from api.wire import EditionHead
from geo.access import Sessions
from geo.boundaries import Site, has_site, load_site
from geo.db import Engine, Transaction
from geo.errors import BadInput, Language, NoEdition, NotFound, Unavailable
from geo.publish import AreaBook, EditionRef, PublishedFolder, RegisterBook
from geo.settings import Settings


@dataclass(frozen=True)
class Service:
    """What an app was made of; `engine` and `sessions` are None where only a folder is served.

    `demo`: requests of this machine itself act for the demo's user.
    """

    settings: Settings
    folder: PublishedFolder
    engine: Engine | None
    sessions: Sessions | None = None
    demo: bool = False


async def service_of(request: Request) -> Service:
    """Give what the app was made of."""
    # Asynchronous only so that it need not wait for a thread.
    service: Service = request.app.state.service
    return service


TheService = Annotated[Service, Depends(service_of)]


async def _language(request: Request) -> Language:
    return language_of(request)


TheLanguage = Annotated[Language, Depends(_language)]


def _iso_day(text: object) -> object:
    # pydantic would also read seconds since 1970, which nobody means here.
    try:
        return dt.datetime.strptime(str(text), "%Y-%m-%d").date()  # noqa: DTZ007 - a day, no time
    except ValueError:
        raise PydanticCustomError("iso_date", "must be a date such as 2026-11-21") from None


Day = Annotated[dt.date, BeforeValidator(_iso_day)]


@dataclass(frozen=True)
class Edition:
    """The edition that answers a request, with its books read when they are first asked."""

    ref: EditionRef
    folder: PublishedFolder

    @property
    def areas(self) -> AreaBook:
        """Its areas."""
        return self.folder.areas(self.ref)

    @property
    def registers(self) -> RegisterBook:
        """The public registers beside it."""
        return self.folder.registers(self.ref)

    @property
    def head(self) -> EditionHead:
        """How answers name it."""
        return EditionHead(number=self.ref.number, effective=self.ref.effective)


EditionNumber = Annotated[int | None, Query(ge=1, description="Ask this edition.", examples=[1])]
AtDay = Annotated[
    Day | None, Query(description="Ask the edition in force on this day.", examples=["2026-11-21"])
]


def chosen_edition(service: TheService, edition: EditionNumber = None, at: AtDay = None) -> Edition:
    """Find the edition that a question names, else the current one."""
    if edition is not None and at is not None:
        raise BadInput(
            "Both “edition” and “at” are given. Give one of them.",
            "“edition”和“at”只能给一个。",
        )
    return Edition(service.folder.edition_for(edition, at), service.folder)


TheEdition = Annotated[Edition, Depends(chosen_edition)]


def edition_in_force(service: TheService) -> Edition:
    """Give the edition in force today."""
    return Edition(service.folder.edition_for(), service.folder)


#: Who may see whom is said by today's lines, never by those of another day.
InForce = Annotated[Edition, Depends(edition_in_force)]


def read_only() -> NotFound:
    """Say that something is not in a published folder."""
    return NotFound(
        "This is a read-only view of published lines; accounts, incidents and members are not in"
        " it. Ask a live service (`wangge serve`).",
        "当前为只读的已发布版本，不含账号、事件和人员数据。请使用在线服务（wangge serve）。",
    )


def transaction(service: TheService) -> Iterator[Transaction]:
    """Open a transaction for a request.

    Raises
    ------
    NotFound
        If only a published folder is served.
    """
    if service.engine is None:
        raise read_only()
    with service.engine.begin() as tx:
        yield tx


# Committed before the answer is sent: who reads “created” can rely on it.
TheTransaction = Annotated[Transaction, Depends(transaction, scope="function")]


def current_edition(service: Service) -> Edition | None:
    """Give the edition in force today, if any is."""
    try:
        return Edition(service.folder.edition_for(), service.folder)
    except NoEdition:
        return None


def site_without_edition(service: Service) -> Site:
    """Give the place before its first edition: from the folder, else from the database."""
    site = service.folder.site()
    if site is not None:
        return site
    if service.engine is None:
        raise Unavailable(
            "The folder holds no published edition (no current.json). Give another folder to"
            " `wangge view`.",
            "该文件夹中没有已发布的版本（缺少 current.json）。请为 wangge view 指定其他文件夹。",
        )
    with service.engine.begin() as tx:
        if has_site(tx):
            return load_site(tx)
    raise Unavailable(
        "The database has no site yet. Run `wangge init SITE.toml`, then import and publish.",
        "数据库尚未初始化。请先运行 wangge init SITE.toml，再导入并发布。",
    )
