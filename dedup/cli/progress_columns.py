"""What stands beside a bar: how fast it is, and for how long yet. Imported only where there is a terminal."""

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


class _Rate(ProgressColumn):
    """So many of its unit a second; bytes as megabytes. Nothing of a stage that cannot tell how far it is."""

    max_refresh = 0.5

    def render(self, task: Task) -> Text:
        """The rate of the last seconds, or of the whole stage when it is over."""
        speed, unit = task.finished_speed or task.speed, task.fields["unit"]
        if not speed or not unit:
            return Text("")
        return Text(f"{speed / 1e6:.1f} MB/s" if unit == "bytes" else f"{speed:,.0f} {unit}/s")


def columns() -> tuple[ProgressColumn, ...]:
    """Those of one display: they remember what they showed."""
    return (
        TextColumn("{task.description:<17}"),
        BarColumn(),
        TaskProgressColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        _Rate(),
        TextColumn("{task.fields[detail]}"),
    )
