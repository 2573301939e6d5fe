"""Progress bars: their rows and their rates."""

import io
import itertools
import re
from pathlib import Path

import dedup.formats


def test_bytes_of_the_reading_stage(tmp_path: Path) -> None:
    """The bar of the reading stage ends at the number of bytes on disk."""
    from rich.console import Console
    from rich.progress import Progress

    from dedup.cli.progress import Bars

    (tmp_path / "a.txt").write_text("A ferry sails. " * 50_000)
    display = Progress(console=Console(file=io.StringIO()))
    bars = Bars(display, size=750_000)
    places = dedup.formats.discover([str(tmp_path)], on_skip=print, on_note=print)
    for document in dedup.formats.read_all(places, on_skip=print, on_note=print, on_bytes=bars.on_bytes):
        assert "a.txt" == document.id
    bars.on_progress("reading", 1, 0)
    assert [("Reading", 750_000, 750_000)] == [(task.description, task.completed, task.total) for task in display.tasks]


def draw_bars(*reports: tuple[str, int, int], size: int | None = None) -> list[str]:
    """The rows of bars after the reports, with one tick of the clock for each look at it."""
    from rich.console import Console
    from rich.progress import Progress

    from dedup.cli.progress import Bars
    from dedup.cli.progress_columns import columns

    ticks = itertools.count()
    screen = io.StringIO()
    display = Progress(
        *columns(),
        console=Console(file=screen, width=160),
        auto_refresh=False,
        get_time=lambda: float(next(ticks)),
    )
    bars = Bars(display, size)
    for stage, done, total in reports:
        if stage == "bytes":
            bars.on_bytes(done)
        else:
            bars.on_progress(stage, done, total)
    display.console.print(display.get_renderable())
    return [line.rstrip() for line in screen.getvalue().splitlines()]


def test_rates() -> None:
    """Reading shows megabytes a second, later stages show their units a second, and each shows its share."""
    reading, signatures, verifying = draw_bars(
        *(("bytes", 5_000_000, 0), ("reading", 100, 0)) * 9,
        *(("signatures", count, 900) for count in range(0, 901, 100)),
        *(("verifying", count, 5_000) for count in range(0, 4_000, 1_000)),
        size=90_000_000,
    )
    assert re.search(r"^Reading .* 50% .* [\d.]+ MB/s +100 documents$", reading)
    assert re.search(r"^Signatures .* 100% .* [\d,]+ texts/s +900 of 900$", signatures)
    assert re.search(r"^Verifying .* 60% .* \d:\d\d:\d\d [\d,]+ pairs/s +3,000 of 5,000$", verifying)


def test_stages_with_an_unknown_end() -> None:
    """A stage with an unknown end shows its time, without share and rate, and stops when the next stage begins."""
    reading, candidates, stories = draw_bars(
        ("bytes", 5_000_000, 0), ("reading", 7, 0), ("candidates", 0, 0), ("candidates", 9, 9), ("stories", 0, 0)
    )
    assert "%" not in reading
    assert re.search(r" \d:\d\d:\d\d .* 7 documents$", reading)
    assert re.search(r"^Candidates .* 100% .* 9 of 9$", candidates)
    assert "%" not in stories
    assert "/s" not in candidates + stories
