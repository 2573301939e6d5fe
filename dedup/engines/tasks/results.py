"""Results: the answers to `engines.tasks.tasks`, as columns and as lists of the same length."""

import msgspec

from dedup.array_types import Fingerprints, Indices
from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.sorting import number_rows
from dedup.core.collection import join_fingerprints
from dedup.core.pairs.decision import DecidedPairs
from dedup.core.stories.credits import Credit
from dedup.engines.pool.messages import Array
from dedup.engines.pool.tables import StoredPart
from dedup.formats.places import FieldProblem
from dedup.members import MemberColumns
from dedup.types import Note, Skip


class ReadResult(msgspec.Struct):
    """``n`` documents that a process has read; ``f`` of them have a text that is new to the process.

    - ``number``: the number of the process.
    - ``members``: the documents without their texts.
    - ``id_hashes`` ``(n,) uint64``: the hashes of the ids, as from `core.stories.distinct_ids.hash_ids`.
    - ``lengths`` ``(n,) int64``: the tokens of each document.
    - ``contents``, ``contents_high``, ``prints``, ``texts`` ``(n,) uint64``: as in `engines.tasks.text_keys.TextKeys`.
    - ``urls`` ``(n,) uint64``: the key of the address of each document (`core.urls.normalization.url_key`).
    - ``item_headlines``, ``item_sites`` ``(n,) uint64``: the keys of the headline and of the site of each item
      (`core.items.headlines.Items`), 0 for a document that is no item.
    - ``fresh`` ``(n,) bool``: whether the tokens were appended to the file of the process.
    - ``blocks`` ``(f,) int64``: the number of blocks of each new text.
    - ``hashes`` ``(m,) uint64``, ``words`` ``(m,) int32``, ``marks`` ``(m,) uint8``: the blocks (`core.sites.pages`).
    - ``headlines`` ``(f,) uint64``, ``says``: the headlines of the new texts, as in `core.text.headlines`.
    - ``characters`` ``(f,) int64``: the bytes of each new text.
    - ``openings`` ``(n,) int64``: the bytes of the opening of each document that were appended to the file of the
      process (`core.text.openings`), 0 for a document with a headline or without a word.
    - ``credits``: the credits of the documents that have credits.
    - ``repairs``: the number of texts with each kind of repair.
    - ``skips``, ``notes``, ``odd``: as in `formats.ReadOutcome`.
    - ``text``: the bytes of the texts of all documents.
    """

    number: int
    members: MemberColumns
    id_hashes: Array
    lengths: Array
    contents: Array
    contents_high: Array
    prints: Array
    texts: Array
    urls: Array
    item_headlines: Array
    item_sites: Array
    fresh: Array
    blocks: Array
    hashes: Array
    words: Array
    marks: Array
    headlines: Array
    says: Ragged
    characters: Array
    openings: Array
    credits: dict[int, tuple[Credit, ...]]
    repairs: dict[str, int]
    skips: list[Skip]
    notes: list[Note]
    odd: list[FieldProblem]
    text: int

    @property
    def fingerprints(self) -> Fingerprints:
        """``(n,)`` the fingerprint of the text of each document: of words, headline and source."""
        return join_fingerprints(self.prints, self.contents, self.contents_high)

    @property
    def text_numbers(self) -> Indices:
        """``(n,)`` a number for the text of each document. Documents of one fingerprint alone have one number."""
        return number_rows(self.prints, self.contents, self.contents_high)


class ArrivalResult(msgspec.Struct):
    """Documents that arrive at an index, with all that can be made without the index.

    - ``read``: the documents, ``f`` of them with a new text.
    - ``tokens``: the tokens of the new texts.
    - ``left_out`` ``(m,) bool``: which blocks of the new texts the keys leave out.
    - ``keys`` ``(f, b) uint32``: the band keys of each text.
    - ``sampled``: the sampled shingles of each text, in 32 bits.
    - ``reasons`` ``(f,) int8``: why a text is no article.
    - ``packed``: the documents, as `index.disk.codec.DocumentCodec` packs them, if the task asks for that.
    - ``encoded``: the documents, as `DocumentCodec` encodes them, if the process that asks does not have them.
    """

    read: ReadResult
    tokens: Array
    left_out: Array
    keys: Array
    sampled: Ragged
    reasons: Array
    packed: list[bytes]
    encoded: list[bytes]


class RecurringResult(msgspec.Struct):
    """The ``places`` of blocks that recur, from `core.sites.lone_blocks.find_recurring`."""

    places: Array


class JoinResult(msgspec.Struct):
    """Blocks without lone neighbours, which a process has appended to its files of blocks.

    - ``number``: the number of the process.
    - ``counts`` ``(n,) int64``: the blocks of each text.
    """

    number: int
    counts: Array


class SketchResult(msgspec.Struct):
    """``r`` sketches that a process has appended to its files, in ``s`` batches.

    The file of band keys holds the keys of the texts of a batch, band after band. The file of sampled shingles holds
    them as `core.candidates.sampled.sort_sample` returns them.

    - ``number``: the number of the process.
    - ``slices`` ``(s, SLICES) int64``: the sampled shingles of each batch in each slice.
    - ``text_hashes`` ``(r,) uint64``: the hash of all tokens of each text.
    - ``reasons`` ``(r,) int8``: why a text is no article, as in `core.pairs.decision`.
    """

    number: int
    slices: Array
    text_hashes: Array
    reasons: Array


class PairResult(msgspec.Struct):
    """The codes of pairs that a process has appended to its file, sorted.

    - ``number``: the number of the process.
    - ``slices`` ``(s,) int64``: the codes in each slice of the task, one slice where they are candidates.
    - ``oversized``: the oversized buckets.
    - ``with_common`` ``(c,) int32``: the texts that have a common sampled shingle.
    """

    number: int
    slices: Array
    oversized: Array
    with_common: Array


class DecideResult(msgspec.Struct):
    """The decisions on pairs, ``decided``, and the ``sizes`` ``(c,) int64`` of the shingle sets of the texts."""

    decided: DecidedPairs
    sizes: Array


class StageResult(msgspec.Struct):
    """Where a process has stored the tables that a stage gives: a part for each cut of each table."""

    parts: list[list[StoredPart]]
