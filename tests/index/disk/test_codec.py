"""Values and documents as bytes, and back."""

import contextlib
import datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import astuple

from dedup.index.disk.codec import CorruptData, DocumentCodec, compress, decompress
from dedup.types import Document

TIMES = st.none() | st.datetimes() | st.datetimes(timezones=st.timezones().filter(lambda zone: zone.key != "localtime"))


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.builds(Document, *[TEXTS] * 5, TIMES, *[TEXTS] * 6, TIMES))
def test_a_document_comes_back_as_it_was(document):
    """A document comes back with all fields, and its time with the offset."""
    codec = DocumentCodec()
    back = codec.unpack(document.id, codec.pack(document))
    assert _plain(document) == _plain(back)


def _plain(document):
    """Return the values of all fields, with times as text."""
    return [value.isoformat() if isinstance(value, datetime.datetime) else value for value in astuple(document)]


def test_a_document_of_an_older_format_is_read():
    """A row that ends at the path gives a document without the fields of a page."""
    encoded = msgspec.msgpack.encode(("Text.", "Title", "Source", "https://a.example/1", None, "a.html"))
    expected = Document("Text.", "a", "Title", "Source", "https://a.example/1", path="a.html")
    assert expected == DocumentCodec().read("a", encoded)


@given(st.binary(max_size=200))
def test_bytes_that_are_nothing_are_damage(data):
    """Random bytes are decompressed, or they are `CorruptData`."""
    for unpack in (decompress, lambda data: DocumentCodec().unpack("a", data)):
        with contextlib.suppress(CorruptData):
            unpack(data)


def test_a_size_that_lies_takes_no_memory():
    """A value whose size is above the limit is not decompressed."""
    packed = bytearray(compress(bytes(10**6)))
    assert 10**6 == int.from_bytes(packed[6:10], "little")
    packed[6:10] = (2**32 - 1).to_bytes(4, "little")
    with pytest.raises(CorruptData):
        decompress(bytes(packed))


def test_times_keep_their_offset():
    """A time with an offset comes back with the offset, not as the same moment in another zone."""
    zone = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
    document = Document("a", published=datetime.datetime(2026, 3, 1, 12, 30, 1, 5, zone))
    codec = DocumentCodec()
    assert "2026-03-01T12:30:01.000005+05:30" == codec.unpack("", codec.pack(document)).published.isoformat()
