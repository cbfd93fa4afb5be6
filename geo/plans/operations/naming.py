"""Names and codes by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from geo.errors import BadInput, Refused
from geo.plans.draft import PROVISIONAL, Change, Draft, Place
from geo.plans.operations.base import Words
from geo.plans.operations.codec import Coded
from geo.plans.operations.wording import require_name, shown
from geo.plans.survey import Survey


@dataclass(frozen=True, slots=True)
class Rename(Coded):
    """Give a place another name."""

    kind: ClassVar[str] = "rename"

    area: int
    name: str

    def apply(self, survey: Survey, ids: Iterator[int]) -> Change:  # noqa: ARG002
        """Compute the change; `ids` is not used.

        Raises
        ------
        NotFound, BadInput, Refused
            If the place is not in the draft, the name is blank, or it has that name already.
        """
        place = survey.draft.place(self.area)
        name = require_name(self.name)
        if name == place.name:
            raise Refused(
                f"“{name}” is its name already. Write another one.",
                f"该区域的名称已是“{name}”。请填写其他名称。",
                id=self.area,
            )
        return Change.of(survey.draft, [replace(place, name=name)])

    def label(self, draft: Draft) -> Words:
        """Say what it does."""
        old = shown(draft, [self.area])
        return Words(f"{old.zh}改名为“{self.name}”", f"Rename {old.en} to “{self.name}”")

    def about(self, draft: Draft) -> frozenset[int]:  # noqa: ARG002
        """Give the place."""
        return frozenset({self.area})


@dataclass(frozen=True, slots=True)
class Recode(Coded):
    """Give a place another code, one that no other place has or (asked by the desk) ever had."""

    kind: ClassVar[str] = "recode"

    area: int
    code: str

    def apply(self, survey: Survey, ids: Iterator[int]) -> Change:  # noqa: ARG002
        """Compute the change; `ids` is not used.

        Raises
        ------
        NotFound
            If the place is not in the draft.
        BadInput
            If the code is blank, not of the level's shape, or looks like one that stands only
            until publishing.
        Refused
            If another place has it, or it has it itself.
        """
        draft = survey.draft
        place = draft.place(self.area)
        require_code(draft, place, self.code)
        holder = next((p for p in draft.places.values() if p.code == self.code), None)
        if holder is not None:
            raise Refused(
                f"The code {self.code} is that of “{holder.name}”. A code never goes to another "
                "place: choose one that was never used.",
                f"编码 {self.code} 属于“{holder.name}”。编码不得转给其他区域，请选用从未用过的编码。",
                code=self.code,
                id=holder.id,
            )
        return Change.of(draft, [replace(place, code=self.code)])

    def label(self, draft: Draft) -> Words:
        """Say what it does."""
        old = shown(draft, [self.area])
        return Words(f"{old.zh}改用编码 {self.code}", f"Give {old.en} the code {self.code}")

    def about(self, draft: Draft) -> frozenset[int]:  # noqa: ARG002
        """Give the place."""
        return frozenset({self.area})


def require_code(draft: Draft, place: Place, code: str) -> None:
    """Refuse a code that is blank, provisional, or not of the shape of the place's level.

    Raises
    ------
    BadInput
    """
    level = draft.site.level(place.level)
    plain = code and code == code.strip() and not code.startswith(PROVISIONAL)
    if plain and level.accepts(code):
        return
    rule = level.code_pattern or f"[^{PROVISIONAL}].*"
    raise BadInput(
        f"“{code}” can't be a code of the level “{level.en}”: it must match {rule}.",
        f"“{code}”不能作为“{level.zh}”层级的编码：应符合 {rule}。",
        code=code,
        id=place.id,
    )
