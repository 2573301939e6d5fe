"""How often a process of the engine collects garbage, and of which objects."""

import gc
from typing import Final

_OBJECTS: Final = 100_000
"""New objects between two collections of garbage. The modules of a command make three quarters as many."""


def collect_rarely() -> None:
    """Make this process collect garbage less often than Python does by default.

    Documents hold no reference cycles. Python's default frequency takes a twentieth of the time of a job.
    """
    gc.set_threshold(_OBJECTS)


def spare_loaded() -> None:
    """Leave the objects of this process, most of them in modules, out of each later collection of garbage.

    PySpark collects garbage after each task, which takes 25 ms with the objects of modules.
    """
    gc.freeze()
