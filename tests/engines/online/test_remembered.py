"""Documents that have left the window and are remembered, so that a story that is printed again is not new."""

import datetime
import random
import sqlite3
from contextlib import closing

import msgspec
import pytest

from dedup import Document, Index, InputError
from tests.engines.online.test_batches import cut, draw_document
from tests.helpers.index_stories import replay, stories_of

DAY = 86_400.0


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """The time in seconds."""
        return self.now


def opened(path, clock, **named):
    """Open an index with a window of 7 days, which remembers for 30 days."""
    return Index.open(path, **{"reviews": 0, "window": 7 * DAY, "remember": 30 * DAY, "clock": clock, **named})


def told(decision):
    """What a pipeline reads from a decision."""
    return decision.is_new, decision.duplicate_of, decision.reason, decision.story, decision.seen


@pytest.fixture
def clock():
    """A clock at 0."""
    return Clock()


def test_a_story_that_is_printed_again(path, clock, prose):
    """After all documents of a story have expired, a copy is a copy of the one that led, in the story of then."""
    text = prose(1, 60)
    with opened(path, clock, prefer=["wire.example"]) as index:
        for id, source in (("a", "a.example"), ("b", "b.example"), ("p", "wire.example")):
            clock.now += 60.0
            index.add(Document(text, id, source=source))
        clock.now = 8 * DAY
        new = Document(text, "e", source="e.example")
        query = index.query(new)
        decision = index.add(new)
        assert told(query) == told(decision) == (False, "p", "remembered", "s1", 4)
        assert (decision.relation, decision.cold, decision.canonical) == ("exact", False, "e")
        assert decision.first_seen == query.first_seen == datetime.datetime.fromtimestamp(60, datetime.UTC)
        assert ["joined", "canonical_changed"] == [event.kind for event in decision.events]
        assert told(decision) == told(index.add(new)) and index.show("e").known
        assert ("s1", "s1", None) == (index.story_of("p"), index.story_of("e"), index.story_of("x"))
        assert (1, 1) == (len(index), index.stats().stories)
        later = index.add(Document(text, "f"))
        assert (False, "e", "same", "s1", 5) == told(later)
        assert stories_of(index) == replay(index.events())
        assert [] == index.check()


def test_a_remembered_document_that_comes_again_itself(path, clock, prose):
    """With its words it is known, and neither new nor a copy of itself; with other words it is not known."""
    text = prose(1, 60)
    with opened(path, clock) as index:
        index.add_many([Document(text, "a"), Document(text, "b")])
        clock.now = 8 * DAY
        other_words = index.query(Document(f"{text} More.", "a"))
        assert (False, "", "remembered", "s1", 3) == told(other_words) and not other_words.known
        copy = index.add(Document(text, "b"))
        assert (True, "a", "exact") == (copy.known, copy.duplicate_of, copy.relation)
        clock.now = 16 * DAY
        query, again = index.query(Document(text, "a")), index.add(Document(text, "a"))
        assert (False, "", "remembered", "s1", 4) == told(query) == told(again)
        assert (True, True, "original", "a") == (query.known, again.known, again.relation, again.canonical)
        assert told(again) == told(index.add(Document(text, "a")))
        assert stories_of(index) == replay(index.events()) and [] == index.check()


def test_small_changes_and_another_text(path, clock, prose):
    """A text with small changes is remembered, also from a short piece; another text is new."""
    text, other = prose(1, 200), prose(2, 200)
    with opened(path, clock) as index:
        index.add_many([Document(text, "a"), Document(other, "b")])
        clock.now = 8 * DAY
        assert (False, "a", "remembered", "s1", 2) == told(index.add(Document(f"Again. {text} The end.", "c")))
        assert "reprint" == index.show("c").relation
        assert (True, "", "new", "s3", 1) == told(index.add(Document(prose(3, 200), "d")))
        assert (True, "", "new") == told(index.add(Document(" ".join([prose(4, 200), text[:200]]), "e")))[:3]


