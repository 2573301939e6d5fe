"""The plan on Spark. Needs the extra ``spark``, and Java 17 or newer.

`cluster` finds the stories in the rows of a frame. ``dedup cluster --engine spark`` reads files.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dedup.engines.spark.job import cluster

__all__ = ["cluster"]


def __getattr__(name: str) -> Any:
    """Return `cluster`. It is imported when it is asked for, so that executors need not import the driver."""
    if name != "cluster":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from dedup.engines.spark.session import import_job

    return import_job().cluster
