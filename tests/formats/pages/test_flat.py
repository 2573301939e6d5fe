"""Pages that are read without a tree."""

import pytest

from dedup.formats import limits
from dedup.formats.pages.flat import reason_against_tree, whole_text
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
    assert "" == reason_against_tree(page())


@pytest.mark.parametrize(
    ("cap", "unit"),
    [("MAX_HTML_DEPTH", "nested elements"), ("MAX_HTML_ELEMENTS", "elements")],
)
def test_the_reason_names_the_cap(monkeypatch, cap, unit):
    """The reason against a tree names the cap and its unit."""
    monkeypatch.setattr(limits, cap, 3)
    assert f"the page has more than 3 {unit}" == reason_against_tree(page())
