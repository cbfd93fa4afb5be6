"""Headers that every answer carries: what the page may load, and from where."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def content_policy(basemap_url: str | None) -> str:
    """Give the Content-Security-Policy: our own origin, and that of the basemap if there is one.

    A host pattern such as `https://{s}.example.org` or `{a-c}` becomes a wildcard.
    """
    origin = f" {_origin(basemap_url)}" if basemap_url else ""
    rules = (
        "default-src 'self'",
        f"img-src 'self' data: blob:{origin}",
        "style-src 'self' 'unsafe-inline'",
        "worker-src 'self'",
        f"connect-src 'self'{origin}",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        "form-action 'none'",
    )
    return "; ".join(rules)


def _origin(url: str) -> str:
    """Give scheme and host of a URL template; a relative one is our own."""
    parts = urlsplit(url)
    if not parts.scheme or not parts.netloc:
        return "'self'"
    first, _, rest = parts.netloc.partition(".")
    host = f"*.{rest}" if "{" in first else parts.netloc
    return f"{parts.scheme}://{host}"


class SecurityHeaders:
    """Adds the security headers to every answer of an app, errors included.

    A route that needs a stricter policy than the page's sets its own.
    """

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the headers added."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
