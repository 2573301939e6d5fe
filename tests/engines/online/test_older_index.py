"""An index of format 4 with merged stories, an alias, a revision and a removed document gives the new answers.

It was made by these calls, with a clock that counts from 101: the texts of ``a`` and ``b`` overlap, ``c`` has both.
``d``, ``e`` and ``f`` are copies; ``e`` is revised, and ``d`` is removed. ``n`` has no text.
"""

from pathlib import Path

import pytest
import zstandard

from dedup import Index
from dedup.index.disk.database import FORMAT

GOLDEN = Path(__file__).parents[2] / "index" / "golden" / "stories-4.export.zst"


@pytest.fixture
def older(tmp_path):
    """An index of format 4, opened by this version."""
    (tmp_path / "a.export").write_bytes(zstandard.decompress(GOLDEN.read_bytes()))
    Index.restore(tmp_path / "a.export", tmp_path / "a.dedup")
    with Index.open(tmp_path / "a.dedup", reviews=0) as index:
        yield index


def test_the_document_of_the_least_number_is_new(older):
    """In each story the first document is new, and the others are its copies by the same words or by their text."""
    rows = [(id, older.show(id)) for id in "abcefg"]
    assert [
        ("a", "s1", True, "", "new", 1),
        ("b", "s1", False, "a", "text", 2),
        ("c", "s1", False, "a", "text", 3),
        ("e", "s3", True, "", "new", 1),
        ("f", "s3", False, "e", "text", 2),
        ("g", "s5", True, "", "new", 1),
    ] == [(id, got.story, got.is_new, got.duplicate_of, got.reason, got.seen) for id, got in rows]
    assert {"original"} == {got.relation for _, got in rows if got.is_new}
    assert not any(got.cold for _, got in rows)
    assert [101, 101, 101, 106, 106, 109] == [got.first_seen.timestamp() for _, got in rows]


def test_no_article_stays_none(older):
    """A text that is no article is neither new nor a copy after the migration."""
    decision = older.show("n")
    assert (False, "", "", "nothing of its own") == (
        *(decision.is_new, decision.duplicate_of, decision.story),
        decision.no_article,
    )


def test_stories_and_events_stay(older):
    """Stories keep their names, aliases and members, and events their numbers; the next copy counts on."""
    assert [("s1", "abc"), ("s3", "ef"), ("s4", "n"), ("s5", "g")] == [
        (story.story, "".join(member.id for member in story.members)) for story in older.stories()
    ]
    assert older.story("s2") == older.story("s1")
    assert list(range(1, 12)) == [event.number for event in older.events()]
    assert ([], FORMAT) == (older.check(), older.stats().format)
    copy = older.add({"id": "h", "text": older.get("g").text})
    assert ("g", "same", 2) == (copy.duplicate_of, copy.reason, copy.seen)
