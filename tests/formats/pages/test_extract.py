"""The main text of a page, and its title, site, address and time."""

import datetime
import json

import pytest
import trafilatura

from dedup.formats.pages.extract import extract
from dedup.formats.pages.extractors import OPTIONS
from dedup.formats.pages.metadata import DATES
from dedup.settings import DEFAULT_LIMITS, InputLimits
from tests.helpers.html_pages import BODY, page


@pytest.mark.parametrize(
    "head",
    [
        "",
        "<meta name='author' content='Jane'><meta property='og:title' content='Another'>",
        "<meta name='author' content='Jane Roe'><meta name='keywords' content='council, days'>",
        "<meta name='application-name' content='paper'><link rel='canonical' href='https://paper.example/2024/03/01/a'>",
        """<script type='application/ld+json'>{"@context": "https://schema.org", "@type": "NewsArticle",
        "headline": "In JSON", "author": {"@type": "Person", "name": "Jane Roe"}, "datePublished": "2024-03-01",
        "publisher": {"@type": "Organization", "name": "The Paper"}}</script>""",
    ],
)
def test_extraction_without_authors_is_complete(head):
    """Text, title, site, address and day equal those of trafilatura when it also looks for authors and keywords."""
    text = page(head, f"<h1>Days</h1><p class='author'>By John Doe</p><p><a rel='tag' href='/tag/x'>x</a></p>{BODY}")
    options = {**OPTIONS, "with_metadata": True, "date_extraction_params": dict(DATES)}
    complete, extracted = trafilatura.bare_extraction(trafilatura.load_html(text), **options), extract(text, "a.html")
    assert complete.text == extracted.text
    assert complete.author
    assert (complete.title or "", complete.url or "") == (extracted.title, extracted.url)
    assert (complete.sitename or "") == extracted.source
    assert complete.date == (extracted.published and extracted.published.date().isoformat())


def test_without_a_site_name_the_host_is_the_source():
    """A page that names no site has the host of its address as its source."""
    assert "example.org" == extract(page("<link rel='canonical' href='https://www.example.org/a'>"), "a").source


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<meta itemprop='datePublished' content='2024-03-01T10:20:30Z'>", "2024-03-01T10:20:30+00:00"),
        (
            f"<script type='application/ld+json'>{json.dumps({'datePublished': '2024-03-01T10:20:30Z'})}</script>",
            "2024-03-01T10:20:30+00:00",
        ),
        ("<meta property='article:published_time' content='2024-03-01'>", "2024-03-01T00:00:00+00:00"),
        (
            "<meta property='article:published_time' content='2024-03-01'>"
            f"<script type='application/ld+json'>{json.dumps({'datePublished': '2020-01-01T00:00:01Z'})}</script>",
            "2024-03-01T00:00:00+00:00",
        ),
    ],
)
def test_the_full_time_stamp_counts(head, expected):
    """A full time stamp replaces the day alone, unless the stamp is of another day."""
    assert expected == extract(page(head), "a").published.isoformat()


def test_a_declared_time_goes_before_a_day_in_the_address():
    """The time that a page declares counts, and the day in its address where it declares none."""
    address = "<link rel='canonical' href='https://ledger.example/2024/03/05/tunnel'>"
    declared = "<meta property='article:published_time' content='2024-03-01T10:20:30Z'>"
    days = [extract(page(head), "a").published.date().isoformat() for head in (address + declared, address)]
    assert ["2024-03-01", "2024-03-05"] == days


def test_the_time_element_counts():
    """The time element of the article counts if the head names no time."""
    published = extract(page("", "<time datetime='2024-03-01T10:20:30Z'>1 March</time>" + BODY), "a").published
    assert datetime.datetime(2024, 3, 1, 10, 20, 30, tzinfo=datetime.UTC) == published


def test_a_page_without_time_has_none():
    """A time in the running text is not taken."""
    assert None is extract(page("", BODY + "<p>On 3 March 2021 all was well.</p>"), "a").published


def test_tables_are_text_and_comments_are_not():
    """Tables are part of the text, and comments of readers are not."""
    table = "<table><tr><th>Party</th><th>Seats</th></tr><tr><td>Greens</td><td>Twelve seats</td></tr></table>"
    comments = "<div id='comments' class='comments'><p>First comment of a reader who was here first, I think.</p></div>"
    text = extract(page("", BODY + table + comments), "a").text
    assert "Twelve seats" in text
    assert "First comment" not in text


def test_repeated_text_on_two_pages_stays():
    """A page gives the same text each time, for the deduplication of trafilatura is off."""
    assert 1 == len({extract(page(), "a").text for _ in range(5)})


def test_unclosed_tags_lose_no_text():
    """Thousands of unclosed tags nest, and lose no text."""
    text = extract("<html><body>" + "".join(f"<font><p>word{number} " for number in range(5000)), "a").text
    assert [f"word{number}" for number in range(5000)] == text.split()


def test_100_000_attributes_take_no_time():
    """A page with 100,000 attributes on one element is read without a tree, which takes minutes."""
    extracted = extract("<p " + " ".join(f"a{number}" for number in range(100_000)) + ">words", "a")
    assert ("words", "the page has more than 1,000 attributes on one element") == (extracted.text, extracted.note)


def test_a_page_of_one_long_text_is_not_lost():
    """A page of one paragraph just below the cap keeps its words."""
    text = "word " * ((DEFAULT_LIMITS.page_bytes - 100) // 5)
    assert text.count("word") == extract(f"<html><body><p>{text}</p></body></html>", "a").text.count("word")


def test_a_page_of_many_elements_is_read_flat(monkeypatch):
    """A page with more elements than the cap is read flat, and keeps its title."""
    extracted = extract(page("", BODY * 3), "a", bounds=InputLimits(page_elements=20))
    note = "the page has more than 20 elements (raise --max-page-elements to search it)"
    assert (note, "The title") == (extracted.note, extracted.title)
    assert 3 == extracted.text.count("council decided on day 7")
