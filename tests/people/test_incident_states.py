"""The six states, and what other systems call them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import BadInput, UnknownOption
from geo.people import STATES, STATES_ZH, state_of
from geo.people.incident_states import earlier_states, later_states, require_step, settled


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("已办结", "closed"),
        ("CLOSED", "closed"),
        (" 结案 ", "closed"),
        ("处理中", "handling"),
        ("In Progress", "handling"),
        ("ｃｌｏｓｅｄ", "closed"),
        ("收集", "collected"),
        ("待定", None),
        ("", None),
    ],
)
def test_words_of_other_systems_mean_one_of_the_six_states_where_they_are_known(word, state):
    assert state_of(word) == state
    assert settled(word) == (state or word)


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_known_by_its_key_and_by_its_chinese_name(state):
    assert state_of(state) == state_of(STATES_ZH[state]) == state


def test_an_unknown_state_stays_unknown():
    assert settled(None) is None


@given(st.sampled_from(STATES), st.sampled_from(STATES))
def test_forward_needs_no_note_back_needs_one_and_nothing_leads_where_one_is(here, to):
    if STATES.index(to) > STATES.index(here):
        assert to in later_states(here)
        assert require_step(here, to, note=None) == to
    elif to == here:
        with pytest.raises(BadInput, match="already"):
            require_step(here, to, note="again")
    else:
        assert to in earlier_states(here)
        with pytest.raises(BadInput, match="Say why"):
            require_step(here, to, note=None)
        assert require_step(here, to, note="the lamp is dark again") == to


@pytest.mark.parametrize("text", [None, "OPEN", "待定"])
def test_from_a_text_of_another_system_every_state_can_be_reached(text):
    assert later_states(text) == STATES
    assert earlier_states(text) == ()
    assert all(require_step(text, to, note=None) == to for to in STATES)


def test_a_word_that_is_no_state_is_refused_with_the_six():
    with pytest.raises(UnknownOption, match="collected, accepted, dispatched"):
        require_step("handling", "done", note="x")
