"""The lines of a town: levels, editions, coverage, and which unit a point is in."""

from geo.boundaries.actions import (
    change_site,
    import_areas,
    init_site,
    load_placer,
    sealed_areas,
    today,
)
from geo.boundaries.apportioning import apportion, figures_by_area
from geo.boundaries.assign import (
    NO_REASON,
    REASONS,
    STATUSES,
    LocatedPoints,
    Reason,
    Status,
    locate_points,
)
from geo.boundaries.coverage import CoverageReport, Repair, check_coverage, repair_hairs
from geo.boundaries.days import day_of
from geo.boundaries.findings import Finding, Severity, Wording, blocking, findings_frame, share_text
from geo.boundaries.history import History, Share, Successor, area_history, successors
from geo.boundaries.households import (
    GONE,
    NOT_LIVED_IN,
    RESIDENTIAL,
    UNDER_CONSTRUCTION,
    Counts,
    area_households,
    count_buildings,
    homes,
    unit_households,
)
from geo.boundaries.hues import hues
from geo.boundaries.levels import Level, Site, read_site
from geo.boundaries.lines import Settled, overlay, settle
from geo.boundaries.locate import LocateIndex
from geo.boundaries.neighbours import neighbours
from geo.boundaries.nesting import Nesting, nest
from geo.boundaries.opening import LevelFigures, OpenedEdition, open_edition
from geo.boundaries.outlines import label_points, outlines
from geo.boundaries.placing import OUTSIDE, Placer
from geo.boundaries.questions import list_areas, require_chain, require_place
from geo.boundaries.ready import Ready, drawn, former
from geo.boundaries.regions import MOST_VERTICES, read_box, read_region, region_in_metres
from geo.boundaries.sealed import read_areas, write_areas
from geo.boundaries.shapes import area_and_width
from geo.boundaries.store import (
    areas,
    chain_of,
    code_owners,
    edition_on,
    editions,
    has_site,
    highest_edition,
    load_site,
    lock_publishing,
    places_by_code,
    set_sealed,
    units_within,
)

__all__ = [
    "GONE",
    "MOST_VERTICES",
    "NOT_LIVED_IN",
    "NO_REASON",
    "OUTSIDE",
    "REASONS",
    "RESIDENTIAL",
    "STATUSES",
    "UNDER_CONSTRUCTION",
    "Counts",
    "CoverageReport",
    "Finding",
    "History",
    "Level",
    "LevelFigures",
    "LocateIndex",
    "LocatedPoints",
    "Nesting",
    "OpenedEdition",
    "Placer",
    "Ready",
    "Reason",
    "Repair",
    "Settled",
    "Severity",
    "Share",
    "Site",
    "Status",
    "Successor",
    "Wording",
    "apportion",
    "area_and_width",
    "area_history",
    "area_households",
    "areas",
    "blocking",
    "chain_of",
    "change_site",
    "check_coverage",
    "code_owners",
    "count_buildings",
    "day_of",
    "drawn",
    "edition_on",
    "editions",
    "figures_by_area",
    "findings_frame",
    "former",
    "has_site",
    "highest_edition",
    "homes",
    "hues",
    "import_areas",
    "init_site",
    "label_points",
    "list_areas",
    "load_placer",
    "load_site",
    "locate_points",
    "lock_publishing",
    "neighbours",
    "nest",
    "open_edition",
    "outlines",
    "overlay",
    "places_by_code",
    "read_areas",
    "read_box",
    "read_region",
    "read_site",
    "region_in_metres",
    "repair_hairs",
    "require_chain",
    "require_place",
    "sealed_areas",
    "set_sealed",
    "settle",
    "share_text",
    "successors",
    "today",
    "unit_households",
    "units_within",
    "write_areas",
]
