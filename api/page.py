"""The web page: files built into `api/static`, or a plain word that they are not built."""

from __future__ import annotations

import os
from pathlib import Path

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"

_NOT_BUILT = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>网格 Wangge</title>
<style>
body{font:16px/1.6 system-ui,"Microsoft YaHei","Noto Sans CJK SC",sans-serif;margin:12vh auto;
max-width:34em;padding:0 16px;color:#222;background:#f6f5f1}code{background:#fff;padding:2px 5px}
</style>
<h1>网页尚未构建</h1>
<p>服务正在运行，接口可用（见 <a href="/docs">/docs</a>），但地图网页还没有构建。
请在项目文件夹运行 <code>./run demo</code>，或在 <code>web/</code> 中运行
<code>npm ci &amp;&amp; npm run build</code>，然后刷新。</p>
<h1 lang="en">The page is not built</h1>
<p lang="en">The service runs and its API answers (see <a href="/docs">/docs</a>), but the map page
has not been built. Run <code>./run demo</code> in the project folder, or
<code>npm ci &amp;&amp; npm run build</code> in <code>web/</code>, then reload.</p>
</html>
"""


class _Files(StaticFiles):
    """Files of the page; those under /assets carry their hash in the name and never change."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, check_dir=False)
        # The page may be built while the service runs: a missing folder is no error, only empty.
        self.config_checked = True

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Give a file; what is no file is unknown, whatever the verb."""
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(404)
        return await super().get_response(path, scope)

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Add how long the file may be kept."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        immutable = scope["path"].startswith("/assets/")
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if immutable else "no-cache"
        )
        return response


def add_page(app: FastAPI, static: Path = STATIC) -> None:
    """Serve the page at `/` and its files beside it; every other path stays a 404."""

    async def index(_: Request) -> Response:
        page = static / "index.html"
        if not page.is_file():
            return HTMLResponse(_NOT_BUILT, headers={"Cache-Control": "no-cache"})
        return FileResponse(page, headers={"Cache-Control": "no-cache"})

    app.add_route("/", index, include_in_schema=False)
    # Not a mount: a mount would answer before a wrong verb on a known path is seen.
    app.router.default = _Files(static)
