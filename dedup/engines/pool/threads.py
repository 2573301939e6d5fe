"""Keeps numpy from starting threads for products of matrices, which this package does not compute.

Starting the threads takes a quarter of the time of the import of numpy.
"""

import os
from typing import Final

NO_THREADS: Final = {"OPENBLAS_NUM_THREADS": "1"}
"""Environment variables that keep numpy from starting threads."""


def start_no_threads() -> None:
    """Set `NO_THREADS` in this process and in the processes that it starts.

    A value that the user has set stays. The call has an effect only before numpy is imported.
    """
    for name, value in NO_THREADS.items():
        os.environ.setdefault(name, value)
