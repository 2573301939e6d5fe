"""Pages that are read without a tree."""

import pytest

from dedup.formats import limits
from dedup.formats.pages.flat import reason_against_tree, whole_text
from dedup.settings import DEFAULT_LIMITS, InputLimits
from tests.helpers.html_pages import page


def test_each_block_is_a_line():
    """Blocks and line breaks end a line, and marks inside a sentence do not."""
    assert ("One two.\nThree\nfour", "T") == whole_text(
        "<title>T</title><p>One <b>two</b>.</p><div>Three<br>four</div>"
    )


@pytest.mark.parametrize("tag", ["script", "style", "template"])
def test_what_no_reader_sees_is_no_text(tag):
    """Scripts, styles and templates are no text."""
    assert "a\nb" == whole_text(f"<p>a</p><{tag}>hidden</{tag}><p>b</p>")[0]


def test_a_declaration_of_xml_is_no_text():
    """A page of XHTML with its declaration of XML is read."""
    source = "<?xml version='1.0' encoding='iso-8859-1'?><!DOCTYPE html><html><body><p>Café</p></body></html>"
    assert "Café" == whole_text(source)[0]


def test_a_usual_page_gets_a_tree():
    """There is no reason against the tree of a usual page."""
    assert "" == reason_against_tree(page(), DEFAULT_LIMITS)


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ("page_elements", "the page has more than 3 elements (raise --max-page-elements to search it)"),
        ("page_attributes", "the page has more than 3 attributes (raise --max-page-attributes to search it)"),
    ],
)
def test_the_reason_names_the_limit(limit, reason):
    """The reason against a tree names the limit, its unit and its flag."""
    source = page("<meta a=1 b=2 c=3 d=4>")
    assert reason == reason_against_tree(source, InputLimits(**{limit: 3}))


def test_the_reason_names_the_cap(monkeypatch):
    """The reason against a tree that is too deep names the cap and its unit."""
    monkeypatch.setattr(limits, "MAX_HTML_DEPTH", 3)
    assert "the page has more than 3 nested elements" == reason_against_tree(page(), DEFAULT_LIMITS)