def test_a_living_document_decides(path, clock, prose):
    """A document that matches one of the index is its copy, though a forgotten one has the same text."""
    text = prose(1, 100)
    with opened(path, clock) as index:
        index.add(Document(text, "a"))
        clock.now = 5 * DAY
        index.add(Document(text + " More.", "b"))
        clock.now = 8 * DAY
        assert (False, "b", "text", "s1", 3) == told(index.add(Document(text, "c")))
        assert "b" == index.show("c").canonical


def test_a_story_with_documents_left(path, clock, prose):
    """A document that repeats a forgotten one alone joins the story of then, and who leads it goes on leading."""
    first, second = prose(1, 100), prose(2, 100)
    with opened(path, clock) as index:
        index.add(Document(first, "a"))
        clock.now = 1 * DAY
        index.add(Document(first + " " + second, "b"))
        clock.now = 7.5 * DAY
        index.add(Document(first + " " + second, "b"))
        clock.now = 2 * 7 * DAY
        index.add(Document(second, "c"))
        assert "b" == index.show("c").canonical
        clock.now = 15 * DAY
        decision = index.add(Document(first, "d"))
        assert (False, "a", "remembered", "s1", 4, "c") == (*told(decision), decision.canonical)
        assert stories_of(index) == replay(index.events())
        assert [] == index.check()


def test_nothing_is_remembered_for_ever(path, clock, prose):
    """After the time of ``remember`` a copy is new, and without ``remember`` at once."""
    text = prose(1, 60)
    with opened(path, clock) as index:
        index.add(Document(text, "a"))
        clock.now = 36 * DAY
        assert "remembered" == index.query(text).reason
        clock.now = 38 * DAY
        assert "new" == index.query(text).reason
        assert (True, "", "new", "s2", 1) == told(index.add(Document(text, "b")))
        assert (None, [], [1]) == (index.story_of("a"), index.check(), [len(index)])
    with opened(path, clock, remember=None) as index:
        clock.now = 46 * DAY
        assert (True, "", "new", "s3", 1) == told(index.add(Document(text, "c")))
    with pytest.raises(InputError, match="remember = 0"):
        Index.open(path, remember=0)


def test_closed_and_copied(path, clock, prose, tmp_path):
    """An index that is closed, exported and restored remembers as before, and so does `expire` without a window."""
    text = prose(1, 60)
    with opened(path, clock, window=None) as index:
        index.add(Document(text, "a"))
        clock.now = 2 * DAY
        assert 1 == index.expire(before=DAY)
        index.export(tmp_path / "a.export")
    Index.restore(tmp_path / "a.export", tmp_path / "copy.dedup")
    for folder in (path, tmp_path / "copy.dedup"):
        with opened(folder, clock) as index:
            assert [] == index.check()
            assert (False, "a", "remembered", "s1", 2) == told(index.add(Document(text, "b")))


@pytest.mark.parametrize("erase", [False, True])
def test_removing_forgets_at_once(path, clock, prose, erase):
    """A remembered document that is removed is not remembered any more, and leaves no byte."""
    text, other = prose(1, 60), prose(2, 60)
    with opened(path, clock) as index:
        index.add_many([Document(text, "secret-1"), Document(text, "secret-2"), Document(other, "b")])
        clock.now = 8 * DAY
        assert 3 == index.expire(before=clock.now)
        assert index.remove("secret-1") and not index.remove("secret-1")
        assert (False, "secret-1", "remembered") == told(index.query(text))[:3]
        with closing(sqlite3.connect(path / "documents.sqlite")) as connection:
            [shingles] = connection.execute("SELECT shingles FROM remembered WHERE number = 2").fetchone()
        assert index.remove("secret-2", erase=erase)
        assert (True, None) == (index.query(text).is_new, index.story("s1"))
        assert (False, "b", "remembered") == told(index.query(other))[:3]
        assert [] == index.check()
        if erase:
            files = b"".join(file.read_bytes() for file in path.rglob("*") if file.is_file())
            assert shingles not in files and text[:40].encode() not in files


