"""What stands in the town: buildings, compounds, facilities, ground features, streets."""

from geo.registers.actions import (
    building_points,
    forget_placements,
    import_dated,
    import_rows,
    place_subjects,
    public_frames,
    replace,
    replace_subjects,
    subject_points,
)
from geo.registers.buildings import STRADDLE_M2, STRADDLE_SHARE, inner_points, straddlers
from geo.registers.diff import Diff, compare
from geo.registers.kinds import REGISTERS
from geo.registers.placing import ByHand, spans
from geo.registers.questions import list_buildings, list_facilities, nearest_facilities
from geo.registers.rows import (
    Floats,
    Ints,
    Prepared,
    RowKind,
    pick,
    point_xy,
    too_large,
    without_rejected,
)

__all__ = [
    "REGISTERS",
    "STRADDLE_M2",
    "STRADDLE_SHARE",
    "ByHand",
    "Diff",
    "Floats",
    "Ints",
    "Prepared",
    "RowKind",
    "building_points",
    "compare",
    "forget_placements",
    "import_dated",
    "import_rows",
    "inner_points",
    "list_buildings",
    "list_facilities",
    "nearest_facilities",
    "pick",
    "place_subjects",
    "point_xy",
    "public_frames",
    "replace",
    "replace_subjects",
    "spans",
    "straddlers",
    "subject_points",
    "too_large",
    "without_rejected",
]
