"""Documents that arrive at an index -> what they are to those that are there, judged as `cluster` judges all at once.

What a batch job learns from all documents is given here (`engines.tasks.profiles`), and candidates come from the index. From
there on it is the same: the new documents and the stories that they may belong to are compared as any texts are.
"""

import functools
import threading
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Hashes, Indices, Keys, Pairs
from dedup.core.arrays import pair_codes
from dedup.core.arrays.ragged import Ragged, bounds_of, take_rows
from dedup.core.arrays.sorting import find, first_of_equals
from dedup.core.arrays.workspace import Workspace
from dedup.core.collection import NO_TEXT, Collection
from dedup.core.pairs.decision import ARTICLE, NOTHING, REASONS, Reasons
from dedup.core.pairs.rule import units
from dedup.core.sketch import bands
from dedup.core.sketch.lookup_keys import key_columns
from dedup.engines.online.in_memory import InMemoryTexts
from dedup.engines.stages.canonical import alone_credit, lead_stories
from dedup.engines.stages.stories import all_stories
from dedup.engines.stages.verify import VerifiedPairs
from dedup.engines.tasks.arrivals import ArrivalReader
from dedup.engines.tasks.profiles import LearnedProfiles
from dedup.engines.tasks.read import select_read
from dedup.engines.tasks.results import ArrivalResult, ReadResult
from dedup.formats import ReadOutcome
from dedup.index.records import Postings, Stored
from dedup.index.store import Hits, Store
from dedup.settings import Settings
from dedup.types import Document, Match, Story

_MEMBERS: Final = 64
"""Documents of a story that new ones are compared with: the canonical one, and the first ones."""

_FEW: Final = 4
"""Members of stories for each that was found, up to which all are compared at once."""

_KEPT: Final = 1 << 17
"""Characters of texts up to which memory is kept for those to come."""

_MATCHES: Final = 16
"""Matches of a document that a decision names, the nearest ones."""


class Comparison(NamedTuple):
    """What was found of ``d`` new documents, and of the ``near`` ones of the index, which may be of one story.

    ``labels`` ``(d + n,)``: the story of each, the new ones first; ``stories`` are those of the first labels, of all
    that were compared: to the others nothing is near. ``matches`` are those of each new one; ``alone`` what is to be
    said of new ones to which nothing is near, by their places: whom each credits, and why it is no article.
    """

    near: list[Stored]
    stories: list[Story]
    labels: Indices
    matches: list[tuple[Match, ...]]
    alone: dict[int, tuple[str, str]]

    def matched(self) -> set[int]:
        """The stories of the index that new documents may be of: of those near that are in a story with one."""
        new = set(self.labels[: len(self.matches)].tolist())
        labels = self.labels[len(self.matches) :].tolist()
        return {stored.story for stored, label in zip(self.near, labels, strict=True) if label in new}

    def among(self, stories: set[int]) -> "Comparison":
        """It without those near that are of other stories of the index: what they are to each other is decided."""
        kept = [place for place, stored in enumerate(self.near) if stored.story in stories]
        new = len(self.matches)
        labels = np.concatenate((self.labels[:new], self.labels[new:][kept]))
        return self._replace(near=[self.near[place] for place in kept], labels=labels)

    def spread(self, places: Indices, read: ReadResult, reasons: Reasons) -> "Comparison":
        """The same for all documents that were ``read``, these being in certain ``places`` ``(d,)`` and the others
        alone; ``reasons`` ``(d,)`` say which documents are no articles."""
        count = len(read.ids)
        if places.size == count:
            return self
        new, labels = len(self.matches), np.empty(count + len(self.near), np.int64)
        rest = np.ones(count, np.bool_)
        rest[places] = False
        alone = rest.nonzero()[0]
        labels[places], labels[count:] = self.labels[:new], self.labels[new:]
        labels[alone] = len(self.stories) + np.arange(alone.size)
        matches: list[tuple[Match, ...]] = [()] * count
        for place, found in zip(places.tolist(), self.matches, strict=True):
            matches[place] = found
        credits = {place: alone_credit(those) for place, those in read.credits.items() if rest[place]}
        remarkable = sorted({*credits, *(rest & (reasons != ARTICLE)).nonzero()[0].tolist()})
        said = {place: (credits.get(place, ""), REASONS[reasons[place]]) for place in remarkable}
        return Comparison(self.near, self.stories, labels, matches, said)


