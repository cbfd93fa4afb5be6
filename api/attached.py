"""Files as answers: saved under a name, described in the document."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from geo.reports import PAGE_POLICY

#: Of a page made to be handed over: it may run its own script, and is no part of the site.
PAGE_HEADERS = {"Content-Security-Policy": f"{PAGE_POLICY}; sandbox allow-scripts allow-modals"}
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_JSON = {"schema": {"type": "object"}}


def attached(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """Describe an answer that is a file of one of these types."""
    content = {name: _JSON if name.endswith("json") else _BINARY for name in media_types}
    return {200: {"description": "The file, as an attachment.", "content": content}}


def attachment(plain: str, name: str) -> dict[str, str]:
    """Name the file to be saved (RFC 6266): for everyone, and in its own letters."""
    named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return {"Content-Disposition": named, "Cache-Control": "no-cache"}
