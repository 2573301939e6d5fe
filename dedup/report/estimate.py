"""An estimate of a run, made before the run, to lines of plain text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dedup.report.terminal import count, size

if TYPE_CHECKING:
    from dedup.engines.estimate import Estimate
    from dedup.engines.limits import Shortage


def lines(estimate: Estimate) -> Iterator[str]:
    """Yield a line for each cost of the run, and a line for each way to find candidates."""
    settings, plan = estimate.settings, estimate.plan
    if estimate.waits:
        yield "Standard input cannot be looked at beforehand, so nothing is known of what is in it."
    if estimate.places or not estimate.waits:
        yield from _input_lines(estimate)
    yield f"workers     {count(estimate.workers, 'process', 'processes')}"
    yield (
        f"bands       {plan.bands} x {plan.rows} (k = {settings.k}): a pair of resemblance {settings.similarity:g} "
        f"is found with a probability of {estimate.recall:.3f}"
    )
    yield (
        f"overlaps    one shingle in {estimate.one_in:.1f} is kept: a pair that shares {settings.overlap} is found "
        f"with a probability of {estimate.sample_recall:.3f}"
    )


def shortage_line(shortage: Shortage) -> str:
    """Return what is short, and what to do."""
    needed, free = size(shortage.needed), size(shortage.free)
    if shortage.folder is None:
        cure = "allow more (--memory), or cluster a part of the inputs at a time"
        return f"the job takes about {needed} of memory and may use {free}: {cure}"
    cure = "give a folder on a larger disk (TMPDIR, or --run)"
    return f"the job takes up to {needed} of temporary files, and {shortage.folder} has {free} free: {cure}"


def _input_lines(estimate: Estimate) -> Iterator[str]:
    """Yield the lines on the inputs, and on the memory, disk and time that they take."""
    looked = "all of them read" if estimate.seen >= estimate.stored else f"{size(estimate.seen)} of them looked at"
    files = count(estimate.places, "file", "files")
    yield f"inputs      {files}, {size(estimate.stored)}, {looked}; about {size(estimate.text)} of text"
    yield f"documents   {_document_count(estimate)}"
    yield f"memory      about {size(estimate.memory)}"
    yield f"disk        {_size_range(size(estimate.disk), size(estimate.most_disk))} of temporary files"
    yield f"time        about {_duration(estimate.seconds)}, at the speed of the sample"


def _document_count(estimate: Estimate) -> str:
    if estimate.spread is None:
        return f"about {estimate.documents:,}, by the beginning of the input alone"
    most = round(estimate.documents * estimate.spread)
    return f"{estimate.documents:,}" if not most else f"about {estimate.documents:,}, give or take {most:,}"


def _size_range(least: str, most: str) -> str:
    return least if least == most else f"{least} to {most}"


def _duration(seconds: float) -> str:
    """Return a duration in seconds, minutes or hours, as the reader can read it best."""
    if seconds < 1.5:
        return "a second"
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 7200 else f"{seconds / 3600:.1f} hours"
