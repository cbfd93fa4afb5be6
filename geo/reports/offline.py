"""One file that asks for nothing: a folium figure with every script and style inside it.

folium links its scripts and styles to servers. Here each link is replaced by the packed file, or
left out where nothing on the page uses it; a link that is not known is an error, never a request.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from branca.element import CssLink, Element, Figure, JavascriptLink, MacroElement
from folium.template import Template

from geo.errors import Unavailable

ASSETS = Path(__file__).parent / "assets"

#: The links of folium by name: the packed file, or None for what the page has no use for.
_LINKS: dict[str, str | None] = {
    "leaflet": "leaflet.js",
    "leaflet_css": "leaflet.css",
    "jquery": None,
    "bootstrap": None,
    "bootstrap_css": None,
    "glyphicons_css": None,
    "awesome_markers": None,
    "awesome_markers_css": None,
    "awesome_markers_font_css": None,
    "awesome_rotate_css": None,
}
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:;"
    " base-uri 'none'; form-action 'none'"
)
_URL = re.compile(r"url\(\s*['\"]?(?!data:|#|['\"]?\s*\))[^)]*\)")


class OfflineFigure(Figure):
    """A figure that renders to a page of its own; `language` is its `lang`."""

    _template = Template(
        "<!DOCTYPE html>\n"
        '<html lang="{{ this.language }}">\n<head>\n'
        f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<link rel="icon" href="data:,">\n'
        "<title>{{ this.title | e }}</title>\n"
        "{{ this.header.render(**kwargs) }}\n</head>\n"
        "<body>\n{{ this.html.render(**kwargs) }}\n"
        "<script>\n{{ this.script.render(**kwargs) }}\n</script>\n</body>\n</html>\n"
    )

    def __init__(self, *, title: str, language: str) -> None:
        super().__init__(title=title)
        self.language = language
        del self.header._children["meta_http"]  # noqa: SLF001 - branca keeps its children there

    def render(self, **kwargs: Any) -> str:  # noqa: ANN401 - as branca's
        """Give the page.

        Raises
        ------
        LookupError
            If an element brings a link that is not known here, or the page would ask for anything.
        Unavailable
            If the packed files are not there.
        """
        for number, element in enumerate(_all(self)):
            element._id = f"e{number}"  # noqa: SLF001 - random by default: equal facts, equal bytes
        for child in list(self._children.values()):
            child.render(**kwargs)
        links = self.header._children  # noqa: SLF001
        for name, link in list(links.items()):
            if isinstance(link, JavascriptLink | CssLink):
                links[name] = Code(_inlined(name, link.url))
        page: str = self._template.render(this=self, kwargs=kwargs)
        require_offline(page)
        return page


class Block(MacroElement):
    """HTML of one's own in the body of the figure that it is added to."""

    _template = Template("{% macro html(this, kwargs) %}{{ this.code }}{% endmacro %}")

    def __init__(self, name: str, code: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self.code = name, code


class Code(Element):
    """HTML of one's own, for a figure's header."""

    _template = Template("{{ this.code }}\n")

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


def _inlined(name: str, url: str) -> str:
    if name not in _LINKS:
        raise LookupError(f"No packed file stands for the link “{name}” to {url}")
    file = _LINKS[name]
    if file is None:
        return ""
    try:
        code = (ASSETS / file).read_text("utf-8")
    except OSError as error:
        raise Unavailable(
            "The files that a report carries inside it are not packed. Run ./run demo, or"
            " python hatch_build.py in the project folder.",
            "报告所需的内嵌文件尚未打包。请运行 ./run demo，或在项目文件夹运行 python hatch_build.py。",
            file=file,
        ) from error
    if file.endswith(".css"):
        # Pictures of controls that the page does not have.
        return f"<style>{_URL.sub('none', code)}</style>"
    code = re.sub(r"//# sourceMappingURL=.*", "", code)
    return "<script>" + code.replace("</script", "<\\/script") + "</script>"


def _all(element: Element) -> Iterator[Element]:
    yield element
    for child in element._children.values():  # noqa: SLF001
        yield from _all(child)


def require_offline(page: str) -> None:
    """Refuse a page that would load anything from outside itself; plain links are no requests.

    Raises
    ------
    LookupError
        Naming what it would load.
    """
    reader = _Loads()
    reader.feed(page)
    if reader.found:
        raise LookupError(f"The page would load {', '.join(sorted(set(reader.found)))}")


class _Loads(HTMLParser):
    """Collects what the tags and styles of a page load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style = tag == "style"
        for name, value in attrs:
            loads = name in {"src", "srcset", "data", "poster"} or (name == "href" and tag != "a")
            if loads and not (value or "").startswith(("data:", "#")):
                self.found.append(f"<{tag} {name}={value}>")
            elif name == "style":
                self._urls(value or "")

    def handle_data(self, data: str) -> None:
        if self._style:
            self._urls(data)

    def _urls(self, css: str) -> None:
        self.found += _URL.findall(css) + re.findall(r"@import[^;]*", css)
