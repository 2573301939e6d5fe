"""What the processes of a job answer to `engines.requests`: columns, and lists as long as these."""

import msgspec

from dedup.core.credits import Credit
from dedup.engines.messages import Array
from dedup.formats.source import Odd
from dedup.types import Note, Skip

__all__ = [
    "Gathered",
    "Paired",
    "Read",
    "Received",
    "Sketched",
    "Weighed",
]


class Read(msgspec.Struct):
    """What was read: columns for the ``n`` documents, of which ``f`` have a text that is new to the process.

    ``published`` in ISO 8601; ``names`` and ``homes`` as in `engines.crediting`; ``lengths`` ``(n,) int64`` in tokens;
    ``contents`` ``(n,) uint64`` the fingerprint of the tokens, ``fingerprints`` ``(n,) uint64`` that of tokens,
    headline and source, ``texts`` ``(n,) uint64`` that of all this and of the blocks; ``fresh`` ``(n,) bool``: the
    documents whose tokens were appended to the file of the process, ``number``.

    Of the fresh texts there are ``blocks`` ``(f,) int64``, with their ``hashes`` ``(m,) uint64``, their ``words``
    ``(m,) int32`` and ``marks`` ``(m,) uint8`` (`core.pages`); ``headlines`` ``(f,) uint64``; and ``said`` ``(f,)
    int64`` words of each headline, whose hashes are ``says``. ``characters`` ``(f,) int64`` are the bytes that the text
    takes if texts are wanted; ``text`` is the bytes of the texts of all documents; ``repairs`` counts the texts that
    were repaired, by what was repaired.
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
    says: Array
    said: Array
    characters: Array
    credits: dict[int, tuple[Credit, ...]]
    repairs: dict[str, int]
    skips: list[Skip]
    notes: list[Note]
    odd: list[Odd]
    text: int


class Received(msgspec.Struct):
    """Documents that were ``read``, with the ``tokens`` of their ``f`` texts.

    A text is looked up by the ``keys`` ``(f * b,)`` of its bands and by its ``kept`` shingles, in 32 bits, of which it
    has ``lengths`` ``(f,)``. ``inner`` ``(p * 2,)`` are texts that may match. ``reasons`` ``(f,) int8`` say why a text
    is no article. ``packed`` are all documents as `index.packing.Packer` packs them, if the request asks for that, and
    ``laid`` as it lays them, if the process that asks does not know them.
    """

    read: Read
    tokens: Array
    keys: Array
    kept: Array
    lengths: Array
    inner: Array
    reasons: Array
    packed: list[bytes]
    laid: list[bytes]


class Sketched(msgspec.Struct):
    """What was appended to the files of the process, ``number``: the band keys of the texts, band after band, and their
    kept shingles, as `core.overlaps.laid` has them, of which so many ``(SLICES,)`` are in each of the ``slices``.
    ``rests`` ``(r,) uint64`` are the hashes of all tokens of each text, and ``reasons`` ``(r,) int8`` say why a text is
    no article, as `core.decision` has it."""

    number: int
    slices: Array
    rests: Array
    reasons: Array


class Paired(msgspec.Struct):
    """Candidates: ``codes`` ``(m,) int64``, and ``hot`` ``(h * 3,) int64`` as `core.candidates.Candidates` has them."""

    codes: Array
    hot: Array


class Gathered(msgspec.Struct):
    """Which texts share kept shingles, but for everybody's phrases: ``members`` ``(m,)``, ``places`` ``(p,)``, and
    ``after`` ``(p,) int32`` as `core.overlaps.Sharing` has them; ``hot`` ``(h * 3,) int64``; the texts that have such a
    phrase, the ``crowd`` ``(c,) int32``."""

    members: Array
    places: Array
    after: Array
    hot: Array
    crowd: Array


class Weighed(msgspec.Struct):
    """What pairs share, each ``(p,)``: ``shares`` in units of ``1 / ONE`` (`core.thresholds`), the shingles that they
    have in ``common``, both ``int64``, and whether they are ``walls``, equal texts under headlines that they do not
    say. The passages of the shorter text in the longer one: ``pair`` ``(q,)``, and ``places`` ``(q * 2,)`` where each
    begins and ends there. ``sizes`` ``(c,) int64`` are those of the shingle sets of the texts."""

    shares: Array
    common: Array
    walls: Array
    pair: Array
    places: Array
    sizes: Array
