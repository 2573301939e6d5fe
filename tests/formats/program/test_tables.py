"""Tables of other libraries as rows: their ids, their values, and what is said of a table that cannot be read."""

import datetime

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from datasets import Dataset

from dedup import InputError
from dedup.formats.program.tables import table_rows

COLUMNS = {"id": [7, 8], "text": ["one", "two"], "title": ["One", None], "other": [[1], [2]]}
FRAME = pd.DataFrame({"text": ["one", "two"]})


def arrow(columns=COLUMNS):
    return pa.table(columns)


def of_duckdb():
    news = arrow()  # noqa: F841  # DuckDB finds it by its name
    return duckdb.sql("select * from news")


def rows(table, fields=None, own_ids=False):
    return list(table_rows(table, fields or {}, own_ids))


@pytest.mark.parametrize(
    "make",
    [
        lambda: pd.DataFrame(COLUMNS),
        lambda: pd.DataFrame(COLUMNS).convert_dtypes(),
        lambda: pl.DataFrame(COLUMNS),
        lambda: pl.DataFrame(COLUMNS).lazy(),
        arrow,
        lambda: arrow().to_batches()[0],
        lambda: arrow().to_reader(),
        of_duckdb,
        lambda: Dataset.from_dict(COLUMNS),
    ],
    ids=["pandas", "pandas NA", "polars", "lazy", "arrow", "batch", "reader", "duckdb", "datasets"],
)
def test_a_table_of_each_library_gives_its_rows(make):
    """Rows have the values of our fields alone; a missing value is None, and the id is a plain value."""
    expected = [(7, {"id": "7", "text": "one", "title": "One"}), (8, {"id": "8", "text": "two", "title": None})]
    assert expected == rows(make())


@pytest.mark.parametrize(
    "make",
    [
        lambda: FRAME["text"],
        lambda: pl.Series(["one", "two"]),
        lambda: pa.chunked_array([["one"], ["two"]]),
        lambda: pa.array(["one", "two"]),
        lambda: pa.array(["one", "two"]).dictionary_encode(),
        lambda: pa.array(["one", "two"], pa.string_view()),
    ],
    ids=["pandas", "polars", "chunked", "array", "dictionary", "view"],
)
def test_a_column_alone_holds_texts(make):
    """A column of any library is a table of texts, whose rows have their numbers."""
    assert [("one", 0), ("two", 1)] == [(cells["text"], id) for id, cells in rows(make())]


@pytest.mark.parametrize(
    ("index", "ids"),
    [
        (["x", "y"], ["x", "y"]),
        ([5, 4], ["5", "4"]),
        (pd.date_range("2026-01-01", periods=2), ["2026-01-01 00:00:00", "2026-01-02 00:00:00"]),
        (pd.MultiIndex.from_tuples([("a", 1), ("a", 2)]), ["('a', 1)", "('a', 2)"]),
    ],
    ids=["text", "numbers", "times", "tuples"],
)
def test_the_index_of_a_frame_gives_ids(index, ids):
    """Labels come back as they are; the documents have them as text."""
    frame = FRAME.set_axis(index)
    assert list(zip(frame.index, ids, strict=True)) == [(id, cells["id"]) for id, cells in rows(frame)]


def test_a_column_goes_before_the_index():
    """Ids of a column are those that a caller compares with ``isin``."""
    assert ["a", "b"] == [id for id, _ in rows(FRAME.assign(id=["a", "b"]).set_axis(["x", "y"]))]


def test_a_row_without_an_id_of_its_own_has_none():
    """A missing or empty id is no id; whole numbers that pandas made floats are whole numbers."""
    frame = pd.DataFrame({"id": [7.0, float("nan")], "text": ["one", "two"]})
    assert [(7.0, {"text": "one", "id": "7"}), (None, {"text": "two"})] == rows(frame)
    assert [None, None] == [id for id, _ in rows(arrow({"id": [None, ""], "text": ["one", "two"]}))]


def test_numbers_of_rows_are_no_ids_where_documents_must_be_known_again():
    """Whole numbers of an index without a name are not ids of an index; named ones and texts are."""
    assert [False, False] == ["id" in cells for _, cells in rows(FRAME, own_ids=True)]
    assert ["0", "1"] == [cells["id"] for _, cells in rows(FRAME.rename_axis("key"), own_ids=True)]
    assert ["x", "y"] == [cells["id"] for _, cells in rows(FRAME.set_axis(["x", "y"]), own_ids=True)]


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NaT, pd.NA, np.datetime64("NaT")], ids=str)
def test_a_missing_value_is_no_value(missing):
    """Every value that stands for no value is None, in a column of objects too."""
    frame = pd.DataFrame({"text": ["one"], "title": pd.Series([missing], dtype=object)})
    assert [(0, {"id": "0", "text": "one", "title": None})] == rows(frame)


