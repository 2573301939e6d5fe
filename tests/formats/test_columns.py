"""Documents as columns: their texts in one buffer, in batches, and as part of a message."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.text.batches import encode
from dedup.engines.pool.messages import decode
from dedup.engines.pool.messages import encode as encode_message
from dedup.formats import DocumentColumns, columns_of_documents, limits
from dedup.formats.columns import batches_of_rows, columns_of_rows, join_columns, merge_columns
from dedup.types import Document

TIME = datetime.datetime(2024, 3, 1, 9, 30, tzinfo=datetime.UTC)

documents = st.lists(
    st.builds(
        Document,
        text=st.text(max_size=8),
        id=st.text(max_size=3),
        title=st.text(max_size=3),
        published=st.sampled_from([None, TIME]),
    ),
    max_size=6,
)


def rows_of(items):
    return [(d.text, d.id, d.title, d.source, d.url, d.published, d.path) for d in items]


@given(documents)
def test_columns_give_their_documents_back(items):
    """Columns of documents, and columns of rows, hold the same documents in one encoded buffer."""
    columns = columns_of_documents(items)
    buffer, offsets = encode([item.text for item in items])
    assert (buffer.tobytes(), offsets.tolist()) == (columns.buffer.tobytes(), columns.offsets.tolist())
    assert items == list(columns) == list(columns_of_rows(rows_of(items)))
    assert sum(len(item.text.encode()) for item in items) == columns.size


@given(documents, st.data())
def test_a_part_of_columns_is_the_columns_of_the_part(items, data):
    """`select` gives the columns of a stretch of the documents, and parts are joined to the whole again."""
    first = data.draw(st.integers(0, len(items)))
    last = data.draw(st.integers(first, len(items)))
    columns, part = columns_of_documents(items), columns_of_documents(items[first:last])
    selected = columns.select(first, last)
    assert items[first:last] == list(selected)
    assert part.offsets.tolist() == selected.offsets.tolist()
    parts = [columns.select(*ends) for ends in ((0, first), (first, last), (last, len(items)))]
    parts = [part for part in parts if len(part)]
    assert items == (list(join_columns(parts)) if parts else [])


@given(documents)
def test_columns_can_be_sent(items):
    """Columns are the same after their way through a message."""
    received = decode(encode_message(columns_of_documents(items)), DocumentColumns)
    assert items == list(received)


def test_rows_come_in_batches(monkeypatch):
    """Rows are collected up to the size of a batch, and small batches that follow each other are joined."""
    monkeypatch.setattr(limits, "BATCH_BYTES", 1000)
    items = [Document("x" * 400, id=str(number)) for number in range(5)]
    batches = list(batches_of_rows(rows_of(items)))
    assert [2, 2, 1] == list(map(len, batches))
    single = [columns_of_documents([item]) for item in items]
    assert [2, 2, 1] == list(map(len, merge_columns(single)))
    assert items == [item for batch in merge_columns(single) for item in batch]


def test_rows_before_an_error_come_before_the_error():
    """An error among rows leaves the rows before it in a batch of their own."""

    def rows():
        yield from rows_of([Document("words", id="a")])
        raise ValueError("damaged")

    batches = batches_of_rows(rows())
    assert ["a"] == next(batches).ids
    with pytest.raises(ValueError, match="damaged"):
        next(batches)
