"""An edition made whole inside one transaction: rows → re-placing → sealed files → the trail."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from geo import people, registers
from geo.access import Actor, record, roles_on
from geo.boundaries import (
    Finding,
    LevelFigures,
    Ready,
    Site,
    blocking,
    day_of,
    editions,
    load_placer,
    lock_publishing,
    open_edition,
    sealed_areas,
    set_sealed,
    today,
)
from geo.db import Transaction
from geo.errors import BadInput, Busy, ChecksFailed
from geo.progress import Progress
from geo.publish.seal import seal_areas
from geo.registers import ByHand


@dataclass(frozen=True)
class Published:
    """A new edition: its number, day, files' hash, figures by level, and warnings.

    Attributes
    ----------
    heirs
        For each area that it retired, the area that now holds what was bound to it: posts,
        branches, duty grids, roles. None: nobody.
    bound
        How much was bound to retired areas: position, branch, duty, role.
    by_hand
        By subject, what was placed by hand and stayed, or lost its unit.
    """

    number: int
    effective: dt.date
    sealed: str
    levels: list[LevelFigures]
    warnings: list[Finding]
    heirs: dict[int, int | None] = field(default_factory=dict)
    bound: dict[str, int] = field(default_factory=dict)
    by_hand: dict[str, ByHand] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """Give what the audit trail, the plan and the job keep of it, as plain data."""
        return {
            "edition": self.number,
            "effective": self.effective.isoformat(),
            "sealed": self.sealed,
            "levels": [asdict(level) for level in self.levels],
            "heirs": [[place, heir] for place, heir in sorted(self.heirs.items())],
            "bound": self.bound,
            "by_hand": {name: asdict(hand) for name, hand in self.by_hand.items()},
        }


def hold_publishing(tx: Transaction) -> None:
    """Keep others from publishing and importing until the end of this transaction.

    Raises
    ------
    Busy
        If somebody is at it.
    """
    if not lock_publishing(tx):
        raise Busy(
            "Somebody is publishing or importing right now. Wait for it to end, look at the "
            "result, then try again.",
            "有人正在发布或导入，请等待其完成，查看结果后再试。",
        )


def issue(
    tx: Transaction,
    site: Site,
    folder: Path,
    ready: Ready | None = None,
    *,
    title: str,
    effective: dt.date,
    actor: Actor,
    progress: Progress,
    **detail: object,
) -> Published:
    """Write the next edition and seal its files (see `open_edition`); readers see none of it yet.

    `detail` goes into the line of the audit trail.

    Raises
    ------
    ChecksFailed
        If a finding of severity error stands; the first ones are named.
    """
    opened = open_edition(
        tx,
        site,
        ready,
        title=edition_title(title),
        effective=effective,
        actor=actor,
        buildings=registers.building_points(tx),
        progress=progress,
    )
    stop_at_errors(opened.findings)
    by_hand = _replace_all(tx, site, opened.number, progress)
    sealed = seal_areas(sealed_areas(tx, site, opened.number), site, folder, progress=progress)
    set_sealed(tx, opened.number, sealed)
    roles = roles_on(tx, opened.heirs)
    published = Published(
        opened.number,
        effective,
        sealed,
        opened.levels,
        opened.findings,
        opened.heirs,
        {**people.bound_to(tx, opened.heirs), "role": len(roles)},
        by_hand,
    )
    record(
        tx, actor=actor, action="publish", title=title, **published.told(), **detail,
        roles=[f"{role['name']}: {role['role']}@{role['place_id']}" for role in roles],
    )  # fmt: skip
    return published


def stop_at_errors(findings: list[Finding]) -> None:
    """Refuse to publish while an error stands; the first three are named."""
    errors = blocking(findings)
    if errors:
        first = errors[:3]
        raise ChecksFailed(
            f"{len(errors)} errors stand in the way of publishing. "
            + " ".join(f"{f.en} {f.remedy_en}" for f in first),
            f"有 {len(errors)} 个错误，不能发布。" + "".join(f"{f.zh}{f.remedy_zh}" for f in first),
            findings=[f.to_json() for f in errors[:100]],
        )


def effective_day(tx: Transaction, site: Site, wanted: str | dt.date | None) -> dt.date:
    """Give the day from which a new edition is in force: the wanted one, else today.

    Raises
    ------
    BadInput
        If it lies before that of the last edition.
    """
    day = day_of(wanted) if isinstance(wanted, str) else wanted or today(site)
    days = editions(tx)["effective"]
    if len(days) and day < days.max():
        raise BadInput(
            f"The last edition is in force from {days.max()}; a new one can't begin before it.",
            f"上一版本自 {days.max()} 起生效，新版本的生效日期不能更早。",
        )
    return day


def _replace_all(tx: Transaction, site: Site, number: int, progress: Progress) -> dict[str, ByHand]:
    """Place every building, facility, incident and member in the new edition."""
    progress("place", 0, 2)
    placer = load_placer(tx, site, [number])
    by_hand = registers.replace(tx, edition=number, place=placer)
    progress("place", 1, 2)
    by_hand |= people.replace(tx, edition=number, place=placer)
    progress("place", 2, 2)
    return {name: hand for name, hand in by_hand.items() if hand.kept or hand.lost}


def edition_title(title: str) -> str:
    """Give the title of an edition without blanks around it; BadInput if nothing is left."""
    if not (title := title.strip()):
        raise BadInput("The edition needs a title.", "请填写版本标题。")
    return title
