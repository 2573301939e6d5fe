"""One line -> its sentences, by one regular expression."""

import re
from itertools import pairwise

from dedup.core.text.tables.sentence_marks import CLOSERS, CLOSING, FREE, MARKS, SPACES

_CLOSING, _FREE, _ANY_MARK = re.escape(CLOSING), re.escape(FREE), re.escape(MARKS + FREE)

SENTENCE_END = re.compile(
    f"(?<=[{re.escape(MARKS)}])[{_CLOSING}]{{0,{CLOSERS}}}[{re.escape(SPACES)}]"
    f"|(?<=[{_FREE}])[{_CLOSING}{_ANY_MARK}]{{0,{CLOSERS}}}"
)
"""The characters behind a mark up to the end of its sentence."""


def sentences(line: str) -> list[str]:
    """Return the sentences of a line, each with the marks, quotes and space at its end. An empty line has none."""
    matches = [SENTENCE_END.match(line, position) for position in range(len(line))]
    ends = {match.end() for match in matches if match}
    edges = sorted({0, len(line)} | ends)
    return [line[begin:end] for begin, end in pairwise(edges)]
