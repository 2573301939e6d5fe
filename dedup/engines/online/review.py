"""A review: all documents of an index are decided together, as `cluster` does, and the index learns from them.

A decision on a document uses what the index knows when the document arrives. A review finds the sites, their
boilerplate and the stories again. After a review the stories are the stories of `cluster` on the same documents, in any
order of arrival.
"""

import logging
from collections.abc import Iterator
from typing import Final

import numpy as np

from dedup.array_types import Fingerprints, Hashes, Indices
from dedup.core.arrays.ragged import Ragged, ranges, take_rows
from dedup.core.candidates import sampled as sampled_
from dedup.core.collection import Collection
from dedup.core.sketch.bands import NO_KEY
from dedup.core.sketch.lookup_keys import is_long
from dedup.core.stories.story_ids import assign_story_ids, story_events
from dedup.core.thresholds import fingerprint
from dedup.engines.local import look
from dedup.engines.online.decisions import story_name
from dedup.engines.online.stored_documents import StoredDocuments
from dedup.engines.online.story_changes import EventMaker
from dedup.engines.pool.spill import SpillFiles
from dedup.engines.stages.load import load_documents
from dedup.engines.stages.meter import Meter, Progress
from dedup.engines.stages.stories import all_stories
from dedup.engines.stages.verify import ComparedJob
from dedup.engines.tasks.profiles import pack_profiles
from dedup.index.disk.decision_codec import StoredDecision
from dedup.index.records import Change, Postings, StoryRow
from dedup.index.store import Store
from dedup.types import Member, Story

_LOGGER: Final = logging.getLogger(__name__)

_ALONE: Final = 1 << 13
"""Documents up to which starting workers takes longer than the workers save."""


def review(store: Store, version: int, workers: int | None, on_progress: Progress) -> None:
    """Decides all documents of the ``store`` again, and commits the changes in one transaction.

    The change holds stories, decisions, site profiles and postings.

    Args:
        store: the index.
        version: the version of the new site profiles.
        workers: the number of workers, None for one a processor.
        on_progress: is called with the stage, the work done and the whole work.
    """
    numbers = store.all_numbers()
    _LOGGER.info("a review of %d documents begins", numbers.size)
    with SpillFiles() as open_stores:
        meter = Meter(on_progress, open_stores)
        workers = 1 if numbers.size <= _ALONE else workers
        documents = StoredDocuments(store)
        read = load_documents(documents, store, store.settings, workers, meter, open_stores)
        compared, left_out, _ = look(read, ())
        texts = read.job.texts
        stories, labels = all_stories(texts, compared.verified, store.settings)
        change = _change_stories(store, numbers, documents, texts, stories, labels)
        members = {member.id: member for story in stories for member in story.members}
        in_order = [members[id] for id in texts.members.ids]
        change.decided = list(_changed_decisions(numbers, documents.decisions, in_order, version))
        profiles = pack_profiles(read.printed, left_out, compared.verified.walls, store.next_document - 1)
        change.profiles = version, profiles.packed()
        if not store.has_present_hashes:
            change.hashes = store.settings.fingerprint()
        if change.hashes or store.thresholds != fingerprint():
            change.thresholds = fingerprint()
            change.fingerprints = _changed_fingerprints(numbers, documents.fingerprints, texts.fingerprints)
        store.commit(change, _make_postings(compared, texts, numbers))
        _LOGGER.info("a review ends: %d documents move, %d events", len(change.moved), len(change.events))


