"""Values and documents -> compressed bytes with checksums, and back. The content is checked before it is used."""

import datetime
from collections.abc import Callable
from typing import Final

import msgspec
import xxhash
import zstandard

from dedup.errors import InputError
from dedup.types import Document

_LEVEL: Final = 1
"""The zstd level for values without a dictionary: a news text takes half its room. Level 3 takes a third more time for
half a percent, level 6 takes three times the time for two percent."""

WITH_DICTIONARY: Final = 2
"""The zstd level for texts with a dictionary. Level 2 takes two thirds of the time of level 3, and level 3 saves two
percent more."""

LARGEST: Final = 1 << 30
"""Bytes that one value may have."""

LARGEST_DOCUMENT: Final = 1 << 28 | 1 << 25
"""Bytes that one document may have: a text of the largest size that readers give, and its labels."""

LARGEST_DICTIONARY: Final = 1 << 20
"""Bytes that a dictionary may have."""

_SHOWN: Final = 100
"""Characters of an id in an error."""

_CACHED: Final = 16
"""Dictionaries that a codec keeps ready for reading."""

_EMPTY: Final = zstandard.compress(b"")


class CorruptData(Exception):
    """Bytes are not what was written. The reader of the bytes knows their file and row."""


def checksum(data: bytes, kind: int) -> int:
    """Return the checksum of a record: 64 bits with a sign, as SQLite stores them.

    ``kind`` is the table of the record, or the number of the record in its table.
    """
    return xxhash.xxh3_64_intdigest(data, kind) - (1 << 63)


def compress(data: bytes) -> bytes:
    """Compress a value without a dictionary."""
    return zstandard.compress(data, _LEVEL)


def decompress(
    data: bytes, decompress: Callable[[bytes], bytes] = zstandard.decompress, largest: int = LARGEST
) -> bytes:
    """Decompress a value.

    Args:
        data: the compressed value.
        decompress: the decompressor.
        largest: the most bytes that the value may have.

    Raises:
        CorruptData: the bytes are no such value.
    """
    try:
        size = zstandard.frame_content_size(data)
        if not 0 <= size <= largest:
            raise CorruptData(f"a value of {size:,} bytes")
        return decompress(data)
    except zstandard.ZstdError as error:
        raise CorruptData(str(error)) from error


def parse_dictionary(data: bytes) -> zstandard.ZstdCompressionDict:
    """Parse a dictionary, which knows its number; `CorruptData` if the bytes are no dictionary."""
    try:
        dictionary = zstandard.ZstdCompressionDict(data, dict_type=zstandard.DICT_TYPE_FULLDICT)
        zstandard.ZstdDecompressor(dict_data=dictionary).decompress(_EMPTY)  # zstd checks a dictionary at its first use
    except zstandard.ZstdError as error:
        raise CorruptData(f"no dictionary ({error})") from error
    return dictionary


def dictionary_of(packed: bytes) -> int:
    """Return the number of the dictionary that a document was packed with, 0 for none.

    The number is 0 too for bytes that are no document: reading them raises `CorruptData`.
    """
    try:
        return zstandard.get_frame_parameters(packed).dict_id
    except zstandard.ZstdError:
        return 0


def _refuse_number(number: int) -> bytes:
    raise CorruptData(f"dictionary {number} is not at hand")


class _DocumentRow(msgspec.Struct, array_like=True, gc=False):
    """All of a document but its id, with times as text. A row of an older format ends at ``path``."""

    text: str
    title: str
    source: str
    url: str
    published: str | None
    path: str
    canonical_url: str = ""
    syndicated_from: str = ""
    publisher: str = ""
    author: str = ""
    language: str = ""
    modified: str | None = None


class DocumentCodec:
    """Documents as compressed rows, and back. The id of a document is stored beside its row.

    The codec packs with ``dictionary``, or without one if ``dictionary`` is empty. The codec reads a document with the
    dictionary that ``find`` returns for the number in the document.
    """

    def __init__(self, find: Callable[[int], bytes] = _refuse_number, dictionary: bytes = b"") -> None:
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(_DocumentRow).decode
        self._find = find
        self._readers = {0: zstandard.ZstdDecompressor().decompress}  # a new reader costs as much time as a text
        self.use(dictionary)

    def use(self, dictionary: bytes) -> None:
        """Pack with ``dictionary`` from now on."""
        self.dictionary = dictionary
        parsed, level = (parse_dictionary(dictionary), WITH_DICTIONARY) if dictionary else (None, _LEVEL)
        self._compress = zstandard.ZstdCompressor(level=level, dict_data=parsed, write_checksum=False).compress

    def encoded(self, document: Document) -> bytes:
        """Encode all of a document but its id, without compression.

        Raises:
            InputError: the document is larger than `LARGEST_DOCUMENT`.
        """
        encoded = self._encode(
            _DocumentRow(
                document.text,
                document.title,
                document.source,
                document.url,
                _time_to_text(document.published),
                document.path,
                document.canonical_url,
                document.syndicated_from,
                document.publisher,
                document.author,
                document.language,
                _time_to_text(document.modified),
            )
        )
        if len(encoded) > LARGEST_DOCUMENT:
            raise InputError(
                f"document {document.id[:_SHOWN]!r} has {len(encoded):,} bytes: split it, or leave it out; an index "
                f"takes {LARGEST_DOCUMENT:,}"
            )
        return encoded

    def shrunk(self, encoded: bytes) -> bytes:
        """Compress the bytes that `laid` returned."""
        return self._compress(encoded)

    def pack(self, document: Document) -> bytes:
        """Encode and compress all of a document but its id."""
        return self.shrunk(self.encoded(document))

    def unpack(self, id: str, data: bytes) -> Document:
        """Return the document with this id from the bytes that `pack` returned; `CorruptData` if that fails."""
        return self.read(id, self.widened(data))

    def widened(self, data: bytes) -> bytes:
        """Decompress the bytes that `shrunk` returned; `CorruptData` if that fails."""
        return decompress(data, self._reader(dictionary_of(data)), LARGEST_DOCUMENT)

    def _reader(self, number: int) -> Callable[[bytes], bytes]:
        if number not in self._readers:
            if len(self._readers) > _CACHED:
                self._readers = {0: self._readers[0]}
            parsed = parse_dictionary(self._find(number))
            self._readers[number] = zstandard.ZstdDecompressor(dict_data=parsed).decompress
        return self._readers[number]

    def read(self, id: str, encoded: bytes) -> Document:
        """Return the document with this id from the bytes that `laid` returned; `CorruptData` if that fails."""
        try:
            row = self._decode(encoded)
            published, modified = _text_to_time(row.published), _text_to_time(row.modified)
        except (msgspec.DecodeError, ValueError) as error:
            raise CorruptData(str(error)) from error
        return Document(
            row.text,
            id,
            row.title,
            row.source,
            row.url,
            published,
            row.path,
            row.canonical_url,
            row.syndicated_from,
            row.publisher,
            row.author,
            row.language,
            modified,
        )


def _time_to_text(time: datetime.datetime | None) -> str | None:
    return None if time is None else time.isoformat()


def _text_to_time(text: str | None) -> datetime.datetime | None:
    return None if text is None else datetime.datetime.fromisoformat(text)
