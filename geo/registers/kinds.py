"""The public registers: buildings, compounds, facilities, ground features, streets."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import geopandas as gpd
import pandas as pd

from geo.boundaries import Finding
from geo.frames import Kind
from geo.registers.buildings import inner_points, straddlers
from geo.registers.rows import (
    Ints,
    Prepared,
    RowKind,
    pick,
    point_xy,
    too_large,
    without_rejected,
)

MOST_FLOORS = 200
MOST_HOUSEHOLDS = 5_000
LATEST_YEAR = 2100

_BUILDING = (
    "number", "name", "compound", "address", "use", "status", "floors", "households",
    "planned_households",
)  # fmt: skip


def _buildings(frame: pd.DataFrame) -> Prepared:
    limits = {
        "floors": MOST_FLOORS,
        "households": MOST_HOUSEHOLDS,
        "planned_households": MOST_HOUSEHOLDS,
    }
    rejects = [r for column, most in limits.items() for r in too_large(frame, column, most)]
    rows = pick(without_rejected(frame, rejects), _BUILDING)
    points = inner_points(rows["geom"].to_numpy())
    rows = rows.assign(inner_point=points)
    early = _lived_in_too_early(rows)
    return Prepared(rows, point_xy(points), rejects=tuple(rejects), findings=tuple(early))


def _lived_in_too_early(rows: pd.DataFrame) -> list[Finding]:
    """Find buildings under construction that have households already."""
    building = (rows["status"] == "under_construction").to_numpy(dtype=bool)
    lived_in = (pd.to_numeric(rows["households"]).fillna(0) > 0).to_numpy(dtype=bool)
    return [
        Finding(
            "households_too_early",
            "warning",
            f"Row {row} is under construction and has {count} households already.",
            f"第 {row} 行为在建楼栋，却已填报 {count} 户。",
            "Correct the status, or give the figure as planned households.",
            "请更正建设状态，或改填规划户数。",
            row=int(str(row)),
            facts={"households": int(count)},
        )
        for row, count in rows.loc[building & lived_in, "households"].items()
    ]


def _crossing_a_border(prepared: Prepared, places: Ints, units: gpd.GeoDataFrame) -> list[Finding]:
    shapes = gpd.GeoDataFrame(
        prepared.rows[["number", "key"]].assign(place_id=places),
        geometry=prepared.rows["geom"].to_numpy(),
        crs=units.crs,
    )
    found = straddlers(shapes, units)
    at = dict(zip(prepared.rows.index, prepared.xy if prepared.xy is not None else (), strict=True))
    return [
        Finding(
            "straddles",
            "warning",
            f"{share:.0%} of the building in row {row} lie outside its unit {code}.",
            f"第 {row} 行楼栋有 {share:.0%} 位于所属单元 {code} 之外。",
            "It belongs to the unit of its inner point; move the border if that is wrong.",
            "楼栋按内点归属；如不正确，请调整边界。",
            codes=(str(code),),
            row=int(str(row)),
            x=float(at[row][0]),
            y=float(at[row][1]),
            area_m2=float(area),
            facts={"share_away": round(float(share), 4)},
        )
        for row, code, share, area in found.itertuples()
    ]


def _compounds(frame: pd.DataFrame) -> Prepared:
    rejects = too_large(frame, "built_year", LATEST_YEAR)
    rows = pick(without_rejected(frame, rejects), ("name", "walled", "built_year"))
    return Prepared(rows, rejects=tuple(rejects))


def _facilities(frame: pd.DataFrame) -> Prepared:
    rows = pick(frame, ("kind", "name", "address", "floor_area_m2", "state"))
    return Prepared(rows, point_xy(rows["geom"].to_numpy()))


def _features(frame: pd.DataFrame) -> Prepared:
    return Prepared(pick(frame, ("kind", "class", "name", "bridge")))


def _streets(frame: pd.DataFrame) -> Prepared:
    # Streets share a table with the other ground features: the prefix keeps equal ids apart.
    named = frame.assign(kind="street", key="street " + frame["key"].astype(object))
    return _features(named)


REGISTERS: Mapping[Kind, RowKind] = MappingProxyType(
    {
        r.kind: r
        for r in (
            RowKind(
                "buildings",
                "building",
                "building",
                _buildings,
                _crossing_a_border,
                right="import.registers",
            ),
            RowKind("compounds", "compound", None, _compounds, right="import.registers"),
            RowKind("facilities", "facility", "facility", _facilities, right="import.registers"),
            RowKind("features", "ground_feature", None, _features, right="import.registers"),
            RowKind("streets", "ground_feature", None, _streets, right="import.registers"),
        )
    }
)

#: Subjects of the registers that are placed, with the column of their deciding point.
PLACED: Mapping[str, str] = MappingProxyType({"building": "inner_point", "facility": "geom"})
