"""`wangge serve`, `wangge view`, `wangge demo`: the map in a browser."""

from __future__ import annotations

import importlib
import socket
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn

from geo.boundaries import load_site
from geo.cli.demo import fill
from geo.cli.shell import database, out, words
from geo.db import Engine
from geo.errors import Busy, NotFound, Unavailable
from geo.publish import PublishedFolder, repair
from geo.settings import Settings, read_settings

Host = Annotated[str | None, typer.Option(help="监听地址 Address to listen on.")]
_BACKLOG = 2048
Port = Annotated[int | None, typer.Option(help="端口 Port to listen on.")]


def serve(host: Host = None, port: Port = None) -> None:
    """启动服务 Serve the map and the API over the database."""
    settings = _listening(read_settings(), host, port)
    with _listener(settings) as listener, database(settings) as engine:
        with engine.begin() as tx:
            load_site(tx)
        repair(engine, settings)
        _run(_app(settings, engine), listener)


def view(
    folder: Annotated[Path, typer.Argument(help="发布文件夹 A published folder.")],
    host: Host = None,
    port: Port = None,
) -> None:
    """只读查看 Serve a published folder, read-only and without a database."""
    settings = _listening(read_settings(), host, port)
    published = PublishedFolder(folder, cache=settings.home / "cache")
    if published.site() is None:
        raise NotFound(
            f"{folder} is no published folder: there is no current.json in it. Give the folder"
            " “published” of an installation, or a copy of it.",
            f"{folder} 不是发布文件夹（缺少 current.json）。请指定安装目录下的 published 文件夹或其拷贝。",
        )
    with _listener(settings) as listener:
        _run(_app(settings, None, published), listener)


def demo(host: Host = None, port: Port = None) -> None:
    """演示 Set up the sample county if it is not there yet, and serve it."""
    settings = _listening(read_settings(), host, port)
    with _listener(settings) as listener, database(settings) as engine:
        fill(engine, settings)
        repair(engine, settings)
        _run(_app(settings, engine), listener)


def _listening(settings: Settings, host: str | None, port: int | None) -> Settings:
    given = {"host": host, "port": port}
    return settings.model_copy(update={k: v for k, v in given.items() if v is not None})


def _listener(settings: Settings) -> socket.socket:
    """Take the port first: a taken one is said at once, before any work."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise Busy(
            f"Port {settings.port} on {settings.host} can't be used ({error.strerror}). "
            f"Choose another one: --port {settings.port + 1}.",
            f"{settings.host} 的端口 {settings.port} 不可用（{error.strerror}）。"
            f"请换一个端口，例如 --port {settings.port + 1}。",
            port=settings.port,
        ) from error
    return listener


def _app(settings: Settings, engine: Engine | None, folder: PublishedFolder | None = None) -> Any:  # noqa: ANN401 - an ASGI callable
    # By name: the command line may not know the web face, which stands above it.
    create = importlib.import_module("api.app").create_app
    folder = folder or PublishedFolder(settings.home / "published", cache=settings.home / "cache")
    return create(settings, folder, engine)


def _run(app: Any, listener: socket.socket) -> None:  # noqa: ANN401
    host, port = listener.getsockname()[:2]
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    out.print(words(f"打开浏览器访问 {url}（Ctrl-C 停止）",
                    f"Open {url} in a browser (Ctrl-C stops)"), style="bold")  # fmt: skip
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=3)
    server = uvicorn.Server(config)
    server.run(sockets=[listener])
    if not server.started:
        raise Unavailable(
            "The server did not start; its message stands above.",
            "服务未能启动，原因见上方信息。",
        )