def test_a_removed_document_is_not_remembered(path, clock, prose):
    """A document that a user removes from the index is new when it comes again."""
    with opened(path, clock) as index:
        index.add(Document(prose(1), "a"))
        index.remove("a")
        assert (True, "", "new", "s2", 1) == told(index.add(Document(prose(1), "a")))


def test_merged_stories(path, clock, prose):
    """A forgotten document of a story that became part of another is remembered in that story."""
    first, second = prose(1, 60), prose(2, 60)
    with opened(path, clock) as index:
        index.add(Document(second, "b"))
        clock.now = 5 * DAY
        index.add_many([Document(first, "a"), Document(second + " More.", "b2")])
        clock.now = 8 * DAY
        assert "merged" in [event.kind for event in index.add(Document(first + " " + second, "c")).events]
        clock.now = 20 * DAY
        decision = index.add(Document(second, "d"))
        assert (False, "b", "remembered", "s1") == told(decision)[:4]
        assert [] == index.check()


def test_damage_is_found_and_repaired(path, clock, prose):
    """`check` finds a damaged, a lost and a hidden row, and after `check --fix` the others are remembered."""
    texts = [prose(number, 60) for number in range(5)]
    with opened(path, clock) as index:
        index.add_many([Document(text, f"d{number}") for number, text in enumerate(texts)])
        clock.now = 8 * DAY
        index.expire(before=clock.now)
    with closing(sqlite3.connect(path / "documents.sqlite", isolation_level=None)) as connection:
        connection.execute("UPDATE remembered SET leader = 'x' WHERE number = 1")
        connection.execute("DELETE FROM remembered WHERE number = 2")
        connection.execute("DELETE FROM remembered_keys WHERE number = 3")
    with opened(path, clock) as index:
        problems = index.check(fix=True)
        assert [True] * 3 == [
            any(f"remembered document {number} " in text for text in problems) for number in (1, 2, 3)
        ]
        assert [] == index.check()
        reasons = [index.query(text).reason for text in texts]
        assert ["new", "new", "remembered", "remembered", "remembered"] == reasons


def test_a_document_past_the_window(path, clock, prose):
    """A document is not compared with one that is past the window, before that one is looked for and after."""
    text = prose(1, 60)
    for remember, reason in ((None, "new"), (30 * DAY, "remembered")):
        with opened(path.with_name(reason), clock, remember=remember) as index:
            start = clock.now
            index.add(Document(text, "a"))
            clock.now = start + 7 * DAY - 10
            index.add(Document(prose(2, 60), "b"))
            clock.now = start + 7 * DAY + 10
            assert reason == index.query(text).reason == index.add(Document(text, "a")).reason
            assert "b" in index and [] == index.check()


def outcome(path, documents, sizes):
    """Return all that an index with a window says of documents, of which 12 come at each time."""
    clock = Clock()
    with opened(path, clock, window=DAY, remember=3 * DAY, workers=1, durable=False) as index:
        decisions = []
        for group in cut(documents, [12]):
            clock.now += 0.4 * DAY
            for batch in cut(group, sizes):
                decisions += index.add_many(batch)
        assert [] == index.check()
        assert stories_of(index) == replay(index.events())
        stories = [(story.story, list(map(repr, story.members))) for story in index.stories()]
        return decisions, msgspec.json.encode([decisions, list(index.events()), stories], enc_hook=str)


@pytest.mark.parametrize("seed", [0, 5, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(6, 20))])
def test_any_cut_gives_the_same(tmp_path, seed):
    """With a window, ``remember`` and a clock that moves, batches of any sizes get the decisions of single adds."""
    draw = random.Random(seed)
    documents = [draw_document(draw) for _ in range(120)]
    decisions, singly = outcome(tmp_path / "singly", documents, [1])
    assert "remembered" in {decision.reason for decision in decisions}
    for number in range(2):
        sizes = [draw.randrange(1, 13) for _ in range(3)]
        assert singly == outcome(tmp_path / f"cut {number}", documents, sizes)[1], sizes
