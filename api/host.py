"""The name under which a service is asked (the Host header), and which names it answers to.

A page of another site can give its own name the address of this machine (DNS rebinding); the
browser then lets it read our answers as its own. It still sends its own name as Host, so only
known names are served. Addresses need no list: a page that was loaded from an address of this
machine was served by this machine.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import WrongHost, answer_error
from geo.errors import BadInput, WanggeError

_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?)(?::[0-9]{1,5})?")


class HostCheck:
    """Answers only requests for this machine, tiles included.

    Parameters
    ----------
    names
        Names that are served beside addresses, `localhost` and the name of this machine.
    """

    def __init__(self, app: ASGIApp, names: Iterable[str]) -> None:
        self._app = app
        own = socket.gethostname().lower()
        self._names = frozenset({"localhost", own, own.partition(".")[0], *names})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or say why not."""
        if scope["type"] == "http":
            try:
                self._check([value for name, value in scope["headers"] if name == b"host"])
            except WanggeError as error:
                await answer_error(Request(scope), error)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _check(self, given: list[bytes]) -> None:
        host = host_in(given[0]) if len(given) == 1 else None
        if host is None:
            raise BadInput(
                "A request names its host once: the header Host is missing, repeated or garbled.",
                "请求必须且只能包含一个有效的 Host 请求头。",
            )
        if host not in self._names and not is_address(host):
            raise WrongHost(
                f"This service is not known as {host}. If it should be, add the name to the"
                " setting WANGGE_HOSTS and start the service again.",
                f"本服务不以 {host} 为名。如需使用该域名，请将其加入设置 WANGGE_HOSTS 并重启服务。",
                host=host,
            )


@lru_cache(maxsize=64)
def host_in(header: bytes) -> str | None:
    """Give the name or address in a Host header, without the port; None if it is garbled."""
    match = _HOST.fullmatch(header.decode("latin-1").strip().lower())
    if match is None:
        return None
    six, name = match.groups()
    if six is None:
        return str(name)
    return six if is_address(six) else None


@lru_cache(maxsize=64)
def is_address(host: str) -> bool:
    """Tell whether a host is an address, not a name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Tell whether a host can only be this machine: 127.0.0.0/8, ::1 or localhost."""
    if host == "localhost":
        return True
    if not is_address(host):
        return False
    address = ip_address(host)
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    return address.is_loopback
