"""Markdown: its text without the markup."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.formats.readers.markdown import plain

FRONT = """---
# a comment
title: "The title: a story"
date: 2024-03-01
site: Example News
canonical: https://example.org/a
tags:
  - one
  - two
---
"""


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("a [link](https://example.org/a_(b) 'title') b", "a link b"),
        ("a [link][ref] b\n\n[ref]: https://example.org", "a link b\n\n"),
        ("[![alt](i.png)](https://example.org) b", " b"),
        ("![alt text](i.png) b", " b"),
        ("# Head\ntext", "Head\ntext"),
        ("## Head ##", "Head"),
        ("Head\n====\ntext", "Head\n\ntext"),
        ("*a* **b** ***c*** _d_ __e__ ~~f~~", "a b c d e f"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        ("```python\ncode\n```", "\ncode\n"),
        ("some `code` here", "some code here"),
        ("> quoted\n> > twice", "quoted\ntwice"),
        ("a<br>b <span class='x'>c</span>", "ab c"),
        ("a <!-- no --> b", "a  b"),
        ("3 < 4 and <https://example.org>", "3 < 4 and <https://example.org>"),
        ("Q&amp;A \\*not\\*", "Q&A *not*"),
        ("&#00065; &#" + "9" * 5000 + "; &#" + "0" * 5000 + "66;", "A \N{REPLACEMENT CHARACTER} B"),
        ("* item\n* * *\n- item", "* item\n* * *\n- item"),
        ("[not a link] and (not a target)", "[not a link] and (not a target)"),
    ],
)
def test_marks_are_dropped(marked, expected):
    """Each mark is dropped, and characters that only look like a mark stay."""
    assert expected == plain(marked)


def test_front_matter_is_read(put, hear):
    """Front matter gives title, site, address and time, and is not in the text."""
    (document,) = hear(put("a.md", FRONT + "# Other\n\nThe body.\n")).documents
    assert ("The title: a story", "Example News", "https://example.org/a", "Other\n\nThe body.\n") == (
        document.title,
        document.source,
        document.url,
        document.text,
    )
    assert datetime.datetime(2024, 3, 1, tzinfo=datetime.UTC) == document.published


def test_front_matter_may_end_with_carriage_returns(put, hear):
    """Front matter written on Windows is read as well."""
    (document,) = hear(put("a.md", FRONT.replace("\n", "\r\n") + "body")).documents
    assert ("Example News", "body") == (document.source, document.text)


@pytest.mark.parametrize(
    "text", ["---\nA rule, then prose.\n---\nMore.", "---\nno end: ever", "text\n---\na: b\n---\n"]
)
def test_a_rule_is_no_front_matter(put, hear, text):
    """A rule at the top, front matter without an end, and rules in the text lose no word."""
    (document,) = hear(put("a.md", text)).documents
    assert [word for word in text.split() if word != "---"] == document.text.split()


def test_empty_front_matter_is_dropped(put, hear):
    """Front matter without a line is front matter."""
    assert ["body"] == hear(put("a.md", "---\n---\nbody")).texts


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("intro\n\n## The *first* [one](u)\n# Second", "The first one"),
        ("Under\n=====\ntext", "Under"),
        ("no heading", ""),
        ("", ""),
    ],
)
def test_the_first_heading_is_the_title(put, hear, text, title):
    """Without front matter, the first heading of any level is the title."""
    assert [title] == [document.title for document in hear(put("a.md", text)).documents]


def test_an_unreadable_date_is_a_note(put, hear):
    """A document with an unreadable date has no time, and a note names the date."""
    heard = hear(put("a.md", "---\ndate: next week\n---\nbody"))
    assert [None] == [document.published for document in heard.documents]
    assert heard.notes[0].reason.startswith("published in 1 document: not a time, left out")


@given(st.text(alphabet="ab \n[]()!<>#*_~`-=:\\\"'&;|", max_size=300))
def test_no_text_breaks_it_and_letters_stay(text):
    """Any mix of marks raises nothing, and never makes a text longer."""
    assert len(plain(text)) <= len(text)


@pytest.mark.parametrize("mark", ["[", "[a](", "[a](x(y)", "![", "<a ", "<!--", "`", "*a", "#", "> ", "---\n", "a\n"])
def test_hostile_repeats_end(put, hear, mark):
    """Half a million marks without an end are read like any text."""
    assert 1 == len(hear(put("a.md", mark * (500_000 // len(mark)))).documents)
