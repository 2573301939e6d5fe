"""Tables of other libraries -> rows: pandas, Polars, Arrow, DuckDB, Hugging Face, and all that speak Arrow's protocol.

A table comes from a caller who has imported its library. Nothing is imported for a caller without tables.
"""

import sys
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple, Protocol

from dedup.errors import DedupError, InputError
from dedup.formats import limits
from dedup.formats.fields.names import FieldNames
from dedup.formats.fields.values import is_missing
from dedup.formats.messages import list_names
from dedup.formats.places import quoted
from dedup.types import Note
from dedup.version import DISTRIBUTION

_ROWS: Final = 1024
"""Rows of a table that are Python objects at a time."""

TableRow = tuple[Hashable, dict[str, Any]]
"""A row of a table: its id as the caller has it, None for no id; and its values by our names of fields."""


class ArrowStream(Protocol):
    """A table or a stream of record batches of any library that speaks Arrow's C stream protocol."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """Return a capsule of the stream."""
        ...


class LazyTable(Protocol):
    """A query of Polars whose rows are not computed yet."""

    def collect_schema(self) -> Any:
        """Return the columns."""
        ...


class _Batch(NamedTuple):
    """Rows of a table: their number, the values of columns by name, and the labels of the rows if there is an index."""

    size: int
    columns: Mapping[Hashable, Sequence[Any]]
    labels: Sequence[Hashable] | None = None


class _Table(NamedTuple):
    """A table of any library.

    - ``kind``: the name of its class, in errors.
    - ``columns``: the names of its columns.
    - ``read``: reads some of the columns, batch by batch.
    - ``named``: whether its rows have labels that are more than the numbers of rows.
    - ``indexed``: whether its rows are dropped by their labels.
    - ``notes``: what to know of it.
    """

    kind: str
    columns: list[Hashable]
    read: Callable[[list[Hashable]], Iterator[_Batch]]
    named: bool = False
    indexed: bool = False
    notes: Sequence[Note] = ()


class TableRows:
    """The rows of a table, as a stream. An error of the library of the table becomes an `InputError`."""

    def __init__(
        self, opener: "Callable[[Any], _Table]", table: object, fields: Mapping[str, str], own_ids: bool
    ) -> None:
        """Open a table.

        Args:
            opener: opens the table.
            table: the table.
            fields: our names of fields -> the names of columns.
            own_ids: as in `table_rows`.
        """
        self._kind = type(table).__name__
        with self._errors():
            self._table = opener(table)
            _check_columns(self._table, fields)
            self.names = FieldNames({name: column for name, column in fields.items() if isinstance(column, str)})
            self.names.see(self._table.columns)
            self._columns = _find_columns(self._table, {**self.names.keys, **fields})
        self.columns = self._table.columns
        of_ids = _note_ids(self._columns.get("id")) if self._table.indexed else []
        self.notes = [*self._table.notes, *of_ids]
        self._fields, self._own_ids = fields, own_ids

    def __iter__(self) -> Iterator[TableRow]:
        with self._errors():
            yield from _rows(self._table, self._columns, self._fields, self._own_ids)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn an error of a library into an `InputError`."""
        try:
            yield
        except (DedupError, MemoryError):
            raise
        except ImportError as error:
            cure = f"pip install '{DISTRIBUTION}[arrow]'"
            raise InputError(f"a {self._kind} needs {error.name} to be read: {cure}") from error
        except Exception as error:
            reason = str(error).split("\n")[0]  # Polars adds its plan of the query
            raise InputError(f"the {self._kind} cannot be read: {type(error).__name__}: {reason}") from error


