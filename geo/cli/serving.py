"""`wangge serve`, `wangge view`, `wangge demo`: the map in a browser."""

from __future__ import annotations

import importlib
import socket
from contextlib import nullcontext
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn

from geo.access import list_accounts
from geo.boundaries import load_site
from geo.cli.beside import worker_beside
from geo.cli.demo import fill
from geo.cli.shell import actor, database, out, words
from geo.db import Engine
from geo.errors import Busy, NotFound, Unavailable
from geo.publish import PublishedFolder, repair
from geo.settings import Settings, read_settings

Host = Annotated[str | None, typer.Option(help="监听地址 Address to listen on.")]
_BACKLOG = 2048
Port = Annotated[int | None, typer.Option(help="端口 Port to listen on.")]
Worker = Annotated[
    bool, typer.Option(help="同时执行任务 Also work on jobs; without it, run `wangge worker`.")
]


def serve(host: Host = None, port: Port = None, worker: Worker = True) -> None:
    """启动服务 Serve the map and the API over the database."""
    settings = _listening(read_settings(), host, port)
    with _listener(settings) as listener, database(settings) as engine:
        with engine.begin() as tx:
            load_site(tx)
            if not list_accounts(tx, actor=actor()):
                out.print(words("还没有账号，只能浏览地图。新建：wangge user add 名称 --role admin",
                                "No accounts yet: everybody is a visitor. Open one:"
                                " wangge user add NAME --role admin"))  # fmt: skip
        repair(engine, settings)
        with worker_beside(settings) if worker else nullcontext():
            _run(_app(settings, engine), listener, settings)


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
        _run(_app(settings, None, published), listener, settings)


def demo(host: Host = None, port: Port = None, worker: Worker = True) -> None:
    """演示 Set up the sample county if it is not there yet, and serve it."""
    settings = _listening(read_settings(), host, port)
    with _listener(settings) as listener, database(settings) as engine:
        fill(engine, settings)
        repair(engine, settings)
        here = ip_address(listener.getsockname()[0]).is_loopback
        out.print(_who_enters(here=here))
        with worker_beside(settings) if worker else nullcontext():
            _run(_app(settings, engine, demo=here), listener, settings)


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


def _who_enters(*, here: bool) -> str:
    if here:
        return words(
            "演示：本机浏览器无需登录，自动以用户 demo（规划员、管理员）的身份操作；经转发的访问需要登录。",
            "Demo: a browser on this machine needs no sign-in; it acts as the user demo (planner and"
            " steward). Whatever is forwarded must sign in.",
        )
    return words(
        "监听地址不是本机，演示不会自动登录任何人。请新建账号：wangge user add 名称 --role admin",
        "This address is open to other machines, so the demo signs nobody in. Open an account:"
        " wangge user add NAME --role admin",
    )


def _app(
    settings: Settings,
    engine: Engine | None,
    folder: PublishedFolder | None = None,
    *,
    demo: bool = False,
) -> Any:  # noqa: ANN401 - an ASGI callable
    # By name: the command line may not know the web face, which stands above it.
    create = importlib.import_module("api.app").create_app
    folder = folder or PublishedFolder(settings.home / "published", cache=settings.home / "cache")
    return create(settings, folder, engine, demo=demo)


def _run(app: Any, listener: socket.socket, settings: Settings) -> None:  # noqa: ANN401
    host, port = listener.getsockname()[:2]
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    out.print(words(f"打开浏览器访问 {url}（Ctrl-C 停止）",
                    f"Open {url} in a browser (Ctrl-C stops)"), style="bold")  # fmt: skip
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=3,
        forwarded_allow_ips=list(settings.proxies),
    )
    server = uvicorn.Server(config)
    server.run(sockets=[listener])
    if not server.started:
        raise Unavailable(
            "The server did not start; its message stands above.",
            "服务未能启动，原因见上方信息。",
        )
