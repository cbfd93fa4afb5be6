"""The states of an incident: six of them in order, and what other systems call them.

An incident goes forward to any later state, and back only with a note. A state that is none of
the six came from another system: it stays as it is until somebody sets one of the six.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

from geo.errors import BadInput, UnknownOption

State = Literal["collected", "accepted", "dispatched", "handling", "reviewed", "closed"]

STATES: tuple[State, ...] = get_args(State)
CLOSED: State = "closed"

#: A filter, not a state: every state but closed, those of other systems and unknown ones too.
OPEN = "open"

STATES_ZH: Mapping[State, str] = MappingProxyType(
    {
        "collected": "收集",
        "accepted": "受理",
        "dispatched": "派遣",
        "handling": "处理",
        "reviewed": "回访",
        "closed": "办结",
    }
)

#: What other systems say for a state, beside its key and its Chinese name.
_WORDS: Mapping[State, tuple[str, ...]] = {
    "collected": ("已收集", "采集", "上报", "已上报", "登记", "已登记", "待受理", "new", "reported"),
    "accepted": ("已受理", "立案", "已立案", "待派遣", "待派单"),
    "dispatched": ("已派遣", "派单", "已派单", "派发", "已派发", "分派", "已分派", "assigned"),
    "handling": (
        "处理中", "办理中", "处置中", "正在处理", "正在办理", "处置", "办理", "in progress",
        "in_progress", "processing",
    ),
    "reviewed": ("已回访", "待结案", "待办结"),
    "closed": ("已办结", "结案", "已结案", "已关闭", "已完成", "resolved", "done"),
}  # fmt: skip

_KNOWN: Mapping[str, State] = {
    word: state for state in STATES for word in (state, STATES_ZH[state], *_WORDS[state])
}


def state_of(text: str) -> State | None:
    """Find which of the six states a text means, whatever system it is from; None: none of them."""
    return _KNOWN.get(unicodedata.normalize("NFKC", text).strip().casefold())


def settled(text: str | None) -> str | None:
    """Give the state to keep for a text: one of the six where it means one, else as it is."""
    return None if text is None else state_of(text) or text


def later_states(state: str | None) -> tuple[State, ...]:
    """Give the states that an incident may go to without a note.

    All six where nothing is known yet, or another system's word is.
    """
    if state not in STATES:
        return STATES
    return STATES[STATES.index(state) + 1 :]


def earlier_states(state: str | None) -> tuple[State, ...]:
    """Give the states that an incident may go back to, with a note."""
    return () if state not in STATES else STATES[: STATES.index(state)]


def require_step(state: str | None, to: str, *, note: str | None) -> State:
    """Check a step from one state to another, and give the latter.

    Raises
    ------
    UnknownOption
        If `to` is none of the six.
    BadInput
        If the incident is there already, or goes back without a note.
    """
    if to not in STATES:
        raise UnknownOption(
            f"“{to}” is not a state of an incident. The states are: {', '.join(STATES)}.",
            f"“{to}”不是事件状态。可用："
            + "、".join(f"{key}（{zh}）" for key, zh in STATES_ZH.items())
            + "。",
            state=to,
        )
    if to == state:
        raise BadInput(
            f"The incident is {to} already. Choose another state.",
            f"事件已处于“{STATES_ZH[to]}”状态，请选择其他状态。",
            state=to,
        )
    if to in earlier_states(state) and not note:
        raise BadInput(
            f"The incident goes back from {state} to {to}. Say why, in a note.",
            f"事件将退回到“{STATES_ZH[to]}”，请填写说明。",
            state=to,
        )
    return to
