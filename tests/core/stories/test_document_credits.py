"""The credits that a page declares, and what they say of who leads."""

import datetime

import pytest

import dedup
from dedup.core.stories.document_credits import declared_credits, has_path
from dedup.types import Document

TEXT = "The harbour board approved the merger of the two ferry lines on Tuesday, after a vote of nine to four. " * 4
HERE = "https://www.here-news.example/2024/ferry"


def credits(**fields):
    """Return name and weakness of the credits that a page of an address declares."""
    page = Document(TEXT, url=HERE, **fields)
    return [(credit.name, credit.weak) for credit in declared_credits(page, True)]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"canonical_url": "https://www.wire.example/ferry"}, [("wire.example", False)]),
        ({"canonical_url": "https://wire.example/?p=7"}, [("wire.example", False)]),
        ({"canonical_url": "https://wire.example/"}, []),
        ({"canonical_url": "https://wire.example"}, []),
        ({"canonical_url": "https://wire.example/#top"}, []),
        ({"syndicated_from": "https://wire.example/ferry"}, [("wire.example", False)]),
        ({"syndicated_from": "https://wire.example/"}, [("wire.example", False)]),
        ({"syndicated_from": "The Wire"}, [("The Wire", False)]),
        ({"publisher": "The Wire"}, [("The Wire", True)]),
        ({"publisher": "Associated Press"}, [("Associated Press", False)]),
        ({"publisher": "Facebook"}, []),
        ({"publisher": "..."}, []),
        ({}, []),
    ],
)
def test_what_a_page_declares_is_a_credit(fields, expected):
    """An original at another site and a publisher are credits; a front page and a way to share are none."""
    assert expected == credits(**fields)


def test_addresses_count_only_on_a_page_of_a_known_address():
    """The address of a page is all that tells whether another address is of the same site."""
    page = Document(TEXT, source="Here", canonical_url="https://h.example/1", syndicated_from="https://h.example/1")
    assert [] == declared_credits(page, False)


@pytest.mark.parametrize(
    ("url", "expected"),
    [("https://a.example/1", True), ("https://a.example/?id=1", True), ("https://a.example//", False), ("", False)],
)
def test_front_pages_have_no_path(url, expected):
    """A query names a page too, and slashes alone do not."""
    assert expected is has_path(url)


@pytest.mark.parametrize(
    "fields",
    [
        {"canonical_url": "https://the-wire.example/ferry"},
        {"syndicated_from": "https://the-wire.example/ferry"},
        {"syndicated_from": "The Wire"},
        {"publisher": "The Wire"},
    ],
)
def test_a_page_that_names_its_original_does_not_lead(fields):
    """An undated original leads a dated copy that names it, whatever names it, and the copy says whom it credits."""
    copy = Document(
        TEXT, "a", "Ferries", "Here News", HERE, datetime.datetime(2024, 3, 1, tzinfo=datetime.UTC), **fields
    )
    original = Document(TEXT, "original", "Ferries", "The Wire", "https://the-wire.example/ferry")
    (story,) = dedup.cluster([copy, original]).stories
    assert "original" == story.id
    assert story.copies[0].credit in ("The Wire", "the-wire.example")


@pytest.mark.parametrize(
    "fields",
    [
        {"canonical_url": "https://m.here-news.example/2024/ferry"},
        {"syndicated_from": "https://here-news.example/2024/ferry"},
        {"publisher": "Here News"},
        {"canonical_url": "https://the-wire.example/"},
        {"publisher": "Some Media Group"},
    ],
)
def test_a_page_that_names_itself_leads(fields):
    """A page that names its own site, a front page, or a publisher outside the story leads as the earliest."""
    first = Document(
        TEXT, "z", "Ferries", "Here News", HERE, datetime.datetime(2024, 3, 1, tzinfo=datetime.UTC), **fields
    )
    later = Document(TEXT, "a", "Ferries", "The Wire", "https://the-wire.example/ferry")
    (story,) = dedup.cluster([first, later]).stories
    assert "z" == story.id


def test_a_mapping_and_an_index_have_the_same_credits(tmp_path):
    """A row of a program credits as a document does, and an index keeps the credit until its next review."""
    rows = [
        {"id": "a", "text": TEXT, "source": "Here", "url": HERE, "canonical_url": "https://the-wire.example/ferry"},
        {"id": "original", "text": TEXT, "source": "The Wire", "url": "https://the-wire.example/ferry"},
    ]
    assert "original" == dedup.cluster(rows).stories[0].id
    with dedup.Index.open(tmp_path / "a.dedup") as index:
        index.add_many(rows)
        index.review()
        assert ["original"] == [story.canonical.id for story in index.stories()]
