"""Lines of a CSV file -> its rows, in the dialect that its first lines tell."""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from dedup.formats import limits
from dedup.formats.syntax.csv_rows import CsvRow, read_rows
from dedup.formats.syntax.dialects import DELIMITERS, sniff_dialect, split_hint

_MARK: Final = "\ufeff"


def open_rows(lines: Iterator[str], most: int) -> tuple[list[str], Iterator[CsvRow]]:
    """Find out the dialect of CSV, and get ready to read its rows.

    Args:
        lines: the lines of the file.
        most: the characters of a row, at most.

    Returns:
        The text before the first row, which is a byte order mark or a hint such as ``sep=;``, and all rows.
    """
    sample = _take_sample(lines)
    head = []
    if sample and sample[0].startswith(_MARK):
        head, sample[0] = [_MARK], sample[0][1:]
    begin = sample[:1]
    delimiter = split_hint(sample)
    hint = begin if delimiter else []
    dialect = sniff_dialect(sample, delimiter or DELIMITERS)
    return [*head, *hint], read_rows(chain(sample, lines), dialect, most, 1 + len(hint))


def is_row(row: CsvRow) -> bool:
    """Whether a row counts: a blank line does not."""
    return bool(row.cells or row.problem)


def _take_sample(lines: Iterator[str]) -> list[str]:
    """The first lines, of about ``limits.DIALECT_BYTES``."""
    head: list[str] = []
    size = 0
    for line in lines:
        head.append(line)
        size += len(line)
        if size >= limits.DIALECT_BYTES:
            break
    return head
