"""Records as bytes and back, with checksums; what comes back is checked before anything is made of it."""

import datetime
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
import xxhash
import zstandard

from dedup.array_types import Hashes, Indices
from dedup.core.arrays.ragged import Ragged
from dedup.core.candidates import postings
from dedup.core.sketch.bands import NO_KEY
from dedup.index.live import Runs
from dedup.index.records import Postings
from dedup.types import Document

_LEVEL: Final = 1
"""Of zstd: a text of news takes half its room; level 3 takes a third more time for half a percent, level 6 three times
the time for two."""

WITH_DICTIONARY: Final = 2
"""The same of texts with a dictionary: it takes two thirds of the time of level 3, which saves two percent more."""

_LARGEST: Final = 1 << 30
"""Bytes that one value may have."""

LARGEST_DICTIONARY: Final = 1 << 20
"""Bytes that a dictionary may have."""

_AT_HAND: Final = 16
"""Dictionaries that are kept ready."""

_EMPTY: Final = zstandard.compress(b"")

_HEAD: Final = 6


class CorruptData(Exception):
    """Bytes are not what was written; whoever reads them knows of which file and row they are."""


class PostingBatch(NamedTuple):
    """What one commit brings for look-ups: ``postings``; ``tags`` ``(t, 3) uint32``, rows of lane, key and document;
    and the runs of numbers that go, of ``documents`` and of ``stories``."""

    postings: Postings
    tags: Any
    documents: Runs
    stories: Runs

    @property
    def lanes(self) -> int:
        """How many lanes it may have words in."""
        return postings.BANDS + int(self.postings.keys.shape[1])

    @property
    def words(self) -> int:
        """How many these are."""
        _, keys, kept = self.postings
        return kept.values.size + len(self.tags) + int(np.count_nonzero(keys != NO_KEY))

    def lane(self, number: int) -> Hashes:
        """Its words in one lane."""
        numbers, keys, kept = self.postings
        if number == postings.KEPT:
            return postings.sample_lane(kept, numbers)
        if number >= postings.BANDS:
            return postings.band_lane(keys[:, number - postings.BANDS], numbers)
        tags = self.tags[self.tags[:, 0] == number]
        words: Hashes = (tags[:, 1].astype(np.uint64) << np.uint64(32)) | tags[:, 2]
        return words


def checksum(data: bytes, kind: int) -> int:
    """64 bits, with a sign as SQLite has them, of a record of a ``kind``: its table, or its number in it."""
    return xxhash.xxh3_64_intdigest(data, kind) - (1 << 63)


def compress(data: bytes) -> bytes:
    """Compressed."""
    return zstandard.compress(data, _LEVEL)


def decompress(data: bytes, decompress: Callable[[bytes], bytes] = zstandard.decompress) -> bytes:
    """What `compress` was given."""
    try:
        size = zstandard.frame_content_size(data)
        if not 0 <= size <= _LARGEST:
            raise CorruptData(f"a value of {size:,} bytes")
        return decompress(data)
    except zstandard.ZstdError as error:
        raise CorruptData(str(error)) from error


def raw_size(dictionary: bytes) -> zstandard.ZstdCompressionDict:
    """A dictionary, which knows its number; `CorruptData` if the bytes are none."""
    try:
        found = zstandard.ZstdCompressionDict(dictionary, dict_type=zstandard.DICT_TYPE_FULLDICT)
        zstandard.ZstdDecompressor(dict_data=found).decompress(_EMPTY)  # it is looked into when it is used
    except zstandard.ZstdError as error:
        raise CorruptData(f"no dictionary ({error})") from error
    return found


def dictionary_of(packed: bytes) -> int:
    """The number of the dictionary that a document was packed with, 0 for none; of what is no document, whoever reads
    it will say so."""
    try:
        return zstandard.get_frame_parameters(packed).dict_id
    except zstandard.ZstdError:
        return 0


def _nowhere(number: int) -> bytes:
    raise CorruptData(f"dictionary {number} is not at hand")


