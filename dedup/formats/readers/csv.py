"""CSV and TSV: each row is one document. The first row names the columns. A bad row costs that row only."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.columns import DocumentColumns
from dedup.formats.files import decoding
from dedup.formats.messages import list_names
from dedup.formats.places import Place, ReadContext, quoted
from dedup.formats.record import documents_of_rows, keys_of_fields
from dedup.formats.syntax.csv_file import is_row, open_rows
from dedup.formats.syntax.csv_rows import CsvRow, text_problem
from dedup.formats.syntax.text_lines import text_lines
from dedup.types import Skip


def read(pieces: Iterator[bytes], place: Place, context: ReadContext, _first: int = 1) -> Iterator[DocumentColumns]:
    """Read the documents in rows of CSV, in their order. Values are as the file has them; an empty cell is no value.

    Args:
        pieces: the decompressed bytes.
        place: the file.
        context: the names of fields; takes skips and problems.

    Raises:
        ReadError: the bytes break off, or no column holds a text.
    """
    lines = text_lines(decoding.recode(pieces, place.path, context.on_problem), context.limits.document_bytes)
    numbered_rows: Iterator[tuple[int, CsvRow]] = enumerate(
        filter(is_row, open_rows(lines, context.limits.document_bytes)[1]), 1
    )
    first = next(numbered_rows, None)
    if first is None:
        return iter(())
    columns = _name_columns(first[1], context.fields, place)
    if not columns:
        numbered_rows = chain([first], numbered_rows)
        columns = [str(number + 1) for number in range(len(first[1].cells))]

    def usable_rows() -> Iterator[tuple[int, Mapping[str, Any]]]:
        for number, row in numbered_rows:
            if problem := row.problem or text_problem(row):
                context.on_skip(Skip(place.path, problem, row.line))
                continue
            # With equal names the first column counts, so it is written last.
            cells = zip(reversed(columns), reversed(row.cells[: len(columns)]), strict=True)
            yield _RowNumber(number, row.line), {name: cell or None for name, cell in cells}

    def skip_line(skip: Skip) -> None:
        context.on_skip(replace(skip, line=skip.line.first_line) if isinstance(skip.line, _RowNumber) else skip)

    return documents_of_rows(usable_rows(), place, replace(context, on_skip=skip_line))


class _RowNumber(int):
    """The number of a row, for ids. Messages name its first line, for cells of rows before may have line ends."""

    first_line: int

    def __new__(cls, number: int, first_line: int) -> "_RowNumber":
        made = super().__new__(cls, number)
        made.first_line = first_line
        return made


def _name_columns(first: CsvRow, fields: Mapping[str, str], place: Place) -> list[str]:
    """The names of the columns in the first row; an empty list for a file without header.

    Args:
        first: the first row.
        fields: our names of fields -> the names of columns. A column of a file without header has its number as name.
        place: the file.

    Raises:
        ReadError: no column holds a text, as far as the names tell.
    """
    if first.problem:
        raise ReadError(place.path, f"the first row {first.problem}", first.line)
    names = [cell.strip() for cell in first.cells]
    numbers = {str(number + 1) for number in range(len(names))}
    named = keys_of_fields(names, fields)
    if not named and numbers.intersection(fields.values()):
        return []
    if named.keys().isdisjoint({"text", "html"}):
        raise ReadError(
            place.path,
            f"names no column {_asked(fields)}; its first row is {list_names(names)}; name the column: "
            "--field text=NAME, "
            "or fields={'text': 'NAME'}; if the file has no header, give its number: --field text=2",
        )
    return names


def _asked(fields: Mapping[str, str]) -> str:
    """The column of texts, in words: the user's name of it, if there is one."""
    return quoted(fields["text"], limits.MAX_QUOTED) if "text" in fields else "for the text"
