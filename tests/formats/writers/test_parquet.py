"""Parquet without some rows: what stays and what goes are together the input, with all columns and metadata."""

import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dedup.errors import ReadError
from dedup.formats.places import Place
from dedup.formats.writers.parquet import leave_out
from dedup.settings import DEFAULT_LIMITS

ROWS = 10_000

TABLE = pa.table(
    {
        "id": pa.array(range(ROWS), pa.int32()),
        "text": pa.array([f"text {number}" if number % 7 else None for number in range(ROWS)], pa.large_string()),
        "when": pa.array(range(ROWS), pa.timestamp("ms", "Europe/Vienna")),
        "tags": pa.array([["a", str(number)] for number in range(ROWS)]),
        "site": pa.array(["wire", "globe"] * (ROWS // 2)).dictionary_encode(),
    }
).replace_schema_metadata({"note": "ours"})


@pytest.fixture
def place(tmp_path):
    """A file of ten row groups, compressed with zstd."""
    path = tmp_path / "feed.parquet"
    pq.write_table(TABLE, path, row_group_size=1000, compression="zstd")
    return Place(str(path), "feed.parquet", "feed.parquet", ".parquet", "", path.stat().st_size)


def copy(place, numbers):
    """The table of a file without some rows, and the file."""
    file = pq.ParquetFile(
        io.BytesIO(b"".join(leave_out(iter(()), place, np.array(sorted(numbers), np.int64), DEFAULT_LIMITS)))
    )
    return file.read(), file


@pytest.mark.parametrize(
    "numbers", [set(), {1, 5, 1000, 1001, 9999, 10_000}, set(range(1, 2001)), set(range(1, 10_001))]
)
def test_rows(place, numbers):
    """All rows but the numbered ones stay, in their order, with types, metadata and compression."""
    table, file = copy(place, numbers)
    stay = [number not in numbers for number in range(1, ROWS + 1)]
    assert TABLE.filter(pa.array(stay)).to_pylist() == table.to_pylist()
    assert pq.read_schema(place.file).equals(table.schema, check_metadata=True)
    codecs = {file.metadata.row_group(0).column(number).compression for number in range(5)} if len(table) else {"ZSTD"}
    assert {"ZSTD"} == codecs


def test_packed(place):
    """The bytes of a packed file come as pieces."""
    data = Path(place.file).read_bytes()
    packed = Place("lost", "feed.parquet.gz", "a", ".parquet", ".gz")
    rows = pq.read_table(io.BytesIO(b"".join(leave_out(iter([data]), packed, np.array([2]), DEFAULT_LIMITS))))
    assert [0, *range(2, ROWS)] == rows["id"].to_pylist()


def test_damage(place):
    """A damaged row group is named at the end, and all other rows are in the new file."""
    data = bytearray(Path(place.file).read_bytes())
    column = pq.ParquetFile(place.file).metadata.row_group(3).column(1)
    start = column.dictionary_page_offset or column.data_page_offset
    data[start : start + column.total_compressed_size] = bytes(column.total_compressed_size)
    Path(place.file).write_bytes(data)
    pieces = []
    with pytest.raises(ReadError, match="rows 3,001 to 4,000 are damaged"):
        for piece in leave_out(iter(()), place, np.array([1]), DEFAULT_LIMITS):
            pieces.append(piece)
    assert [*range(1, 3000), *range(4000, ROWS)] == pq.read_table(io.BytesIO(b"".join(pieces)))["id"].to_pylist()


def test_no_parquet(tmp_path):
    """Another file is an error that names it."""
    (tmp_path / "a.parquet").write_bytes(b"PAR1 nonsense")
    place = Place(str(tmp_path / "a.parquet"), "a.parquet", "a", ".parquet")
    with pytest.raises(ReadError, match="cannot be copied as Parquet"):
        list(leave_out(iter(()), place, np.array([1]), DEFAULT_LIMITS))
