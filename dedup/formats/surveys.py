"""Byte ranges of files that are not packed -> the facts of each that the ranges behind it need.

The number of the first line of a range is the sum of the lines of the ranges before it. Any process can survey a range.
"""

from collections.abc import Callable, Iterator, Mapping

import msgspec

from dedup.formats import limits
from dedup.formats.files.ranges import count_lines
from dedup.formats.files.stream import name_errors, open_file
from dedup.formats.guard import reason_of
from dedup.formats.heads import read_head
from dedup.formats.places import NO_HEAD, FileHead, Place
from dedup.formats.registry import FORMATS


class ByteRange(msgspec.Struct, frozen=True):
    """The bytes of a file from ``start`` up to ``end``, which is not included.

    ``fields`` are our names of fields -> the user's names of keys, as in `ReadOptions`.
    """

    place: Place
    start: int
    end: int
    fields: Mapping[str, str]


class RangeSurvey(msgspec.Struct, frozen=True):
    """The facts of a range that the ranges behind it need.

    - ``lines``: the number of lines that begin in the range.
    - ``head``: what the first lines of the file decide, if the range is the first one.
    - ``problem``: the reason why the range cannot be read, or empty.
    """

    lines: int = 0
    head: FileHead = NO_HEAD
    problem: str = ""


Surveyor = Callable[[Iterator[ByteRange]], Iterator[RangeSurvey]]
"""Byte ranges -> the survey of each range, in their order. It may take ranges ahead."""


def survey_range(byte_range: ByteRange) -> RangeSurvey:
    """Survey one range. An error of the system is part of the survey."""
    place, start, end = byte_range.place, byte_range.start, byte_range.end
    try:
        lines = count_lines(place, start, end)
        head = NO_HEAD if start else _read_head(byte_range)
    except Exception as error:
        return RangeSurvey(problem=reason_of(error))
    return RangeSurvey(lines, head)


def survey_here(ranges: Iterator[ByteRange]) -> Iterator[RangeSurvey]:
    """Survey ranges in this process, each one when its survey is taken."""
    return map(survey_range, ranges)


def _read_head(byte_range: ByteRange) -> FileHead:
    """The decisions of the first lines of a file."""
    place = byte_range.place
    with name_errors(place), open_file(place) as file:
        return head_of_bytes(place, file.read(min(byte_range.end, limits.SNIFF_BYTES)), byte_range.fields)


def head_of_bytes(place: Place, data: bytes, fields: Mapping[str, str]) -> FileHead:
    """The decisions of the first lines of a file, whose first bytes are ``data``.

    Args:
        place: the file.
        data: the bytes. The last line may be cut.
        fields: our names of fields -> the user's names of keys.
    """
    first_rows = FORMATS[place.suffix].first_rows
    return NO_HEAD if first_rows is None else read_head(first_rows(data), fields)
