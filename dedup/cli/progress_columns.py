"""The columns of a progress bar, with its rate and its time. Imported only where there is a terminal."""

from rich.progress import (
    BarColumn,
    ProgressColumn,
    Task,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class _RateColumn(ProgressColumn):
    """Units a second; bytes as megabytes. Empty for a stage that cannot say how far it is."""

    max_refresh = 0.5

    def render(self, task: Task) -> Text:
        """Return the rate of the last seconds, or of the whole stage when it is over."""
        speed, unit = task.finished_speed or task.speed, task.fields["unit"]
        if not speed or not unit:
            return Text("")
        return Text(f"{speed / 1e6:.1f} MB/s" if unit == "bytes" else f"{speed:,.0f} {unit}/s")


def columns() -> tuple[ProgressColumn, ...]:
    """Return new columns for one display. Columns remember what they showed, so two displays cannot share them."""
    return (
        TextColumn("{task.description:<17}"),
        BarColumn(),
        TaskProgressColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        _RateColumn(),
        TextColumn("{task.fields[detail]}"),
    )
