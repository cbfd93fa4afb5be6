"""What stands in the town: buildings, compounds, facilities, ground features, streets."""

from geo.registers.actions import (
    building_points,
    import_dated,
    import_rows,
    place_subjects,
    public_frames,
    replace_all,
    replace_subjects,
)
from geo.registers.buildings import inner_points, straddlers
from geo.registers.diff import Diff, compare
from geo.registers.kinds import REGISTERS
from geo.registers.placing import spans
from geo.registers.rows import Prepared, RowKind, pick, point_xy, too_large, without_rejected

__all__ = [
    "REGISTERS",
    "Diff",
    "Prepared",
    "RowKind",
    "building_points",
    "compare",
    "import_dated",
    "import_rows",
    "inner_points",
    "pick",
    "place_subjects",
    "point_xy",
    "public_frames",
    "replace_all",
    "replace_subjects",
    "spans",
    "straddlers",
    "too_large",
    "without_rejected",
]
