"""The difference between two runs of benchmarks: `python benches/difference.py OLD.json NEW.json [--format github]`.

A file is what `gate.py --json` wrote, or what `pytest benches --benchmark-json` wrote. Ratios of the gate can be
compared from machine to machine; a higher ratio is faster. Times can be compared on one machine alone, so a note says
where the machines differ; a lower time is faster. A change within the spread of the two runs is noise.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

__all__ = ["Change", "Run", "lines", "markdown", "read_run"]

_UNITS: Final = (("s", 1.0), ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9))


class Figure(NamedTuple):
    """A figure of one run.

    - ``value``: a ratio, or seconds.
    - ``spread``: how far its rounds lie apart.
    - ``floor``, ``aim``: of a ratio of the gate, else None.
    """

    value: float
    spread: float
    floor: float | None = None
    aim: float | None = None


class Run(NamedTuple):
    """The figures of a run by their names, seconds if ``is_time``, else ratios. ``machine`` is its processor."""

    figures: dict[str, Figure]
    is_time: bool
    machine: str = ""


class Change(NamedTuple):
    """A figure in both runs, None in a run that does not have it. ``verdict`` says what the change means."""

    name: str
    old: Figure | None
    new: Figure | None
    verdict: str

    @property
    def share(self) -> float | None:
        """The change as a share of the old value."""
        return self.new.value / self.old.value - 1 if self.old and self.new and self.old.value else None


def read_run(path: Path) -> Run:
    """Read the figures of a run.

    Args:
        path: the file.

    Raises:
        ValueError: the file is of neither kind.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
        if isinstance(content, list):
            rows = [row for row in content if row["ratio"] is not None]
            return Run(
                {row["name"]: Figure(row["ratio"], row["spread"], row["least"], row["aim"]) for row in rows}, False
            )
        figures = {row["fullname"]: _time(row["stats"]) for row in content["benchmarks"]}
        return Run(figures, True, content["machine_info"]["cpu"].get("brand_raw", ""))
    except (KeyError, TypeError, ValueError) as error:
        kinds = "gate.py --json or pytest --benchmark-json"
        raise ValueError(f"{path} is no file of {kinds} ({type(error).__name__}: {error}): write it anew") from error


def _time(stats: dict[str, Any]) -> Figure:
    return Figure(stats["median"], stats["iqr"])


def changes(old: Run, new: Run) -> list[Change]:
    """Return the figures of both runs, in the order of the new run, then those that are gone."""
    names = [*new.figures, *(name for name in old.figures if name not in new.figures)]
    return [_change(name, old, new) for name in names]


def _change(name: str, old: Run, new: Run) -> Change:
    before, after = old.figures.get(name), new.figures.get(name)
    if before is None or after is None:
        return Change(name, before, after, "new" if before is None else "gone")
    if abs(after.value - before.value) <= before.spread + after.spread:
        return Change(name, before, after, "within noise")
    is_faster = (after.value > before.value) != new.is_time
    return Change(name, before, after, "faster" if is_faster else "slower")


def lines(old: Run, new: Run) -> Iterator[str]:
    """Yield the table for a terminal."""
    rows = [_cells(change, new.is_time) for change in changes(old, new)]
    heads = _heads(new.is_time)
    widths = [max(len(row[place]) for row in [heads, *rows]) for place in range(len(heads))]
    for name, *cells in [heads, *rows]:
        yield "  ".join([name.ljust(widths[0]), *map(str.rjust, cells, widths[1:])]).rstrip()
    yield from _notes(old, new)


def markdown(old: Run, new: Run) -> Iterator[str]:
    """Yield the table for a job summary of GitHub."""
    heads = _heads(new.is_time)
    yield "### Benchmarks"
    yield ""
    yield f"| {' | '.join(heads)} |"
    yield f"| --- |{' ---: |' * (len(heads) - 1)}"
    for change in changes(old, new):
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in _cells(change, new.is_time))} |"
    for note in _notes(old, new):
        yield ""
        yield note


def _heads(is_time: bool) -> list[str]:
    return ["time" if is_time else "ratio", "old", "new", "change", *([] if is_time else ["floor", "aim"]), "verdict"]


def _cells(change: Change, is_time: bool) -> list[str]:
    share = "" if change.share is None else f"{change.share:+.0%}"
    bounds = change.new or change.old
    limits = [] if is_time or bounds is None else [_value(bounds.floor, False), _value(bounds.aim, False)]
    values = [_value(figure.value if figure else None, is_time) for figure in (change.old, change.new)]
    return [change.name, *values, share, *limits, change.verdict]


def _value(value: float | None, is_time: bool) -> str:
    if value is None:
        return ""
    if not is_time:
        return f"{value:.2f}"
    unit, size = next(((unit, size) for unit, size in _UNITS if value >= size), _UNITS[-1])
    return f"{value / size:.3g} {unit}"


def _notes(old: Run, new: Run) -> Iterator[str]:
    if new.is_time and old.machine != new.machine:
        yield f"The machines differ ({old.machine or 'unknown'}, {new.machine or 'unknown'}), so the times say little."


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the difference; 2 for files that cannot be compared."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=Path, metavar="OLD.json")
    parser.add_argument("new", type=Path, metavar="NEW.json")
    parser.add_argument("--format", choices=["table", "github"], default="table")
    options = parser.parse_args(arguments)
    try:
        old, new = read_run(options.old), read_run(options.new)
        if old.is_time != new.is_time:
            raise ValueError(f"{options.old} and {options.new} are of two kinds: give two files of one kind")
    except (OSError, ValueError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    print("\n".join((markdown if options.format == "github" else lines)(old, new)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
