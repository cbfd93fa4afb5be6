"""What a planner can do to a draft: one file per kind of work."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from geo.errors import UnknownOption
from geo.plans.operations.adopt import Adopt
from geo.plans.operations.base import Operation, Words
from geo.plans.operations.create import Create
from geo.plans.operations.cut import Cut
from geo.plans.operations.divide import Divide
from geo.plans.operations.merge import Merge
from geo.plans.operations.move import Move
from geo.plans.operations.naming import Recode, Rename
from geo.plans.operations.renumber import Renumber
from geo.plans.operations.reshape import Reshape
from geo.plans.operations.restore import Restore
from geo.plans.operations.retire import Retire
from geo.plans.operations.split import Side, Split, SplitPreview
from geo.plans.operations.unite import Unite

__all__ = [
    "OPERATIONS",
    "Adopt",
    "Create",
    "Cut",
    "Divide",
    "Merge",
    "Move",
    "Operation",
    "Recode",
    "Rename",
    "Renumber",
    "Reshape",
    "Restore",
    "Retire",
    "Side",
    "Split",
    "SplitPreview",
    "Unite",
    "Words",
    "operation_from_json",
]

#: Every kind of operation by its name in the log.
OPERATIONS: dict[str, type[Operation]] = {
    cls.kind: cls
    for cls in (
        Move,
        Create,
        Split,
        Merge,
        Rename,
        Recode,
        Renumber,
        Retire,
        Adopt,
        Restore,
        Cut,
        Reshape,
        Unite,
        Divide,
    )
}


def operation_from_json(
    data: Mapping[str, Any], *, used: Collection[str] = frozenset()
) -> Operation:
    """Build an operation from its plain data.

    Parameters
    ----------
    data : mapping
        `kind` and the fields of that kind, as the operation's `to_json` gives them.
    used : collection of text
        Every code that any edition has ever had; needed by what gives codes (renumber).

    Raises
    ------
    UnknownOption
        If there is no such kind, or it has no such field.
    BadInput
        If a field is missing or not of its kind.
    """
    kind = data.get("kind")
    cls = OPERATIONS.get(kind) if isinstance(kind, str) else None
    if cls is None:
        known = ", ".join(OPERATIONS)
        raise UnknownOption(
            f"“{kind}” is not something that can be done to a plan. Known are: {known}.",
            f"方案中没有“{kind}”这种操作。可用的有：{known}。",
            option="kind",
        )
    operation = cls.from_json(data)
    if isinstance(operation, Renumber):
        return replace(operation, used=frozenset(used))
    return operation