def table_rows(table: object, fields: Mapping[str, str], own_ids: bool = False) -> TableRows | None:
    """Open a table to read its rows.

    The ids are a column or the index of the table, or else the numbers of the rows, from 0.

    Args:
        table: a table of any library.
        fields: our names of fields -> the names of columns.
        own_ids: take no label for an id that can be the number of a row: no whole number of an index without a name.

    Returns:
        The rows, or None if ``table`` is no table.

    Raises:
        InputError: the table cannot be opened. To iterate raises it too.
    """
    opener = _find_opener(table)
    return None if opener is None else TableRows(opener, table, fields, own_ids)


def is_table(value: object) -> bool:
    """Return whether a value is a table of a library."""
    return _find_opener(value) is not None


def _find_opener(table: object) -> "Callable[[Any], _Table] | None":
    """Return the function that opens a table, None if the value is no table."""
    for library, name, opener in _OPENERS:
        kind = getattr(sys.modules.get(library), name, None)
        if isinstance(kind, type) and isinstance(table, kind):
            return opener
    return _open_arrow if hasattr(table, "__arrow_c_stream__") else None


def _rows(table: _Table, names: Mapping[str, Hashable], fields: Mapping[str, str], own_ids: bool) -> Iterator[TableRow]:
    """Yield the rows of a table.

    Args:
        table: the table.
        names: our names of fields -> the columns that hold them.
        fields: our names of fields -> the columns that the caller names.
        own_ids: as in `table_rows`.
    """
    usable = table.named or not own_ids
    first = 0
    for size, columns, labels in table.read(list(dict.fromkeys(names.values()))):
        values = {name: columns[column] for name, column in names.items()}
        if size and not values.keys() & {"text", "html"}:
            raise InputError(_no_text(table, fields))
        ids = values.pop("id", None)
        if ids is None:
            ids = labels if usable else None
        for row in range(size):
            cells = {name: None if is_missing(cell := column[row]) else cell for name, column in values.items()}
            yield (first + row, cells) if ids is None else _add_id(cells, ids[row])
        first += size


def _note_ids(column: Hashable) -> list[Note]:
    """Return a note on a frame whose ids are not its labels: to drop labels by ids would drop other rows."""
    if column is None:
        return []
    name = quoted(column, limits.MAX_QUOTED)
    return [Note("ids", f"ids are those of the column {name}: drop copies by frame[~frame[{name}].isin(drop_ids())]")]


def _add_id(cells: dict[str, Any], id: Any) -> TableRow:
    """Return a row with its id. An id that cannot be a key of a dictionary is left to the checks of a row."""
    if is_missing(id) or (isinstance(id, str) and not id):
        return None, cells
    if isinstance(id, float) and id.is_integer():
        cells["id"] = str(int(id))
    else:
        cells["id"] = id if isinstance(id, (list, dict)) else str(id)
    return id if isinstance(id, Hashable) else None, cells


def _check_columns(table: _Table, fields: Mapping[str, str]) -> None:
    """Raise `InputError` for a column that the caller names and the table does not have."""
    for name, column in fields.items():
        if column not in table.columns:
            from difflib import get_close_matches  # few jobs have an error

            nearest = get_close_matches(str(column), list(map(str, table.columns)), 1)
            hint = f"; {nearest[0]!r} is the nearest" if nearest else f"; there are {list_names(table.columns)}"
            raise InputError(f"the {table.kind} has no column {column!r} for {name!r}{hint}")


def _find_columns(table: _Table, names: Mapping[str, Hashable]) -> dict[str, Hashable]:
    """Return the column of each field that the table has. Raises `InputError` if two columns have one name."""
    uses = Counter(table.columns)
    for column in names.values():
        if uses[column] > 1:
            raise InputError(f"the {table.kind} has several columns {column!r}: rename all but one")
    return {name: column for name, column in names.items() if column in uses}


def _no_text(table: _Table, fields: Mapping[str, str]) -> str:
    """Return the message on a table whose texts have no column."""
    text, html = fields.get("text", "text"), fields.get("html", "html")
    return (
        f"the {table.kind} has no column {text!r} or {html!r}; its columns are {list_names(table.columns)}; "
        "name the one that holds the text: fields={'text': 'NAME'}"
    )


