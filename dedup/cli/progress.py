"""Progress on standard error, on a terminal only: bytes while reading, then each stage as it comes."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["Bars", "progress"]

_PAUSE = 0.1  # seconds between two looks for the reader; to draw costs more than to read a small file


class Bars:
    """A bar for each stage of a run, from when it is first heard of; without a ``display`` it shows nothing.

    ``size`` is the number of bytes there are to read, None where that is not known, as with a pipe.
    """

    def __init__(self, display: "Progress | None", size: int | None) -> None:
        self._display = display
        self._size = size
        self._read = 0
        self._drawn = 0.0
        self._tasks: dict[str, TaskID] = {}

    def on_bytes(self, count: int) -> None:
        """``count`` more bytes have been read."""
        self._read += count
        self._show("reading", self._read, self._size)

    def on_progress(self, stage: str, done: int, total: int) -> None:
        """``stage`` has come to ``done`` of ``total``, which is 0 where it is not known."""
        if stage == "reading":
            self._show(stage, self._read, self._size, detail=f"{done:,} documents")
        else:
            self._show(stage, done, total or None, detail=f"{done:,} of {total:,}" if total else f"{done:,}")

    def _show(self, stage: str, done: int, total: int | None, **fields: Any) -> None:
        if self._display is None:
            return
        new = stage not in self._tasks
        if new:
            self._tasks[stage] = self._display.add_task(stage.capitalize(), total=total, detail="")
        self._display.update(self._tasks[stage], completed=done, total=total, **fields)
        now = time.monotonic()
        if new or done == total or now - self._drawn >= _PAUSE:
            self._drawn = now
            self._display.refresh()


@contextmanager
def progress(size: int | None) -> Iterator[Bars]:
    """Bars on standard error while the block runs, gone after it; nothing at all if that is not a terminal."""
    if not sys.stderr.isatty():
        yield Bars(None, size)
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(),
        TaskProgressColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[detail]}"),
    )
    # No thread that draws by itself: the engine starts processes, and to fork beside a thread that holds a lock can
    # hang the child.
    with Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True) as display:
        yield Bars(display, size)