class DocumentCodec:
    """Documents as compressed rows, and back; their ids are kept beside them. It packs with a ``dictionary``, or with
    none if that is empty; what was packed with any is read with the one that ``find`` gives for its number."""

    def __init__(self, find: Callable[[int], bytes] = _nowhere, dictionary: bytes = b"") -> None:
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(tuple[str, str, str, str, str | None, str]).decode
        self._find = find
        self._readers = {0: zstandard.ZstdDecompressor().decompress}  # to make one takes as long as a text
        self.use(dictionary)

    def use(self, dictionary: bytes) -> None:
        """Pack with that dictionary from now on."""
        self.dictionary = dictionary
        made, level = (raw_size(dictionary), WITH_DICTIONARY) if dictionary else (None, _LEVEL)
        self._compress = zstandard.ZstdCompressor(level=level, dict_data=made, write_checksum=False).compress

    def laid(self, document: Document) -> bytes:
        """All of a document but its id, not compressed."""
        time = None if document.published is None else document.published.isoformat()
        return self._encode((document.text, document.title, document.source, document.url, time, document.path))

    def shrunk(self, laid: bytes) -> bytes:
        """What was laid, compressed."""
        return self._compress(laid)

    def pack(self, document: Document) -> bytes:
        """All of a document but its id."""
        return self.shrunk(self.laid(document))

    def unpack(self, id: str, data: bytes) -> Document:
        """The document of that id, of what `pack` gave."""
        return self.read(id, self.widened(data))

    def widened(self, data: bytes) -> bytes:
        """What was laid, of what `compress` gave."""
        return decompress(data, self._reader(dictionary_of(data)))

    def _reader(self, number: int) -> Callable[[bytes], bytes]:
        if number not in self._readers:
            if len(self._readers) > _AT_HAND:
                self._readers = {0: self._readers[0]}
            made = raw_size(self._find(number))
            self._readers[number] = zstandard.ZstdDecompressor(dict_data=made).decompress
        return self._readers[number]

    def read(self, id: str, laid: bytes) -> Document:
        """The document of that id, of what `laid` gave."""
        try:
            text, title, source, url, time, path = self._decode(laid)
            published = None if time is None else datetime.datetime.fromisoformat(time)
        except (msgspec.DecodeError, ValueError) as error:
            raise CorruptData(str(error)) from error
        return Document(text, id, title, source, url, published, path)


def _column(values: Any, kind: type[np.generic]) -> bytes:
    return np.ascontiguousarray(values, kind).tobytes()


def pack_batch(batch: PostingBatch) -> bytes:
    """The batch as bytes: 4 for each posting, not 8; its words are made when it is read. Where only some documents have
    keys, these are told before the keys, and how many they are beside how many bands there are."""
    numbers, keys, kept = batch.postings
    keyed = np.flatnonzero((keys != NO_KEY).any(axis=1))
    bands, places = keys.shape[1] if keyed.size else 0, keyed[:0]
    if 0 < keyed.size < len(numbers):
        bands, places, keys = bands | keyed.size << 32, keyed, keys[keyed]
    head = [len(numbers), bands, kept.values.size, len(batch.tags), len(batch.documents), len(batch.stories)]
    return b"".join(
        (
            _column(head, np.int64),
            _column(batch.documents, np.int64),
            _column(batch.stories, np.int64),
            _column(numbers, np.uint32),
            _column(places, np.uint32),
            _column(keys if bands else keys[:0], np.uint32),
            _column(kept.lengths, np.uint32),
            _column(kept.values, np.uint32),
            _column(batch.tags, np.uint32),
        )
    )


def unpack_batch(data: bytes) -> PostingBatch:
    """What `pack_batch` was given; of documents none of which has a key, no band."""
    if len(data) < 8 * _HEAD:
        raise CorruptData("a commit without a head")
    count, bands, values, tags, documents, stories = np.frombuffer(data, np.int64, _HEAD).tolist()
    some, bands = divmod(bands, 1 << 32)
    keyed = some or count
    sizes = [4 * documents, 4 * stories, count, some, keyed * bands, count, values, 3 * tags]
    if (
        min(count, some, bands, values, tags, documents, stories) < 0
        or 8 * _HEAD + 4 * sum(sizes) != len(data)
        or 4 * count * bands > _LARGEST
    ):
        raise CorruptData("a commit of another length than it says")
    cuts = np.cumsum([8 * _HEAD // 4, *sizes])
    flat = np.frombuffer(data, np.uint32)
    gone, ended, numbers, places, keys, lengths, kept, tagged = _parts(flat, cuts)
    if (
        int(lengths.sum(dtype=np.int64)) != values
        or (tags and int(tagged[::3].max()) >= postings.BANDS)
        or (some and int(places.max()) >= count)
    ):
        raise CorruptData("a commit whose rows do not add up")
    keys = keys.reshape(keyed, bands)
    if some:
        every = np.full((count, bands), NO_KEY, np.uint32)
        every[places] = keys
        keys = every
    ends = np.cumsum(lengths, dtype=np.int64)
    rows = Ragged(kept, np.stack((ends - lengths, ends), axis=1))
    return PostingBatch(
        Postings(numbers.astype(np.int64), keys, rows),
        tagged.reshape(-1, 3),
        gone.view(np.int64).reshape(-1, 2),
        ended.view(np.int64).reshape(-1, 2),
    )


def _parts(flat: Any, cuts: Indices) -> Sequence[Any]:
    return [flat[first:last] for first, last in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True)]
