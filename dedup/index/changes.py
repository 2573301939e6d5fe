"""A change before it is written: whether it fits the index, and the postings that it brings."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple, NoReturn

import numpy as np
import numpy.typing as npt
import xxhash

from dedup.array_types import Indices
from dedup.core.arrays.pair_codes import pair_up
from dedup.core.arrays.ragged import Ragged
from dedup.core.candidates import postings
from dedup.errors import InputError
from dedup.index.disk.batch_codec import PostingBatch
from dedup.index.live import LiveNumbers, Runs, number_runs
from dedup.index.records import Change, Postings

_ODD: Final = 0x9E3779B1
"""2**32 over the golden ratio: it spreads the keys of neighbouring numbers (Knuth, TAOCP 3, section 6.4)."""

Tags = npt.NDArray[np.uint32]
"""``(t, 3)`` rows of lane, key and document."""

NO_POSTINGS: Final = Postings(
    np.zeros(0, np.int64),
    np.zeros((0, 0), np.uint32),
    Ragged(np.zeros(0, np.uint64), np.zeros((0, 2), np.int64)),
)
"""Postings of no document."""


class Counters(NamedTuple):
    """The next number of each kind, and the number of commits.

    Segments hold the commits up to ``sealed``. ``segment`` is the number of the next segment. The events up to
    ``forgotten`` are deleted.
    """

    document: int = 1
    story: int = 1
    event: int = 1
    commits: int = 0
    sealed: int = 0
    segment: int = 1
    forgotten: int = 0


class IdLookup(NamedTuple):
    """A look-up of ids: the ``counters`` of its moment, the ``keys`` by id, and the ``numbers`` of ids in the index."""

    counters: Counters
    keys: dict[str, int]
    numbers: dict[str, int]

    def after(self, change: Change, counters: Counters) -> "IdLookup":
        """Return the look-up of the same ids after the commit of a change."""
        removed = set(change.removed)
        numbers = {id: number for id, number in self.numbers.items() if number not in removed}
        numbers |= {entry.document.id: entry.number for entry in change.entries if entry.document.id in self.keys}
        return IdLookup(counters, self.keys, numbers)


def name_keys(ids: list[str], seed: int) -> Indices:
    """Return the keys ``(n,)`` of external ids."""
    return np.array([xxhash.xxh3_64_intdigest(id.encode(errors="surrogatepass"), seed) >> 32 for id in ids], np.int64)


def fingerprint_keys(fingerprints: Iterable[int]) -> Indices:
    """Return the keys ``(n,)`` of the fingerprints of texts."""
    return np.array([fingerprint >> 32 & (2**32 - 1) for fingerprint in fingerprints], np.int64)


def story_keys(stories: Indices) -> Indices:
    """Return the keys ``(n,)`` of stories ``(n,)``."""
    keys: Indices = (stories * _ODD) & (2**32 - 1)
    return keys


def make_tags(documents: Sequence[tuple[int, int, int]], names: Indices, moved: Sequence[tuple[int, int]] = ()) -> Tags:
    """Return the postings by which documents are found by other things than shingles.

    Args:
        documents: number, fingerprint and story of each document.
        names: ``(n,)`` the keys of the ids of the documents.
        moved: (document, story) of documents that moved to another story.

    Returns:
        ``(t, 3)`` rows of lane, key and document.
    """
    numbers, prints, stories = zip(*documents, strict=True) if documents else ((), (), ())
    members, homes = np.array([*zip(numbers, stories, strict=True), *moved], np.int64).reshape(-1, 2).T
    new = members[: len(numbers)]
    columns = (
        (postings.FINGERPRINT, fingerprint_keys(prints), new),
        (postings.NAME, names, new),
        (postings.STORY, story_keys(homes), members),
    )
    tags = np.empty((members.size + 2 * new.size, 3), np.uint32)
    first = 0
    for lane, keys, targets in columns:
        rows = tags[first : first + keys.size]
        rows[:, 0], rows[:, 1], rows[:, 2] = lane, keys, targets
        first += keys.size
    return tags


def make_batch(
    change: Change,
    counters: Counters,
    documents: LiveNumbers,
    stories: LiveNumbers,
    look_up_ids: Callable[[list[str]], IdLookup],
) -> tuple[PostingBatch, Counters]:
    """Check a change against the index, and return what it changes for look-ups.

    Args:
        change: the change.
        counters: the counters of the index.
        documents: the numbers of documents in use.
        stories: the numbers of stories in use.
        look_up_ids: looks up ids in the index.

    Returns:
        The postings and the removed numbers, and the counters after the change.

    Raises:
        InputError: the change does not fit the index.
    """
    _check_documents(change, counters, documents)
    ids = [entry.document.id for entry in change.entries]
    names = look_up_ids(ids)
    _check_names(change, ids, names)
    changed, canonical, alias = np.array([row[:3] for row in change.stories], np.int64).reshape(-1, 3).T
    _check_stories(changed[changed < counters.story], stories)
    _check_events([event.number for event in change.events], counters.event)
    numbers = np.array([entry.number for entry in change.entries], np.int64)
    new, ended = np.sort(changed[changed >= counters.story]), changed[(canonical == 0) & (alias == 0)]
    after = counters._replace(
        document=int(numbers.max(initial=counters.document - 1)) + 1,
        story=int(new.max(initial=counters.story - 1)) + 1,
        event=counters.event + len(change.events),
        forgotten=max(counters.forgotten, min(change.forgotten, counters.event - 1)),
        commits=counters.commits + 1,
    )
    batch = PostingBatch(
        change.postings or NO_POSTINGS,
        make_tags(
            [(entry.number, entry.fingerprint, entry.story) for entry in change.entries],
            np.array([names.keys[id] for id in ids], np.int64),
            change.moved,
        ),
        np.concatenate((number_runs(change.removed), _skipped_runs(numbers, counters.document))),
        np.concatenate((number_runs(ended.tolist()), _skipped_runs(new, counters.story))),
    )
    return batch, after


def _refuse_change(reason: str) -> NoReturn:
    raise InputError(f"a change that does not fit the index: {reason}")


def _check_documents(change: Change, counters: Counters, documents: LiveNumbers) -> None:
    last = counters.document - 1
    for entry in change.entries:
        if not last < entry.number < 2**32 - 1:
            _refuse_change(f"document {entry.document.id!r} has number {entry.number}, the next one is {last + 1}")
        last = entry.number
    for number in change.removed:
        if number not in documents:
            _refuse_change(f"there is no document {number} to remove")
    if len(set(change.removed)) < len(change.removed):
        _refuse_change("a document is removed twice")
    posted = {entry.number for entry in change.entries}.union(
        change.postings.numbers.tolist() if change.postings else ()
    )
    removed = set(change.removed)
    for number in posted:
        if number in removed or (number > last) or (number < counters.document and number not in documents):
            _refuse_change(f"there are postings of document {number}, which is not there")


def _check_stories(numbers: Indices, stories: LiveNumbers) -> None:
    for number in numbers[~stories.among(numbers)].tolist():
        _refuse_change(f"story {number} has ended")


def _check_events(numbers: list[int], first: int) -> None:
    for expected, number in enumerate(numbers, first):
        if number != expected:
            _refuse_change(f"event {number} comes where {expected} should")


def _check_names(change: Change, ids: list[str], names: IdLookup) -> None:
    if len(set(ids)) < len(ids):
        _refuse_change("two documents have one id")
    removed = set(change.removed)
    for id in ids:
        number = names.numbers.get(id)
        if number is not None and number not in removed:
            _refuse_change(f"document {id!r} is there already, with number {number}")


def _skipped_runs(numbers: Indices, next: int) -> Runs:
    """Return the runs of numbers from ``next`` on that the rising ``numbers`` skip: they are never used."""
    first = np.concatenate(([next], numbers + 1))[: numbers.size]
    return pair_up(first, numbers)[first < numbers]
