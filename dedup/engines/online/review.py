"""A review: all documents of an index are decided together, as `cluster` does, and the index learns from them.

A decision on a document uses what the index knows when the document arrives. A review finds the sites, their
boilerplate and the stories again. After a review the stories are the stories of `cluster` on the same documents, in any
order of arrival.
"""

import logging
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from dedup.array_types import Fingerprints, Floats, Hashes, Indices
from dedup.core.arrays.ragged import Ragged, ranges, take_rows
from dedup.core.arrays.sorting import distinct, find, firsts
from dedup.core.candidates import sampled as sampled_
from dedup.core.collection import Collection
from dedup.core.sketch.bands import NO_KEY
from dedup.core.sketch.lookup_keys import is_long
from dedup.core.stories.arrivals.leads import Leads
from dedup.core.stories.story_ids import StoryIds, assign_story_ids, story_events
from dedup.core.thresholds import fingerprint
from dedup.engines.local import look
from dedup.engines.online.comparison.compared import ComparedDocuments
from dedup.engines.online.learning.relearning import relearn
from dedup.engines.online.stored_documents import StoredDocuments
from dedup.engines.online.stories.decisions import story_name
from dedup.engines.online.stories.remembered import move_remembered
from dedup.engines.online.stories.story_changes import EventMaker
from dedup.engines.pool.spill import SpillFiles
from dedup.engines.stages.load import load_documents
from dedup.engines.stages.meter import Meter, Progress
from dedup.engines.stages.verify import ComparedJob
from dedup.engines.tasks.profiles import Reviewed
from dedup.index.disk.decision_codec import StoredDecision
from dedup.index.records import Change, Postings, StoryRow
from dedup.index.store import Store
from dedup.types import Member

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
        grouped = ComparedDocuments(texts, compared.verified, None, store.settings)
        labels = grouped.labels()
        change, leaders, placed = _change_stories(store, numbers, documents, grouped, labels)
        members = grouped.members(np.arange(numbers.size), leaders, placed)
        digests = grouped.is_digest.tolist()
        change.decided = list(_changed_decisions(numbers, documents.decisions, members, digests, version))
        change.profiles = version, Reviewed(numbers.size, store.next_document - 1).packed()
        learning = relearn(read.printed, left_out, compared.verified.walls, numbers)
        change.sites, change.only_sites = learning.take_rows(), True
        if store.thresholds != fingerprint():
            change.thresholds = fingerprint()
            change.fingerprints = _changed_fingerprints(numbers, documents.fingerprints, texts.fingerprints)
        store.commit(change, _make_postings(compared, texts, numbers))
        _LOGGER.info("a review ends: %d documents move, %d events", len(change.moved), len(change.events))


def _change_stories(
    store: Store, numbers: Indices, documents: StoredDocuments, compared: ComparedDocuments, labels: Indices
) -> tuple[Change, Indices, Indices]:
    """Makes the change from the stories of the index to new stories.

    Args:
        store: the index.
        numbers: ``(n,) int64`` numbers of the documents.
        documents: the documents as they were read, with their stories before.
        compared: the documents after the comparison.
        labels: ``(n,) int64`` new story of each document.

    Returns:
        The change; ``(n,) int64`` the document that leads the story of each document; ``(n,) int64`` its story.
    """
    change, make_event, ids = Change(), EventMaker(store), compared.ids
    before = np.array(documents.stories, np.int64)
    placed = assign_story_ids(before, labels, store.next_story, split=True)
    moved = np.flatnonzero(before != placed.stories)
    for event in story_events(before, placed, moved):
        document = ids[event.document] if event.document >= 0 else ""
        other = story_name(event.other) if event.other >= 0 else ""
        make_event(event.kind, event.story, document, other)
    change.moved = list(zip(numbers[moved].tolist(), placed.stories[moved].tolist(), strict=True))
    change.stories = [StoryRow(younger, 0, older) for younger, older in placed.merged.items()]
    change.remembered = move_remembered(store, placed.merged)
    story_rows = {row.number: row for row in store.all_stories()}
    leaders = _choose_leaders(numbers, compared, documents, placed.stories, story_rows)
    first = firsts(placed.stories)
    names, position = distinct(placed.stories)
    first_rows = dict(zip(names.tolist(), first.tolist(), strict=True))  # a new story begins with its first document
    positions = {number: row for row, number in enumerate(numbers.tolist())}
    for row in _changed_rows(before, placed, np.array(documents.seen), story_rows):
        row = row._replace(canonical=int(numbers[leaders[row.number]]))
        old = story_rows.get(row.number)
        if row != old:
            change.stories.append(row)
        leads = first_rows[row.number] if old is None else positions.get(old.canonical)
        if leads != leaders[row.number]:
            make_event("canonical_changed", row.number, ids[leaders[row.number]])
    change.events = make_event.events
    of_stories = np.array([leaders[story] for story in names.tolist()], np.int64)
    return change, of_stories[position], placed.stories


