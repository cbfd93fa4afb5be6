"""A visit to the page: a real browser, the little town, and no way out of this machine."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, expect

from api.app import create_app
from api.page import STATIC
from geo.publish import PublishedFolder
from geo.settings import Settings
from tests import town

PATIENCE_MS = 60_000  # a software renderer on a busy machine
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with the little town, two editions."""
    if not (STATIC / "index.html").is_file():
        pytest.fail("The page is not built: `./run test` builds it, or `npm run build` in web/")
    folder = town.publish_two(tmp_path_factory.mktemp("page"))
    app = create_app(Settings(review_number="审图号：甲测字 1 号"), PublishedFolder(folder))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        thread.join(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@dataclass
class Visit:
    """One open page, and all it did that it should not have done."""

    page: Page
    base: str
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, address: str = "") -> Page:
        """Open the page at an address such as `map=17/35/104&mode=table` and let it settle."""
        self.page.goto(f"{self.base}/#{address}")
        return self.settle()

    def settle(self) -> Page:
        """Wait until the map is drawn and nothing is asked any more."""
        self.page.locator("main.map[aria-busy=false]").wait_for()
        self.page.locator(".progress").wait_for(state="hidden")
        return self.page

    def click_map(self, dx: int = 0, dy: int = 0) -> None:
        """Click beside the map's centre."""
        box = self.page.locator("main.map").bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2 + dx, box["y"] + box["height"] / 2 + dy
        self.page.mouse.click(x, y)

    def guard(self, route: Route) -> None:
        """Let requests to this machine pass; count and refuse all others."""
        if urlsplit(route.request.url).hostname in ("127.0.0.1", None):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    def note(self, message: ConsoleMessage) -> None:
        """Keep what the console complains about."""
        if message.type == "error":
            self.complaints.append(message.text)


Open = Callable[..., Visit]


@pytest.fixture
def visits(live_server: str) -> Iterator[Callable[[Browser], Open]]:
    """Make visits in a given browser; afterwards none may have left the machine or complained."""
    opened: list[tuple[BrowserContext, Visit]] = []

    def within(browser: Browser) -> Open:
        def visit(*, first: bool = False, **options: object) -> Visit:
            options = {"viewport": {"width": 1440, "height": 900}, "locale": "zh-CN", **options}
            context = browser.new_context(**options)
            context.set_default_timeout(PATIENCE_MS)
            if not first:
                context.add_init_script("localStorage.setItem('wangge.seen', '1')")
            one = Visit(context.new_page(), live_server)
            context.route("**/*", one.guard)
            one.page.on("console", one.note)
            one.page.on("pageerror", lambda error: one.complaints.append(str(error)))
            opened.append((context, one))
            return one

        return visit

    yield within
    for context, one in opened:
        context.close()
        assert one.outside == []
        assert one.complaints == []


@pytest.fixture
def visit(visits: Callable[[Browser], Open], browser: Browser) -> Open:
    """Visit the page in the shared browser: `visit(locale=…, viewport=…)`."""
    return visits(browser)


@pytest.fixture
def visit_without_webgl(
    visits: Callable[[Browser], Open], browser: Browser, chromium: str
) -> Iterator[Open]:
    """Visit the page in a browser that has no 3D at all."""
    arguments = ["--no-sandbox", "--disable-3d-apis", "--disable-gpu", "--no-first-run"]
    plain = browser.browser_type.launch(executable_path=chromium, args=arguments)
    yield visits(plain)
    plain.close()


@pytest.fixture
def shot(tmp_path: Path, visit: Open) -> Callable[[Page], bytes]:
    """Give the picture of the map alone, without what lies over it."""

    def picture(page: Page) -> bytes:
        return page.screenshot(path=tmp_path / "map.png", clip=MAP_ONLY)

    return picture


@pytest.fixture
def redrawn(shot: Callable[[Page], bytes]) -> Callable[[Page, bytes], None]:
    """Wait until the map looks different from a picture.

    A click takes effect with the next frame, and only then is the map busy: waiting for it to be
    at rest right after the click may see the rest before.
    """

    def wait(page: Page, before: bytes) -> None:
        ends = time.monotonic() + 20
        while shot(page) == before:
            assert time.monotonic() < ends, "the map still looks the same after 20 s"
            page.wait_for_timeout(100)

    return wait


MAP_ONLY = {"x": 400, "y": 100, "width": 500, "height": 600}
