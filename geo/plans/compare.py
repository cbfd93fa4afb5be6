"""Plans side by side: which units they put elsewhere, and what they measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo.plans.draft import Draft, Place
from geo.plans.drift import limited_level
from geo.plans.metrics import metrics
from geo.plans.records import records
from geo.plans.survey import Survey

#: What a draft says of a unit: where it belongs (codes and names from the top down), how it is drawn.
ABSENT, SAME, REDRAWN = "absent", "same", "redrawn"


@dataclass(frozen=True, eq=False)
class Comparison:
    """Several surveys side by side; `names` are theirs, in the order given.

    Attributes
    ----------
    units : DataFrame
        By place id, the units that any two of the surveys, the base included, treat differently.
        For each survey `parent_NAME` (place id of the area that the unit belongs to; missing
        where there is no such unit) and `drawn_NAME`: whether its outline is the `same` as in
        the base (without one: the first survey), `redrawn`, or the unit is `absent`.
    areas : DataFrame
        A row per survey and area above the units that any two measure differently: plan, id,
        level, code, name, and the metrics.
    totals : DataFrame
        By survey: `level`, the first that has a limit, and of its areas: `areas`, `over_limit`,
        `worst_deviation`, `mean_polsby_popper`, `street_share` (of all their outlines together);
        of the whole: `units`, `households`, and against the base `households_moved`, `touched`.
    """

    names: tuple[str, ...]
    units: pd.DataFrame
    areas: pd.DataFrame
    totals: pd.DataFrame

    def tables(self) -> dict[str, pd.DataFrame]:
        """Give the tables: totals, areas, units."""
        return {
            "totals": self.totals.reset_index(),
            "areas": self.areas,
            "units": self.units.reset_index(),
        }

    def to_json(self) -> dict[str, list[dict[str, Any]]]:
        """Give the tables as plain data; what is missing is None."""
        return {name: records(frame) for name, frame in self.tables().items()}


def compare(surveys: Mapping[str, Survey], base: Survey | None = None) -> Comparison:
    """Lay surveys side by side.

    Parameters
    ----------
    surveys
        By the names that the tables call them; at least one.
    base
        The edition that they began with.
    """
    names = tuple(surveys)
    everyone = list(surveys.values()) + ([] if base is None else [base])
    ruler = (base or everyone[0]).draft
    units = _units(surveys, ruler, everyone)
    frames = {name: _measured(one, base) for name, one in surveys.items()}
    totals = [_total(name, one, frames[name]) for name, one in surveys.items()]
    return Comparison(
        names, units, _differing(frames), pd.DataFrame(totals).set_index("plan")
    )  # fmt: skip


def _units(surveys: Mapping[str, Survey], ruler: Draft, everyone: list[Survey]) -> pd.DataFrame:
    numbers = sorted({n for one in everyone for n in one.by_unit if _differs(n, everyone)})
    columns: dict[str, Any] = {}
    for name, one in surveys.items():
        rows = [one.draft.places.get(n) for n in numbers]
        parents = [None if row is None else row.parent for row in rows]
        columns[f"parent_{name}"] = pd.array(parents, dtype="Int64")
        columns[f"drawn_{name}"] = [
            _drawn(row, ruler.places.get(n)) for n, row in zip(numbers, rows, strict=True)
        ]
    return pd.DataFrame(columns, index=pd.Index(numbers, name="id", dtype="int64"))


def _differs(number: int, everyone: list[Survey]) -> bool:
    first = everyone[0].draft.places.get(number)
    rows = (one.draft.places.get(number) for one in everyone[1:])
    return any(row is not first and _said(row) != _said(first) for row in rows)


def _said(place: Place | None) -> tuple[Any, ...] | None:
    return None if place is None else (place.parent, place.shape)


def _drawn(place: Place | None, ruler: Place | None) -> str:
    if place is None or place.shape is None:
        return ABSENT
    return SAME if ruler is not None and ruler.shape == place.shape else REDRAWN


def _measured(survey: Survey, base: Survey | None) -> pd.DataFrame:
    """Measure the areas above the units."""
    draft = survey.draft
    areas = sorted(n for n, place in draft.places.items() if place.shape is None)
    rows = [draft.places[n] for n in areas]
    who = pd.DataFrame(
        {
            "level": [row.level for row in rows],
            "code": [row.code for row in rows],
            "name": [row.name for row in rows],
        },
        index=pd.Index(areas, name="id", dtype="int64"),
    )
    return who.join(metrics(survey, areas, base).rename_axis("id"))


def _differing(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Stack the areas that are not the same, measure for measure, in all of them."""
    stacked = pd.concat(frames, names=["plan", "id"]).reset_index()
    plain = stacked.drop(columns="plan").astype(str)
    alike = plain.groupby("id")[[c for c in plain.columns if c != "id"]].nunique().max(axis=1) == 1
    everywhere = stacked.groupby("id")["plan"].nunique() == len(frames)
    settled = set(map(int, alike.index[alike & everywhere.set_axis(alike.index)]))
    return stacked[~stacked["id"].isin(settled)].sort_values(["id", "plan"], ignore_index=True)


def _total(name: str, survey: Survey, measured: pd.DataFrame) -> dict[str, Any]:
    level = limited_level(survey.draft.site)
    areas = measured[measured["level"] == level]
    tops = measured[[survey.draft.places[n].parent is None for n in measured.index]]
    over = (areas["households"] > areas["limit"]).fillna(value=False)
    outlines = [survey.of_area(n) for n in areas.index.tolist()]
    border_um = sum(one.perimeter_um for one in outlines)
    return {
        "plan": name,
        "level": level,
        "areas": len(areas),
        "units": len(survey.by_unit),
        "over_limit": int(over.sum()),
        "worst_deviation": areas["deviation"].abs().max(),
        "mean_polsby_popper": areas["polsby_popper"].mean(),
        "street_share": sum(one.street_um for one in outlines) / border_um if border_um else None,
        "households": tops["households"].sum(),
        "households_moved": tops["households_moved"].sum(min_count=1),
        "touched": tops["touched"].sum(min_count=1),
    }