def _choose_leaders(
    numbers: Indices,
    compared: ComparedDocuments,
    documents: StoredDocuments,
    stories: Indices,
    story_rows: Mapping[int, StoryRow],
) -> dict[int, int]:
    """The position of the document that leads each story: the one that leads it now, or the first seen.

    Args:
        numbers: ``(n,) int64`` numbers of the documents.
        compared: the documents after the comparison.
        documents: the documents as they were read.
        stories: ``(n,) int64`` the new story of each document.
        story_rows: the stories before, by number.
    """
    answers = (StoredDecision.read(decision).answer for decision in documents.decisions)
    leads = Leads(compared.origins, [row for row, answer in enumerate(answers) if not answer.is_told])
    rows = np.array([(row.number, row.canonical) for row in story_rows.values() if row.canonical], np.int64)
    old, canonical = rows.reshape(-1, 2).T
    positions, is_there = find(numbers, canonical)
    stays = is_there & (stories[positions] == old)
    leads.leaders.update(zip(old[stays].tolist(), positions[stays].tolist(), strict=True))
    for document in np.flatnonzero(~np.isin(stories, old[stays])).tolist():
        leads.add(document, int(stories[document]))
    return leads.leaders


def _changed_rows(
    before: Indices, placed: StoryIds, seen: Floats, story_rows: Mapping[int, StoryRow]
) -> Iterator[StoryRow]:
    """Yields the rows of all stories after the review, with their first times and their counts.

    A document that moves by a split takes its place in the count of its new story.

    Args:
        before: ``(n,) int64`` the story of each document before the review.
        placed: the stories after the review.
        seen: ``(n,) float64`` the time when each document was last seen.
        story_rows: the stories before the review, by number.
    """
    names, position = distinct(placed.stories)
    first = np.full(names.size, np.inf)
    np.minimum.at(first, position, seen)
    younger = np.array(sorted(placed.merged), np.int64)
    older = np.array([placed.merged[story] for story in younger.tolist()], np.int64)
    positions, is_merged = find(younger, before)
    carried = before.copy()
    carried[is_merged] = older[positions[is_merged]]
    moved = carried != placed.stories
    counts = dict.fromkeys(names.tolist(), 0)
    firsts: dict[int, float] = {}
    for number, row in story_rows.items():
        story = placed.merged.get(number, number)
        if story in counts and not row.alias:
            counts[story] += row.seen
            firsts[story] = min(row.first, firsts.get(story, row.first))
    for story in carried[moved].tolist():
        if story in counts:
            counts[story] -= 1
    for story in placed.stories[moved].tolist():
        counts[story] += 1
    for story, earliest in zip(names.tolist(), first.tolist(), strict=True):
        yield StoryRow(story, 0, 0, firsts.get(story, earliest), counts[story])


def _changed_fingerprints(numbers: Indices, before: list[int], now: Fingerprints) -> list[tuple[int, int]]:
    """The numbers and new fingerprints of documents whose fingerprints differ by the present rule."""
    rows = zip(numbers.tolist(), before, now, strict=True)
    return [(number, present) for number, older, present in rows if older != present]


def _changed_decisions(
    numbers: Indices, decisions: list[bytes], members: list[Member], digests: list[bool], version: int
) -> Iterator[tuple[int, int, bytes]]:
    """Yields the number, the version and the stored decision of each document whose decision has changed."""
    for number, decision, member, is_digest in zip(numbers.tolist(), decisions, members, digests, strict=True):
        packed = StoredDecision.read(decision).in_story(member, is_digest).packed()
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
