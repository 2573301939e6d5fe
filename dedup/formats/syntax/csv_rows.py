"""Lines of CSV -> rows of cells. A torn quote costs one row: the lines after that row are read again.

The csv module of the standard library parses. It is strict here, for a quote that stands inside of a quoted cell is the
first sign that an earlier quote does not close.
"""

import csv
from collections import deque
from collections.abc import Iterator
from typing import Final, NamedTuple

from dedup.formats import limits
from dedup.formats.syntax.text_lines import ESCAPED


class Dialect(NamedTuple):
    """How a file writes its rows.

    ``delimiter`` stands between cells, and ``quote`` around a cell; an empty ``quote`` is an ordinary character.
    A quote inside of a cell is doubled, or stands after ``escape``, unless that is empty. With ``spaced``, spaces may
    follow a delimiter. ``width`` is the number of cells in a row, or 0 for any number.
    """

    delimiter: str
    quote: str = '"'
    escape: str = ""
    spaced: bool = False
    width: int = 0


class CsvRow(NamedTuple):
    """One row: the number of its first line, its lines as they came, its cells, and the reason why it is no row."""

    line: int
    lines: list[str]
    cells: list[str]
    problem: str = ""


_TORN: Final = "has a quote that does not close, or stands in a quoted cell; close it, or double it"
_RETURN: Final = "\ud800"
"""A character that no decoded text has. Stands for a carriage return in an unquoted cell, which csv refuses."""

_LINE_COST: Final = 100
"""Bytes that take as long to read again as the beginning of a line."""


class _Lines:
    """Lines for the parser, which can be read again.

    ``record`` has the lines of the current row. ``has_returns`` tells that `_RETURN` stands in them.
    """

    def __init__(self, lines: Iterator[str], most: int) -> None:
        self._lines, self._most = lines, most
        self._again: deque[str] = deque()
        self._budget = limits.MAX_REREAD_BYTES
        self._size = 0
        self.record: list[str] = []
        self.has_returns = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.record.append(line)
        self._size += len(line)
        if self._size > self._most:
            raise csv.Error
        if "\r" in line[:-2]:
            self.has_returns = True
            return line[:-2].replace("\r", _RETURN) + line[-2:]
        return line

    def start_row(self) -> None:
        """Forget the lines of the row before."""
        self.record, self._size, self.has_returns = [], 0, False

    def give_back(self) -> bool:
        """Give all lines of the row but the first back, to be read again. False if the budget is used up."""
        if self._budget <= 0:
            return False
        self._budget -= self._size + _LINE_COST * len(self.record)
        self._again.extendleft(reversed(self.record[1:]))
        del self.record[1:]
        return True


def read_rows(lines: Iterator[str], dialect: Dialect, most: int, first: int = 1) -> Iterator[CsvRow]:
    """Read the rows of CSV. A blank line is a row without cells.

    A row of several lines that cannot be parsed, or has another number of cells, began with a torn quote. Its first
    line is a row with a problem, and the other lines are read again as rows. ``limits.MAX_REREAD_BYTES`` bounds the
    time that hostile lines take.

    Args:
        lines: the lines, with their line ends.
        dialect: how the file writes its rows.
        most: the characters of a row, at most.
        first: the number of the first line.

    Returns:
        The rows in their order, those with a problem too. Together they have all lines.
    """
    csv.field_size_limit(max(csv.field_size_limit(), most))  # of the process: there is no other
    source = _Lines(lines, most)
    parser = csv.reader(
        source,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        escapechar=dialect.escape or None,
        skipinitialspace=dialect.spaced,
        strict=True,
    )
    while True:
        source.start_row()
        cells: list[str] = []
        try:
            cells = next(parser)
            if source.has_returns:
                cells = [cell.replace(_RETURN, "\r") for cell in cells]
            problem = _find_problem(cells, dialect.width)
        except StopIteration:
            return
        except csv.Error:
            problem = _TORN
        if problem and len(source.record) > 1:
            problem = _TORN if source.give_back() else f"{_TORN}; {len(source.record):,} lines are lost with it"
        yield CsvRow(first, source.record, cells, problem)
        first += len(source.record)


def _find_problem(cells: list[str], width: int) -> str:
    """The reason why cells are no row, or an empty string. Empty cells after the last column do no harm."""
    if not cells or not width or (len(cells) >= width and not any(cells[width:])):
        return ""
    count = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
    return f"has {count}, not {width} as the first row; quote a cell that holds a delimiter or a line end"


def text_problem(row: CsvRow) -> str:
    """The reason why the lines of a row are no text, or an empty string."""
    for line in row.lines:
        if "\0" in line:
            return "holds a NUL byte, so it is not text; remove it"
        if not line.isascii() and (broken := ESCAPED.search(line)):
            byte = ord(broken[0]) - 0xDC00
            return f"is not UTF-8: byte 0x{byte:02X}; convert the file, e.g. iconv -f WINDOWS-1252 -t UTF-8"
    return ""
