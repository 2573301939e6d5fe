"""What a page declares of itself."""

import datetime
import json

import pytest

from dedup.formats import limits
from dedup.formats.pages.extract import extract
from tests.helpers.html_pages import page


def metadata(head, html="<html>"):
    """Return what a page with these tags in its head declares."""
    return extract(page(head).replace("<html>", html), "a")


def script(**properties):
    """Return JSON-LD of a news article."""
    return f"<script type='application/ld+json'>{json.dumps({'@type': 'NewsArticle', **properties})}</script>"


HERE = "<meta property='og:url' content='https://here.example/2024/a'>"


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ("<link rel='canonical' href='https://a.example/1'>", "https://a.example/1"),
        ("<link rel='Canonical' href=' https://a.example/1 '>", "https://a.example/1"),
        ("<meta property='og:url' content='https://a.example/1'>", "https://a.example/1"),
        (script(url="https://a.example/1"), "https://a.example/1"),
        (script(mainEntityOfPage={"@id": "https://a.example/1"}), "https://a.example/1"),
        (script(mainEntityOfPage="https://a.example/1"), "https://a.example/1"),
        ("<base href='https://a.example/b/'><link rel='canonical' href='../1'>", "https://a.example/1"),
        (HERE + "<link rel='canonical' href='/1'>", "https://here.example/1"),
        ("<link rel='canonical' href='/1'>", ""),
        ("<link rel='canonical' href='javascript:void(0)'>", ""),
        ("<link rel='canonical' href='https://[a'>", ""),
        (f"<link rel='canonical' href='https://a.example/{'1' * limits.MAX_URL}'>", ""),
        ("", ""),
    ],
)
def test_the_canonical_address(head, url):
    """The canonical address stands in a link, a tag or JSON-LD; it is absolute, or there is none."""
    assert url == metadata(head).canonical_url


def test_a_page_whose_original_is_elsewhere_has_its_own_address():
    """A page that names an address at another site as canonical is of the site of its ``og:url``."""
    found = metadata(HERE + "<link rel='canonical' href='https://wire.example/1'>")
    expected = "https://here.example/2024/a", "https://wire.example/1", "here.example"
    assert expected == (found.url, found.canonical_url, found.source)


def test_a_page_that_a_browser_saved_has_the_address_it_was_saved_from():
    """The comment of a browser gives the address of a page whose canonical address is at another site."""
    saved = "<html><!-- saved from url=(0026)https://here.example/2024/ -->"
    found = metadata("<link rel='canonical' href='https://wire.example/1'>", saved)
    assert ("https://here.example/2024/", "https://wire.example/1") == (found.url, found.canonical_url)


@pytest.mark.parametrize(
    ("head", "original"),
    [
        ("<meta name='syndication-source' content='https://wire.example/1'>", "https://wire.example/1"),
        ("<meta name='original-source' content='https://wire.example/1'>", "https://wire.example/1"),
        ("<link rel='syndication-source' href='https://wire.example/1'>", "https://wire.example/1"),
        ("<meta name='syndication-source' content='The Wire'>", "The Wire"),
        (script(isBasedOn="https://wire.example/1"), "https://wire.example/1"),
        (script(isBasedOn={"@type": "NewsArticle", "url": "https://wire.example/1"}), "https://wire.example/1"),
        ("", ""),
    ],
)
def test_the_original(head, original):
    """The address or name of the original stands in a tag, a link or JSON-LD."""
    assert original == metadata(HERE + head).syndicated_from


@pytest.mark.parametrize(
    ("head", "publisher", "author"),
    [
        (script(publisher={"name": "The Paper"}, author={"name": "Jane Roe"}), "The Paper", "Jane Roe"),
        (script(publisher="The Paper", author=["Jane Roe", {"name": "A B"}]), "The Paper", "Jane Roe, A B"),
        ("<meta name='DC.publisher' content='The Paper'>", "The Paper", ""),
        ("<meta name='author' content='Jane Roe'><meta name='author' content='A B'>", "", "Jane Roe, A B"),
        ("<meta property='article:author' content='https://facebook.example/jane'>", "", ""),
        ("<meta name='dc.creator' content='Jane Roe'>", "", "Jane Roe"),
    ],
)
def test_publisher_and_authors(head, publisher, author):
    """Publisher and authors stand in JSON-LD or in tags, and an address is no author."""
    found = metadata(head)
    assert (publisher, author) == (found.publisher, found.author)


@pytest.mark.parametrize(
    ("html", "head", "language"),
    [
        ("<html lang='de-AT'>", "", "de-AT"),
        ("<html xml:lang='fr'>", "", "fr"),
        ("<html>", "<meta property='og:locale' content='pt_BR'>", "pt-BR"),
        ("<html>", "<meta http-equiv='Content-Language' content='en, de'>", "en"),
        ("<html>", script(inLanguage="it"), "it"),
        ("<html>", "", ""),
    ],
)
def test_the_language(html, head, language):
    """The language is that of the page, or of its tags, or of JSON-LD."""
    assert language == metadata(head, html).language


@pytest.mark.parametrize(
    "head",
    [
        "<meta property='article:modified_time' content='2024-03-02T10:00:00Z'>",
        script(dateModified="2024-03-02T10:00Z"),
    ],
)
def test_the_time_of_the_last_change(head):
    """The time of the last change stands in a tag or in JSON-LD."""
    assert datetime.datetime(2024, 3, 2, 10, tzinfo=datetime.UTC) == metadata(head).modified


def test_values_are_cut():
    """A name of any length is cut, so that no page makes a document large."""
    assert limits.MAX_LABEL == len(metadata(f"<meta name='author' content='{'a' * 10_000}'>").author)
