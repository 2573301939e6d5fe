"""Records that go into an index and come out of it, and the policy by which the index stores its postings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from dedup.array_types import Indices, Keys, Pairs
from dedup.comparison_types import HandPair
from dedup.core.arrays.ragged import Ragged
from dedup.core.candidates.lookup import Lookups, PostingHits
from dedup.index_types import Event, IdRule
from dedup.settings import InputLimits, Settings
from dedup.types import Document


class Entry(NamedTuple):
    """One document of an index.

    ``number`` belongs to this document alone, for ever. ``fingerprint`` is a number of 192 bits, which is equal for
    equal texts alone (`core.collection.join_fingerprints`). ``story`` is the number of its story. ``seen`` is a time in
    seconds. ``judged`` is the version of the site profiles that decided the document. ``decision`` is any bytes.
    """

    number: int
    document: Document
    fingerprint: int
    story: int
    seen: float
    judged: int
    decision: bytes


Stored = Entry
"""An entry that was read from the disk."""


class NewIndex(NamedTuple):
    """How a new index is made. An index that exists must have been made so, where a value is not None.

    - ``settings``: the settings; None for the defaults.
    - ``draws_seed``: whether the settings name no seed. A new index draws a secret one, and an old index keeps its own.
    - ``ids``: how the index names documents without an id of their own; None for ``"path"``.
    - ``limits``: the most that one input may have, which an index does not store.
    """

    settings: Settings | None = None
    ids: IdRule | None = None
    draws_seed: bool = False
    limits: InputLimits = InputLimits()


class StoryRow(NamedTuple):
    """One story: the number of its ``canonical`` document, or the number of the story that it is an ``alias`` of.

    Each is 0 for none. A story with neither has ended: it is deleted, and its number is never used again. ``canonical``
    is `FORGOTTEN` if all documents of the story are forgotten, and some are remembered.

    ``first`` is the time in seconds when the first document of the story was added. ``seen`` is the number of documents
    that the story has had, forgotten ones included. An alias has neither.
    """

    number: int
    canonical: int
    alias: int = 0
    first: float = 0.0
    seen: int = 0


FORGOTTEN: Final = -1
"""The ``canonical`` of a story of which no document is left, but remembered ones are."""


class RememberedRow(NamedTuple):
    """A document that has left the window of an index, without its text.

    - ``number``: the number that the document had. ``name``: a hash of its id. ``fingerprint``: as in `Entry`.
    - ``story``: the number of its story. ``leader``: the id of the document that led the story.
    - ``since``: the time in seconds when it left the window.
    - ``shingles``: the highest 32 bits of its sampled shingles, distinct and rising, four bytes each.
    """

    number: int
    name: int
    fingerprint: int
    story: int
    leader: str
    since: float
    shingles: bytes


class ItemRow(NamedTuple):
    """An item of a feed: its number, and the keys of its headline, its site and its address (0 for none).

    `core.items.headlines.Items` explains the keys.
    """

    number: int
    headline: int
    site: int
    url: int


class SiteRow(NamedTuple):
    """One site that the index has learned. ``changed`` rises with each change. ``value`` is any bytes; a row without
    bytes is deleted."""

    number: int
    changed: int
    value: bytes


class Postings(NamedTuple):
    """The band keys and the sampled shingles of documents.

    ``numbers`` ``(n,) int64`` are the documents. ``keys`` ``(n, b) uint32`` are their band keys,
    `core.sketch.bands.NO_KEY` for none; there need be no bands if no document has a key. ``sampled`` are the highest 32
    bits of the sampled shingles, in rows without gaps.
    """

    numbers: Indices
    keys: Keys
    sampled: Ragged


class Hits(NamedTuple):
    """The result of a look-up of new documents.

    ``numbers`` are the documents in the index with the ids of new documents. ``same`` are pairs ``(m, 2) int64`` of
    equal texts, sorted and distinct: the position of a new document, and the number of a document in the index.
    `core.candidates.lookup.lookup_candidates` finds the candidates by the ``lookups`` and their ``postings``.
    """

    numbers: dict[str, int]
    same: Pairs
    lookups: Lookups
    postings: PostingHits


@dataclass(slots=True)
class Change:
    """The content of one transaction, which happens as a whole or not at all.

    - ``removed``: numbers of documents to remove. ``entries``: documents to add, with numbers from ``next_document``
      on. An id in both is a revision.
    - ``moved``: (document, story). ``seen``: (document, time). ``decided``: (document, judged, decision).
    - ``items``: the entries that are items of feeds; None to find them in the entries.
    - ``stories``: new rows, with numbers from ``next_story`` on, and rows that replace the row of their number.
    - ``events``: new events, with numbers from ``next_event`` on, without gaps. ``forgotten``: events up to this number
      are deleted.
    - ``profiles``: the new version of the site profiles, and their bytes.
    - ``postings``: of the entries, or more postings of documents in the index.
    - ``thresholds``: the hash of the numbers by which all documents are decided now; empty if it does not change.
    - ``fingerprints``: (document, fingerprint) where the present rule gives another one. All postings must be rebuilt.
    - ``sites``: new rows of sites, and rows that replace the row of their number. ``only_sites``: whether all other
      rows of sites are deleted.
    - ``hashes``: the fingerprint of the settings, if all hashes were made anew; else empty. All postings must be
      rebuilt. The numbers by which the documents were decided count as those of an older rule.
    - ``remembered``: new rows of remembered documents, and rows that replace the row of their number. ``unremembered``:
      numbers of remembered documents to delete.
    - ``hand``: all pairs on which a person has the last word; None if they do not change.
    - ``packed``: the documents of all entries as `index.disk.codec.DocumentCodec` packs them, or empty.
    """

    entries: list[Entry] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    items: list[ItemRow] | None = None
    moved: list[tuple[int, int]] = field(default_factory=list)
    seen: list[tuple[int, float]] = field(default_factory=list)
    decided: list[tuple[int, int, bytes]] = field(default_factory=list)
    stories: list[StoryRow] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    forgotten: int = 0
    profiles: tuple[int, bytes] | None = None
    postings: Postings | None = None
    packed: list[bytes] = field(default_factory=list)
    fingerprints: list[tuple[int, int]] = field(default_factory=list)
    thresholds: str = ""
    sites: list[SiteRow] = field(default_factory=list)
    only_sites: bool = False
    remembered: list[RememberedRow] = field(default_factory=list)
    unremembered: list[int] = field(default_factory=list)
    hashes: str = ""
    hand: tuple[HandPair, ...] | None = None

    def changed_documents(self) -> Iterator[int]:
        """Yield the numbers of the documents whose rows change."""
        yield from self.removed
        for rows in (self.moved, self.seen, self.decided, self.fingerprints):
            yield from (row[0] for row in rows)


@dataclass(frozen=True, slots=True)
class IndexCounts:
    """The size of an index.

    ``segments`` are rows of name, documents and bytes. ``stored`` is the number of bytes of all files together.
    ``format`` is the version of the files. ``thresholds`` is as in `Change`.
    """

    documents: int
    stories: int
    events: int
    segments: tuple[tuple[str, int, int], ...]
    stored: int
    settings: Mapping[str, Any]
    format: int
    thresholds: str


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy by which postings move between memory and segments.

    - ``seal``: from this many postings in memory on, a commit writes them to a segment.
    - ``loose``: from this many postings on that are in no table, a table is made of them.
    - ``runs``, ``segments``: factors of the levels of tables in memory and on the disk. A new table takes in the tables
      before it that are on its level or below.
    - ``waste``: a segment is written again when more than this share of its documents are removed; so are postings in
      memory if they are not few.
    - ``sieved``: from this many look-ups at once on, a Bloom filter goes before the tables.
    - ``checkpoint``: from this many pages of the log on, SQLite writes them into the database.
    - ``most``: pages that the database may have; 0 for as many as the disk holds.
    - ``first``: from this many documents on, the index trains dictionaries for its texts.
    """

    seal: int = 1 << 22
    loose: int = 1 << 13
    runs: int = 8
    segments: int = 2
    waste: float = 0.5
    sieved: int = 1 << 13
    checkpoint: int = 1 << 12
    most: int = 0
    first: int = 1 << 10


POLICY: Final = Policy()
"""The default policy. With documents of 600 words the first segment comes at 30,000 documents and has 33 MB; there are
five segments at 10**6 documents."""
