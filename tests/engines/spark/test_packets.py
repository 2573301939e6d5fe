"""Tables to packets and back."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.tables import FLAG, I64, MANY_U8, TEXT, U64, Lists, Table
from dedup.engines.spark.storage import packets

SCHEMA = {"num": I64, "key": U64, "flag": FLAG, "text": TEXT, "marks": MANY_U8}
ROWS = st.lists(
    st.tuples(st.integers(-(2**63), 2**63 - 1), st.integers(0, 2**64 - 1), st.booleans(), st.text(), st.binary())
)


def table_of(rows) -> Table:
    """A table of rows."""
    numbers, keys, flags, texts, marks = zip(*rows, strict=True) if rows else ((),) * 5
    return Table(
        {
            "num": np.array(numbers, np.int64),
            "key": np.array(keys, np.uint64),
            "flag": np.array(flags, np.bool_),
            "text": Lists.of_texts(texts),
            "marks": Lists.of_lengths(
                np.frombuffer(b"".join(marks), np.uint8), np.array([len(mark) for mark in marks], np.int64)
            ),
        }
    )


def rows_of(table: Table) -> list[tuple]:
    """The rows of a table."""
    marks = table.lists("marks")
    lists = [marks.take(np.array([row])).values.tobytes() for row in range(len(table))]
    columns = table["num"].tolist(), table["key"].tolist(), table["flag"].tolist(), table.lists("text").texts()
    return list(zip(*columns, lists, strict=True))


@given(ROWS)
def test_a_table_comes_back_from_its_bytes(rows):
    """Each row comes back, in its order."""
    assert rows == rows_of(packets.unpack(b"".join(packets.pack(table_of(rows))), SCHEMA))


@given(ROWS, st.integers(1, 5))
def test_a_cut_table_has_each_row_in_the_packets_of_its_part(rows, parts):
    """The packets of all parts have all rows, each in its part."""
    table = table_of(rows)
    part_of = np.arange(len(rows)) * 7 % parts
    by_part = [[] for _ in range(parts)]
    for packet in packets.cut_packets(table, 3, part_of, parts):
        part_rows = rows_of(packet.table)
        assert (packet.tag, packet.rows) == (3, len(part_rows))
        by_part[packet.part] += part_rows
    assert [
        [row for row, of_row in zip(rows, part_of, strict=True) if of_row == part] for part in range(parts)
    ] == by_part


def test_a_table_is_cut_into_pieces_of_bounded_bytes(monkeypatch):
    """A piece ends before its bound, but has a row at least."""
    monkeypatch.setattr(packets, "PACKET_BYTES", 100)
    table = table_of([(0, 0, True, "x" * size, b"") for size in (10, 10, 10, 500, 1)])
    assert [3, 1, 1] == list(map(len, packets.pieces_of(table)))
