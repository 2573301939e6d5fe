"""An index learns the sites of its documents with every document, and keeps what it learns."""

import sqlite3

import pytest

from dedup import Document, Index
from dedup.index_types import Decision

MENU = "\n".join(f"menu {number}" for number in range(8))
TEASERS = "\n".join(f"teaser {number} says in ten or more words what another article says" for number in range(40))


def page(name: str, text: str, source: str = "") -> Document:
    """Makes a page of a site: its menu, an article, its teasers."""
    return Document(f"{MENU}\n{text}\n{TEASERS}", id=name, source=source)


@pytest.fixture
def stream(prose) -> list[Document]:
    """Articles of two sites, one without a name, each later copied by the other."""
    pages = [page(f"a{number}", prose(number)) for number in range(8)]
    pages += [Document(prose(number), id=f"b{number}", source="b.example") for number in range(4, 12)]
    return [*pages, *(page(f"c{number}", prose(number)) for number in range(8, 12))]


def added(index: Index, documents: list[Document]) -> list[Decision]:
    """Adds documents one by one."""
    return [index.add(document) for document in documents]


def test_pages_of_a_new_site_are_no_copies_of_each_other(path, stream):
    """Most of two pages is the same, but from the second page on the index tells their articles."""
    with Index.open(path, reviews=0) as index:
        decisions = added(index, stream)
    assert not any(decision.duplicate_of for decision in (*decisions[:8], *decisions[12:16]))
    assert [f"a{number}" for number in range(4, 8)] == [decision.duplicate_of for decision in decisions[8:12]]
    assert [f"b{number}" for number in range(8, 12)] == [decision.duplicate_of for decision in decisions[16:]]


@pytest.mark.parametrize("cut", [1, 2, 3, 9, 17])
def test_an_index_that_is_opened_again_goes_on(tmp_path, stream, cut):
    """Decisions do not depend on whether the index was closed in between."""
    with Index.open(tmp_path / "whole", reviews=0, clock=lambda: 1.0) as index:
        expected = added(index, stream)
    with Index.open(tmp_path / "cut", reviews=0, clock=lambda: 1.0) as index:
        decisions = added(index, stream[:cut])
    with Index.open(tmp_path / "cut", reviews=0, clock=lambda: 1.0) as index:
        assert expected == decisions + added(index, stream[cut:])
        assert [] == index.check()


def test_a_query_teaches_nothing(tmp_path, stream):
    """Decisions are the same whether or not documents were asked for before."""
    with Index.open(tmp_path / "plain", reviews=0, clock=lambda: 1.0) as index:
        expected = added(index, stream)
    with Index.open(tmp_path / "asked", reviews=0, clock=lambda: 1.0) as index:
        for document, decision in zip(stream, expected, strict=True):
            assert decision.duplicate_of == index.query(document).duplicate_of
            assert decision == index.add(document)


def test_a_query_takes_no_last_block_from_a_site(path, prose):
    """A page that begins a site has the last block of an older site. Once it was asked for, pages of the older site
    are still told apart by it."""

    def ends_alike(number: int, last: str = "The last line of all pages") -> Document:
        return Document(f"{prose(100 + number, 12)}\n{prose(number)}\n{TEASERS}\n{last}", id=f"page {number}")

    with Index.open(path, reviews=0) as index:
        added(index, [ends_alike(number) for number in range(4)])
        index.add(Document(f"First line\n{prose(20)}\nAnother last line", id="lone"))
        index.query(Document(f"First line\n{prose(21)}\nThe last line of all pages", id="second"))
        assert not index.add(ends_alike(5)).duplicate_of


def test_a_reader_knows_what_the_writer_has_learned(path, prose):
    """A query of another process leaves out the boilerplate that came after it was opened."""
    with Index.open(path, reviews=0) as index:
        index.add(page("a", prose(1)))
        with Index.open(path, mode="r") as reader:
            assert "" == reader.query(prose(2)).duplicate_of
            added(index, [page("b", prose(2)), page("c", prose(3))])
            assert "" == reader.query(page("d", prose(4))).duplicate_of
            assert "b" == reader.query(page("d", prose(2))).duplicate_of


def test_a_review_renews_what_was_learned(path, stream, prose):
    """After a review the boilerplate of known sites is left out, and sites go on learning."""
    with Index.open(path, reviews=0) as index:
        index.add_many(stream)
        index.review()
        assert not index.add(page("new", prose(50))).duplicate_of
    with Index.open(path, reviews=0) as index:
        assert "new" == index.add(Document(prose(50), id="copy", source="c.example")).duplicate_of


def test_a_damaged_site_is_told_and_learned_again(path, stream):
    """A damaged row of a site is a problem that `check` names, and mends by forgetting the site."""
    with Index.open(path, reviews=0) as index:
        index.add_many(stream)
    with sqlite3.connect(path / "documents.sqlite") as database:
        database.execute("UPDATE sites SET value = x'00' WHERE number = 0")
    with Index.open(path, reviews=0) as index:
        assert "what was learned of site 0 is damaged" in index.check(fix=True)[0]
        assert [] == index.check()
    with Index.open(path, reviews=0) as index:
        index.add(Document("One more site.", id="new", source="new.example"))
        rows = sqlite3.connect(path / "documents.sqlite").execute("SELECT number, value FROM sites").fetchall()
    assert [0] == [number for number, value in rows if b"new.example" in value]
    assert len(rows) == len({number for number, _ in rows}) > 1


def test_an_index_knows_a_bounded_number_of_sites(path, prose, monkeypatch):
    """Of too many sites the one goes from which no page has come for the longest time."""
    monkeypatch.setattr("dedup.engines.online.learning.sites.SITES", 3)
    with Index.open(path, reviews=0) as index:
        for number, source in enumerate(("a", "a", "b", "b", "c", "d", "a")):
            index.add(page(f"{number}", prose(number), f"{source}.example"))
        rows = sqlite3.connect(path / "documents.sqlite").execute("SELECT value FROM sites").fetchall()
    names = sorted(source for source in "abcd" if any(f"{source}.example".encode() in row[0] for row in rows))
    assert ["a", "b", "d"] == names
