"""Pages of sites that an index does not know: the second page of a site finds the first one by its ends."""

import sqlite3

from dedup import Document, Index

FIRST = "The Harbour Post - news from the quay since 1904, every day but Sunday\n"
LAST = "\nAll rights reserved. Letters to the editor are welcome at the office by the old crane.\n"


def article(prose, number: int) -> str:
    """Makes an article of three paragraphs."""
    return "\n".join(prose(10 * number + part) for part in range(3))


def page(prose, number: int) -> Document:
    """Makes a page of a site without a name: few labels, and the same ends on each page."""
    return Document(f"{FIRST}{article(prose, number)}{LAST}", id=f"{number}")


def test_second_page_begins_a_site(path, prose):
    """The third page leaves out what the first two share, whether or not the index was closed in between."""
    with Index.open(path, reviews=0) as index:
        for number in range(2):
            index.add(page(prose, number))
    for number in range(2, 4):
        with Index.open(path, reviews=0) as index:
            assert index.add(page(prose, number)).is_new
            assert [] == index.check()
    with Index.open(path, reviews=0) as index:
        copy = Document(article(prose, 2), id="copy", source="a.example")
        assert "2" == index.add(copy).duplicate_of


def test_rows_of_lone_pages_are_bounded(path, prose, monkeypatch):
    """An index keeps the last lone pages, and deletes the rows of older ones."""
    monkeypatch.setattr("dedup.engines.online.learning.lone_pages.LONE", 3)
    with Index.open(path, reviews=0) as index:
        for number in range(8):
            index.add(Document(article(prose, number), id=f"{number}"))
        rows = sqlite3.connect(path / "documents.sqlite").execute("SELECT count(*) FROM sites").fetchone()
    assert (3,) == rows


def test_review_keeps_lone_pages(path, prose):
    """A page that came alone before a review is found by the next page of its site."""
    with Index.open(path, reviews=0) as index:
        index.add(page(prose, 0))
        index.review()
    with Index.open(path, reviews=0) as index:
        index.add(page(prose, 1))
        rows = sqlite3.connect(path / "documents.sqlite").execute("SELECT number FROM sites ORDER BY number").fetchall()
    assert (0,) == rows[0]
