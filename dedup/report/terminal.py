"""Text to output: safe for a terminal, and encoded as UTF-8. This module knows nothing of reports."""

import re
from collections.abc import Iterable
from typing import BinaryIO

# Control characters drive the terminal, the bidirectional overrides reorder what the reader sees, the two separators
# break lines, and lone surrogates (file names that are not UTF-8) cannot be encoded.
_HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def harmless(text: str) -> str:
    """Spell out every character of ``text`` that can act on a terminal, as ``\\x1b``."""
    return _HARMFUL.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def one_line(text: str) -> str:
    """Make ``text`` harmless, with one space for each run of white space. For titles and reasons, not for ids."""
    return harmless(" ".join(text.split()))


def count(number: int, singular: str, plural: str) -> str:
    """Return ``number`` with its noun: ``1 copy``, ``2 copies``.

    Args:
        number: the count
        singular: the noun for one
        plural: the noun for any other number
    """
    return f"{number} {singular if number == 1 else plural}"


def size(bytes: float) -> str:
    """Return a number of bytes in three digits, in the unit that leaves it below 1,000: ``91.9 MB``."""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if bytes < 999.5 or unit == "TB":
            break
        bytes /= 1000
    return f"{bytes:.{0 if unit == 'B' or bytes >= 99.95 else 1 if bytes >= 9.995 else 2}f} {unit}"


class Utf8Stream:
    """A text stream over a binary stream. It writes a lone surrogate as ``\\udc80`` instead of failing.

    `io.TextIOWrapper` does not serve: it closes the stream with itself, its destructor raises when the reader has hung
    up, and on Windows it doubles the line ends of CSV.
    """

    encoding = "utf-8"

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write ``text`` and return its number of characters."""
        self._stream.write(text.encode("utf-8", "backslashreplace"))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of ``lines``. The lines contain their line ends."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Flush the binary stream."""
        self._stream.flush()

    def isatty(self) -> bool:
        """Whether the binary stream is a terminal."""
        return self._stream.isatty()
