"""Progress on standard error, on a terminal only: bytes while reading, then each stage as it comes."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from dedup.cli.output import tell

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


_A_SECOND: Final = 4
"""How often the bars are drawn: they must be seen to move, also while a stage has nothing to tell, and cost nothing."""

_UNITS: Final[Mapping[str, str]] = {"reading": "bytes", "signatures": "texts", "verifying": "pairs"}
"""What is counted in the stages that tell how far they are."""


class Bars:
    """A bar for each stage of a run, from when it is first heard of; without a ``display`` it shows nothing.

    ``size`` is the number of bytes there are to read, None where that is not known, as with a pipe. The bar of a stage
    that does not know its end pulses.
    """

    def __init__(self, display: "Progress | None", size: int | None) -> None:
        self._display = display
        self._size = size
        self._read = 0
        self._documents = 0
        self._stage = ""
        self._tasks: dict[str, TaskID] = {}

    def on_bytes(self, count: int) -> None:
        """``count`` more bytes have been read."""
        self._read += count
        self._reading()

    def tell(self, line: str) -> None:
        """A ``line`` on standard error, above the bars."""
        if self._display is None:
            tell([line])
        else:
            self._display.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def on_progress(self, stage: str, done: int, total: int) -> None:
        """``stage`` has come to ``done`` of ``total``, which is 0 where it is not known."""
        if stage == "reading":
            self._documents = done
            self._reading()
        else:
            self._show(stage, done, total or None, f"{done:,} of {total:,}" if total else "")

    def _reading(self) -> None:
        self._show("reading", self._read, self._size, f"{self._documents:,} documents")

    def _show(self, stage: str, done: int, total: int | None, detail: str) -> None:
        if self._display is None:
            return
        if stage != self._stage:
            self._begin(stage)
        self._display.update(self._tasks[stage], completed=done, total=total, detail=detail)

    def _begin(self, stage: str) -> None:
        """The stage before is over, whether it has said so or not; a bar that pulsed for it stands still."""
        display = self._display
        if display is None:
            return
        before = self._tasks.get(self._stage)
        if before is not None:
            display.stop_task(before)
        if stage not in self._tasks:
            unit = _UNITS.get(stage, "")
            self._tasks[stage] = display.add_task(stage.capitalize(), total=None, detail="", unit=unit)
        self._stage = stage


@contextmanager
def progress(size: int | None, wanted: bool = True) -> Iterator[Bars]:
    """Bars on standard error while the block runs, gone after it; nothing at all if that is not a terminal, or bars
    are not ``wanted``."""
    if not wanted or not sys.stderr.isatty():
        yield Bars(None, size)
        return
    from rich.console import Console
    from rich.progress import Progress

    from dedup.cli.progress_columns import columns

    # Drawn by a thread: a stage that has nothing to tell for a while must not look dead. The engine does not fork.
    display = Progress(*columns(), console=Console(stderr=True), refresh_per_second=_A_SECOND, transient=True)
    with display:
        yield Bars(display, size)
