"""Pieces of a body -> its lines. A line that is too long is dropped while it comes, so that it takes no memory."""

from typing import Final

import msgspec

from dedup.settings import InputLimits

LONGEST: Final = 64 << 20
"""Bytes of a line of an answer, at most."""


class LineSplitter:
    """Splits a stream of bytes into lines without their ends. Blank lines are left out.

    Args:
        longest: the most bytes of a line. None stands for a longer line.
    """

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> list[bytes | None]:
        """Returns the lines that end in ``data``."""
        *ended, last = data.split(b"\n")
        lines = []
        for part in ended:
            self._keep(part)
            lines += self.end()
        self._keep(last)
        return lines

    def end(self) -> list[bytes | None]:
        """Returns the last line, which has no end of line, or nothing."""
        line = None if self._size > self._longest else b"".join(self._parts)
        self._parts, self._size = [], 0
        return [] if line is not None and not line.strip() else [line]

    def _keep(self, part: bytes) -> None:
        """Adds to the line that is not complete."""
        self._size += len(part)
        if self._size > self._longest:
            self._parts.clear()
        elif part:
            self._parts.append(part)


def limit_of_lines(limits: InputLimits) -> tuple[int, str]:
    """Returns the bytes of a line of a request at most, and the name of the limit."""
    return min((limits.record_bytes, "record_bytes"), (limits.document_bytes, "document_bytes"))


class LineError(msgspec.Struct, frozen=True):
    """The answer to a line that cannot be used: its ``id`` as far as it is known, the reason, a status of HTTP."""

    id: str
    error: str
    status: int
