"""Processor time and memory that a process has used. The core knows neither."""

import os
import struct
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from dedup.formats.pages.process import PAGES

if os.name == "posix":
    import resource

_STATUS: Final = Path("/proc/self/status")
"""The file in which Linux tells the peak memory of a process. For a process that has just started, the value of
`resource` begins with the memory of the parent process."""


class Usage(NamedTuple):
    """The ``processor`` seconds that a process has used, and its peak ``memory`` in bytes."""

    processor: float
    memory: int


NOTHING: Final = Usage(0.0, 0)
"""The usage of no process."""

USED: Final = struct.Struct("<dq")
"""A `Usage` as bytes."""


def usage_now() -> Usage:
    """Return what this process has used so far. The processor time of its process of pages counts too."""
    return Usage(time.process_time() + PAGES.processor, _peak_memory())


def total_usage(usages: Iterable[Usage]) -> Usage:
    """Return the sum of the usages of several processes."""
    usages = list(usages)
    return Usage(sum(usage.processor for usage in usages), sum(usage.memory for usage in usages))


def _peak_memory() -> int:
    """Return the peak memory of this process in bytes, or 0 where the system does not tell it."""
    try:
        for line in _STATUS.read_bytes().splitlines():
            if line.startswith(b"VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    if os.name != "posix":
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
