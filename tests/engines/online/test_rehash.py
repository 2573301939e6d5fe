"""An index of another scheme of hashes gets those of this version from its texts, and loses nothing else."""

import contextlib
import sqlite3
from pathlib import Path

import pytest
import zstandard

from dedup import Document, Index
from dedup.errors import IndexMismatch
from dedup.index.store import Store
from dedup.settings import HASHES, PUBLIC_SEED, Settings

GOLDEN = Path(__file__).parents[2] / "index" / "golden" / "hashes-1.export.zst"
"""An index of format 4 that version 1 of the hashes has made, with stories and site profiles."""


@pytest.fixture
def older(path):
    """The folder of the golden index."""
    exported = path.with_suffix(".export")
    exported.write_bytes(zstandard.decompress(GOLDEN.read_bytes()))
    Index.restore(exported, path)
    return path


def members(index):
    """The members of all stories, by the names of the stories."""
    return {story.story: sorted(member.id for member in story.members) for story in index.stories()}


def test_the_documents_of_an_older_index_are_known(older):
    """Each document is known when it is added again, stories stay, the index is sound, and a review is due."""
    with Index.open(older, reviews=0) as index:
        before, seed = members(index), index.settings.seed
        assert [] == index.check()
        documents = [index.get(member) for story in before.values() for member in story]
        assert all(decision.known for decision in index.add_many(documents))
        assert (before, []) == (members(index), index.check())
        assert (True, PUBLIC_SEED) == (index.outdated, seed)
        index.review()
        assert not index.outdated and [] == index.check()
    with Index.open(older, mode="r") as reader:
        assert "s1" == reader.query(Document(documents[0].text)).story


def test_a_copy_of_an_older_document_joins_its_story(older):
    """The postings of an older index are made anew, so the first document that comes finds its copies."""
    with Index.open(older, reviews=0) as index:
        text = index.get("long").text
        assert "s1" == index.query(Document(f"What else is new today. {text} Read more about it.")).story
        assert "s1" == index.add(Document(f"What else is new today. {text} Read more about it.", id="copy")).story
        assert [] == index.check()


def test_a_reader_of_an_older_index_finds_no_copies(older):
    """An older index that a writer has brought to this format is read, but is asked for no copies."""
    Store.open(older, mode="w").close()
    with Index.open(older, mode="r") as index:
        assert index.get("long") and index.outdated
        with pytest.raises(IndexMismatch, match="hashes of another version"):
            index.query(Document("Any text of some words at all."))


def test_an_older_index_is_repaired_by_check(older):
    """A repair comes before the hashes are made anew, and leaves a sound index."""
    Store.open(older, mode="w").close()
    with contextlib.closing(sqlite3.connect(older / "documents.sqlite")) as database, database:
        database.execute("UPDATE texts SET checksum = 0 WHERE number = 6")
    with Index.open(older, reviews=0) as index:
        assert index.check(fix=True)
        index.add(Document("Any text of some words at all.", id="new"))
        assert [] == index.check()


def test_the_scheme_is_part_of_the_fingerprint_of_settings(monkeypatch):
    """Settings of another scheme have another fingerprint, so that an index of another scheme is recognised."""
    before = Settings().fingerprint()
    monkeypatch.setattr("dedup.settings.HASHES", f"{HASHES} and one more")
    assert before != Settings().fingerprint()
