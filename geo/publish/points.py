"""A file of points in, the same rows with their areas out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from geo.boundaries import REASONS, STATUSES, Status
from geo.crs import SourceCrs
from geo.errors import Language
from geo.exchange import read_file, require_crs, write_csv
from geo.progress import Progress, quiet
from geo.publish.ask import Located
from geo.publish.folder import EditionRef, PublishedFolder


def locate_file(
    folder: PublishedFolder,
    ref: EditionRef,
    source: Path,
    target: Path,
    *,
    crs: SourceCrs | None,
    language: Language = "zh",
    progress: Progress = quiet,
) -> dict[Status, int]:
    """Place every point of a file and write all rows with the answer beside them as CSV.

    Rows keep their order and their columns; added are `edition`, `status`, `reason`, for every
    level `LEVEL_code` and `LEVEL_name`, `building` (id) and `border_m`. Rows without a usable
    point are there too, as `invalid`. Gives the counts by status.

    Raises
    ------
    UnreadableFile, WrongCrs
        If the file has no points, or nobody says in which system they are.
    """
    table = read_file(source, crs=crs, progress=progress)
    progress("locate", 0, 2)
    shapes = np.asarray(shapely.centroid(table.shapes), dtype=object)
    located = folder.locate(ref, shapely.get_x(shapes), shapely.get_y(shapes), require_crs(table))
    progress("locate", 1, 2)
    plain = table.frame[list(table.headings)].reset_index(drop=True)
    answers = answer_columns(located, ref.number, language)
    write_csv(pd.concat([plain, answers], axis=1), target)
    progress("locate", 2, 2)
    return located.counts()


def answer_columns(located: Located, edition: int, language: Language) -> pd.DataFrame:
    """Give the answers column by column, one row per point in order."""
    areas = located.areas
    unit = pd.Index(located.unit)
    reasons = np.array([*(reason.say(language) for reason in REASONS), ""], dtype=object)
    columns: dict[str, object] = {
        "edition": np.full(len(located), edition),
        "status": np.array(STATUSES, dtype=object)[located.status],
        "reason": reasons[located.reason_code],
    }
    chains = {int(place): areas.chain(int(place)) for place in unit.unique() if place >= 0}
    for level in areas.site.keys:
        for part in ("code", "name"):
            text = {
                place: next((getattr(a, part) for a in chain if a.level == level), "")
                for place, chain in chains.items()
            }
            columns[f"{level}_{part}"] = [text.get(place, "") for place in unit]
    building = pd.array(located.building, dtype="Int64")
    building[located.building < 0] = pd.NA
    return pd.DataFrame({**columns, "building": building, "border_m": located.border_m.round(3)})
