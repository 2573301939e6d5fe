"""The page of one comparison, which `dedup compare` writes."""

import pytest

from tests.helpers.report_documents import article, copy

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def pair(compared):
    """The page of two texts alone, with another figure."""
    return compared(article(0, "a.txt"), copy(0, "b.txt"))


@pytest.mark.parametrize("width", [1240, 390])
def test_two_texts_alone_are_compared_on_one_page(show, pair, width):
    """The page has the verdict, the rules, and both texts, and says first that boilerplate is not known."""
    view = show(pair, width=width)
    assert "match" in view.heading
    assert "Boilerplate is not known" in view.text
    assert "412" in view.page.locator(".diffs").inner_text()
    assert "Selby lies on the far shore" in view.page.locator(".texts").inner_text()
    assert [] == view.faults()


def test_a_page_of_one_comparison_leads_nowhere_else(show, pair):
    """There is no list to search and no address of a story; one is said to be not in the report."""
    view = show(pair)
    assert view.page.locator("nav a").count() == 1
    view.page.keyboard.press("/")
    assert "#/" == view.address
    assert "Not in this report" == view.go("#/stories")
    assert [] == view.faults()
