"""The whole error tree. Every message says what was wrong, where, and what to do about it.

DedupError
├── SettingsError    a setting is unknown, out of its range, or of the wrong type (a ValueError)
├── InputError       documents or arrays handed to the library cannot be used as they are (a ValueError)
├── ReadError        one input (a file, or a line of one) cannot be read; the run goes on without it (a ValueError)
├── WorkError        a process that works on the job died or failed; there are no results (a RuntimeError)
└── IndexProblem     an index cannot be used as it is
    ├── IndexMissing     there is none at the path, or something else is there (a FileNotFoundError)
    ├── IndexLocked      another process writes to it
    ├── IndexCorrupt     its files are damaged
    └── IndexMismatch    it is of another format or of other settings

An error is also the built-in error that a caller of such a function expects. Code of the package that catches a
built-in error of the system or of a library lets a `DedupError` pass.
"""


class DedupError(Exception):
    """Any error that this package raises on purpose."""


class SettingsError(DedupError, ValueError):
    """A setting is unknown, out of its range, or of the wrong type."""


class InputError(DedupError, ValueError):
    """Documents or arrays handed to the library cannot be used as they are."""


class ReadError(DedupError, ValueError):
    """One input, a file or a line of one, cannot be read.

    ``path`` names the file, ``line`` the line in it (from 1) where that is known, ``reason`` says what is wrong and
    what to do. Readers raise it; the walk over the inputs turns it into a `dedup.types.Skip` and goes on.
    """

    def __init__(self, path: str, reason: str, line: int | None = None) -> None:
        super().__init__(f"{path}{'' if line is None else f':{line}'}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


class WorkError(DedupError, RuntimeError):
    """A process that works on the job died, or failed in a way that no input should make it fail."""


class IndexProblem(DedupError):
    """An index cannot be used as it is; the message names its path and what to do."""


class IndexMissing(IndexProblem, FileNotFoundError):
    """There is no index at the path, or something else is there."""


class IndexLocked(IndexProblem):
    """Another process writes to the index, and only one can."""


class IndexCorrupt(IndexProblem):
    """Files of the index are damaged: nothing is answered from them."""


class IndexMismatch(IndexProblem):
    """The index is of another format, or was made with other settings; the message names both."""
