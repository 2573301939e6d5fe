"""A review: all documents of an index are looked at together, as `cluster` does, and it learns from them.

A decision is taken with what is known when a document arrives. A review finds the sources again, their
boilerplate, and the stories; then those are the stories of `cluster` on the same documents, in whatever order these
came.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from dedup.array_types import Hashes, Indices
from dedup.core.arrays.ragged import Ragged, ranges, take_rows
from dedup.core.candidates import sampled
from dedup.core.collection import Collection
from dedup.core.sketch.bands import NO_KEY
from dedup.core.sketch.lookup_keys import is_long
from dedup.core.stories.story_ids import assign_story_ids, story_events
from dedup.core.thresholds import fingerprint
from dedup.engines.local import look
from dedup.engines.online.decisions import EventMaker, StoredDecision, story_name
from dedup.engines.online.stored_documents import StoredDocuments
from dedup.engines.pool.spill import SpillFiles
from dedup.engines.stages.load import load_documents
from dedup.engines.stages.meter import Meter, Progress
from dedup.engines.stages.stories import all_stories as every
from dedup.engines.stages.verify import ComparedJob
from dedup.engines.tasks.profiles import pack_profiles
from dedup.index.records import Change, Postings, StoryRow
from dedup.index.store import Store
from dedup.types import Member, Story

_ALONE: Final = 1 << 13
"""Documents up to which it takes longer to start other processes than they save."""


def review(store: Store, version: int, workers: int | None, tell: Progress) -> None:
    """Look at all documents of the ``store``, and change what is found to be otherwise; what is learned from them is of
    the ``version``. All of that is one transaction: decisions, what is known, and by what documents are found with it.
    """
    numbers = store.all_numbers()
    with SpillFiles() as open_stores:
        meter = Meter(tell, open_stores)
        workers = 1 if numbers.size <= _ALONE else workers
        recalled = StoredDocuments(store)
        read = load_documents(recalled, store, store.settings, workers, meter, open_stores)
        compared, left_out, _ = look(read, ())
        texts = read.job.texts
        stories, labels = every(texts, compared.verified, store.settings)
        change = _changed(store, numbers, recalled, texts, stories, labels)
        members = {member.id: member for story in stories for member in story.members}
        order = [members[member.id] for member in texts.members]
        change.decided = list(_decided(numbers, recalled.decisions, order, version))
        known = pack_profiles(read.printed, left_out, compared.verified.walls, store.next_document - 1)
        change.knowledge = version, known.packed()
        if store.thresholds != fingerprint():
            change.thresholds = fingerprint()
            change.fingerprints = _changed_fingerprints(numbers, recalled.fingerprints, texts.fingerprints)
        store.commit(change, _postings(compared, texts, numbers))


def _changed(
    store: Store, numbers: Indices, recalled: StoredDocuments, texts: Collection, stories: list[Story], labels: Indices
) -> Change:
    """What becomes of the stories of the index if these are found; ``labels`` ``(n,)`` are those of its documents."""
    change, events = Change(), EventMaker(store)
    rows = {member.id: row for row, member in enumerate(texts.members)}
    before = np.array(recalled.stories, np.int64)
    placed = assign_story_ids(before, labels, store.next_story, split=True)
    moved = np.flatnonzero(before != placed.stories)
    for happening in story_events(before, placed, moved):
        document = texts.members[happening.document].id if happening.document >= 0 else ""
        other = story_name(happening.other) if happening.other >= 0 else ""
        events(happening.kind, happening.story, document, other)
    change.moved = list(zip(numbers[moved].tolist(), placed.stories[moved].tolist(), strict=True))
    change.stories = [StoryRow(younger, 0, older) for younger, older in placed.merged.items()]
    leading = {row.number: row.canonical for row in store.all_stories()}
    for number, story in zip(placed.names.tolist(), stories, strict=True):
        canonical, last = int(numbers[rows[story.canonical.id]]), leading.get(number)
        if canonical != last:
            change.stories.append(StoryRow(number, canonical))
        if canonical != last and last is not None:
            led = "".join(head.id for head in store.heads([last]))
            events("canonical_changed", number, story.id, led)
    change.events = events.found
    return change


def _changed_fingerprints(numbers: Indices, before: list[int], now: Hashes) -> list[tuple[int, int]]:
    """The fingerprints of documents that are others by the present rule."""
    differs = np.flatnonzero(np.array(before, np.uint64) != now)
    return list(zip(numbers[differs].tolist(), now[differs].tolist(), strict=True))


def _decided(
    numbers: Indices, decisions: list[bytes], members: list[Member], version: int
) -> Iterator[tuple[int, int, bytes]]:
    """What is kept of the decisions on documents that are something else to their stories now."""
    for number, decision, member in zip(numbers.tolist(), decisions, members, strict=True):
        said = StoredDecision.of(member, StoredDecision.read(decision).named).packed()
        if said != decision:
            yield number, version, said


def _postings(compared: ComparedJob, texts: Collection, numbers: Indices) -> Iterator[Postings]:
    """What the documents are found by from now on, a lot of texts at a time; long ones by kept shingles alone, as those
    are that arrive (`core.sketch.lookup_keys`)."""
    sketches, settings = compared.sketches, compared.sketches.job.settings
    order = np.argsort(texts.text, kind="stable")
    first, last = (np.searchsorted(texts.text[order], np.arange(len(texts.rows)), side) for side in ("left", "right"))
    shelves, laid = sketches.job.shelves, sketches.keys()
    ends = np.cumsum(laid.rows)
    for lot, size in enumerate(laid.rows.tolist()):
        keys = shelves.keys.take(np.array([lot])).values.astype(np.uint32, copy=False).reshape(-1, size)
        kept = _kept(shelves.kept.take(np.array([lot])).values, size)
        some = laid.texts[ends[lot] - size : ends[lot]]
        there = np.flatnonzero(some >= 0)  # of a text that was sketched twice, the last sketch counts
        counts = last[some[there]] - first[some[there]]
        keys[:-1, is_long(kept, settings)] = NO_KEY  # the last key is that of all tokens
        rows, documents = np.repeat(there, counts), order[ranges(first[some[there]], counts)]
        yield Postings(numbers[documents], keys.T[rows], take_rows(kept, rows))


def _kept(words: Hashes, count: int) -> Ragged:
    """Kept shingles, as they were laid down for so many texts, text by text and in 32 bits each (`receiving.codes`)."""
    row = sampled.rows_of(words)
    order = np.argsort(row, kind="stable")
    ends = np.cumsum(np.bincount(row, minlength=count))
    bounds = np.stack((np.append(0, ends[:-1]), ends), axis=1)
    return Ragged((words[order] >> np.uint64(32)).astype(np.uint32), bounds)
