"""The calls of the library that the commands make which change, check, or copy an index.

As in `jobs`, functions import the heavy rooms.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from dedup.cli.index_jobs import find_ids, open_index
from dedup.cli.interrupt import interruptible
from dedup.cli.progress import progress

if TYPE_CHECKING:
    from dedup.comparison_types import HandPair


def remove(folder: str, ids: Sequence[str], timeout: float, erase: bool = False) -> list[str]:
    """Remove documents.

    Args:
        folder: the folder of the index
        ids: the ids of the documents
        timeout: seconds to wait for another writer
        erase: whether no byte of removed documents stays in a file of the index

    Returns:
        the ids that have no document
    """
    with open_index(folder, "w", timeout=timeout) as index:
        last = len(ids) - 1  # the last removal erases all documents that were removed
        return [id for row, id in enumerate(ids) if not index.remove(id, erase=erase and row == last)]


def expire(folder: str, before: datetime, remember: timedelta | None, timeout: float) -> int:
    """Remove old documents.

    Args:
        folder: the folder of the index
        before: documents last seen before this time are removed
        remember: the time for which they are remembered, None for not at all
        timeout: seconds to wait for another writer

    Returns:
        the number of removed documents
    """
    with open_index(folder, "w", timeout=timeout, remember=remember) as index:
        return index.expire(before=before)


def rule(folder: str, ids: tuple[str, str], same: bool | None, timeout: float) -> int:
    """Keep the word of a person on two documents.

    Args:
        folder: the folder of the index
        ids: the documents, as typed
        same: whether the two are one story, None to take the word back
        timeout: seconds to wait for another writer

    Returns:
        the number of events
    """
    with open_index(folder, "w", timeout=timeout) as index:
        a, b = find_ids(index, folder, ids)
        return index.rule(a, b, same)


def pairs(folder: str) -> "Sequence[HandPair]":
    """Return the word of a person on pairs of documents.

    Args:
        folder: the folder of the index
    """
    with open_index(folder, "r") as index:
        return index.pairs


def review(folder: str, workers: int | None, timeout: float) -> int:
    """Judge all documents together.

    Args:
        folder: the folder of the index
        workers: the number of processes, None for one a processor
        timeout: seconds to wait for another writer

    Returns:
        the number of events
    """
    with open_index(folder, "w", workers, True, timeout) as index, progress(None) as bars:
        return index.review(on_progress=bars.on_progress)


def check(folder: str, fix: bool, timeout: float) -> tuple[list[str], list[str]]:
    """Look for the problems of an index.

    Args:
        folder: the folder of the index
        fix: whether to repair the index
        timeout: seconds to wait for another writer before a repair

    Returns:
        the problems, and the problems that remain after the repair
    """
    with open_index(folder, "w" if fix else "r", timeout=timeout) as index:
        problems = index.check(fix=fix)
        return problems, index.check() if fix and problems else problems


def export(folder: str, file: Path) -> None:
    """Write an index to one file."""
    with open_index(folder, "r") as index:
        index.export(file)


def restore(file: str, folder: str) -> None:
    """Make an index in ``folder`` from a file of `export`."""
    from dedup.engines.online.index import Index

    with interruptible():
        Index.restore(file, folder)