def _open_pandas_frame(frame: Any) -> _Table:
    def read(columns: list[Hashable]) -> Iterator[_Batch]:
        for first in range(0, len(frame), _ROWS):
            part = frame.iloc[first : first + _ROWS]
            yield _Batch(len(part), {name: part[name].tolist() for name in columns}, part.index.tolist())

    return _Table("DataFrame", list(frame.columns), read, _has_names(frame.index), indexed=True)


def _open_pandas_series(series: Any) -> _Table:
    def read(columns: list[Hashable]) -> Iterator[_Batch]:
        for first in range(0, len(series), _ROWS):
            part = series.iloc[first : first + _ROWS]
            yield _Batch(len(part), {"text": part.tolist()}, part.index.tolist())

    return _Table("Series", ["text"], read, _has_names(series.index))


def _has_names(index: Any) -> bool:
    """Return whether an index of pandas has a name, or other labels than whole numbers."""
    return any(name is not None for name in index.names) or index.dtype.kind not in "iu"


def _open_polars_query(query: Any) -> _Table:
    def read(columns: list[Hashable]) -> Iterator[_Batch]:
        chosen = query.select(columns) if columns else query
        frames = chosen.collect_batches() if hasattr(chosen, "collect_batches") else [chosen.collect()]
        for frame in frames:
            yield from _open_arrow(frame).read(columns)

    return _Table("LazyFrame", query.collect_schema().names(), read)


def _open_dataset(dataset: Any) -> _Table:
    def read(columns: list[Hashable]) -> Iterator[_Batch]:
        chosen = dataset.select_columns(columns) if columns else dataset
        for table in chosen.with_format("arrow").iter(_ROWS):
            yield from _open_arrow(table).read(columns)

    return _Table("Dataset", list(dataset.column_names), read)


def _open_spark_frame(frame: Any) -> _Table:
    """Open a frame of Spark, whose rows are on other machines."""
    reason = "all its rows come to this machine; dedup.engines.spark.cluster(frame, folder=FOLDER) works where they are"
    return _open_arrow(frame)._replace(notes=[Note("the frame of Spark", reason)])


def _open_arrow(table: Any) -> _Table:
    """Open anything that speaks the protocol. A column alone holds texts."""
    import pyarrow

    kind = type(table).__name__
    try:
        reader = pyarrow.RecordBatchReader.from_stream(table)
    except pyarrow.ArrowInvalid:
        reader = pyarrow.table({"text": pyarrow.chunked_array(table)}).to_reader()

    def read(columns: list[Hashable]) -> Iterator[_Batch]:
        for batch in reader:
            for first in range(0, batch.num_rows, _ROWS):
                part = batch.slice(first, _ROWS)
                yield _Batch(part.num_rows, {name: _to_python(part.column(name)) for name in columns})

    return _Table(kind, reader.schema.names, read)


def _open_arrow_column(column: Any) -> _Table:
    import pyarrow

    return _open_arrow(pyarrow.chunked_array([column]))


def _to_python(column: Any) -> list[Any]:
    """Return the values of a column of Arrow. A `datetime` has no nanoseconds."""
    import pyarrow

    kind = column.type
    if pyarrow.types.is_timestamp(kind) and kind.unit == "ns":
        column = column.cast(pyarrow.timestamp("us", kind.tz), safe=False)
    values: list[Any] = column.to_pylist()
    return values


_OPENERS: Final = (
    ("pandas", "DataFrame", _open_pandas_frame),
    ("pandas", "Series", _open_pandas_series),
    ("polars", "LazyFrame", _open_polars_query),
    ("datasets", "Dataset", _open_dataset),
    ("pyarrow", "Array", _open_arrow_column),
    ("pyspark.sql", "DataFrame", _open_spark_frame),
)
"""Classes of tables without Arrow's stream protocol, or with more than it gives: their library, name and opener."""
