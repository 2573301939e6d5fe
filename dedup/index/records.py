"""What goes into an index and comes out of it, and the policy by which it keeps its postings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from dedup.array_types import Indices, Keys
from dedup.core.arrays.ragged import Ragged
from dedup.types import Document, Event


class Entry(NamedTuple):
    """One document: its ``number``, which no other ever has, and the ``story`` that it is in.

    ``fingerprint`` is 64 bits of its text, ``seen`` a time in seconds, ``judged`` the version of what was known when
    its ``decision`` (any bytes) was taken.
    """

    number: int
    document: Document
    fingerprint: int
    story: int
    seen: float
    judged: int
    decision: bytes


Stored = Entry
"""An entry as it comes back from the disk."""


class StoryRow(NamedTuple):
    """One story: the number of its ``canonical`` document, or the number of the story that it is an ``alias`` of (0 if
    it is none). With neither it has ended: it is forgotten, and its number is never used again."""

    number: int
    canonical: int
    alias: int = 0


class Postings(NamedTuple):
    """What documents are found by: of each of ``numbers`` ``(n,) int64`` the ``keys`` ``(n, b) uint32`` of its bands,
    `core.sketch.bands.NO_KEY` for none, and the highest 32 bits of its ``kept`` shingles, rows without gaps. Where nobody has
    a key there need be no bands."""

    numbers: Indices
    keys: Keys
    kept: Ragged


@dataclass(slots=True)
class Change:
    """What one transaction does: all of it or nothing.

    - ``removed``: numbers of documents that go; ``entries``: those that come, with numbers from ``next_document`` on.
      An id that is in both is a revision.
    - ``moved``: (document, story); ``seen``: (document, time); ``decided``: (document, judged, decision).
    - ``stories``: rows that are new, or replace the one of their number; new ones have numbers from ``next_story`` on.
    - ``events``: with numbers from ``next_event`` on, without gaps; those up to ``forgotten`` go.
    - ``knowledge``: a version and any bytes, which replace those before.
    - ``postings``: of entries, or more of them for documents that are there.
    - ``thresholds``: the hash of the numbers by which all documents are judged now; empty if that stays as it is.
    - ``fingerprints``: (document, fingerprint), where it is another one by the present rule. Postings are made anew.
    - ``packed``: the documents of all entries as `index.disk.codec.DocumentCodec` packs them, if somebody has done that.
    """

    entries: list[Entry] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    moved: list[tuple[int, int]] = field(default_factory=list)
    seen: list[tuple[int, float]] = field(default_factory=list)
    decided: list[tuple[int, int, bytes]] = field(default_factory=list)
    stories: list[StoryRow] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    forgotten: int = 0
    knowledge: tuple[int, bytes] | None = None
    postings: Postings | None = None
    packed: list[bytes] = field(default_factory=list)
    fingerprints: list[tuple[int, int]] = field(default_factory=list)
    thresholds: str = ""


@dataclass(frozen=True, slots=True)
class IndexCounts:
    """How much there is: ``segments`` as (name, documents, bytes), ``stored`` bytes in all files together, which are of
    the version ``format``; ``thresholds`` as in `Change`."""

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
    """When postings move. From ``seal`` of them in memory on, they go to a segment. A table takes in those before it
    that are on its level or below: levels are powers of ``runs`` postings in memory, of ``segments`` on disk. A segment
    is written anew when more than ``waste`` of its documents have gone, and so are postings in memory if they are not
    few. Look-ups are sieved where there are as many as ``sieved`` at once. WAL pages from ``checkpoint`` on go into the
    database; ``most`` is how many it may have (0: as many as fit on the disk). From the ``first`` so many documents on
    dictionaries are looked for to pack texts with."""

    seal: int = 1 << 22
    runs: int = 8
    segments: int = 2
    waste: float = 0.5
    sieved: int = 1 << 13
    checkpoint: int = 1 << 12
    most: int = 0
    first: int = 1 << 10


POLICY: Final = Policy()
"""With documents of 600 words: a segment from 30,000 of them on, of 33 MB; five segments at 10**6."""
