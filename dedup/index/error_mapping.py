"""Errors of SQLite and of the operating system -> errors of `dedup.errors`. No other module maps them."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NoReturn

from dedup.errors import DedupError, IndexCorrupt, IndexProblem

REPAIR: Final = "dedup.Index.check(fix=True) mends what can be mended; otherwise take the last copy of it"
"""The advice in messages about damage."""

_DAMAGE: Final = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR", "SQLITE_FORMAT", "SQLITE_MISMATCH")
"""SQLite error names that mean damaged files. ``SQLITE_ERROR`` is one, for the statements of an index never change."""


def raise_corrupt(path: Path, what: str) -> NoReturn:
    """Raise `IndexCorrupt` for damage, described by ``what``, in the index at ``path``."""
    raise IndexCorrupt(f"{path}: {what}; {REPAIR}")


def is_damage(error: sqlite3.Error | UnicodeDecodeError) -> bool:
    """Return whether an error means damaged files.

    After an error of the disk, of a lock or of the memory the next try may succeed; after damage it does not.
    """
    name = getattr(error, "sqlite_errorname", None) or "SQLITE_ERROR"
    return name.startswith(_DAMAGE) or isinstance(error, UnicodeDecodeError)


@contextmanager
def map_errors(path: Path, doing: str) -> Iterator[None]:
    """Map errors of SQLite and of the system, raised while ``doing`` something with the index at ``path``.

    Raises:
        IndexCorrupt: the files are damaged.
        IndexProblem: SQLite or the operating system failed.
    """
    try:
        yield
    except DedupError:  # such an error describes the problem already, even if it is an OSError too
        raise
    except (sqlite3.Error, UnicodeDecodeError) as error:  # UnicodeDecodeError: a name or a message is not UTF-8
        if is_damage(error):
            raise IndexCorrupt(f"{path}: damage was met while {doing} ({error}); {REPAIR}") from error
        raise IndexProblem(f"{path}: {doing} failed ({error}): see to the disk, then open the index again") from error
    except OSError as error:
        raise IndexProblem(f"{path}: {doing} failed ({error}): see to the disk, then open the index again") from error
