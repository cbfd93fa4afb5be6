"""Who may what: one table of rights, and the actor that every action is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from geo.errors import NotAllowed, NotSignedIn

Role = Literal["viewer", "system", "worker", "planner", "steward", "admin"]
Right = Literal[
    "map",               # lines and public registers: map, search, one point
    "counts",            # people and incidents as counts, small ones suppressed; vacancies
    "ask",               # many points at once, registers in bulk, changes
    "incidents.read",
    "incidents.write",
    "staff.read",        # names and phones of those who hold posts
    "members.read",
    "members.forget",
    "import.lines",
    "import.registers",
    "import.people",
    "plans.read",
    "plans.write",       # draw in plans: within the areas of the role
    "plans.approve",     # approve and return plans
    "publish",
    "admin",             # accounts, audit trail, site, backup
]  # fmt: skip

ROLES: tuple[Role, ...] = get_args(Role)

#: Which roles give a right. Without an account one has what a viewer has.
RIGHTS: Mapping[Right, frozenset[Role]] = MappingProxyType(
    {
        "map": frozenset(ROLES),
        "counts": frozenset(ROLES),
        "ask": frozenset({"system", "worker", "planner", "steward", "admin"}),
        "incidents.read": frozenset({"system", "worker", "planner", "steward", "admin"}),
        "incidents.write": frozenset({"system", "worker", "steward", "admin"}),
        "staff.read": frozenset({"worker", "steward", "admin"}),
        "members.read": frozenset({"worker", "steward", "admin"}),
        "members.forget": frozenset({"steward", "admin"}),
        "import.lines": frozenset({"planner", "steward", "admin"}),
        "import.registers": frozenset({"steward", "admin"}),
        "import.people": frozenset({"steward", "admin"}),
        "plans.read": frozenset({"planner", "steward", "admin"}),
        "plans.write": frozenset({"planner", "steward", "admin"}),
        "plans.approve": frozenset({"steward", "admin"}),
        "publish": frozenset({"steward", "admin"}),
        "admin": frozenset({"admin"}),
    }
)

#: Rights that everybody has, everywhere: a role for one area takes nothing away from them.
OPEN: frozenset[Right] = frozenset(r for r, roles in RIGHTS.items() if "viewer" in roles)

#: Rights whose use touches the whole town: a role for a part of it does not give them.
WHOLE_TOWN: frozenset[Right] = frozenset(
    {"import.lines", "import.registers", "import.people", "plans.approve", "publish", "admin"}
)

_ROLES_ZH: Mapping[Role, str] = {
    "viewer": "查看者",
    "system": "系统",
    "worker": "网格员",
    "planner": "规划员",
    "steward": "管理员",
    "admin": "系统管理员",
}


@dataclass(frozen=True)
class Grant:
    """A role, for the whole town (`place` None) or for one area and what lies in it (place id)."""

    role: Role
    place: int | None = None


@dataclass(frozen=True)
class Scope:
    """The areas that a right reaches: everywhere (`places` None), or these and what lies in them."""

    places: frozenset[int] | None = None

    @property
    def everywhere(self) -> bool:
        """Whether it is the whole town, places outside all areas included."""
        return self.places is None

    def covers(self, chain: Iterable[int]) -> bool:
        """Tell whether an area lies in it; `chain` are its place ids, its own and all above."""
        return self.places is None or not self.places.isdisjoint(chain)


@dataclass(frozen=True)
class Actor:
    """Who acts: a name for the audit trail, and the roles held. Given to every action."""

    name: str
    grants: tuple[Grant, ...] = (Grant("viewer"),)
    signed_in: bool = True

    def may(self, right: Right) -> bool:
        """Tell whether any role gives the right, wherever it reaches."""
        return right in OPEN or any(True for _ in self._giving(right))

    def scope(self, right: Right) -> Scope:
        """Give the areas that the right reaches.

        Raises
        ------
        NotSignedIn
            If nobody is signed in, and a visitor has not the right.
        NotAllowed
            If no role gives the right; the sentence names those that do.
        """
        if right in OPEN:
            return Scope()
        places = [grant.place for grant in self._giving(right)]
        if not places:
            raise self._denied(right)
        known = [place for place in places if place is not None]
        return Scope() if len(known) < len(places) else Scope(frozenset(known))

    def require(self, right: Right, chain: Iterable[int] = ()) -> None:
        """Let pass only who has the right for the area of this chain of place ids.

        An empty chain is a place outside all areas: only a right for the whole town reaches it.

        Raises
        ------
        NotSignedIn, NotAllowed
            As `scope`; NotAllowed also for an area that no role is for.
        """
        if not self.scope(right).covers(chain):
            raise NotAllowed(
                "This lies outside the areas that your account is for. Ask those in charge of it,"
                " or the administrator for a wider role.",
                "该位置不在您的账号所辖区域内。请联系所在区域的负责人，或请管理员扩大角色范围。",
                right=right,
            )

    def _giving(self, right: Right) -> Iterable[Grant]:
        for grant in self.grants:
            if grant.role in RIGHTS[right] and (grant.place is None or right not in WHOLE_TOWN):
                yield grant

    def _denied(self, right: Right) -> NotAllowed:
        roles = [role for role in ROLES if role in RIGHTS[right]]
        town_en, town_zh = (" for the whole town", "（全域）") if right in WHOLE_TOWN else ("", "")
        en = f"It needs one of the roles {', '.join(roles)}{town_en}."
        zh = f"需要以下角色之一{town_zh}：{'、'.join(_ROLES_ZH[role] for role in roles)}。"
        if not self.signed_in:
            return NotSignedIn(
                f"This is not open to visitors. {en} Sign in.",
                f"未登录不能使用此功能。{zh}请登录。",
                right=right,
                roles=roles,
            )
        return NotAllowed(
            f"Your account ({self.name}) may not do this. {en} Ask the administrator.",
            f"账号（{self.name}）没有此权限。{zh}请联系管理员。",
            right=right,
            roles=roles,
        )


#: Whoever has not signed in.
VISITOR = Actor("visitor", signed_in=False)


def operator(name: str) -> Actor:
    """Give the actor of who works at the machine itself: the command line may do everything."""
    return Actor(name, (Grant("admin"),))