def _change_stories(
    store: Store,
    numbers: Indices,
    documents: StoredDocuments,
    texts: Collection,
    stories: list[Story],
    labels: Indices,
) -> Change:
    """Makes the change from the stories of the index to new stories.

    Args:
        store: the index.
        numbers: ``(n,) int64`` numbers of the documents.
        documents: the documents as they were read, with their stories before.
        texts: the collection of the documents.
        stories: the new stories.
        labels: ``(n,) int64`` new story of each document.
    """
    change, make_event = Change(), EventMaker(store)
    rows = {id: row for row, id in enumerate(texts.members.ids)}
    before = np.array(documents.stories, np.int64)
    placed = assign_story_ids(before, labels, store.next_story, split=True)
    moved = np.flatnonzero(before != placed.stories)
    for event in story_events(before, placed, moved):
        document = texts.members.ids[event.document] if event.document >= 0 else ""
        other = story_name(event.other) if event.other >= 0 else ""
        make_event(event.kind, event.story, document, other)
    change.moved = list(zip(numbers[moved].tolist(), placed.stories[moved].tolist(), strict=True))
    change.stories = [StoryRow(younger, 0, older) for younger, older in placed.merged.items()]
    canonical_before = {row.number: row.canonical for row in store.all_stories()}
    for number, story in zip(placed.names.tolist(), stories, strict=True):
        canonical, last = int(numbers[rows[story.canonical.id]]), canonical_before.get(number)
        if canonical != last:
            change.stories.append(StoryRow(number, canonical))
        if canonical != last and last is not None:
            last_id = "".join(head.id for head in store.heads([last]))
            make_event("canonical_changed", number, story.id, last_id)
    change.events = make_event.events
    return change


def _changed_fingerprints(numbers: Indices, before: list[int], now: Fingerprints) -> list[tuple[int, int]]:
    """The numbers and new fingerprints of documents whose fingerprints differ by the present rule."""
    rows = zip(numbers.tolist(), before, now, strict=True)
    return [(number, present) for number, older, present in rows if older != present]


def _changed_decisions(
    numbers: Indices, decisions: list[bytes], members: list[Member], version: int
) -> Iterator[tuple[int, int, bytes]]:
    """Yields the number, the version and the stored decision of each document whose decision has changed."""
    for number, decision, member in zip(numbers.tolist(), decisions, members, strict=True):
        packed = StoredDecision.read(decision).in_story(member).packed()
        if packed != decision:
            yield number, version, packed


def _make_postings(compared: ComparedJob, texts: Collection, numbers: Indices) -> Iterator[Postings]:
    """Yields the new postings of all documents, chunk by chunk of texts.

    Long texts have sampled shingles only, like long texts that arrive (`core.sketch.lookup_keys`).
    """
    sketches, settings = compared.sketches, compared.sketches.job.settings
    order = np.argsort(texts.text, kind="stable")
    first, last = (np.searchsorted(texts.text[order], np.arange(len(texts.rows)), side) for side in ("left", "right"))
    files = sketches.job.shelves
    for chunk, of_rows in enumerate(sketches.texts()):
        size = of_rows.size
        keys = files.keys.take(np.array([chunk])).values.astype(np.uint32, copy=False).reshape(-1, size)
        sampled = _sort_sampled(files.sampled.take(np.array([chunk])).values, size)
        current = np.flatnonzero(of_rows >= 0)  # the last sketch of a text counts
        counts = last[of_rows[current]] - first[of_rows[current]]
        keys[:-1, is_long(sampled, settings)] = NO_KEY  # the last key is the key of all tokens
        rows, documents = np.repeat(current, counts), order[ranges(first[of_rows[current]], counts)]
        yield Postings(numbers[documents], keys.T[rows], take_rows(sampled, rows))


def _sort_sampled(words: Hashes, count: int) -> Ragged:
    """Sorts the sampled shingles of ``count`` texts by text, and cuts each to 32 bits, as a new document has them.

    New documents get sampled shingles of 32 bits from `engines.tasks.arrivals.short_hashes`. ``words`` are the sampled
    shingles as from `core.candidates.sampled.sort_sample`.
    """
    row = sampled_.rows_of(words)
    order = np.argsort(row, kind="stable")
    ends = np.cumsum(np.bincount(row, minlength=count))
    bounds = np.stack((np.append(0, ends[:-1]), ends), axis=1)
    return Ragged((words[order] >> np.uint64(32)).astype(np.uint32), bounds)
