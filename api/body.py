"""Bodies of requests, read no further than allowed."""

from __future__ import annotations

from fastapi import Request

from api.rows import check_size


async def body_of(request: Request) -> bytes:
    """Read the body, but never more than allowed."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        check_size(len(body))
    return bytes(body)
