"""What the page asks first: the place, its levels, its editions."""

from __future__ import annotations

from importlib.metadata import version

from api.deps import Edition, Service, TheService, current_edition, site_without_edition
from api.strict import router
from api.who import needs
from api.wire import Basemap, CircleKind, Config, Editions, KindCount, LevelOut, SiteOut
from api.wire import Edition as EditionOut
from geo.boundaries import Site
from geo.publish import EditionRef
from geo.tiles import MIN_ZOOM, Archive

routes = router("site")


@routes.get(
    "/config.json",
    summary="What the map page needs to know first",
    dependencies=[needs("map")],
)
def config(service: TheService) -> Config:
    """Give the place, its levels and what this service offers; also before edition 1."""
    settings, edition = service.settings, current_edition(service)
    archive = edition.folder.archive(edition.ref.sealed) if edition else None
    site = edition.areas.site if edition else site_without_edition(service)
    return Config(
        version=version("wangge"),
        mode="live" if service.engine else "view",
        site=_site_out(site, archive),
        levels=_levels_out(site, archive),
        basemap=_basemap(service),
        review_number=settings.review_number,
        hexes=service.engine is not None,
        signs_in=service.engine is not None,
        circles=_circles(edition) if edition else [],
        facility_kinds=_kinds(edition) if edition else [],
        ground=_ground(edition) if edition else [],
    )


@routes.get("/editions", summary="All published editions", dependencies=[needs("map")])
def editions(service: TheService) -> Editions:
    """List the editions by number, and say which is in force today."""
    current = current_edition(service)
    return Editions(
        current=current.ref.number if current else None,
        editions=[_edition_out(ref) for ref in service.folder.editions()],
    )


def _circles(edition: Edition) -> list[CircleKind]:
    rows = edition.registers.circles.to_dict("records")
    return [CircleKind.model_validate(row) for row in rows]


def _site_out(site: Site, archive: Archive | None) -> SiteOut:
    about = archive.about if archive else None
    return SiteOut.model_validate(
        {
            "name": {"zh": site.name_zh, "en": site.name_en},
            "crs": site.epsg,
            "timezone": site.timezone,
            "bounds": about.bounds if about else None,
            "center": about.center[:2] if about else None,
        }
    )


def _levels_out(site: Site, archive: Archive | None) -> list[LevelOut]:
    zooms = {row["id"]: row["minzoom"] for row in archive.vector_layers} if archive else {}
    return [
        LevelOut.model_validate(
            {
                "key": level.key,
                "name": {"zh": level.zh, "en": level.en},
                "rank": level.rank,
                "household_limit": level.household_limit,
                "household_floor": level.household_floor,
                "min_zoom": zooms.get(level.key, MIN_ZOOM),
            }
        )
        for level in site.levels
    ]


def _basemap(service: Service) -> Basemap | None:
    settings = service.settings
    if settings.basemap_url is None:
        return None
    return Basemap(
        url=settings.basemap_url,
        attribution=settings.basemap_attribution,
        max_zoom=settings.basemap_max_zoom,
    )


def _kinds(edition: Edition) -> list[KindCount]:
    counts = edition.registers.facilities["kind"].value_counts()
    ranked = sorted(counts.items(), key=lambda pair: (-int(pair[1]), str(pair[0])))
    return [KindCount(kind=str(kind), count=int(count)) for kind, count in ranked]


def _ground(edition: Edition) -> list[str]:
    book = edition.registers
    drawn = {"compound": book.compounds, "building": book.buildings}
    return [*book.ground, *(name for name, rows in drawn.items() if not rows.empty)]


def _edition_out(ref: EditionRef) -> EditionOut:
    return EditionOut(
        number=ref.number,
        effective=ref.effective,
        title=ref.title,
        published_at=ref.published_at,
        sealed=ref.sealed,
    )
