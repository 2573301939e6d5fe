"""The one edge at which errors of SQLite and of the system become those of `dedup.errors`."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NoReturn

from dedup.errors import DedupError, IndexCorrupt, IndexProblem

REPAIR: Final = "dedup.Index.check(fix=True) mends what can be mended; otherwise take the last copy of it"
"""What to do about damage."""

_DAMAGE: Final = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR", "SQLITE_FORMAT", "SQLITE_MISMATCH")
"""What SQLite says of files that are not as it left them: statements that never change fail."""


def raise_corrupt(path: Path, what: str) -> NoReturn:
    """Raise `IndexCorrupt` for something in the index at ``path``."""
    raise IndexCorrupt(f"{path}: {what}; {REPAIR}")


def is_damage(error: sqlite3.Error | UnicodeDecodeError) -> bool:
    """Whether the files are to blame, and not the disk, a lock or the memory, with which it may go well again."""
    name = getattr(error, "sqlite_errorname", None) or "SQLITE_ERROR"
    return name.startswith(_DAMAGE) or isinstance(error, UnicodeDecodeError)


@contextmanager
def map_errors(path: Path, doing: str) -> Iterator[None]:
    """Errors of SQLite and of the system, raised while ``doing`` something with the index at ``path``, as ours."""
    try:
        yield
    except DedupError:  # it says already what is wrong, also where it is an OSError
        raise
    except (sqlite3.Error, UnicodeDecodeError) as error:  # the latter for names and messages that are not UTF-8
        if is_damage(error):
            raise IndexCorrupt(f"{path}: damage was met while {doing} ({error}); {REPAIR}") from error
        raise IndexProblem(f"{path}: {doing} failed ({error}): see to the disk, then open the index again") from error
    except OSError as error:
        raise IndexProblem(f"{path}: {doing} failed ({error}): see to the disk, then open the index again") from error
