"""What the table of rights promises, role by role and area by area."""

import pytest

from geo.access import OPEN, RIGHTS, ROLES, VISITOR, WHOLE_TOWN, Actor, Grant, operator
from geo.errors import NotAllowed, NotSignedIn


def holder(*grants):
    return Actor("li", grants)


@pytest.mark.parametrize("right", RIGHTS)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_for_the_whole_town_gives_the_rights_of_the_table_everywhere(right, role):
    actor = holder(Grant(role))
    assert actor.may(right) == (role in RIGHTS[right])
    if actor.may(right):
        assert actor.scope(right).everywhere
        actor.require(right, chain=())
    else:
        with pytest.raises(NotAllowed, match="roles"):
            actor.require(right)


def test_a_role_for_an_area_reaches_what_lies_in_it_and_nothing_else():
    worker = holder(Grant("worker", 7))
    worker.require("incidents.read", chain=(31, 7, 1))
    for chain in ((31, 8, 1), ()):
        with pytest.raises(NotAllowed, match="outside the areas"):
            worker.require("incidents.read", chain=chain)


def test_two_roles_reach_as_far_as_both_together():
    actor = holder(Grant("worker", 7), Grant("steward", 8))
    assert actor.scope("members.read").places == {7, 8}
    assert holder(Grant("worker", 7), Grant("steward")).scope("members.read").everywhere


@pytest.mark.parametrize("right", sorted(WHOLE_TOWN))
def test_what_touches_the_whole_town_needs_a_role_for_the_whole_town(right):
    assert not holder(Grant("admin", 7)).may(right)
    assert holder(Grant("admin")).may(right)


def test_a_visitor_is_told_to_sign_in_and_may_look_at_the_map():
    VISITOR.require("map", chain=(1,))
    with pytest.raises(NotSignedIn, match="Sign in"):
        VISITOR.require("members.read", chain=(1,))


@pytest.mark.parametrize("right", sorted(OPEN))
def test_signing_in_takes_nothing_away_of_what_is_open_to_visitors(right):
    for role in ROLES:
        assert holder(Grant(role, 7)).scope(right).everywhere
        holder(Grant(role, 7)).require(right, chain=(8, 1))


def test_who_works_at_the_machine_may_everything():
    assert all(operator("cli:root").scope(right).everywhere for right in RIGHTS)


def test_a_visitor_has_what_a_viewer_has():
    viewer = holder(Grant("viewer"))
    assert [VISITOR.may(r) for r in RIGHTS] == [viewer.may(r) for r in RIGHTS]
