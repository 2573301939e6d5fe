"""How often a process of the engine looks for garbage."""

import gc
from typing import Final

_OBJECTS: Final = 50_000
"""Objects that are made between two looks for garbage."""


def collect_rarely() -> None:
    """Look for garbage less often than Python does by itself, in the whole process.

    Documents hold no cycles: to look as often as Python does takes a twentieth of the time of a job.
    """
    gc.set_threshold(_OBJECTS)
