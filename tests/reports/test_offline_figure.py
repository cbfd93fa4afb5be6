"""A page asks for nothing, or is refused."""

import folium
import pytest

from geo.reports.offline import OfflineFigure, require_offline


def figure(*, with_link: tuple[str, str] | None = None) -> OfflineFigure:
    made = OfflineFigure(title="<页>", language="zh-CN")
    drawn = folium.Map(location=[35, 104], tiles=None)
    if with_link:
        drawn.add_js_link(*with_link)
    drawn.add_to(made)
    return made


def test_scripts_and_styles_are_inside_and_the_policy_forbids_the_rest():
    page = figure().render()
    assert "leaflet" in page.lower()
    assert "<script src" not in page
    assert "default-src 'none'" in page
    assert "<title>&lt;页&gt;</title>" in page


def test_a_link_that_is_not_known_is_refused():
    with pytest.raises(LookupError, match="plugin"):
        figure(with_link=("plugin", "https://cdn.example/plugin.js")).render()
    folium.Map.default_js = [link for link in folium.Map.default_js if link[0] != "plugin"]


def test_tiles_of_a_server_are_refused_by_the_policy_and_not_part_of_the_page():
    assert "tile.openstreetmap" not in figure().render()


@pytest.mark.parametrize(
    "code",
    [
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="/x.css">',
        '<img src="//example/x.png">',
        "<style>a { background: url(https://example/x.png) }</style>",
        "<style>@import 'x.css';</style>",
        '<p style="background: url(x.png)"></p>',
    ],
)
def test_whatever_would_be_loaded_is_found(code):
    with pytest.raises(LookupError):
        require_offline(f"<html>{code}</html>")


@pytest.mark.parametrize(
    "code",
    [
        '<a href="https://example">elsewhere</a>',
        '<img src="data:image/png;base64,AAAA">',
        "<style>a { fill: url(#over); background: url(data:image/png;base64,AA) }</style>",
        '<svg><use href="#k0"/></svg>',
    ],
)
def test_links_and_what_is_inside_pass(code):
    require_offline(f"<html>{code}</html>")
