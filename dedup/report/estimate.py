"""What a run will cost, as it is told before it starts: lines of plain text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dedup.report.terminal import count, size

if TYPE_CHECKING:
    from dedup.engines.estimate import Estimate


def lines(found: Estimate) -> Iterator[str]:
    """A line for each thing that the run will take, and for each lane by which it finds pairs."""
    settings, plan = found.settings, found.plan
    if found.waits:
        yield "Standard input cannot be looked at beforehand, so nothing is known of what is in it."
    if found.places or not found.waits:
        yield from _inputs(found)
    yield f"workers     {count(found.workers, 'process', 'processes')}"
    yield (
        f"bands       {plan.bands} x {plan.rows} (k = {settings.k}): a pair of resemblance {settings.similarity:g} "
        f"is found with a probability of {found.recall:.3f}"
    )
    yield (
        f"overlaps    one shingle in {found.kept:.1f} is kept: a pair that shares {settings.overlap} is found with a "
        f"probability of {found.kept_recall:.3f}"
    )


def _inputs(found: Estimate) -> Iterator[str]:
    """What there is to read, and what that takes."""
    looked = "all of them read" if found.seen >= found.stored else f"{size(found.seen)} of them looked at"
    files = count(found.places, "file", "files")
    yield f"inputs      {files}, {size(found.stored)}, {looked}; about {size(found.text)} of text"
    yield f"documents   {_documents(found)}"
    yield f"memory      about {size(found.memory)}"
    yield f"disk        {_range(size(found.disk), size(found.most_disk))} of temporary files"
    yield f"time        about {_time(found.seconds)}, at the speed of the sample"


def _documents(found: Estimate) -> str:
    if found.spread is None:
        return f"about {found.documents:,}, by the beginning of the input alone"
    most = round(found.documents * found.spread)
    return f"{found.documents:,}" if not most else f"about {found.documents:,}, give or take {most:,}"


def _range(least: str, most: str) -> str:
    return least if least == most else f"{least} to {most}"


def _time(seconds: float) -> str:
    """In a unit that leaves it readable."""
    if seconds < 1.5:
        return "a second"
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 7200 else f"{seconds / 3600:.1f} hours"
