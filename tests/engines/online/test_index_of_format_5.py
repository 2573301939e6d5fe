"""An index that the release of format 5 has made gives the same answers as then, and goes on as a new one.

It has pages of `corpus`, added in two parts with a clock that counts from 101, and a review between the parts. ``h1``
and ``h2`` are items of feeds with one headline. After the parts, ``both`` merged two stories, a page was revised, a
document was removed, and ``n`` came, which has no text.
"""

import contextlib
import json
import sqlite3
from pathlib import Path

import msgspec
import pytest
import zstandard

from dedup import Document, Index
from dedup.index.disk.database import FORMAT

GOLDEN = Path(__file__).parents[2] / "index" / "golden"
ANSWERS = json.loads((GOLDEN / "stories-5.json").read_text("utf-8"))
"""The stories, the events and the decisions by id that the release of format 5 gave."""


@pytest.fixture
def older(path):
    """The folder of the golden index."""
    exported = path.with_suffix(".export")
    exported.write_bytes(zstandard.decompress((GOLDEN / "stories-5.export.zst").read_bytes()))
    Index.restore(exported, path)
    return path


def answers(index):
    """The stories, the events and the decisions by id, as JSON holds them. That release had no openings of stories."""
    stories, events = list(index.stories()), list(index.events())
    decisions = {id: index.show(id) for id in ANSWERS["decisions"]}
    given = json.loads(msgspec.json.encode({"stories": stories, "events": events, "decisions": decisions}))
    assert {""} == {story.pop("opening") for story in given["stories"]}
    return given


def documents_of(index):
    """All documents of the index."""
    return [index.get(member.id) for story in index.stories() for member in story.members]


def test_the_answers_stay(older):
    """The answers are the same before the hashes are made anew, and afterwards, and the index is sound both times."""
    with Index.open(older, reviews=0) as index:
        assert (ANSWERS, []) == (answers(index), index.check())
        assert index.query(index.get("both").text).known is False
        assert (ANSWERS, []) == (answers(index), index.check())
    with Index.open(older, mode="r") as reader:
        assert (ANSWERS, FORMAT) == (answers(reader), reader.stats().format)


def test_new_documents_find_older_ones(older):
    """Documents are known, and an item of a feed and a copy join the stories of older documents."""
    with Index.open(older, reviews=0) as index:
        assert all(decision.known for decision in index.add_many(documents_of(index)))
        item = Document("", title=index.get("h1").title, id="h3", source="cedar.example", url="https://cedar.example/3")
        assert ("s1", "h1", 3) == ((got := index.add(item)).story, got.duplicate_of, got.seen)
        text = index.get("harbour-wire/ferry-merger.txt").text
        assert "s2" == index.add(Document(f"What else is new today. {text} Read more about it.", id="copy")).story
        assert [] == index.check()


def test_a_review_comes_first(older, prose):
    """A review of an older index keeps its items of feeds, and the index learns new sites."""
    with Index.open(older, reviews=0) as index:
        title = index.get("h1").title
        index.review()
        assert (False, []) == (index.outdated, index.check())
        item = Document("", title=title, id="h3", source="cedar.example", url="https://cedar.example/3")
        assert "s1" == index.add(item).story
    frame = "\n".join(f"teaser {number} says in ten or more words what another article says" for number in range(40))
    for number in range(4):  # each in a session of its own
        with Index.open(older, reviews=0) as index:
            assert index.add(Document(f"{prose(number)}\n{frame}", id=f"p{number}", source="new.example")).is_new
            assert [] == index.check()


def test_a_repair_comes_first(older):
    """`check` mends an older index before its hashes are made anew, and its answers stay."""
    (segment,) = (older / "segments").iterdir()
    segment.write_bytes(segment.read_bytes()[:-9] + bytes(9))
    with Index.open(older, reviews=0) as index:
        assert index.check(fix=True)
        assert (ANSWERS, []) == (answers(index), index.check())
        assert all(decision.known for decision in index.add_many(documents_of(index)))
        assert [] == index.check()


def test_a_damaged_page_does_not_stop_the_step(older):
    """An older index of which a page of documents cannot be read is opened, and tells of the damage."""
    database = older / "documents.sqlite"
    with contextlib.closing(sqlite3.connect(database)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'documents'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    whole = database.read_bytes()
    database.write_bytes(whole[: (page - 1) * size] + bytes(size) + whole[page * size :])
    with Index.open(older, reviews=0) as index:
        assert (FORMAT, len(ANSWERS["events"])) == (index.stats().format, len(list(index.events())))
        assert any("malformed" in problem for problem in index.check())


def test_a_damaged_row_is_named_and_left_out(older):
    """A damaged row of an older index is named after the step, and a repair keeps all others."""
    with contextlib.closing(sqlite3.connect(older / "documents.sqlite")) as connection, connection:
        connection.execute("UPDATE documents SET seen = 1e9 WHERE id = 'h1'")
    with Index.open(older, reviews=0) as index:
        assert any("document 'h1', number" in problem for problem in index.check(fix=True))
        assert ([], None) == (index.check(), index.get("h1"))
        assert all(decision.known for decision in index.add_many(documents_of(index)))
