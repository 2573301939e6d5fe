"""Text on its way out: made harmless for a terminal, and encoded. Knows nothing of reports."""

import re
from collections.abc import Iterable
from typing import BinaryIO

# Control characters drive the terminal, the bidirectional overrides reorder what the reader sees, the two separators
# break lines, and lone surrogates (file names that are not UTF-8) cannot be encoded.
_HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def harmless(text: str) -> str:
    """``text`` with every character that could act on a terminal spelled out, as ``\\x1b``."""
    return _HARMFUL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def one_line(text: str) -> str:
    """``text`` harmless, with each run of white space made one space: for titles and reasons, not for ids."""
    return harmless(" ".join(text.split()))


def count(number: int, one: str, many: str) -> str:
    """``number`` with its noun: ``1 copy``, ``2 copies``."""
    return f"{number} {one if number == 1 else many}"


def size(bytes: float) -> str:
    """A number of bytes in the unit that leaves it below 1,000, in three digits: ``91.9 MB``."""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if bytes < 999.5 or unit == "TB":
            break
        bytes /= 1000
    return f"{bytes:.{0 if unit == 'B' or bytes >= 99.95 else 1 if bytes >= 9.995 else 2}f} {unit}"


class Utf8Stream:
    """A binary stream that takes text; a lone surrogate is written as ``\\udc80`` instead of failing.

    Not an `io.TextIOWrapper`: that closes the stream with itself, raises from its destructor when the reader has hung
    up, and on Windows would write the line ends of CSV twice over.
    """

    encoding = "utf-8"

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write ``text``, and say how many characters that was."""
        self._stream.write(text.encode("utf-8", "backslashreplace"))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of ``lines``, which bring their line ends."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Flush the stream below."""
        self._stream.flush()

    def isatty(self) -> bool:
        """Whether the stream below is a terminal."""
        return self._stream.isatty()
