"""The exit codes of the command, each with its meaning. README.md shows them as a table."""

from enum import IntEnum


class ExitCode(IntEnum):
    """An exit code. ``meaning`` is its line in the table of README.md."""

    meaning: str

    OK = 0, "The command ran."
    LIMIT_BROKEN = (
        1,
        "A limit is broken: F1 is below `--min-f1`, more copies than `--max-copies`, a change with `--fail-on-change`.",
    )
    WRONG_USE = 2, "Wrong use: an option, a setting, or a file that cannot be written."
    INPUT_SKIPPED = (
        3,
        "Some inputs cannot be read, or hold no document. Each is named, with the reason. The results hold the rest.",
    )
    INDEX_UNUSABLE = (
        4,
        "An index is missing, locked, damaged, or of another format or settings; or `index check` finds a fault.",
    )
    WORKER_DIED = 5, "A worker process or the system failed. There are no results."
    INTERRUPTED = 130, "Interrupted."

    def __new__(cls, code: int, meaning: str) -> "ExitCode":
        """Make the member of the number ``code``."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member
