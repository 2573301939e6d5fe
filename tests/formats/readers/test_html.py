"""HTML files: one document each, also of hostile pages."""

import json
import logging
import subprocess
import sys

import pytest

from tests.helpers.html_pages import BODY, page


def test_a_page_gives_text_and_what_it_says_of_itself(put, hear):
    """A page gives its main text without navigation, and its title, site, address and time."""
    head = (
        "<meta property='og:site_name' content='Example News'><link rel='canonical' href='https://example.org/a'>"
        "<meta property='article:published_time' content='2024-03-01T10:20:30+01:00'>"
    )
    (document,) = hear(put("a.html", page(head))).documents
    assert "council decided on day 7" in document.text
    assert "Sports pages" not in document.text
    assert ("The title", "Example News", "https://example.org/a") == (document.title, document.source, document.url)
    assert "2024-03-01T10:20:30+01:00" == document.published.isoformat()


@pytest.mark.parametrize("name", ["a.html", "a.jsonl"])
def test_what_a_page_declares_reaches_the_document(put, hear, name):
    """A file and a row of a page give a document that has all that the page declares."""
    head = (
        "<meta property='og:url' content='https://here.example/a'><meta name='author' content='Jane Roe'>"
        "<link rel='canonical' href='https://wire.example/a'><meta name='syndication-source' content='The Wire'>"
        "<meta name='dc.publisher' content='Press'><meta property='og:locale' content='de_AT'>"
        "<meta property='article:modified_time' content='2024-03-01T10:20:30+01:00'>"
    )
    source = page(head)
    (document,) = hear(put(name, source if name == "a.html" else json.dumps({"html": source}))).documents
    assert ("https://here.example/a", "https://wire.example/a") == (document.url, document.canonical_url)
    assert ("The Wire", "Press") == (document.syndicated_from, document.publisher)
    assert ("Jane Roe", "de-AT") == (document.author, document.language)
    assert "2024-03-01T10:20:30+01:00" == document.modified.isoformat()


def test_a_log_in_wall_is_a_document(put, hear):
    """A page without a main text is a document of its whole text."""
    (document,) = hear(put("a.html", "<html><body><form><label>Please log in</label></form></body></html>")).documents
    assert "Please log in" in document.text


@pytest.mark.parametrize(
    "text", ["", " \n", "<html></html>", "<!-- only -->", "<html><body><script>x</script></body></html>"]
)
def test_a_page_without_text_is_an_empty_document(put, hear, text):
    """A page without any text is a document with an empty text."""
    heard = hear(put("a.html", text))
    assert ([""], []) == (heard.texts, heard.skips)


@pytest.mark.parametrize(
    "text", ["just words, no tags", "<p>just words,</p> <p>no tags</p>", "<div>just words,<b> no tags"]
)
def test_fragments_are_pages(put, hear, text):
    """A page need not be whole."""
    assert ["just", "words,", "no", "tags"] == hear(put("a.htm", text)).texts[0].split()


@pytest.mark.parametrize("close", ["</div>" * 100_000, ""])
def test_100_000_nested_elements_lose_no_text(put, hear, close):
    """A page that nests too deep for a tree is read flat with a note, and no text is lost."""
    heard = hear(
        put("a.html", f"<title>T</title>{'<div>' * 100_000}{BODY}{close}<p>And the end.</p><script>no</script>")
    )
    assert "council decided on day 7" in heard.texts[0]
    assert heard.texts[0].endswith("And the end.")
    assert ["the page has more than 250 nested elements; its whole text was taken, with what boilerplate it has"] == [
        note.reason for note in heard.notes
    ]


def test_a_huge_page_is_a_skip(put, hear, monkeypatch):
    """A page over the cap is a skip, as a file and in a row."""
    paths = put("a.html", page()), put("b.jsonl", json.dumps({"html": page()}))
    assert [
        "is larger than 500 bytes (decompressed); split it, or raise --max-page-bytes",
        "is HTML of more than 500 bytes; hand its text over instead, or raise --max-page-bytes",
    ] == [skip.reason for skip in hear(*paths, limits={"page_bytes": 500}).skips]


@pytest.mark.parametrize(
    "text",
    [
        "<" * 10_000,
        "<a " * 5_000,
        "<!--" * 5_000,
        "<![CDATA[" * 5_000,
        "&#xD800;&#0;&#99999999999;" * 100,
        "<table>" * 300 + "x",
        "<html/><body><p>x",
        "<script type='application/ld+json'>" + "[" * 10_000 + "</script><p>x",
        "<meta property='article:published_time' content='9999-99-99T99:99:99'><p>x",
        "<link rel='canonical' href='http://[::1'><p>x",
        "<time datetime='2024-01-01T00:00:00+99:99'>x</time>",
        "<p xmlns:a='b' a:c='d' :e='f'>x",
        "<svg><style><p>x",
        "<frameset><frame src='x'></frameset>",
        BODY + "<p>\ufffe\uffff\x01\x85x",
    ],
)
def test_malformed_pages_are_documents(put, hear, text):
    """Any malformed page is one document whose text can be encoded."""
    heard = hear(put("a.html", text))
    assert (1, []) == (len(heard.documents), heard.skips)
    heard.documents[0].text.encode()


def test_the_extraction_writes_no_log(put, hear, caplog):
    """The loggers of the extraction write nothing while it runs, and keep their levels."""
    logger = logging.getLogger("trafilatura")
    logger.setLevel(logging.DEBUG)
    hear(put("a.html", ""), put("b.html", page()))
    assert ([], logging.DEBUG) == (caplog.records, logger.level)
    logger.setLevel(logging.NOTSET)


def test_nothing_heavy_is_imported_before_the_first_page():
    """Importing the readers imports neither trafilatura nor lxml."""
    code = "import sys, dedup.formats; print([name for name in ('trafilatura', 'lxml') if name in sys.modules])"
    assert "[]\n" == subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("joiner", ["\u200c", "&zwnj;", "&#8204;", "&#x200C;"])
def test_words_of_persian_stay_apart(put, hear, joiner):
    """A joiner between two words of Persian becomes a space."""
    sentence = f"کتاب{joiner}خانه مرکزی شهر امروز پس از دو سال بازسازی دوباره باز شد و مردم از آن دیدن کردند. "
    heard = hear(put("a.html", f"<html><body><article><p>{sentence * 4}</p></article></body></html>"))
    assert "کتاب خانه" in heard.documents[0].text
