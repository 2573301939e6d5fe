"""The whole error tree. Every message says what was wrong, where, and what to do about it.

DedupError
├── SettingsError    a setting is unknown, out of its range, or of the wrong type
├── InputError       documents or arrays handed to the library cannot be used as they are
├── ReadError        one input (a file, or a line of one) cannot be read; the run goes on without it
└── WorkError        a process that works on the job died or failed; there are no results
"""

__all__ = ["DedupError", "InputError", "ReadError", "SettingsError", "WorkError"]


class DedupError(Exception):
    """Any error that this package raises on purpose."""


class SettingsError(DedupError):
    """A setting is unknown, out of its range, or of the wrong type."""


class InputError(DedupError):
    """Documents or arrays handed to the library cannot be used as they are."""


class ReadError(DedupError):
    """One input, a file or a line of one, cannot be read.

    ``path`` names the file, ``line`` the line in it (from 1) where that is known, ``reason`` says what is wrong and
    what to do. Readers raise it; the walk over the inputs turns it into a `dedup.types.Skip` and goes on.
    """

    def __init__(self, path: str, reason: str, line: int | None = None) -> None:
        super().__init__(f"{path}{'' if line is None else f':{line}'}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


class WorkError(DedupError):
    """A process that works on the job died, or failed in a way that no input should make it fail."""
