"""The history of one page: steps back and forth, each with a name; typing in one place is one step."""

from __future__ import annotations

from typing import Final

import msgspec
from mainspring.builder.pages.tree_operations import Bind, Operation, SetField, Show
from mainspring.runtime.protocol import Component

__all__ = ["COALESCE_S", "Change", "History", "Step", "Whole", "merge_key"]

# Guessed: longer than a pause within a word, shorter than one to think.
COALESCE_S: Final = 1.5
_MOST_STEPS: Final = 200


class Whole(msgspec.Struct, frozen=True):
    """Another version of the whole page, as when its file was changed from outside."""

    component: Component
    order: float


Change = Operation | Whole


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the history.

    Attributes:
        label: What was done, in words.
        back, forth: What undoes it, and what does it again.
        merge: Steps with the same key that follow one another quickly become one; ``None``: never.
        time: When it was done last, in seconds of the history's clock.
    """

    label: str
    back: Change
    forth: Change
    merge: tuple[str, ...] | None = None
    time: float = 0.0


def merge_key(operation: Operation, typed: bool, client: str) -> tuple[str, ...] | None:
    """The key for ``Step.merge``; ``typed``: whether the field of a ``SetField`` is one to type in."""
    match operation:
        case SetField(id=id_, field=field) if typed:
            return client, "set", id_, field
        case Bind(id=id_, path=str()):
            return client, "bind", id_
        case Show(id=id_, visible=str()):
            return client, "show", id_
    return None


class History:
    """The steps of a page: ``undo`` and ``redo``, the next one last."""

    def __init__(self) -> None:
        self.undo: list[Step] = []
        self.redo: list[Step] = []

    @property
    def undo_label(self) -> str | None:
        return self.undo[-1].label if self.undo else None

    @property
    def redo_label(self) -> str | None:
        return self.redo[-1].label if self.redo else None

    def record(self, step: Step) -> None:
        """Something new was done: it can be undone, and nothing can be redone any more."""
        self.redo.clear()
        last = self.undo[-1] if self.undo else None
        joins = last is not None and step.merge is not None and step.merge == last.merge
        if last is not None and joins and step.time - last.time <= COALESCE_S:
            self.undo[-1] = msgspec.structs.replace(step, label=last.label, back=last.back)
        else:
            self.undo.append(step)
            del self.undo[:-_MOST_STEPS]

    def went_back(self) -> None:
        """The last step was undone."""
        self.redo.append(self.undo.pop())
        self._end_typing()

    def went_forth(self) -> None:
        """The step that was undone last was done again."""
        self.undo.append(self.redo.pop())
        self._end_typing()

    def _end_typing(self) -> None:
        if self.undo:
            self.undo[-1] = msgspec.structs.replace(self.undo[-1], merge=None)
