"""The impact of a redraw as tables: plain data for programs, sheets for people."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pandas as pd

from geo.errors import Language
from geo.exchange import Sheet, write_xlsx
from geo.plans.checks import Post
from geo.plans.draft import Draft
from geo.plans.figures import NOWHERE
from geo.plans.flows import COUNTS
from geo.plans.impact_words import COLUMNS, FATES, NONE_YET, SHEETS, VACANT, VALUES

if TYPE_CHECKING:
    from geo.plans.impact import Impact

_SHARES = ("coverage_before", "coverage_after", "share")
_COUNTED = ("households", "members", "incidents", "facilities")


def without_counts(found: Impact, *counts: str) -> Impact:
    """Leave counts out (members, incidents), for whoever may not know them."""
    gone: dict[str, Any] = dict.fromkeys(counts, pd.NA)
    both: dict[str, Any] = {f"{n}_{side}": pd.NA for n in counts for side in ("before", "after")}
    return replace(
        found,
        flows=found.flows.assign(**gone),
        areas=found.areas.assign(**both),
        workers=found.workers.assign(**gone),
    )


def tables(found: Impact) -> dict[str, pd.DataFrame]:
    """Give the tables of an impact, every place named by id, code and name.

    Returns
    -------
    dict of DataFrame
        summary (a row per level), flows (those of areas that give or get anything), areas,
        workers, needed, freed, codes.
    """
    flows = _named(_affected(found.flows), found)
    workers = _named(found.workers, found)
    return {
        "summary": summary(found),
        "flows": flows,
        "areas": _with_parents(found),
        "workers": workers,
        "needed": _named(found.needed, found),
        "freed": _named(found.freed, found),
        "codes": _codes(found),
    }


def sheets(found: Impact, *, language: Language) -> list[Sheet]:
    """Give the tables as sheets for people, with their headings in one language."""
    made = []
    for name, frame in tables(found).items():
        column = 0 if language == "zh" else 1
        shown = frame.drop(columns=[c for c in frame.columns if c not in COLUMNS])
        for key in [c for c in ("posts_before", "posts_after") if c in shown]:
            shown[key] = [posts_text(posts, language) for posts in shown[key]]
        for key in ("level", "fate", "held"):
            if key in shown:
                words = [_word(value, found, column) for value in shown[key]]
                shown[key] = pd.Series(words, index=shown.index, dtype=object)
        heads = {key: COLUMNS[key][column] for key in shown.columns}
        formats = {heads[key]: "0.0%" for key in _SHARES if key in heads}
        made.append(Sheet(SHEETS[name][column], shown.rename(columns=heads), formats=formats))
    return made


def write_impact(target: Path | IO[bytes], found: Impact, *, language: Language) -> None:
    """Write an impact as a workbook."""
    write_xlsx(target, sheets(found, language=language))


def summary(found: Impact) -> pd.DataFrame:
    """Sum an impact up: level by level the areas, what becomes of them, and what goes elsewhere."""
    rows = []
    for level in found.levels:
        flows = found.flows[found.flows["level"] == level.key]
        ends = flows[["from_id", "to_id"]]
        elsewhere = (ends["from_id"] != ends["to_id"]) & (ends != NOWHERE).all(axis=1)
        fates = found.areas.loc[found.areas["level"] == level.key, "fate"].value_counts()
        rows.append(
            {
                "level": level.key,
                "areas_before": len(found.before.draft.at_level(level.key)),
                "areas_after": len(found.after.draft.at_level(level.key)),
                **{fate: int(fates.get(fate, 0)) for fate in FATES},
                **{f"{n}_before": _sum(flows, n, flows["from_id"] != NOWHERE) for n in _COUNTED},
                **{f"{n}_after": _sum(flows, n, flows["to_id"] != NOWHERE) for n in _COUNTED},
                **{f"{n}_elsewhere": _sum(flows, n, elsewhere) for n in _COUNTED},
            }
        )
    return pd.DataFrame(rows, dtype=object)


def _sum(flows: pd.DataFrame, name: str, rows: pd.Series[bool]) -> int | None:
    return None if flows[name].isna().any() else int(flows.loc[rows, name].sum())


def _affected(flows: pd.DataFrame) -> pd.DataFrame:
    """Leave out areas that keep all they have and get nothing."""
    keys = flows["level"].astype(str)
    apart = flows[flows["from_id"] != flows["to_id"]]
    busy = {
        (level, number)
        for side in ("from_id", "to_id")
        for level, number in zip(apart["level"], apart[side], strict=True)
    }
    ends = zip(keys, flows["from_id"], flows["to_id"], strict=True)
    kept = [(level, a) in busy or (level, b) in busy for level, a, b in ends]
    anything = (flows[[*COUNTS, "area_m2"]].fillna(0) > 0).any(axis=1)
    rows: pd.DataFrame = flows[pd.Series(kept, index=flows.index, dtype=bool) & anything]
    return rows.reset_index(drop=True)


def _named(frame: pd.DataFrame, found: Impact) -> pd.DataFrame:
    """Put code and name behind every column of ids: as they were where from, else as they become."""
    out: dict[str, Any] = {}
    for column in frame.columns:
        out[column] = frame[column]
        if column.endswith("id"):
            first, second = found.after.draft, found.before.draft
            drafts = (second, first) if column.startswith("from") else (first, second)
            ids = frame[column].tolist()
            stem = column.removesuffix("id")
            out[f"{stem}code"] = pd.Series([_of(drafts, n, "code") for n in ids], dtype=object)
            out[f"{stem}name"] = pd.Series([_of(drafts, n, "name") for n in ids], dtype=object)
    return pd.DataFrame(out)


def _of(drafts: tuple[Draft, Draft], number: object, field: str) -> str | None:
    if not isinstance(number, int) or number == NOWHERE:
        return None
    draft = drafts[0] if number in drafts[0].places else drafts[1]
    return str(getattr(draft.places[number], field))


def _with_parents(found: Impact) -> pd.DataFrame:
    """Give the areas with the names of their parents, and their id as a column."""
    frame = found.areas.reset_index()
    for side, one in (("before", found.before), ("after", found.after)):
        parents = [None if pd.isna(n) else int(n) for n in frame.pop(f"parent_{side}")]
        places = one.draft.places
        names = [None if n is None else places[n].name for n in parents]
        codes = [None if n is None else places[n].code for n in parents]
        frame[f"parent_{side}"] = pd.Series(names, dtype=object)
        frame[f"parent_code_{side}"] = pd.Series(codes, dtype=object)
    return frame


def _codes(found: Impact) -> pd.DataFrame:
    frame = found.codes[["level", "fate", "code_before", "name_before", "code_after", "name_after"]]
    frame = frame.reset_index()
    heirs = [_heirs(found, n) if fate == "retired" else None for n, fate in zip(frame["id"].tolist(), frame["fate"], strict=True)]  # fmt: skip
    return frame.assign(heirs=pd.Series(heirs, dtype=object))


def _heirs(found: Impact, area: int) -> str:
    rows = found.heirs(area)
    whole = rows["households"].sum() or rows["area_m2"].sum()
    part = "households" if rows["households"].sum() else "area_m2"
    places = found.after.draft.places
    return ", ".join(
        f"{places[int(row['to_id'])].code} {row[part] / whole:.0%}"
        for row in rows.to_dict("records")
        if row[part]
    )


def _word(value: object, found: Impact, column: int) -> object:
    for level in found.levels:
        if value == level.key:
            return (level.zh, level.en)[column]
    return VALUES[value][column] if isinstance(value, str | bool) and value in VALUES else value


def posts_text(posts: tuple[Post, ...], language: Language) -> str:
    """Write posts in a row, with their holders where they are known."""
    column = 0 if language == "zh" else 1
    if not posts:
        return NONE_YET[column]
    said = [
        f"{post.title}（{post.holder}）" if post.holder
        else post.title if post.held else f"{post.title}（{VACANT[column]}）"
        for post in posts
    ]  # fmt: skip
    return "；".join(said) if column == 0 else "; ".join(said)