def test_times_of_nanoseconds_are_times():
    """Arrow's nanoseconds are cut to the microseconds of a `datetime`."""
    time = pa.array([1_767_225_600_000_000_123], pa.timestamp("ns", "UTC"))
    ((_, cells),) = rows(pa.table({"text": ["one"], "published": time}))
    assert datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC) == cells["published"]


def test_names_of_columns_can_be_given():
    """The caller says which column holds a field."""
    frame = pd.DataFrame({"blob": ["one"], "key": ["a"]})
    assert [("a", {"id": "a", "text": "one"})] == rows(frame, {"text": "blob", "id": "key"})
    assert [(0, {"id": "0", "text": "one"})] == rows(pd.DataFrame([["one"]]), {"text": 0})


def test_columns_are_named_as_people_name_them():
    """Columns of other names are found as keys of rows are; our own name goes first."""
    frame = pd.DataFrame({"guid": ["a"], "body": ["one"], "headline": ["One"], "title": ["Own"]})
    assert [("a", {"id": "a", "text": "one", "title": "Own"})] == rows(frame)


def test_many_rows_are_numbered_through():
    """A table of several batches has one numbering."""
    table = pa.table({"text": [str(n) for n in range(5000)]})
    assert list(range(5000)) == [id for id, _ in rows(table)]
    assert [str(n) for n in range(5000)] == [cells["text"] for _, cells in rows(pl.from_arrow(table).lazy())]


def test_a_stream_is_read_as_it_comes():
    """Rows come before the next batch of a stream is asked for, so that no table is in memory as a whole."""
    batch, asked = arrow().to_batches()[0], []

    def batches():
        for number in range(9):
            asked.append(number)
            yield batch

    stream = iter(table_rows(pa.RecordBatchReader.from_batches(batch.schema, batches()), {}))
    assert [(7, [0]), (8, [0]), (7, [0, 1])] == [(next(stream)[0], asked.copy()) for _ in range(3)]


@pytest.mark.parametrize(
    ("make", "fields", "message"),
    [
        (lambda: pd.DataFrame({"blob": ["a"]}), {}, "has no column 'text' or 'html'; its columns are 'blob'; name the"),
        (lambda: pd.DataFrame([["a"]]), {}, "its columns are 0; name the one that holds the text"),
        (lambda: pd.DataFrame({"blob": ["a"]}), {"text": "blb"}, "no column 'blb' for 'text'; 'blob' is the nearest"),
        (lambda: pd.DataFrame({"blob": ["a"]}), {"text": "x"}, "no column 'x' for 'text'; there are 'blob'"),
        (lambda: pd.concat([FRAME, FRAME], axis=1), {}, "several columns 'text': rename all but one"),
        (lambda: pl.DataFrame(COLUMNS).lazy().filter(pl.col("x") > 1), {}, "LazyFrame cannot be read: ColumnNotFound"),
        (lambda: duckdb.sql("select error('it is away') as text"), {}, "Relation cannot be read: .*it is away"),
        (lambda: duckdb.sql("select 1 as a"), {}, "has no column 'text'"),
    ],
    ids=["no text", "numbers", "near", "far", "twice", "lazy", "duckdb", "duckdb no text"],
)
def test_a_table_that_cannot_be_read_is_one_clear_error(make, fields, message):
    """The error names the kind of the table and its columns, and no error of a library comes through."""
    with pytest.raises(InputError, match=message):
        rows(make(), fields)


@pytest.mark.parametrize("table", [pd.DataFrame(), pd.DataFrame({"blob": []}), arrow({"x": pa.array([], pa.int8())})])
def test_a_table_without_rows_needs_no_text(table):
    """An empty table has no rows, whatever its columns are."""
    assert [] == rows(table)


@pytest.mark.parametrize(
    "value",
    [[], ["text"], {"text": "x"}, "text", iter([]), None, 5, np.array(["a"])],
    ids=lambda value: type(value).__name__,
)
def test_other_values_are_no_tables(value):
    """Lists, mappings, texts and arrays of numpy are left to others."""
    assert table_rows(value, {}) is None


def test_a_missing_library_is_named_with_its_command(monkeypatch):
    """A table that needs pyarrow says how to install it."""
    frame = pl.DataFrame(COLUMNS)
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"a DataFrame needs pyarrow to be read: pip install 'news-dedup\[arrow\]'"):
        rows(frame)
