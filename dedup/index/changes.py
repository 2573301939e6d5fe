"""A change before it is written: whether it fits what is there, and what it brings for look-ups."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, NoReturn

import numpy as np
import numpy.typing as npt
import xxhash

from dedup.array_types import Indices
from dedup.core.arrays.ragged import Ragged
from dedup.core.candidates import postings
from dedup.errors import InputError
from dedup.index.disk.codec import PostingBatch
from dedup.index.live import LiveNumbers, Runs, number_runs
from dedup.index.records import Change, Postings

_ODD: Final = 0x9E3779B1
"""2**32 over the golden ratio: the keys of neighbours lie apart (Knuth, TAOCP 3, section 6.4)."""

Tags = npt.NDArray[np.uint32]

NOTHING: Final = Postings(
    np.zeros(0, np.int64),
    np.zeros((0, 0), np.uint32),
    Ragged(np.zeros(0, np.uint64), np.zeros((0, 2), np.int64)),
)
"""Postings of no document."""


class Counters(NamedTuple):
    """The next numbers; how many ``commits`` there were, of which up to ``sealed`` are in segments; and the number
    of the next segment. Events up to ``forgotten`` are not there any more."""

    document: int = 1
    story: int = 1
    event: int = 1
    commits: int = 0
    sealed: int = 0
    segment: int = 1
    forgotten: int = 0


class IdLookup(NamedTuple):
    """Some ``ids``, their ``keys`` ``(n,)``, and the ``numbers`` of those that are there."""

    ids: list[str]
    keys: Indices
    numbers: dict[str, int]


def name_keys(ids: list[str], seed: int) -> Indices:
    """``(n,)`` the keys of external ids."""
    return np.array([xxhash.xxh3_64_intdigest(id.encode(errors="surrogatepass"), seed) >> 32 for id in ids], np.int64)


def story_keys(stories: Indices) -> Indices:
    """``(n,)`` the keys of stories."""
    keys: Indices = (stories * _ODD) & (2**32 - 1)
    return keys


def tags(documents: Sequence[tuple[int, int, int]], names: Indices, moved: Sequence[tuple[int, int]] = ()) -> Tags:
    """``(t, 3)`` rows of lane, key and document: what documents, of number, fingerprint and story, are found by beside
    their shingles, with the keys of their ``names`` ``(n,)``, and where documents have ``moved`` to."""
    numbers, prints, stories = zip(*documents, strict=True) if documents else ((), (), ())
    members, homes = np.array([*zip(numbers, stories, strict=True), *moved], np.int64).reshape(-1, 2).T
    places = members[: len(numbers)]
    columns = (
        (postings.FINGERPRINT, (np.array(prints, np.uint64) >> np.uint64(32)).astype(np.int64), places),
        (postings.NAME, names, places),
        (postings.STORY, story_keys(homes), members),
    )
    rows = [np.stack((np.full(keys.size, lane), keys, places), axis=1) for lane, keys, places in columns]
    return np.concatenate(rows).astype(np.uint32)


def batch(
    change: Change,
    counters: Counters,
    documents: LiveNumbers,
    stories: LiveNumbers,
    known: Callable[[list[str]], IdLookup],
) -> tuple[PostingBatch, Counters]:
    """What a change brings for look-ups, and the counters after it; `InputError` if it does not fit what is there.
    ``known`` tells what is known of ids."""
    _check_documents(change, counters, documents)
    names = known([entry.document.id for entry in change.entries])
    _check_names(change, names)
    told, canonical, alias = np.array(change.stories, np.int64).reshape(-1, 3).T
    _check_stories(told[told < counters.story], stories)
    _check_events([event.number for event in change.events], counters.event)
    numbers = np.array([entry.number for entry in change.entries], np.int64)
    new, ended = np.sort(told[told >= counters.story]), told[(canonical == 0) & (alias == 0)]
    after = counters._replace(
        document=int(numbers.max(initial=counters.document - 1)) + 1,
        story=int(new.max(initial=counters.story - 1)) + 1,
        event=counters.event + len(change.events),
        forgotten=max(counters.forgotten, min(change.forgotten, counters.event - 1)),
        commits=counters.commits + 1,
    )
    brought = PostingBatch(
        change.postings or NOTHING,
        tags([(e.number, e.fingerprint, e.story) for e in change.entries], names.keys, change.moved),
        np.concatenate((number_runs(change.removed), _passed(numbers, counters.document))),
        np.concatenate((number_runs(ended.tolist()), _passed(new, counters.story))),
    )
    return brought, after


def _refuse(what: str) -> NoReturn:
    raise InputError(f"a change that does not fit the index: {what}")


def _check_documents(change: Change, counters: Counters, documents: LiveNumbers) -> None:
    last = counters.document - 1
    for entry in change.entries:
        if not last < entry.number < 2**32 - 1:
            _refuse(f"document {entry.document.id!r} has number {entry.number}, the next one is {last + 1}")
        last = entry.number
    for number in change.removed:
        if number not in documents:
            _refuse(f"there is no document {number} to remove")
    if len(set(change.removed)) < len(change.removed):
        _refuse("a document is removed twice")
    there = {entry.number for entry in change.entries}.union(
        change.postings.numbers.tolist() if change.postings else ()
    )
    gone = set(change.removed)
    for number in there:
        if number in gone or (number > last) or (number < counters.document and number not in documents):
            _refuse(f"there are postings of document {number}, which is not there")


def _check_stories(known: Indices, stories: LiveNumbers) -> None:
    for number in known[~stories.among(known)].tolist():
        _refuse(f"story {number} has ended")


def _check_events(numbers: list[int], first: int) -> None:
    for place, number in enumerate(numbers, first):
        if number != place:
            _refuse(f"event {number} comes where {place} should")


def _check_names(change: Change, names: IdLookup) -> None:
    if len(set(names.ids)) < len(names.ids):
        _refuse("two documents have one id")
    gone = set(change.removed)
    for id, number in names.numbers.items():
        if number not in gone:
            _refuse(f"document {id!r} is there already, with number {number}")


def _passed(numbers: Indices, next: int) -> Runs:
    """The runs of numbers that were passed over, by rising ``numbers``: they are never used."""
    first = np.append(next, numbers + 1)[: numbers.size]
    return np.stack((first, numbers), axis=1)[first < numbers]
