"""Text to output: safe for a terminal, and encoded as UTF-8. This module knows nothing of reports."""

import datetime
import math
import re
import shutil
from collections.abc import Iterable
from typing import BinaryIO, Final

_DIGITS: Final = 4

_WIDEST: Final = 1_000
"""Columns of a terminal at most: a line is as long, and the environment can ask for any number."""

# Control characters drive the terminal, the bidirectional marks reorder what the reader sees, the two separators break
# lines, and lone surrogates (file names that are not UTF-8) cannot be encoded.
_HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def terminal_width() -> int:
    """Return the columns of the terminal, 80 without one. `COLUMNS` has the last word, up to `_WIDEST`."""
    return min(_WIDEST, shutil.get_terminal_size((80, 24)).columns)


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
    return f"{number:,} {singular if number == 1 else plural}"


def percent(share: float, other: float | None = None) -> str:
    """Return a share rounded down, so that only what is whole has ``100 %``.

    Args:
        share: the share
        other: another share. The result has as many digits as tell the two apart, four at most.
    """
    for digits in range(_DIGITS + 1):
        scale = 100 * 10**digits
        # The small addend corrects 0.29 * 100 = 28.999...
        down = math.floor(share * scale + 1e-6)
        other_down = down if other is None else math.floor(other * scale + 1e-6)
        if other is None or down != other_down or abs(down / scale - share) < 1e-9:
            break
    return f"{down / 10**digits:.{digits}f} %"


def duration(time: datetime.timedelta) -> str:
    """Return a time in days, hours or minutes, in the unit that gives two or more: ``3 d``, ``19 h``, ``40 min``."""
    minutes = int(time.total_seconds() // 60)
    for unit, of_unit in (("d", 1440), ("h", 60)):
        if minutes >= 2 * of_unit:
            return f"{minutes // of_unit:,} {unit}"
    return f"{minutes} min"


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
