"""What a run took, stage by stage, and the pairs it looked at: an aligned table in lines of plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from dedup.report.terminal import count, size

if TYPE_CHECKING:
    from dedup.types import Look, Stage, Stats


_STAGES: Final = ("stage", "seconds", "processor", "text read", "temporary", "memory", "of workers")
_LOOKS: Final = ("pairs", "candidates", "verified", "measured", "rejected", "matches")


def table(stats: Stats, seconds: float) -> Iterator[str]:
    """The counts in one line, then a row a stage and one for the whole run of so many ``seconds``, then a row a look.

    Temporary files and memory are those at the end of a stage: how much is stored, and the most that was needed so far.
    """
    documents = count(stats.documents, "document", "documents")
    texts = count(stats.texts, "different text", "different texts")
    words, workers = count(stats.words, "word", "words"), count(stats.workers, "process", "processes")
    yield f"{documents}, {texts}, {words}; {workers}"
    yield from _aligned([_STAGES, *map(_stage, stats.stages), _whole(stats.stages, seconds)])
    if stats.looks:
        yield from _aligned([_LOOKS, *map(_look, stats.looks)])


def _stage(stage: Stage) -> Sequence[str]:
    return (
        stage.name,
        f"{stage.seconds:.2f}",
        f"{stage.processor:.2f}",
        size(stage.read) if stage.read else "",
        size(stage.stored),
        size(stage.memory),
        size(stage.workers_memory),
    )


def _whole(stages: Sequence[Stage], seconds: float) -> Sequence[str]:
    """What was needed most; memory only grows, but temporary files might not."""
    return (
        "all",
        f"{seconds:.2f}",
        f"{sum(stage.processor for stage in stages):.2f}",
        size(sum(stage.read for stage in stages)),
        size(max((stage.stored for stage in stages), default=0)),
        size(max((stage.memory for stage in stages), default=0)),
        size(max((stage.workers_memory for stage in stages), default=0)),
    )


def _look(look: Look) -> Sequence[str]:
    counts = (look.candidates, look.verified, look.measured, look.rejected, look.matches)
    return ("all", *(f"{each:,}" for each in counts))


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The rows with the first column to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *figures in rows:
        cells = (f"{cell:>{width}}" for cell, width in zip(figures, widths[1:], strict=True))
        yield "  ".join((f"{name:<{widths[0]}}", *cells)).rstrip()
