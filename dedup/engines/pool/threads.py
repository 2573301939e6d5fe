"""Threads that numpy starts when it is imported, to multiply matrices, which nothing here does.

To start them takes a quarter of the time of the import.
"""

import os
from typing import Final

NO_THREADS: Final = {"OPENBLAS_NUM_THREADS": "1"}
"""What the environment of a process says so that they are not started."""


def start_no_threads() -> None:
    """Let this process, and those that it starts, do without, unless the user says otherwise. Numpy is not imported
    yet."""
    for name, value in NO_THREADS.items():
        os.environ.setdefault(name, value)
