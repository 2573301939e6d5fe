"""The sentences of one line, with one regular expression."""

import re
from itertools import pairwise

from dedup.core.text.tables.sentence_marks import CLOSERS, CLOSING, FREE, MARKS, SPACES


def sentences(line: str) -> list[str]:
    """The parts of a line, each with the marks, quotes and the space at its end; none of an empty line."""
    closing, free, any_mark = re.escape(CLOSING), re.escape(FREE), re.escape(MARKS + FREE)
    end = re.compile(
        f"(?<=[{re.escape(MARKS)}])[{closing}]{{0,{CLOSERS}}}[{re.escape(SPACES)}]"
        f"|(?<=[{free}])[{closing}{any_mark}]{{0,{CLOSERS}}}"
    )
    places = sorted({0, len(line)} | {place for start in range(len(line)) if (place := _end(end, line, start))})
    return [line[first:last] for first, last in pairwise(places)]


def _end(end: re.Pattern[str], line: str, start: int) -> int | None:
    """Where the sentence ends whose mark stands before ``start``."""
    found = end.match(line, start)
    return found.end() if found else None
