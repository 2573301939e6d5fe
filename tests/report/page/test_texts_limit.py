"""``--texts-limit``: texts of the largest stories come first, and a text that does not fit is left out whole."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.helpers.report_page import ReportPage

Rows = list[dict[str, Any]]
PageOf = Callable[..., ReportPage]

LARGE = ("Menu\nA first line that is long enough\nand more", "One 😀 22 two three", "One 😀 333 two three")
FIRST = len(LARGE[0])


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(0, 0), (FIRST - 1, 2), (FIRST, 1), (sum(map(len, LARGE)), 3), (sum(map(len, LARGE)) + 10, 4), (10_000, 7)],
    ids=["none", "one less than a text", "exactly a text", "exactly a story", "a text more", "all"],
)
def test_texts_fit_into_the_limit(rows: Rows, page_of: PageOf, limit: int, expected: int) -> None:
    """As many texts as fit are there, in characters, and never more."""
    texts = page_of(rows, limit).texts()
    assert sum(map(len, texts)) <= limit
    assert expected == len(texts)


def test_the_largest_story_has_its_texts_first(rows: Rows, page_of: PageOf) -> None:
    """A limit for one story gives the texts of the largest, though it comes later in the rows."""
    assert sorted(LARGE) == sorted(page_of(rows, sum(map(len, LARGE))).texts())


def test_what_is_left_out_is_told(rows: Rows, page_of: PageOf) -> None:
    """The head says how many texts are there and how many are not; a left-out text is null, not missing."""
    page = page_of(rows, FIRST)
    assert {"has": True, "shown": 1, "left_out": 6, "limit": FIRST} == page.head["texts"]
    assert [None, None] == page.stories()[1]["texts"]


def test_a_comparison_without_texts_keeps_its_grounds(rows: Rows, page_of: PageOf) -> None:
    """The verdict and the rules are there without the texts, and no place is."""
    (comparison,) = page_of(rows, 0).stories()[1]["compared"]
    assert (True, [["share", 0.5, 0.3, "at least", True, [1, 2]]]) == (comparison["match"], comparison["grounds"])
    assert "passages" not in comparison


def test_titles_do_not_depend_on_the_limit(rows: Rows, page_of: PageOf) -> None:
    """A first line stands for a headline though its text is left out."""
    assert page_of(rows, 0).list["title"] == page_of(rows).list["title"]
