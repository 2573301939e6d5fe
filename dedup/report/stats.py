"""Figures of a run to lines of plain text: a table of the stages, and a table of the pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from dedup.report.terminal import count, size

if TYPE_CHECKING:
    from dedup.types import Look, Stage, Stats


_STAGES: Final = ("stage", "seconds", "processor", "text read", "temporary", "memory", "of workers")
_LOOKS: Final = ("pairs", "candidates", "verified", "measured", "rejected", "matches")


def table(stats: Stats, seconds: float) -> Iterator[str]:
    """Yield the counts in one line, a row for each stage, a row for the whole run of ``seconds``, and a row for each
    look at the pairs.

    Temporary files and memory are measured at the end of a stage: the bytes stored then, and the most memory so far.
    """
    documents = count(stats.documents, "document", "documents")
    texts = count(stats.texts, "different text", "different texts")
    words, workers = count(stats.words, "word", "words"), count(stats.workers, "process", "processes")
    yield f"{documents}, {texts}, {words}; {workers}"
    yield from _align_columns([_STAGES, *map(_stage_cells, stats.stages), _total_cells(stats.stages, seconds)])
    if stats.looks:
        yield from _align_columns([_LOOKS, *map(_look_cells, stats.looks)])


def _stage_cells(stage: Stage) -> Sequence[str]:
    return (
        stage.name,
        f"{stage.seconds:.2f}",
        f"{stage.processor:.2f}",
        size(stage.read) if stage.read else "",
        size(stage.stored),
        size(stage.memory),
        size(stage.workers_memory),
    )


def _total_cells(stages: Sequence[Stage], seconds: float) -> Sequence[str]:
    """Return the cells of the whole run. Bytes stored and memory are the largest of all stages, not the sum."""
    return (
        "all",
        f"{seconds:.2f}",
        f"{sum(stage.processor for stage in stages):.2f}",
        size(sum(stage.read for stage in stages)),
        size(max((stage.stored for stage in stages), default=0)),
        size(max((stage.memory for stage in stages), default=0)),
        size(max((stage.workers_memory for stage in stages), default=0)),
    )


def _look_cells(look: Look) -> Sequence[str]:
    counts = (look.candidates, look.verified, look.measured, look.rejected, look.matches)
    return ("all", *(f"{number:,}" for number in counts))


def _align_columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield each row as a line, the first column aligned to the left and the other columns to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *figures in rows:
        cells = (f"{cell:>{width}}" for cell, width in zip(figures, widths[1:], strict=True))
        yield "  ".join((f"{name:<{widths[0]}}", *cells)).rstrip()
