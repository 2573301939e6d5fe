"""What each stage of a job takes: the clock, processors, memory, bytes. The core knows of none of these.

A stage lasts from when it is first told of until the next one is.
"""

import os
import struct
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

if os.name == "posix":
    import resource

_STATUS: Final = Path("/proc/self/status")
"""Where Linux says how much memory a process has had. What `resource` says there begins, for a process that was just
started, with the memory of the one that started it."""


class Usage(NamedTuple):
    """What a process has used so far: ``processor`` seconds, and ``memory`` in bytes at most at any time."""

    processor: float
    memory: int


NOTHING: Final = Usage(0.0, 0)
"""What nobody has used."""

USED: Final = struct.Struct("<dq")
"""A `Usage` as bytes."""


def usage_now() -> Usage:
    """What this process has used."""
    return Usage(time.process_time(), _memory())


def total_usage(those: Iterable[Usage]) -> Usage:
    """What some processes have used."""
    known = list(those)
    return Usage(sum(each.processor for each in known), sum(each.memory for each in known))


def _memory() -> int:
    """The most that was in memory of this process, in bytes; 0 where nobody says."""
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
