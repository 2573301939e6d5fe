"""An estimate of a job and the limits of the machine, to the number of workers that fit, or to what is short."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

from dedup.engines.estimate import EXTRACTOR_BYTES, WORKER_BYTES, Estimate, memory_of

WORTH_A_LOOK: Final = 1 << 30
"""Bytes of inputs from which a job is estimated before it starts, though nobody asks for it."""

_CGROUP: Final = Path("/sys/fs/cgroup/memory.max")
"""The memory that a container may use."""


def usable_memory() -> int:
    """Return the bytes of memory that this process may use: those of the machine, or of its container."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = _CGROUP.read_text("ascii").strip()
    except OSError:
        return memory
    return min(memory, int(limit)) if limit.isdecimal() else memory


def with_workers(estimate: Estimate, workers: int) -> Estimate:
    """Return the estimate of the same job with another number of workers. Its time and disk are not reckoned again."""
    before, now = (memory_of(0, count, estimate.extracts) for count in (estimate.workers, workers))
    return estimate._replace(memory=estimate.memory + now - before, workers=workers)


def fitting_workers(estimate: Estimate, memory: int) -> int:
    """Return the most workers, 1 or more, that ``memory`` bytes allow: those of the estimate, or fewer."""
    of_worker = WORKER_BYTES + EXTRACTOR_BYTES * estimate.extracts
    return max(1, min(estimate.workers, (memory - with_workers(estimate, 0).memory) // of_worker))


class Shortage(NamedTuple):
    """A job needs more than there is.

    - ``needed``, ``free``: bytes.
    - ``folder``: the folder on the disk that is too small; None if it is the memory.
    """

    needed: int
    free: int
    folder: Path | None


def find_shortage(estimate: Estimate, memory: int, folder: Path | None = None) -> Shortage | None:
    """Return what a job needs more of, or None if it can be done here.

    Args:
        estimate: the estimate, with one worker if no more fit.
        memory: bytes of memory that the job may use.
        folder: where its temporary files go; None for the folder of `tempfile`.
    """
    if estimate.memory > memory:
        return Shortage(estimate.memory, memory, None)
    place = Path(tempfile.gettempdir()) if folder is None else folder
    free = shutil.disk_usage(next(path for path in (place, *place.absolute().parents) if path.exists())).free
    return Shortage(estimate.most_disk, free, place) if estimate.most_disk > free else None
