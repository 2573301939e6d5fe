"""All errors of the package. Every message says what is wrong, where it is, and what to do about it.

DedupError
├── SettingsError    a setting is unknown, out of its range, or of the wrong type (a ValueError)
├── InputError       the library cannot use documents or arrays that a caller gives (a ValueError)
├── ReadError        the package cannot read one input, a file or a line; the run goes on without it (a ValueError)
├── LibraryMissing   a library that the call needs is not installed (an ImportError)
├── WorkError        a worker process died or failed, or a disk is full; there are no results (a RuntimeError)
└── IndexProblem     the package cannot use an index as it is
    ├── IndexMissing     the path has no index (a FileNotFoundError)
    ├── IndexExists      something else is at the path of a new index (a FileExistsError)
    ├── IndexLocked      another process writes to the index
    ├── IndexCorrupt     the files of the index are damaged
    └── IndexMismatch    the index has another format or other settings

Some errors also inherit the built-in error that a caller expects. Code of the package that catches a built-in error of
the system or of a library lets a `DedupError` pass.
"""


class DedupError(Exception):
    """Base class of all errors that this package raises on purpose."""


class SettingsError(DedupError, ValueError):
    """A setting is unknown, out of its range, or of the wrong type."""


class InputError(DedupError, ValueError):
    """The library cannot use documents or arrays that a caller gives."""


class ReadError(DedupError, ValueError):
    """The package cannot read one input, a file or a line of a file.

    Readers raise this error. The walk over the inputs turns it into a `dedup.types.Skip` and goes on.

    Attributes:
        path: names the file.
        reason: says what is wrong and what to do.
        line: is the number of the line in the file, from 1, or None if the line is unknown.
    """

    def __init__(self, path: str, reason: str, line: int | None = None) -> None:
        super().__init__(f"{path}{'' if line is None else f':{line}'}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


class LibraryMissing(DedupError, ImportError):
    """A library that the call needs is not installed. The message has the command that installs it."""


class WorkError(DedupError, RuntimeError):
    """A worker process died, or failed in a way that no input should cause, or the disk is full."""


class IndexProblem(DedupError):
    """The package cannot use an index as it is. The message names the path of the index and what to do."""


class IndexMissing(IndexProblem, FileNotFoundError):
    """The path has no index."""


class IndexExists(IndexProblem, FileExistsError):
    """Something else is at the path of a new index, or of an exported file."""


class IndexLocked(IndexProblem):
    """Another process writes to the index. Only one process can write."""


class IndexCorrupt(IndexProblem):
    """Files of the index are damaged. The index gives no answer from damaged files."""


class IndexMismatch(IndexProblem):
    """The index has another format or other settings than this run. The message names both."""
