"""The reading half of the storage: documents, stories, events and look-ups, each from one snapshot."""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np

from dedup.array_types import Fingerprints, Flags, Hashes, Indices, Keys, Pairs
from dedup.core.arrays.pair_codes import decode, encode, pair_up
from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.sorting import rising
from dedup.core.candidates import postings
from dedup.core.candidates.lookup import first_numbers
from dedup.core.stories.by_hand.words import HandWords
from dedup.index import changes
from dedup.index.changes import IdLookup
from dedup.index.disk.codec import CorruptData
from dedup.index.disk.remembered import name_of
from dedup.index.disk.rows import PAGE, DocumentHead
from dedup.index.records import Hits, IndexCounts, ItemRow, RememberedRow, SiteRow, Stored, StoryRow
from dedup.index.session import Session
from dedup.index_types import Event, IdRule


class StoreReader:
    """The methods of `dedup.index.store.Store` that read.

    Each call answers from one snapshot. A reader sees, at each call, all commits before it.
    """

    def __init__(self, session: Session) -> None:
        self._session, self._rows = session, session.rows
        self.path, self.settings = session.path, session.settings
        self._last_lookup: IdLookup | None = None  # while the ids in it are those of the index
        self._heads_of_moment: dict[int, DocumentHead] | None = None  # read within `moment`
        self._last_sites: tuple[int, int] | None = None  # commits that the last `sites` has seen, and the last change
        self._last_words: tuple[int, HandWords] | None = None  # as `_last_sites`

    @contextlib.contextmanager
    def moment(self) -> Iterator[None]:
        """Answer all calls in this context from one snapshot, and read each document head once."""
        with self._session.reading("reading"):
            is_outermost = self._heads_of_moment is None
            self._heads_of_moment = {} if is_outermost else self._heads_of_moment
            try:
                yield
            finally:
                if is_outermost:
                    self._heads_of_moment = None

    def __len__(self) -> int:
        """Return the number of documents."""
        with self._session.reading("counting") as state:
            return len(state.documents)

    @property
    def next_document(self) -> int:
        """The lowest number that a new document may have."""
        with self._session.reading("reading") as state:
            return state.counters.document

    @property
    def next_story(self) -> int:
        """The lowest number that a new story may have."""
        with self._session.reading("reading") as state:
            return state.counters.story

    @property
    def next_event(self) -> int:
        """The number of the next event."""
        with self._session.reading("reading") as state:
            return state.counters.event

    @property
    def last_event(self) -> int:
        """The number of the last event. Nothing else is loaded, so that a follower may ask often."""
        with self._session.reading_values("reading events") as state:
            return state.last_event()

    def look_up(
        self, ids: list[str], fingerprints: Fingerprints, keys: Keys, sampled: Ragged, worded: Indices | None = None
    ) -> Hits:
        """Look up new documents by id, by text and by shingles.

        Of documents with equal texts, one more than a bucket holds are found: those with the lowest numbers.

        Args:
            ids: the ids of the documents.
            fingerprints: ``(n,)`` the fingerprints of their texts.
            keys: ``(n, b)`` their band keys, and in the last column the keys of their whole texts.
            sampled: their sampled shingles.
            worded: the positions of the documents whose fingerprints are looked up, None for all.
        """
        with self._session.reading("looking for copies") as state:
            id_keys = changes.name_keys(ids, self.settings.seed)
            worded = np.arange(len(fingerprints)) if worded is None else worded
            prints = changes.fingerprint_keys(fingerprints[worded])
            tags = ((postings.FINGERPRINT, prints), (postings.NAME, id_keys))
            search = state.postings.find(keys, sampled, tags, self.settings.max_bucket)
            with_print, with_id = search.tagged
            numbers = self._select_ids(ids, with_id)
            self._last_lookup = IdLookup(state.counters, dict(zip(ids, id_keys.tolist(), strict=True)), numbers)
            with_print[:, 0] = worded[with_print[:, 0]]
            with_print = first_numbers(with_print, self.settings.max_bucket + 1)
            same = self._select_fingerprints(fingerprints, with_print)
            return Hits(numbers, same, search.lookups, search.hits)

    def of_urls(self, keys: Hashes, most: int) -> Pairs:
        """Return the documents with the ``keys`` ``(n,)`` of addresses, as pairs (position, document).

        A key of 0 has none. Of the documents of one key ``most`` are returned, those of the lowest numbers.
        """
        with self._session.reading("looking up addresses") as state:
            positions = keys.nonzero()[0].tolist()
            pairs = [(row, number) for row in positions for number in self._rows.with_url(int(keys[row]), most)]
            return np.array([pair for pair in pairs if pair[1] in state.documents], np.int64).reshape(-1, 2)

    def items_under(self, headlines: Hashes, most: int) -> list[ItemRow]:
        """Return the items of feeds under the headlines with these keys, at most ``most`` items of each headline."""
        with self._session.reading("looking up headlines") as state:
            rows = (row for key in headlines.tolist() for row in self._rows.items_under(key, most))
            return [row for row in rows if row.number in state.documents]

    def _read_heads(self, numbers: Iterable[int]) -> Iterator[DocumentHead]:
        """Yield the documents with these numbers that are in use, in the order of the numbers."""
        live, remaining = self._session.state.documents, map(int, numbers)
        while page := list(islice(remaining, PAGE)):
            in_use = [number for number in page if number in live]
            heads = {} if self._heads_of_moment is None else self._heads_of_moment
            heads |= self._rows.heads_of([number for number in dict.fromkeys(in_use) if number not in heads])
            for number in in_use:
                if number not in heads:
                    raise CorruptData(f"document {number} has no row")
                yield heads[number]

    def documents(self, numbers: Iterable[int]) -> list[Stored]:
        """Return the documents with these numbers, in their order, without numbers that are not in use."""
        with self._session.reading("reading documents"):
            return self._rows.entries(list(self._read_heads(numbers)))

    def heads(self, numbers: Iterable[int]) -> list[DocumentHead]:
        """Return the documents as `documents` does, without reading their texts."""
        with self._session.reading("reading documents"):
            return list(self._read_heads(numbers))

    def numbers(self, ids: list[str]) -> dict[str, int]:
        """Return the numbers of the ids that are in the index."""
        with self._session.reading("looking up ids"):
            numbers = self._look_up_ids(ids).numbers
            return {id: numbers[id] for id in ids if id in numbers}

    def _look_up_ids(self, ids: list[str]) -> IdLookup:
        """Look up ids, or return the last look-up if it has these ids and is still true."""
        state, last = self._session.state, self._last_lookup
        if last is not None and last.counters == state.counters and last.keys.keys() >= set(ids):
            return last
        keys = changes.name_keys(ids, self.settings.seed)
        pairs = pair_up(*state.postings.find_documents(postings.NAME, keys))
        return IdLookup(state.counters, dict(zip(ids, keys.tolist(), strict=True)), self._select_ids(ids, pairs))

    def _select_ids(self, ids: list[str], pairs: Pairs) -> dict[str, int]:
        """Return the numbers of the ids; ``pairs`` are (position, document) with equal keys, not always equal ids."""
        matches = zip(pairs[:, 0].tolist(), self._read_heads(pairs[:, 1].tolist()), strict=True)
        return {head.id: head.number for row, head in matches if head.id == ids[row]}

    def number(self, id: str) -> int | None:
        """Return the number of the document with this id, or None if it is not in the index."""
        return self.numbers([id]).get(id)

    def _select_fingerprints(self, fingerprints: Fingerprints, pairs: Pairs) -> Pairs:
        """Return the ``pairs`` (position, document) with equal fingerprints, not only equal keys; sorted."""
        if not len(pairs):
            return pairs
        heads = self._read_heads(pairs[:, 1].tolist())
        equal = [fingerprints[row] == head.fingerprint for row, head in zip(pairs[:, 0].tolist(), heads, strict=True)]
        return np.unique(pairs[equal], axis=0)

    def of_stories(self, stories: list[int], most: int | None = None) -> list[tuple[int, int]]:
        """Return the documents of stories, as sorted pairs (story, document): all, or at least the ``most`` first."""
        with self._session.reading("looking up stories") as state:
            keys = changes.story_keys(np.array(stories, np.int64))
            pairs = decode(rising(encode(*state.postings.find_documents(postings.STORY, keys))))
            first = pairs if most is None else first_numbers(pairs, most)
            members = self._select_members(stories, first)
            if len(members) < len(first) < len(pairs):  # some of the first documents are in other stories now
                members = self._select_members(stories, pairs)
            return members

    def _select_members(self, stories: list[int], pairs: Pairs) -> list[tuple[int, int]]:
        """Return the pairs (position in ``stories``, document) that are true, as sorted pairs (story, document)."""
        matches = zip(pairs[:, 0].tolist(), self._read_heads(pairs[:, 1].tolist()), strict=True)
        return sorted((head.story, head.number) for row, head in matches if head.story == stories[row])

    def all_packed(self) -> Iterator[tuple[DocumentHead, bytes, int]]:
        """Yield all documents by number, each with its text as `DocumentCodec.pack` packs it, and the number of the
        dictionary of the text, 0 for none. Each page of documents comes from a snapshot of its own."""
        after = 0
        while True:
            with self._session.reading("reading documents") as state:
                packed = state.packed_after(self._rows, after)
            if not packed:
                return
            yield from packed
            after = packed[-1][0].number

    @property
    def using(self) -> bytes:
        """The dictionary with which a writer packs texts, empty for none. Any thread may read it."""
        return self._rows.dictionaries.using

    def dictionary(self, number: int) -> bytes:
        """Return the dictionary with this number."""
        with self._session.reading("reading documents"):
            return self._rows.dictionaries.find(number)

    def stories_of(self, numbers: Iterable[int]) -> dict[int, int]:
        """Return the story of each document that is in use or remembered."""
        with self._session.reading("looking up stories") as state:
            numbers, next = list(numbers), state.counters.document
            stories = {head.number: head.story for head in self._read_heads(numbers)}
            others = [number for number in numbers if number < next and number not in stories]
            return stories | {row.number: row.story for row in self._rows.remembered(others)}

    def story_rows(self, numbers: Sequence[int]) -> dict[int, StoryRow]:
        """Return the stories with these numbers that are in use."""
        with self._session.reading("reading stories") as state:
            return state.stories_of(self._rows, numbers)

    def resolve(self, number: int) -> StoryRow | None:
        """Return the story to which a number leads through aliases, or None if it is not in use."""
        with self._session.reading("reading stories") as state:
            return state.resolve(self._rows, number)

    def in_use(self, numbers: Indices) -> Flags:
        """Return ``(n,)`` whether each of the ``numbers`` ``(n,)`` is that of a document of the index."""
        with self._session.reading("reading numbers") as state:
            return state.documents.among(numbers)

    def all_numbers(self) -> Indices:
        """Return the numbers of all documents ``(n,)``, rising."""
        with self._session.reading("reading numbers") as state:
            return state.documents.numbers()

    def all_stories(self) -> Iterator[StoryRow]:
        """Yield all stories and aliases, by number. Each page of stories comes from a snapshot of its own."""
        page = [StoryRow(0, 0)]
        while page:
            with self._session.reading("reading stories") as state:
                page = state.stories_after(self._rows, page[-1].number)
            yield from page

    def remembered(self, numbers: Sequence[int]) -> list[RememberedRow]:
        """Return the remembered documents among these numbers, by number."""
        with self._session.reading("reading remembered documents"):
            return self._rows.remembered(numbers)

    def remembered_with(self, lane: int, keys: Indices) -> Pairs:
        """Return the remembered documents with keys of a lane ``(n,)``, as pairs (key, number)."""
        with self._session.reading("looking up remembered documents"):
            return self._rows.remembered_with(lane, keys)

    def remembered_of(self, stories: Iterable[int]) -> list[RememberedRow]:
        """Return the remembered documents of stories, by number."""
        return self.remembered(self.remembered_with(postings.STORY, np.array([*stories], np.int64))[:, 1].tolist())

    def remembered_as(self, id: str) -> list[RememberedRow]:
        """Return the remembered documents that had an id, by number."""
        name = name_of(id, self.settings.seed)
        numbers = self.remembered_with(postings.NAME, np.array([name], np.uint64).view(np.int64))[:, 1].tolist()
        return [row for row in self.remembered(numbers) if row.name == name]

    def remembered_before(self, time: float, most: int) -> list[int]:
        """Return the numbers of documents that left the window before a time, the first ones, at most ``most``."""
        with self._session.reading("reading times"):
            return self._rows.remembered_before(time, most)

    @property
    def remembers_any(self) -> bool:
        """Whether any document is remembered."""
        with self._session.reading("reading remembered documents"):
            return self._rows.remembers_any()

    def has_before(self, time: float) -> bool:
        """Return whether a document was last seen before a time."""
        with self._session.reading("reading times"):
            return self._rows.is_any_before(time)

    def before(self, time: float) -> list[int]:
        """Return the documents that were last seen before a time, by number."""
        with self._session.reading("reading times"):
            return [head.number for head in self._read_heads(self._rows.seen_before(time)) if head.seen < time]

    def events(self, since: int = 0) -> Iterator[Event]:
        """Yield the events after the event with the number ``since``."""
        last: int | None = since
        while last is not None:
            with self._session.reading("reading events") as state:
                page = state.events_after(self._rows, last)
            yield from page
            last = page[-1].number if page else None

    @property
    def version(self) -> int:
        """The version of the site profiles, 0 at first."""
        with self._session.reading_values("reading knowledge") as state:
            return state.version()

    def profiles(self) -> tuple[int, bytes]:
        """Return the version of the site profiles, and their bytes; ``(0, b"")`` at first."""
        with self._session.reading_values("reading knowledge") as state:
            return state.knowledge()

    def sites(self, changed: int) -> list[SiteRow]:
        """Return what was learned of the sites that were changed after a change.

        The rows are large, and no row is read if nothing was committed since the last call.
        """
        with self._session.reading_values("reading sites") as state:
            commits = state.counters.commits if state.is_current else None
            if commits is not None and self._last_sites == (commits, changed):
                return []
            rows = self._rows.sites_after(changed)
            last = max((row.changed for row in rows), default=changed)
            self._last_sites = None if commits is None else (commits, last)
            return rows

    @property
    def ids(self) -> IdRule:
        """How the index names documents without an id of their own."""
        with self._session.reading_values("reading the rule of ids") as state:
            return state.ids()

    @property
    def has_present_hashes(self) -> bool:
        """Whether the hashes in the index are those of this version. Else nothing is found by them."""
        with self._session.reading_values("reading the scheme of hashes") as state:
            return state.has_present_hashes()

    @property
    def thresholds(self) -> str:
        """The hash of the numbers that decided all documents, empty for an older rule."""
        with self._session.reading_values("reading thresholds") as state:
            return state.thresholds()

    def counts(self) -> IndexCounts:
        """Return the size of the index."""
        with self._session.reading("counting") as state:
            return state.counts()
