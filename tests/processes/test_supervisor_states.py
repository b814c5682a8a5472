"""The supervisor's table: every pair, and what must hold in all of them."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from mainspring.builder.processes.supervisor_states import TABLE, Do, State, When, advance, too_often

NOTHING_LIVE = {State.STOPPED, State.CRASHED, State.FAILED, State.CHECKING, State.STARTING}
WITH_CANDIDATE = {State.STARTING, State.LIVE_STARTING, State.HANDING_OVER, State.HANDING_OVER_STALE}
CHECKING = {State.CHECKING, State.LIVE_CHECKING}
PAIRS = list(product(State, When))


@pytest.mark.parametrize(("state", "when"), PAIRS)
def test_what_is_done_agrees_with_the_state_before_and_after(state: State, when: When) -> None:
    after, doing = advance(state, when)

    live = state not in NOTHING_LIVE
    candidate = state in WITH_CANDIDATE
    for do in doing:
        match do:
            case Do.START:
                assert not candidate
                candidate = True
            case Do.DROP:
                assert candidate
                candidate = False
            case Do.SWITCH:
                assert candidate
                live, candidate = True, False
            case Do.END | Do.LOSE | Do.RETIRE:
                assert live
                live = False
            case Do.EXPORT:
                assert live
                assert candidate
    assert live == (after not in NOTHING_LIVE)
    assert candidate == (after in WITH_CANDIDATE)


@pytest.mark.parametrize(("state", "when"), PAIRS)
def test_a_check_is_asked_for_exactly_when_one_is_awaited(state: State, when: When) -> None:
    after, doing = advance(state, when)

    if Do.CHECK in doing:
        assert after in CHECKING
    if after in CHECKING and state not in CHECKING:
        assert Do.CHECK in doing


@pytest.mark.parametrize("state", State)
def test_stop_ends_everything_from_everywhere(state: State) -> None:
    assert advance(state, When.STOP)[0] is State.STOPPED


@pytest.mark.parametrize("state", State)
def test_restart_begins_with_a_look_at_the_sources_from_everywhere(state: State) -> None:
    after, doing = advance(state, When.RESTART)

    assert after is State.CHECKING
    assert Do.CHECK in doing


@pytest.mark.parametrize("state", [state for state in State if state not in NOTHING_LIVE])
@pytest.mark.parametrize("when", [When.LOST, When.LOST_OFTEN])
def test_the_death_of_the_live_one_is_dealt_with_in_every_state_that_has_one(
    state: State, when: When
) -> None:
    assert advance(state, when)[1][0] is Do.LOSE


@pytest.mark.parametrize("state", [state for state in State if state in WITH_CANDIDATE])
def test_a_candidate_that_gives_up_is_dropped_and_a_live_one_that_gave_nothing_away_goes_on(
    state: State,
) -> None:
    after, doing = advance(state, When.GAVE_UP)

    assert doing[0] is Do.DROP
    assert (after is State.LIVE) == (state is State.LIVE_STARTING)


@pytest.mark.parametrize(("state", "when"), [pair for pair in PAIRS if pair not in TABLE])
def test_news_of_something_given_up_changes_nothing(state: State, when: When) -> None:
    assert when not in (When.CHANGED, When.RESTART, When.STOP)
    assert advance(state, when) == (state, ())


def test_every_state_can_be_reached_and_left() -> None:
    reached = {State.STOPPED}
    while new := {after for (state, _), (after, _) in TABLE.items() if state in reached} - reached:
        reached |= new

    assert reached == set(State)
    assert all(
        any(after is not state for (a, _), (after, _) in TABLE.items() if a is state) for state in State
    )


def test_a_save_from_first_wish_to_live() -> None:
    events = [When.RESTART, When.CHECKED, When.READY, When.CHANGED, When.CHECKED, When.READY, When.EXPORTED]
    states = [State.STOPPED]
    for event in events:
        states.append(advance(states[-1], event)[0])

    assert states[-5:] == [
        State.LIVE,
        State.LIVE_CHECKING,
        State.LIVE_STARTING,
        State.HANDING_OVER,
        State.LIVE,
    ]
    assert all(before is not after for before, after in pairwise(states))


@pytest.mark.parametrize(
    ("crashes", "often"),
    [
        ([], False),
        ([100.0], False),
        ([96.0, 97.0, 98.0, 100.0], False),
        ([96.0, 97.0, 98.0, 99.0, 100.0], True),
        ([70.0, 97.0, 98.0, 99.0, 100.0], False),
        ([70.1, 97.0, 98.0, 99.0, 100.0], True),
    ],
)
def test_five_crashes_in_thirty_seconds_are_too_many(crashes: list[float], often: bool) -> None:
    assert too_often(crashes, 100.0) is often
