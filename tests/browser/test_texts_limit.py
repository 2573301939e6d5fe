"""A report holds texts up to a limit, and says what it left out."""

import json

import pytest

from tests.helpers.report_documents import story

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def rows(report_of):
    """The rows of one story, and the characters of its texts."""
    written = [json.loads(line) for line in report_of(story()).rows.read_text("utf-8").splitlines()]
    return written, [len(row["text"]) for row in written if row["type"] == "text"]


@pytest.mark.parametrize(("less", "texts"), [(0, 3), (1, 2)])
def test_a_text_is_there_whole_or_not_at_all(show, report_of_rows, rows, less, texts):
    """A limit of all characters shows all texts; a character less leaves one text and its comparisons out."""
    written, sizes = rows
    view = show(report_of_rows(written, "--texts-limit", str(sum(sizes) - less)), "#/run")
    assert f"{texts} of stories and pairs" in view.text
    assert ("--texts-limit" in view.text) == (less > 0)
    shown = [view.go(f"#/story/0/{number}") and view.page.locator(".texts").count() for number in range(3)]
    assert sum(shown) == (3 if texts == 3 else 1)
    assert ("--texts-limit" in view.text) == (less > 0)
    assert [] == view.faults()


def test_without_texts_a_comparison_has_its_verdict(show, report_of_rows, rows):
    """A limit of nothing leaves all texts out: the story says so, and a comparison has its verdict and rules."""
    view = show(report_of_rows(rows[0], "--texts-limit", "0"), "#/story/0")
    assert "--texts-limit" in view.text
    assert "later version" in view.go("#/story/0/0") or "reprint" in view.heading
    assert "--texts-limit" in view.text
    assert "Passed" in view.text
    assert [] == view.faults()
