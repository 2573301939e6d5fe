"""Progress on standard error, on a terminal only: bytes while reading, then each stage."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from dedup.cli.output import tell
from dedup.report.terminal import harmless, terminal_width

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


_DRAWS_A_SECOND: Final = 4
"""How often the bars are drawn. They must move, also while a stage reports nothing, and cost nothing."""

_UNITS: Final[Mapping[str, str]] = {"reading": "bytes", "signatures": "texts", "verifying": "pairs"}
"""The unit of each stage that reports how far it is."""


class Bars:
    """A bar for each stage of a run, from its first report on. Without a ``display`` there are no bars.

    ``size`` is the number of bytes to read, None where it is unknown, as with a pipe. The bar of a stage with an
    unknown end pulses.
    """

    def __init__(self, display: "Progress | None", size: int | None) -> None:
        self._display = display
        self._size = size
        self._read = 0
        self._documents = 0
        self._stage = ""
        self._tasks: dict[str, TaskID] = {}

    def on_bytes(self, count: int) -> None:
        """Add ``count`` bytes to those that have been read."""
        self._read += count
        self._show_reading()

    def tell(self, line: str) -> None:
        """Print a ``line`` on standard error, above the bars."""
        if self._display is None:
            tell([line])
        else:
            self._display.console.print(harmless(line), markup=False, highlight=False, soft_wrap=True)

    def on_progress(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is.

        Args:
            stage: the name of the stage
            done: how many units are done
            total: how many units there are, 0 where that is unknown
        """
        if stage == "reading":
            self._documents = done
            self._show_reading()
        else:
            self._show_stage(stage, done, total or None, f"{done:,} of {total:,}" if total else "")

    def _show_reading(self) -> None:
        self._show_stage("reading", self._read, self._size, f"{self._documents:,} documents")

    def _show_stage(self, stage: str, done: int, total: int | None, detail: str) -> None:
        if self._display is None:
            return
        if stage != self._stage:
            self._begin_stage(stage)
        self._display.update(self._tasks[stage], completed=done, total=total, detail=detail)

    def _begin_stage(self, stage: str) -> None:
        """Begin the bar of a stage, and stop the bar of the stage before, which may pulse still."""
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
def progress(size: int | None, enabled: bool = True) -> Iterator[Bars]:
    """Show bars on standard error while the block runs. Without a terminal, or if not ``enabled``, show nothing."""
    if not enabled or not sys.stderr.isatty():
        yield Bars(None, size)
        return
    from rich.console import Console
    from rich.progress import Progress

    from dedup.cli.progress_columns import columns

    # A thread draws: a stage that reports nothing for a while must not look dead. The engine does not fork.
    console = Console(stderr=True, width=terminal_width())
    display = Progress(*columns(), console=console, refresh_per_second=_DRAWS_A_SECOND, transient=True)
    with display:
        yield Bars(display, size)
