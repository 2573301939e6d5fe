"""The changes of what an index learns, one after another, to go back to what was known before a document and forward
again."""

from collections.abc import Callable
from typing import Any, NamedTuple


class Step(NamedTuple):
    """One change: the value of a number before and after. None stands for no value."""

    number: int
    before: Any
    after: Any


class Steps:
    """Changes with rising marks. A mark is the number of steps that were taken before it.

    Args:
        put: puts a value in the place of a number.
    """

    def __init__(self, put: Callable[[int, Any], None]) -> None:
        self.mark = 0
        self._put = put
        self._first = self._kept = 0
        self._steps: list[Step] = []

    def take(self, step: Step) -> None:
        """Makes a change. It follows the present mark. Steps after this mark are forgotten."""
        del self._steps[self.mark - self._first :]
        self._steps.append(step)
        self.mark += 1
        self._put(step.number, step.after)

    def move_to(self, mark: int) -> None:
        """Goes back or forward to a mark. Steps before the last `keep` cannot be taken back."""
        before, after = self.mark - self._first, mark - self._first
        for step in reversed(self._steps[after:before]):
            self._put(step.number, step.before)
        for step in self._steps[before:after]:
            self._put(step.number, step.after)
        self.mark = mark

    def keep(self) -> set[int]:
        """Keeps the steps before the present mark for good, and returns the numbers of those since the last call.

        The steps after the mark stay, to go forward.
        """
        numbers = {step.number for step in self._steps[self._kept - self._first : self.mark - self._first]}
        self._kept = self.mark
        if self.mark == self._first + len(self._steps):
            self.begin_at(self.mark)
        return numbers

    def undo(self) -> None:
        """Takes back the steps since the last `keep`, and forgets the steps after them."""
        self.move_to(self._kept)
        self.begin_at(self.mark)

    def begin_at(self, mark: int) -> None:
        """Forgets all steps. The next one follows this mark."""
        self._first = self._kept = self.mark = mark
        self._steps = []
