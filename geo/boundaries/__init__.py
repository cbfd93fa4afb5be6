"""The lines of a town: levels, editions, coverage, and which unit a point is in."""

from geo.boundaries.actions import (
    LevelFigures,
    OpenedEdition,
    change_site,
    import_areas,
    init_site,
    load_placer,
    open_edition,
    sealed_areas,
    today,
)
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
from geo.boundaries.findings import Finding, blocking, findings_frame
from geo.boundaries.households import NOT_LIVED_IN, RESIDENTIAL, area_households
from geo.boundaries.hues import hues
from geo.boundaries.levels import Level, Site, read_site
from geo.boundaries.lines import Settled, overlay, settle
from geo.boundaries.locate import LocateIndex
from geo.boundaries.nesting import Nesting, nest
from geo.boundaries.outlines import outlines
from geo.boundaries.placing import OUTSIDE, Placer
from geo.boundaries.sealed import read_areas, write_areas
from geo.boundaries.store import (
    chain_of,
    edition_on,
    editions,
    has_site,
    load_site,
    lock_publishing,
    places_by_code,
    set_sealed,
    units_within,
)

__all__ = [
    "NOT_LIVED_IN",
    "NO_REASON",
    "OUTSIDE",
    "REASONS",
    "RESIDENTIAL",
    "STATUSES",
    "CoverageReport",
    "Finding",
    "Level",
    "LevelFigures",
    "LocateIndex",
    "LocatedPoints",
    "Nesting",
    "OpenedEdition",
    "Placer",
    "Reason",
    "Repair",
    "Settled",
    "Site",
    "Status",
    "area_households",
    "blocking",
    "chain_of",
    "change_site",
    "check_coverage",
    "edition_on",
    "editions",
    "findings_frame",
    "has_site",
    "hues",
    "import_areas",
    "init_site",
    "load_placer",
    "load_site",
    "locate_points",
    "lock_publishing",
    "nest",
    "open_edition",
    "outlines",
    "overlay",
    "places_by_code",
    "read_areas",
    "read_site",
    "repair_hairs",
    "sealed_areas",
    "set_sealed",
    "settle",
    "today",
    "units_within",
    "write_areas",
]