class _Own(threading.local):
    """Scratch memory that each thread has for itself, from when it first needs any: a `Workspace` makes the process
    keep memory that is freed, and what is read when an index is opened would be kept for nothing."""

    @functools.cached_property
    def work(self) -> Workspace:
        """The memory of this thread."""
        return Workspace()


class ArrivalJudge:
    """How documents that arrive are judged, with some ``settings``."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._bands = key_columns(settings)
        self._receiver = ArrivalReader(settings)
        self._own = _Own()

    def read(self, documents: list[Document], learned: LearnedProfiles) -> "ArrivingBatch":
        """Read documents, each of its own id, and make what they are looked up by, with what was ``learned``. One alone
        is read in full when it is compared: most are like nothing."""
        alone = len(documents) == 1
        work = self._work(documents) if alone else None
        return self.lot(documents, learned, self._receiver.receive(ReadOutcome(documents), learned, work))

    def lot(self, documents: list[Document], learned: LearnedProfiles, found: ArrivalResult) -> "ArrivingBatch":
        """The same, of documents that somebody has received with the same ``learned``."""
        rows = found.read.fresh.nonzero()[0]
        return ArrivingBatch(
            documents,
            learned,
            found.read,
            None if len(documents) == 1 else found.tokens,
            rows,
            found.keys,
            found.kept,
            found.inner,
            _reasons(found),
            found.packed,
        )

    def _work(self, documents: list[Document]) -> Workspace:
        """The scratch memory that this thread has; other for documents after which it would be much."""
        return self._own.work if sum(len(document.text) for document in documents) <= _KEPT else Workspace()

    def found(self, lot: "ArrivingBatch", store: Store) -> Hits:
        """What is in the ``store`` of the documents of a lot, by their ids and their texts, and what is like them."""
        ids = [document.id for document in lot.documents]
        return store.look_up(ids, lot.read.fingerprints[lot.rows], lot.keys, lot.kept)

    def judge(self, lot: "ArrivingBatch", hits: Hits, store: Store, gone: frozenset[int]) -> Comparison:
        """What the documents of a lot are to those that were found in the ``store`` but for those that are ``gone``.

        They are compared with those that they may be copies of. If they turn out to be of a story that has others, they
        are compared with these as well: every member of a story is a match of all of it.
        """
        found = np.concatenate((hits.near, hits.same))
        if gone:
            found = found[~np.isin(found[:, 1], list(gone))]
        places = lot.places(found)
        if not places.size:
            return _NOBODY.spread(places, lot.read, lot.reasons)
        part, found = lot.among(places, found)
        return self._among(part, found, store, gone).spread(places, lot.read, lot.reasons)

    def _among(self, lot: "ArrivingBatch", found: Pairs, store: Store, gone: frozenset[int]) -> Comparison:
        """The same for documents none of which is known to be alone."""
        numbers = sorted(set(found[:, 1].tolist()))
        members = _members(store, numbers, gone)
        near = store.documents(_near(numbers, members))
        documents = [stored.document for stored in near]
        desk = InMemoryTexts(self._settings, self._work([*lot.documents, *documents]))
        if lot.tokens is None:
            desk.read([*lot.documents, *documents])
        else:
            desk.take(lot.documents, lot.read, lot.tokens)
            desk.read(documents)
        arrived = self._compared(lot, desk, found, near)
        stories, there = arrived.matched(), {stored.number for stored in near}
        others = {number for story in stories for number in members[story] if number not in there}
        if others:
            more = store.documents(sorted(others))
            desk.read([stored.document for stored in more])
            arrived = self._compared(lot, desk, found, near + more)
        return arrived.among(stories)

    def _compared(self, lot: "ArrivingBatch", desk: InMemoryTexts, found: Pairs, near: list[Stored]) -> Comparison:
        """What new documents are to those near, all of which were read at the ``desk``."""
        texts = desk.texts()
        pairs = _different(texts.text[self._pairs(lot, found, near)])
        compared = desk.compared(texts, pairs, lot.learned)
        stories, labels = all_stories(texts, compared, self._settings)
        matches = _matches(texts, compared, len(lot.documents), self._settings.containment)
        return Comparison(near, stories, labels, matches, {})

    def postings(self, lot: "ArrivingBatch", numbers: Indices) -> Postings:
        """The band keys and kept shingles by which the documents of a lot, of these ``numbers`` ``(d,)``, are found."""
        keys, kept = self._found_by(lot)
        return Postings(numbers, keys if (keys != bands.NO_KEY).any() else keys[:, :0], kept)

    def leader(self, stored: list[Stored]) -> int:
        """Which of some documents, of one story, leads it: its number."""
        desk = InMemoryTexts(self._settings)
        desk.read([each.document for each in stored])
        texts = desk.texts()
        led = lead_stories(texts, np.zeros(len(stored), np.int64), texts.lengths, self._settings)
        return stored[int(led.order[0])].number

    def _found_by(self, lot: "ArrivingBatch") -> tuple[Keys, Ragged]:
        """The band keys and kept shingles of each document; equal texts have equal ones, and one without words none."""
        read = lot.read
        if read.fresh.all():
            return lot.keys, lot.kept
        known, first = np.unique(read.fingerprints[read.fresh], return_index=True)
        places, there = find(known, read.fingerprints)
        text = np.where(there, first[places], known.size) if known.size else np.zeros(places.size, np.int64)
        keys = np.concatenate((lot.keys, np.full((1, self._bands), bands.NO_KEY, np.uint32)))
        nothing = np.full((1, 2), lot.kept.values.size)
        return keys[text], take_rows(Ragged(lot.kept.values, np.concatenate((lot.kept.bounds, nothing))), text)

    def _pairs(self, lot: "ArrivingBatch", found: Pairs, near: list[Stored]) -> Pairs:
        """Pairs of documents that may match: of new ones with those near, as they were ``found``, and with each other;
        and of each one near with the first of its story."""
        first = len(lot.documents)
        numbers = np.array([stored.number for stored in near], np.int64)
        order = numbers.argsort()
        places, known = find(numbers[order], found[:, 1])
        outer = np.empty((np.count_nonzero(known), 2), np.int64)
        outer[:, 0], outer[:, 1] = lot.rows[found[known, 0]], first + order[places[known]]
        heads: dict[int, int] = {}
        stars = [(heads.setdefault(stored.story, place), place) for place, stored in enumerate(near, first)]
        return np.concatenate((outer, np.array(stars, np.int64).reshape(-1, 2), lot.rows[lot.inner]))


_NOBODY: Final = Comparison([], [], np.zeros(0, np.int64), [], {})
"""What is found where nothing is near to anything."""


class ArrivingBatch(NamedTuple):
    """New documents as they were ``read``, in full if there are ``tokens``, of all texts one behind the other.

    ``rows`` ``(r,)`` are the first of each text, with what these are found by, as it was ``learned``: the ``keys``
    ``(r, b)`` of their bands, and ``kept`` shingles, in 32 bits each; ``inner`` ``(p, 2)`` are those of the rows, by
    their places, that may match; ``reasons`` ``(d,)`` say why a document is no article. ``packed`` are all
    documents as they are stored, if a process has packed them.
    """

    documents: list[Document]
    learned: LearnedProfiles
    read: ReadResult
    tokens: Hashes | None
    rows: Indices
    keys: Keys
    kept: Ragged
    inner: Pairs
    reasons: Reasons
    packed: list[bytes]

    def places(self, found: Pairs) -> Indices:
        """The documents, rising, that are not known to be alone: their texts are among those that were ``found``, or
        may match another, or are those of another."""
        prints = self.read.fingerprints
        some = np.concatenate((found[:, 0], self.inner.reshape(-1)))
        if prints.size == 1:
            return np.zeros(min(1, some.size), np.int64)
        several, counts = np.unique(prints, return_counts=True)
        several = several[(counts > 1) & (several > 0)]
        return np.flatnonzero(np.isin(prints, np.concatenate((prints[self.rows[some]], several))))

    def among(self, places: Indices, found: Pairs) -> tuple["ArrivingBatch", Pairs]:
        """Only the documents in these ``places`` ``(p,)``, and what was ``found`` of them."""
        if places.size == len(self.documents):
            return self, found
        texts = np.flatnonzero(np.isin(self.rows, places))
        tokens = self.tokens
        if tokens is not None:
            tokens = take_rows(Ragged(tokens, bounds_of(self.read.lengths[self.rows])), texts).values
        lot = ArrivingBatch(
            [self.documents[place] for place in places.tolist()],
            self.learned,
            select_read(self.read, places, texts),
            tokens,
            np.searchsorted(places, self.rows[texts]),
            self.keys[texts],
            take_rows(self.kept, texts),
            np.searchsorted(texts, self.inner),
            self.reasons[places],
            [],
        )
        return lot, np.stack((np.searchsorted(texts, found[:, 0]), found[:, 1]), axis=1)


def _reasons(found: ArrivalResult) -> Reasons:
    """Why each document that was received is no article; equal texts have one reason."""
    read = found.read
    prints = read.fingerprints[read.fresh]
    order = prints.argsort()
    places, known = find(prints[order], read.fingerprints)
    reasons = np.full(read.fingerprints.size, NOTHING, np.int8)
    reasons[known] = found.reasons[order[places[known]]]
    return reasons


def _different(pairs: Pairs) -> Pairs:
    """Pairs of two different texts, the lower one first, sorted and each once; those given are put in order."""
    pairs.sort(axis=1)
    first, second = pairs.T
    codes = pair_codes.encode(first, second)[(first != NO_TEXT) & (first != second)]
    codes.sort()
    return pair_codes.decode(codes[first_of_equals(codes)])


def _near(numbers: list[int], members: dict[int, list[int]]) -> list[int]:
    """The documents that new ones are compared with first: those that were found, of these ``numbers``, and the other
    ``members`` of their stories, if those are few."""
    every = sorted({number for each in members.values() for number in each})
    return every if len(every) <= _FEW * len(numbers) else numbers


def _members(store: Store, numbers: list[int], gone: frozenset[int]) -> dict[int, list[int]]:
    """The stories of documents of these ``numbers``, and of each the canonical one and the first `_MEMBERS`."""
    members: dict[int, list[int]] = {story: [] for story in sorted(set(store.stories_of(numbers).values()))}
    for story, number in store.of_stories(list(members)):
        if number not in gone:
            members[story].append(number)
    large = [story for story, each in members.items() if len(each) > _MEMBERS]
    for story, row in store.story_rows(large).items():
        del members[story][_MEMBERS:]
        if row.canonical not in gone and row.canonical not in members[story]:
            members[story].append(row.canonical)
    return members


def _matches(texts: Collection, compared: VerifiedPairs, count: int, threshold: float) -> list[tuple[Match, ...]]:
    """The nearest matches of each of the first ``count`` documents: those with the same words, and one of each text
    that matches theirs."""
    pairs, weights = compared.verdicts.pairs, compared.verdicts.shares
    matching = weights >= units(threshold)
    matching &= (compared.reasons[pairs] == ARTICLE).all(axis=1)
    pairs, weights = pairs[matching], weights[matching]
    resemblance, containment = compared.measure(compared.texts.searchsorted(pairs))
    ends, others = np.concatenate((pairs, pairs[:, ::-1])).T
    order = np.lexsort((others, -np.concatenate((weights, weights)), ends))
    ends, others = ends[order], others[order]
    row = order % max(1, len(pairs))
    equal: dict[int, list[int]] = {}
    for document, text in enumerate(texts.text.tolist()):
        equal.setdefault(text, []).append(document)
    found = []
    for document, text in enumerate(texts.text[:count].tolist()):
        same = [] if text == NO_TEXT else [other for other in equal[text] if other != document][:_MATCHES]
        first, last = ends.searchsorted((text, text + 1)).tolist() if text != NO_TEXT else (0, 0)
        last = min(last, first + _MATCHES - len(same))
        near = zip(others[first:last].tolist(), row[first:last].tolist(), strict=True)
        found.append(
            (
                *(Match(texts.members[other].id, 1.0, 1.0) for other in same),
                *(
                    Match(texts.members[texts.first[other]].id, float(containment[place]), float(resemblance[place]))
                    for other, place in near
                ),
            )
        )
    return found
