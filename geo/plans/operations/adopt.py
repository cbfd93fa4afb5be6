"""Units get the areas that a file names for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from geo.errors import BadInput, Refused
from geo.plans.draft import PROVISIONAL, Change, Draft, Place, provisional_code
from geo.plans.operations.base import Words
from geo.plans.operations.carry import carry, leaves, require_above, require_not_a_unit
from geo.plans.operations.codec import CODECS, Codec, Coded, read_number, read_object, read_text
from geo.plans.operations.wording import require_some
from geo.plans.survey import Survey

Target = int | str


def _target(value: object) -> Target:
    return read_text(value) if isinstance(value, str) else read_number(value)


CODECS[Mapping[int, Target]] = Codec(
    lambda v: {str(unit): area for unit, area in sorted(v.items())},
    lambda v: {int(unit): _target(area) for unit, area in read_object(v).items()},
    "ids or codes of areas by the id of a unit",
    "以单元编号为键的区域编号或编码",
)
CODECS[Mapping[str, str]] = Codec(
    lambda v: dict(sorted(v.items())),
    lambda v: {read_text(code): read_text(name) for code, name in read_object(v).items()},
    "names by code",
    "以编码为键的名称",
)


@dataclass(frozen=True, slots=True)
class Adopt(Coded):
    """Put each unit into the area of a level that a file names for it.

    `labels` gives, by unit, the id of an area of that level or a code. A code that no place of
    the draft has makes a new area: it keeps the code if the level accepts it, else that becomes
    its name and the code stands open until publishing. A new area lies where most households of
    its units lie today. Units are moved as in `Move`: areas between are made where they are
    parted, those left empty stay. `names` are those of new areas by code.
    """

    kind: ClassVar[str] = "adopt"

    labels: Mapping[int, Target]
    level: str
    names: Mapping[str, str] = field(default_factory=dict)

    def apply(self, survey: Survey, ids: Iterator[int]) -> Change:
        """Compute the change.

        Raises
        ------
        NotFound
            If a place is not in the draft, or the site has no such level.
        BadInput
            If there are no labels, or a unit can't lie in an area of the level.
        Refused
            If a target is of another level, or all units lie as the labels say.
        """
        draft = survey.draft
        groups: dict[Target, set[int]] = {}
        targets = self._targets(draft)
        for unit in require_some(sorted(targets), "labels"):
            groups.setdefault(targets[unit], set()).update(leaves(draft, unit))
        rows: list[Place] = []
        for target in sorted(groups, key=lambda target: (isinstance(target, str), target)):
            require_above(draft, groups[target], self.level)
            if isinstance(target, str):
                to = self._made(survey, target, groups[target], ids)
                rows.append(to)
            else:
                to = self._there(draft, target)
            rows.extend(carry(draft, groups[target], to, ids))
        if not rows:
            raise Refused(
                "All units lie in the areas that the file names already.",
                "所有单元都已属于文件中指定的区域。",
            )
        return Change.of(draft, rows)

    def label(self, draft: Draft) -> Words:
        """Say what it does."""
        level, count = draft.site.level(self.level), len(self.about(draft))
        return Words(
            f"按文件把 {count} 个单元归入{level.zh}",
            f"Put {count} units into the {level.en.lower()} areas of a file",
        )

    def about(self, draft: Draft) -> frozenset[int]:
        """Give the units that do not yet lie where the labels say."""
        return frozenset(
            unit
            for unit, target in self._targets(draft).items()
            if draft.above(unit, self.level) != target
        )

    def _targets(self, draft: Draft) -> dict[int, Target]:
        """Give the target of each unit, by id where the draft has its code."""
        ids = {place.code: place.id for place in draft.places.values()}
        return {
            unit: ids.get(target, target) if isinstance(target, str) else target
            for unit, target in self.labels.items()
        }

    def _there(self, draft: Draft, target: int) -> Place:
        place = require_not_a_unit(draft, target)
        if place.level != self.level:
            level = draft.site.level(self.level)
            raise BadInput(
                f"“{place.name}” ({place.code}) is not of the level “{level.en}”. Choose the "
                "level of the areas in the file.",
                f"“{place.name}”（{place.code}）不属于“{level.zh}”层级。请选择与文件相符的层级。",
                id=target,
            )
        return place

    def _made(self, survey: Survey, code: str, units: set[int], ids: Iterator[int]) -> Place:
        level = survey.draft.site.level(self.level)
        number = next(ids)
        real = code and level.accepts(code) and not code.startswith(PROVISIONAL)
        return Place(
            number,
            level.key,
            code if real else provisional_code(number),
            self.names.get(code) or code,
            _home(survey, units, level.rank),
        )


def _home(survey: Survey, units: set[int], rank: int) -> int | None:
    """Find the area over a rank that most households of some units lie in."""
    households: Counter[int | None] = Counter()
    counted: Counter[int | None] = Counter()
    for unit in units:
        chain = survey.draft.chain(unit)
        above = [p.id for p in chain if survey.draft.site.level(p.level).rank < rank]
        home = above[0] if above else None
        households[home] += survey.households(unit) or 0
        counted[home] += 1
    return min(counted, key=lambda home: (-households[home], -counted[home], home or 0))
