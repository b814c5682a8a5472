"""What the supervisor does when something happens, as a table without clocks, files and processes.

Up to two runtimes count: the *live* one, which serves, and a *candidate*, which loads beside it.

- A changed source is checked first; only one that compiles gets a candidate. So neither a syntax error nor
  an app that fails to load touches the live one.
- A candidate that is ready gets the state of the live one (hand-over), then takes its place (switch); what
  still runs in the old one may finish there.
- The newest source wins: a candidate of an older one is dropped. Only a hand-over is finished first.
- When the live one dies, its source is checked and started again, unless that happened too often: then
  it waits for a change or for someone who says restart. If a candidate is on its way, that takes over.
- What was stopped stays so, whatever changes on disk, until someone says restart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from types import MappingProxyType
from typing import Final

__all__ = ["TABLE", "Do", "State", "When", "advance", "too_often"]

CRASHES: Final = 5
CRASHES_WITHIN_S: Final = 30.0


class State(Enum):
    """Where the supervisor stands. In the first five nothing serves."""

    STOPPED = auto()
    CRASHED = auto()
    FAILED = auto()
    CHECKING = auto()
    STARTING = auto()
    LIVE = auto()
    LIVE_CHECKING = auto()
    LIVE_STARTING = auto()
    HANDING_OVER = auto()
    HANDING_OVER_STALE = auto()  # the sources have changed again meanwhile


class When(Enum):
    """What can happen."""

    CHANGED = auto()  # sources on disk are others than those tried last
    RESTART = auto()  # someone wants the app started anew
    STOP = auto()  # someone wants it ended
    CHECKED = auto()  # the sources compile
    REFUSED = auto()  # they don't, or can't be read
    READY = auto()  # the candidate has loaded the app
    GAVE_UP = auto()  # the candidate failed to load it, took too long or ended
    EXPORTED = auto()  # the live runtime has given its state, or took too long
    LOST = auto()  # the live runtime ended by itself
    LOST_OFTEN = auto()  # it did, and has done so several times in short order


class Do(Enum):
    """What is then to be done, in the order given."""

    CHECK = auto()  # read and compile the sources: CHECKED or REFUSED follows
    START = auto()  # start a candidate: READY or GAVE_UP follows
    EXPORT = auto()  # ask the live one for its state, hold events back: EXPORTED follows
    SWITCH = auto()  # the candidate is the live one now, the one before may finish what runs
    RETIRE = auto()  # the live one may finish what runs, nothing serves for now
    DROP = auto()  # end the candidate
    END = auto()  # end the live one; the outcome of its events is unknown
    LOSE = auto()  # the live one is gone; the outcome of its events is unknown


Outcome = tuple[State, tuple[Do, ...]]

_S, _W = State, When

TABLE: Final[Mapping[tuple[State, When], Outcome]] = MappingProxyType(
    {
        (_S.STOPPED, _W.CHANGED): (_S.STOPPED, ()),
        (_S.STOPPED, _W.RESTART): (_S.CHECKING, (Do.CHECK,)),
        (_S.STOPPED, _W.STOP): (_S.STOPPED, ()),
        #
        (_S.CRASHED, _W.CHANGED): (_S.CHECKING, (Do.CHECK,)),
        (_S.CRASHED, _W.RESTART): (_S.CHECKING, (Do.CHECK,)),
        (_S.CRASHED, _W.STOP): (_S.STOPPED, ()),
        #
        (_S.FAILED, _W.CHANGED): (_S.CHECKING, (Do.CHECK,)),
        (_S.FAILED, _W.RESTART): (_S.CHECKING, (Do.CHECK,)),
        (_S.FAILED, _W.STOP): (_S.STOPPED, ()),
        #
        (_S.CHECKING, _W.CHANGED): (_S.CHECKING, (Do.CHECK,)),
        (_S.CHECKING, _W.RESTART): (_S.CHECKING, (Do.CHECK,)),
        (_S.CHECKING, _W.STOP): (_S.STOPPED, ()),
        (_S.CHECKING, _W.CHECKED): (_S.STARTING, (Do.START,)),
        (_S.CHECKING, _W.REFUSED): (_S.FAILED, ()),
        #
        (_S.STARTING, _W.CHANGED): (_S.CHECKING, (Do.DROP, Do.CHECK)),
        (_S.STARTING, _W.RESTART): (_S.CHECKING, (Do.DROP, Do.CHECK)),
        (_S.STARTING, _W.STOP): (_S.STOPPED, (Do.DROP,)),
        (_S.STARTING, _W.READY): (_S.LIVE, (Do.SWITCH,)),
        (_S.STARTING, _W.GAVE_UP): (_S.FAILED, (Do.DROP,)),
        #
        (_S.LIVE, _W.CHANGED): (_S.LIVE_CHECKING, (Do.CHECK,)),
        (_S.LIVE, _W.RESTART): (_S.CHECKING, (Do.END, Do.CHECK)),
        (_S.LIVE, _W.STOP): (_S.STOPPED, (Do.END,)),
        (_S.LIVE, _W.LOST): (_S.CHECKING, (Do.LOSE, Do.CHECK)),
        (_S.LIVE, _W.LOST_OFTEN): (_S.CRASHED, (Do.LOSE,)),
        #
        (_S.LIVE_CHECKING, _W.CHANGED): (_S.LIVE_CHECKING, (Do.CHECK,)),
        (_S.LIVE_CHECKING, _W.RESTART): (_S.CHECKING, (Do.END, Do.CHECK)),
        (_S.LIVE_CHECKING, _W.STOP): (_S.STOPPED, (Do.END,)),
        (_S.LIVE_CHECKING, _W.CHECKED): (_S.LIVE_STARTING, (Do.START,)),
        (_S.LIVE_CHECKING, _W.REFUSED): (_S.LIVE, ()),
        (_S.LIVE_CHECKING, _W.LOST): (_S.CHECKING, (Do.LOSE,)),
        (_S.LIVE_CHECKING, _W.LOST_OFTEN): (_S.CHECKING, (Do.LOSE,)),
        #
        (_S.LIVE_STARTING, _W.CHANGED): (_S.LIVE_CHECKING, (Do.DROP, Do.CHECK)),
        (_S.LIVE_STARTING, _W.RESTART): (_S.CHECKING, (Do.DROP, Do.END, Do.CHECK)),
        (_S.LIVE_STARTING, _W.STOP): (_S.STOPPED, (Do.DROP, Do.END)),
        (_S.LIVE_STARTING, _W.READY): (_S.HANDING_OVER, (Do.EXPORT,)),
        (_S.LIVE_STARTING, _W.GAVE_UP): (_S.LIVE, (Do.DROP,)),
        (_S.LIVE_STARTING, _W.LOST): (_S.STARTING, (Do.LOSE,)),
        (_S.LIVE_STARTING, _W.LOST_OFTEN): (_S.STARTING, (Do.LOSE,)),
        #
        (_S.HANDING_OVER, _W.CHANGED): (_S.HANDING_OVER_STALE, ()),
        (_S.HANDING_OVER, _W.RESTART): (_S.CHECKING, (Do.DROP, Do.END, Do.CHECK)),
        (_S.HANDING_OVER, _W.STOP): (_S.STOPPED, (Do.DROP, Do.END)),
        (_S.HANDING_OVER, _W.EXPORTED): (_S.LIVE, (Do.SWITCH,)),
        (_S.HANDING_OVER, _W.GAVE_UP): (_S.CHECKING, (Do.DROP, Do.RETIRE, Do.CHECK)),
        (_S.HANDING_OVER, _W.LOST): (_S.LIVE, (Do.LOSE, Do.SWITCH)),
        (_S.HANDING_OVER, _W.LOST_OFTEN): (_S.LIVE, (Do.LOSE, Do.SWITCH)),
        #
        (_S.HANDING_OVER_STALE, _W.CHANGED): (_S.HANDING_OVER_STALE, ()),
        (_S.HANDING_OVER_STALE, _W.RESTART): (_S.CHECKING, (Do.DROP, Do.END, Do.CHECK)),
        (_S.HANDING_OVER_STALE, _W.STOP): (_S.STOPPED, (Do.DROP, Do.END)),
        (_S.HANDING_OVER_STALE, _W.EXPORTED): (_S.LIVE_CHECKING, (Do.SWITCH, Do.CHECK)),
        (_S.HANDING_OVER_STALE, _W.GAVE_UP): (_S.CHECKING, (Do.DROP, Do.RETIRE, Do.CHECK)),
        (_S.HANDING_OVER_STALE, _W.LOST): (_S.LIVE_CHECKING, (Do.LOSE, Do.SWITCH, Do.CHECK)),
        (_S.HANDING_OVER_STALE, _W.LOST_OFTEN): (_S.LIVE_CHECKING, (Do.LOSE, Do.SWITCH, Do.CHECK)),
    }
)


def advance(state: State, when: When) -> Outcome:
    """Return the state that follows and what is to be done.

    A pair that the table doesn't hold is news of something that was given up meanwhile; it changes nothing.
    """
    return TABLE.get((state, when), (state, ()))


def too_often(crashes: Sequence[float], now: float) -> bool:
    """Whether ``crashes`` (times in seconds, the present one among them) call for a pause."""
    return sum(1 for time in crashes if time > now - CRASHES_WITHIN_S) >= CRASHES
