"""A small index to test with: changes drawn by a number, and a model in dictionaries that gives the same answers."""

import datetime
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from dedup.comparison_types import HandPair
from dedup.core.arrays.ragged import Ragged
from dedup.core.candidates.lookup import lookup_candidates
from dedup.core.sketch.bands import NO_KEY
from dedup.index.disk.remembered import name_of
from dedup.index.records import FORGOTTEN, Change, Entry, Hits, Policy, Postings, RememberedRow, StoryRow
from dedup.index.store import Store
from dedup.index_types import Event
from dedup.settings import Settings
from dedup.types import Document

SETTINGS = Settings(max_bucket=4096)
"""No bucket of these tests is oversized; `tests/core/candidates/test_postings.py` has oversized ones."""

SMALL = Policy(seal=100, loose=40, runs=3, segments=2, waste=0.8, sieved=50, checkpoint=16, first=30)
"""Every few commits make a segment, so that segments merge too. A writer has a Bloom filter, a reader has none."""

BANDS = 3


def shingled(content: int) -> tuple[list[int], list[int]]:
    """Return the band keys and the sampled shingles of a text; texts of neighbouring numbers share some."""
    draw = random.Random(content)
    if content % 11 == 0:
        return [NO_KEY] * BANDS, []
    keys = [content // 3 * 7 + band if draw.random() < 0.7 else draw.randrange(2**32 - 1) for band in range(BANDS)]
    return keys, [content // 4 * 100 + draw.randrange(5) for _ in range(draw.randrange(8))]


def postings(numbered: list[tuple[int, int]]) -> Postings:
    """Return postings of documents that are given as (number, content)."""
    rows = [shingled(content) for _, content in numbered]
    shingles = np.array([shingle for _, sampled in rows for shingle in sampled], np.uint32)
    lengths = np.array([len(sampled) for _, sampled in rows], np.int64)
    ends = np.cumsum(lengths, dtype=np.int64)
    return Postings(
        np.array([number for number, _ in numbered], np.int64),
        np.array([keys for keys, _ in rows], np.uint32).reshape(-1, BANDS),
        Ragged(shingles, np.stack((ends - lengths, ends), axis=1)),
    )


def content(entry: Entry) -> int:
    """Return the content of a document of `entry`."""
    return int(entry.document.title)


def sketch(stored: list[Entry]) -> Postings:
    """Return the postings of documents of `entry`."""
    return postings([(entry.number, content(entry)) for entry in stored])


def fingerprint(content: int) -> int:
    """Return the fingerprint of a content, in 64 bits as those of formats 1 to 5."""
    return (content * 0x9E3779B97F4A7C15) % 2**64


def entry(number: int, content: int, story: int, id: str = "") -> Entry:
    """Return a document with all fields."""
    zone = datetime.timezone(datetime.timedelta(hours=content % 5 - 2))
    time = None if content % 3 == 0 else datetime.datetime(2026, 3, 1, content % 24, 5, 7, content, zone)
    document = Document(
        f"Text {content}, “and more”. " * (1 + content % 40),
        id or f"https://site.example/{number}",
        str(content),
        f"site{content % 4}.example",
        f"https://site.example/{content}?q=ß",
        time,
        f"pages/{content}.html",
    )
    return Entry(number, document, fingerprint(content), story, float(content), content % 7, b"d%d" % content)


@dataclass
class Model:
    """The expected content of an index."""

    documents: dict[int, Entry] = field(default_factory=dict)
    posted: dict[int, set[int]] = field(default_factory=dict)
    stories: dict[int, StoryRow] = field(default_factory=dict)
    remembered: dict[int, RememberedRow] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    profiles: tuple[int, bytes] = (0, b"")
    hand: list[HandPair] = field(default_factory=list)
    next_document: int = 1
    next_story: int = 1
    commits: int = 0

    def apply(self, change: Change) -> None:
        """Apply a change as `Store.commit` does."""
        self.commits += 1
        for number in change.removed:
            del self.documents[number], self.posted[number]
        for number in change.unremembered:
            del self.remembered[number]
        self.remembered |= {row.number: row for row in change.remembered}
        for new in change.entries:
            self.documents[new.number] = new
            self.posted[new.number] = {content(new)}
            self.next_document = new.number + 1
        for number, story in change.moved:
            self.documents[number] = self.documents[number]._replace(story=story)
        for number, seen in change.seen:
            self.documents[number] = self.documents[number]._replace(seen=seen)
        for number, judged, decision in change.decided:
            self.documents[number] = self.documents[number]._replace(judged=judged, decision=decision)
        for row in change.stories:
            self.next_story = max(self.next_story, row.number + 1)
            if row.canonical or row.alias:
                self.stories[row.number] = row
            else:
                del self.stories[row.number]
        self.events += change.events
        self.profiles = change.profiles or self.profiles
        self.hand = self.hand if change.hand is None else list(change.hand)

    def draw(self, seed: int) -> Change:
        """Return a change that fits, drawn by a number."""
        draw = random.Random(seed)
        change, live = Change(), sorted(self.documents)
        change.removed = sorted(draw.sample(live, min(len(live), draw.choice([0, 0, 0, 1, 3]))))
        live = [number for number in live if number not in change.removed]
        number, story = self.next_document, self.next_story + draw.choice([0, 0, 0, 2])
        ids = [self.documents[removed].document.id for removed in change.removed if draw.random() < 0.5]
        for row in range(draw.choice([0, 1, 1, 4, 9])):
            number += draw.choice([0, 0, 0, 5])
            change.entries.append(entry(number, draw.randrange(60), story, ids[row] if row < len(ids) else ""))
            change.stories.append(StoryRow(story, number, 0, number / 8, 1 + number % 3))
            number, story = number + 1, story + 1
        change.postings = sketch(change.entries)
        if live:
            chosen = draw.sample(live, min(len(live), 3))
            homes = [self.documents[member].story for member in live]
            change.moved = [(member, draw.choice(homes)) for member in chosen[:2]]
            change.seen = [(member, draw.random() * 60) for member in chosen[1:]]
            change.decided = [(member, draw.randrange(9), draw.randbytes(5)) for member in chosen[::2]]
        home_of = {member: self.documents[member].story for member in live} | dict(change.moved)
        change.unremembered = sorted(number for number in self.remembered if number % 8 == seed % 8)
        self.settle(change, home_of)
        for event_number, new in enumerate(change.entries, len(self.events) + 1):
            change.events.append(Event(event_number, "created", f"s{new.story}", new.document.id))
        if seed % 4 == 0:
            change.hand = (*self.hand, HandPair(f"é {seed}", "b", same=False))
        change.profiles = (seed + 1, draw.randbytes(200)) if draw.random() < 0.2 else None
        return change

    def settle(self, change: Change, home_of: dict[int, int]) -> None:
        """Add to a change that the removed documents of even numbers are remembered, and the rows of their stories.

        ``home_of`` has the stories of the documents that were there and remain.
        """
        for number in change.removed:
            old = self.documents[number]
            if number % 2 == 0:
                name, shingles = name_of(old.document.id, SETTINGS.seed), np.unique(shingled(content(old))[1])
                row = RememberedRow(
                    number, name, old.fingerprint, old.story, "é", old.seen, shingles.astype(np.uint32).tobytes()
                )
                change.remembered.append(row)
        stay = {number: row for number, row in self.remembered.items() if number not in change.unremembered}
        waiting = {row.story: FORGOTTEN for row in (*stay.values(), *change.remembered)}
        leaders = waiting | {home: member for member, home in home_of.items()}
        change.stories += [
            StoryRow(row.number, leaders.get(row.number, 0))
            for row in self.stories.values()
            if row.canonical not in home_of
        ]

    def answers(self) -> dict[str, Any]:
        """Return all that an index can be asked."""
        entries = [self.documents[number] for number in sorted(self.documents)]
        return {
            "numbers": [entry.number for entry in entries],
            "documents": entries,
            "times": [entry.document.published and entry.document.published.isoformat() for entry in entries],
            "ids": {entry.document.id: entry.number for entry in entries},
            "fingerprints": sorted((content(entry), entry.number) for entry in entries),
            "members": sorted((entry.story, entry.number) for entry in entries),
            "stories": [self.stories[number] for number in sorted(self.stories)],
            "before": [entry.number for entry in entries if entry.seen < 30],
            "events": list(self.events),
            "knowledge": self.profiles,
            "candidates": self._candidate_pairs(),
            "counts": (len(entries), sum(row.canonical > 0 for row in self.stories.values()), len(self.events)),
            "remembered": [self.remembered[number] for number in sorted(self.remembered)],
            "hand": self.hand,
        }

    def _candidate_pairs(self) -> list[list[int]]:
        pairs = []
        for new in range(60):
            keys, sampled = shingled(new)
            for number in sorted(self.documents):
                for posted in self.posted[number]:
                    posted_keys, posted_sampled = shingled(posted)
                    shares_band = any(a == b != NO_KEY for a, b in zip(keys, posted_keys, strict=True))
                    if shares_band or len({*sampled} & {*posted_sampled}) > 1:
                        pairs.append([new, number])
                        break
        return pairs


def answers(store: Store) -> dict[str, Any]:
    """Return the answers of an index, in the form of `Model.answers`."""
    numbers = store.all_numbers().tolist()
    entries = store.documents(numbers)
    stories = list(store.all_stories())
    prints = np.array([fingerprint(content) for content in range(60)], np.object_)
    new = postings([(0, content) for content in range(60)])
    ids = [entry.document.id for entry in entries] + ["nobody"]
    hits = store.look_up(ids, prints, new.keys, new.sampled)
    counts = store.counts()
    members = sorted({*(entry.story for entry in entries), *(row.number for row in stories), 10**9})
    return {
        "numbers": numbers,
        "documents": entries,
        "times": [entry.document.published and entry.document.published.isoformat() for entry in entries],
        "ids": hits.numbers,
        "fingerprints": [tuple(pair) for pair in hits.same.tolist()],
        "members": store.of_stories(members),
        "stories": stories,
        "before": store.before(30),
        "events": list(store.events(0)),
        "knowledge": store.profiles(),
        "candidates": _candidates(store, hits),
        "counts": (counts.documents, counts.stories, counts.events),
        "remembered": store.remembered(list(range(1, store.next_document))),
        "hand": list(store.hand_words.pairs),
    }


def candidates(store: Store, new: Postings) -> list[list[int]]:
    """Return the candidates that an index finds by band keys and sampled shingles alone."""
    return _candidates(store, store.look_up([], np.zeros(0, np.object_), new.keys, new.sampled))


def _candidates(store: Store, hits: Hits) -> list[list[int]]:
    pairs: list[list[int]] = lookup_candidates(hits.lookups, hits.postings, store.settings.max_bucket).tolist()
    return pairs


def made(path: Path, commits: int, seed: int = 0, close: bool = True) -> tuple[Model, Store]:
    """Make an index of some commits, and its model.

    Args:
        path: the folder of the index.
        commits: the number of commits.
        seed: the seed of the first change.
        close: whether the index is closed at the end.
    """
    model, store = Model(), Store.open(path, SETTINGS, "w", durable=False, policy=SMALL)
    for number in range(commits):
        change = model.draw(seed + number)
        store.commit(change)
        model.apply(change)
    if close:
        store.close()
    return model, store
