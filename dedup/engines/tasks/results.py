"""What the processes of a job answer to `engines.tasks.tasks`: columns, and lists as long as these."""

import msgspec

from dedup.core.arrays.ragged import Ragged
from dedup.core.candidates.sampled import Sharing
from dedup.core.pairs.decision import DecidedPairs
from dedup.core.stories.credits import Credit
from dedup.engines.pool.messages import Array
from dedup.formats.places import FieldProblem
from dedup.types import Note, Skip


class ReadResult(msgspec.Struct):
    """What was read: columns for the ``n`` documents, of which ``f`` have a text that is new to the process.

    ``published`` in ISO 8601; ``names`` and ``homes`` as in `core.stories.document_credits`; ``lengths`` ``(n,) int64`` in tokens;
    ``contents`` ``(n,) uint64`` the fingerprint of the tokens, ``fingerprints`` ``(n,) uint64`` that of tokens,
    headline and source, ``texts`` ``(n,) uint64`` that of all this and of the blocks; ``fresh`` ``(n,) bool``: the
    documents whose tokens were appended to the file of the process, ``number``.

    Of the fresh texts there are ``blocks`` ``(f,) int64``, with their ``hashes`` ``(m,) uint64``, their ``words``
    ``(m,) int32`` and ``marks`` ``(m,) uint8`` (`core.sites.pages`); ``headlines`` ``(f,) uint64``; and what these say, as
    `core.text.headlines` has it. ``characters`` ``(f,) int64`` are the bytes that the text takes if texts are wanted;
    ``text`` is the bytes of the texts of all documents; ``repairs`` counts the texts that were repaired, by what was
    repaired.
    """

    number: int
    ids: list[str]
    titles: list[str]
    sources: list[str]
    paths: list[str]
    published: list[str | None]
    names: list[str]
    homes: list[str]
    lengths: Array
    contents: Array
    fingerprints: Array
    texts: Array
    fresh: Array
    blocks: Array
    hashes: Array
    words: Array
    marks: Array
    headlines: Array
    says: Ragged
    characters: Array
    credits: dict[int, tuple[Credit, ...]]
    repairs: dict[str, int]
    skips: list[Skip]
    notes: list[Note]
    odd: list[FieldProblem]
    text: int


class ArrivalResult(msgspec.Struct):
    """Documents that were ``read``, with the ``tokens`` of their ``f`` texts.

    A text is looked up by the ``keys`` ``(f, b)`` of its bands and by its ``kept`` shingles, in 32 bits. ``inner``
    ``(p, 2)`` are texts that may match. ``reasons`` ``(f,) int8`` say why a text is no article. ``packed`` are all
    documents as `index.disk.codec.DocumentCodec` packs them, if the request asks for that, and ``laid`` as it lays them, if the
    process that asks does not know them.
    """

    read: ReadResult
    tokens: Array
    keys: Array
    kept: Ragged
    inner: Array
    reasons: Array
    packed: list[bytes]
    laid: list[bytes]


class SketchResult(msgspec.Struct):
    """What was appended to the files of the process, ``number``: the band keys of the texts, band after band, and their
    kept shingles, as `core.candidates.sampled.sort_sample` has them, of which so many ``(SLICES,)`` are in each of the ``slices``.
    ``rests`` ``(r,) uint64`` are the hashes of all tokens of each text, and ``reasons`` ``(r,) int8`` say why a text is
    no article, as `core.pairs.decision` has it."""

    number: int
    slices: Array
    rests: Array
    reasons: Array


class SharingResult(msgspec.Struct):
    """Which texts share kept shingles, but for everybody's phrases: ``shares`` in 32 bits; the ``hot`` ones; the texts
    that have such a phrase, the ``crowd`` ``(c,) int32``."""

    shares: Sharing
    hot: Array
    crowd: Array


class DecideResult(msgspec.Struct):
    """What was ``decided`` of pairs; ``sizes`` ``(c,) int64`` are those of the shingle sets of the texts."""

    decided: DecidedPairs
    sizes: Array
