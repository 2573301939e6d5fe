"""A small index to test with: changes that are drawn by a number, and a model in dictionaries that answers alike."""

import datetime
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from dedup.core.arrays.ragged import Ragged
from dedup.core.sketch.bands import NO_KEY
from dedup.index.records import Change, Entry, Policy, Postings, StoryRow
from dedup.index.store import Store
from dedup.settings import Settings
from dedup.types import Document, Event

SETTINGS = Settings(max_bucket=4096)
"""No bucket of these tests is over the cap; `tests/core/test_postings.py` has those that are."""

SMALL = Policy(seal=100, runs=3, segments=2, waste=0.8, sieved=50, checkpoint=16, first=30)
"""A segment every few commits, so that they merge too; a writer sieves what it looks up, a reader does not."""

BANDS = 3


def shingled(content: int) -> tuple[list[int], list[int]]:
    """The band keys and the kept shingles of a text: texts of neighbouring numbers share some."""
    draw = random.Random(content)
    if content % 11 == 0:
        return [NO_KEY] * BANDS, []
    keys = [content // 3 * 7 + band if draw.random() < 0.7 else draw.randrange(2**32 - 1) for band in range(BANDS)]
    return keys, [content // 4 * 100 + draw.randrange(5) for _ in range(draw.randrange(8))]


def postings(numbered: list[tuple[int, int]]) -> Postings:
    """Postings of documents, given as (number, content)."""
    rows = [shingled(content) for _, content in numbered]
    ends = np.cumsum([len(kept) for _, kept in rows], dtype=np.int64)
    lengths = np.array([len(kept) for _, kept in rows], np.int64)
    kept = Ragged(np.array([v for _, kept in rows for v in kept], np.uint32), np.stack((ends - lengths, ends), axis=1))
    return Postings(
        np.array([number for number, _ in numbered], np.int64),
        np.array([keys for keys, _ in rows], np.uint32).reshape(-1, BANDS),
        kept,
    )


def content(entry: Entry) -> int:
    """The content of a document that was made here."""
    return int(entry.document.title)


def sketch(stored: list[Entry]) -> Postings:
    """What a document is found by, from the document."""
    return postings([(entry.number, content(entry)) for entry in stored])


def entry(number: int, content: int, story: int, id: str = "") -> Entry:
    """A document with all fields."""
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
    return Entry(
        number, document, (content * 0x9E3779B97F4A7C15) % 2**64, story, float(content), content % 7, b"d%d" % content
    )


@dataclass
class Model:
    """What an index should be."""

    documents: dict[int, Entry] = field(default_factory=dict)
    posted: dict[int, set[int]] = field(default_factory=dict)
    stories: dict[int, StoryRow] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    known: tuple[int, bytes] = (0, b"")
    next_document: int = 1
    next_story: int = 1
    commits: int = 0

    def apply(self, change: Change) -> None:
        """The same as `Store.commit`."""
        self.commits += 1
        for number in change.removed:
            del self.documents[number], self.posted[number]
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
        self.known = change.knowledge or self.known

    def draw(self, seed: int) -> Change:
        """A change that fits, drawn by a number."""
        draw = random.Random(seed)
        change, alive = Change(), sorted(self.documents)
        change.removed = sorted(draw.sample(alive, min(len(alive), draw.choice([0, 0, 0, 1, 3]))))
        alive = [number for number in alive if number not in change.removed]
        number, story = self.next_document, self.next_story + draw.choice([0, 0, 0, 2])
        ids = [self.documents[each].document.id for each in change.removed if draw.random() < 0.5]
        for place in range(draw.choice([0, 1, 1, 4, 9])):
            number += draw.choice([0, 0, 0, 5])
            change.entries.append(entry(number, draw.randrange(60), story, ids[place] if place < len(ids) else ""))
            change.stories.append(StoryRow(story, number))
            number, story = number + 1, story + 1
        change.postings = postings([(each.number, content(each)) for each in change.entries])
        if alive:
            chosen = draw.sample(alive, min(len(alive), 3))
            into = [self.documents[each].story for each in alive]
            change.moved = [(each, draw.choice(into)) for each in chosen[:2]]
            change.seen = [(each, draw.random() * 60) for each in chosen[1:]]
            change.decided = [(each, draw.randrange(9), draw.randbytes(5)) for each in chosen[::2]]
        homes = {each: self.documents[each].story for each in alive} | dict(change.moved)
        members = {story: number for number, story in homes.items()}
        change.stories += [
            StoryRow(each.number, members.get(each.number, 0))
            for each in self.stories.values()
            if each.canonical not in homes
        ]
        for each in change.entries:
            number = len(self.events) + len(change.events) + 1
            change.events.append(Event(number, "created", f"s{each.story}", each.document.id))
        change.knowledge = (seed + 1, draw.randbytes(200)) if draw.random() < 0.2 else None
        return change

    def answers(self) -> dict[str, Any]:
        """All that can be asked."""
        entries = [self.documents[number] for number in sorted(self.documents)]
        return {
            "numbers": [each.number for each in entries],
            "documents": entries,
            "times": [each.document.published and each.document.published.isoformat() for each in entries],
            "ids": {each.document.id: each.number for each in entries},
            "fingerprints": sorted((content(each), each.number) for each in entries),
            "members": sorted((each.story, each.number) for each in entries),
            "stories": [self.stories[number] for number in sorted(self.stories)],
            "before": [each.number for each in entries if each.seen < 30],
            "events": list(self.events),
            "knowledge": self.known,
            "candidates": self._candidates(),
            "counts": (len(entries), len(self.stories), len(self.events)),
        }

    def _candidates(self) -> list[list[int]]:
        found = []
        for asked in range(60):
            keys, kept = shingled(asked)
            for number in sorted(self.documents):
                for posted in self.posted[number]:
                    others, shingles = shingled(posted)
                    band = any(a == b != NO_KEY for a, b in zip(keys, others, strict=True))
                    if band or len({*kept} & {*shingles}) > 1:
                        found.append([asked, number])
                        break
        return found


def answers(store: Store) -> dict[str, Any]:
    """The same, from the index."""
    numbers = store.all_numbers().tolist()
    entries = store.documents(numbers)
    stories = list(store.all_stories())
    prints = np.array([(each * 0x9E3779B97F4A7C15) % 2**64 for each in range(60)], np.uint64)
    asked = postings([(0, each) for each in range(60)])
    ids = [each.document.id for each in entries] + ["nobody"]
    hits = store.look_up(ids, prints, asked.keys, asked.kept)
    counts = store.counts()
    members = sorted({*(each.story for each in entries), *(row.number for row in stories), 10**9})
    return {
        "numbers": numbers,
        "documents": entries,
        "times": [each.document.published and each.document.published.isoformat() for each in entries],
        "ids": hits.numbers,
        "fingerprints": [tuple(pair) for pair in hits.same.tolist()],
        "members": store.of_stories(members),
        "stories": stories,
        "before": store.before(30),
        "events": list(store.events(0)),
        "knowledge": store.knowledge(),
        "candidates": hits.near.tolist(),
        "counts": (counts.documents, counts.stories, counts.events),
    }


def candidates(store: Store, asked: Postings) -> list[list[int]]:
    """What an index finds by postings alone."""
    found: list[list[int]] = store.look_up([], np.zeros(0, np.uint64), asked.keys, asked.kept).near.tolist()
    return found


def made(path: Path, commits: int, seed: int = 0, close: bool = True) -> tuple[Model, Store]:
    """An index of so many commits, and what it should be."""
    model, store = Model(), Store.open(path, SETTINGS, "w", durable=False, policy=SMALL)
    for number in range(commits):
        change = model.draw(seed + number)
        store.commit(change)
        model.apply(change)
    if close:
        store.close()
    return model, store
