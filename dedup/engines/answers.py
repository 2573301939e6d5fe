"""What the processes of a job answer to `engines.requests`: columns, and lists as long as these."""

import msgspec

from dedup.core.credits import Credit
from dedup.engines.messages import Array
from dedup.formats.source import Odd
from dedup.types import Note, Skip

__all__ = [
    "Gathered",
    "Paired",
    "Prepared",
    "Read",
    "Received",
    "Sketched",
    "Suspects",
    "Weighed",
]


class Read(msgspec.Struct):
    """What was read: columns for the ``n`` documents, of which ``f`` have a text that is new to the process.

    ``published`` in ISO 8601; ``names`` and ``homes`` as in `engines.crediting`; ``lengths`` ``(n,) int64`` in tokens;
    ``fingerprints`` ``(n,) uint64`` of those; ``fresh`` ``(n,) bool``: whose tokens were appended to the file of the
    process, ``number``. Of these there are ``blocks`` ``(f,) int64``, with their ``hashes`` ``(m,) uint64`` and
    ``words`` ``(m,) int32``, and whether they end a sentence, ``closed`` ``(m,) bool``. ``characters`` ``(f,) int64``
    are the bytes that the text takes if texts are wanted; ``text`` is the bytes of the texts of all documents.
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
    fingerprints: Array
    fresh: Array
    blocks: Array
    hashes: Array
    words: Array
    closed: Array
    characters: Array
    credits: dict[int, tuple[Credit, ...]]
    skips: list[Skip]
    notes: list[Note]
    odd: list[Odd]
    text: int


class Received(msgspec.Struct):
    """Documents that were ``read``, with the ``tokens`` of their ``f`` texts. These are looked up by the ``keys`` ``(f
    * b,)`` of their bands and by ``kept`` shingles, in 32 bits, so many ``lengths`` ``(f,)`` of each; ``inner`` ``(p *
    2,)`` are texts that may match. ``packed`` are all documents as `index.packing.Packer` packs them, if that was asked
    for, and ``laid`` as it lays them, if they are not known to who asked."""

    read: Read
    tokens: Array
    keys: Array
    kept: Array
    lengths: Array
    inner: Array
    packed: list[bytes]
    laid: list[bytes]


class Suspects(msgspec.Struct):
    """The ``rows`` ``(s,) int64`` that may be, counted from 0 over all runs."""

    rows: Array


class Sketched(msgspec.Struct):
    """What was appended to the files of the process, ``number``: the band keys of the texts, band after band, and their
    kept shingles, as `core.overlaps.laid` has them, of which so many ``(SLICES,)`` are in each of the ``slices``."""

    number: int
    slices: Array


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


class Prepared(msgspec.Struct):
    """What was appended to the files of the process, ``number``: ``sets`` and ``tokens`` ``(r,) int64`` of each text,
    and as many tokens as they were printed if that was asked for. ``articles`` ``(r * 2,) int32``: the first token of
    the article of a text, and the one behind its last; or -1 for both."""

    number: int
    sets: Array
    tokens: Array
    articles: Array


class Weighed(msgspec.Struct):
    """How strongly pairs match, ``weights`` ``(p,)``, and how many shingles they have in ``common`` ``(p,) int64``."""

    weights: Array
    common: Array
