"""A report of many documents is drawn soon, and no view draws more than a screen needs."""

import pytest
from report_browser import drawn, write_report
from synthetic.stories import report_rows

pytestmark = pytest.mark.browser

STORIES = 2_000
"""A fifth of what the bench measures, with the bars of the bench: a busy machine fails no test."""


def test_a_large_report_is_drawn_within_the_bars(chromium, tmp_path):
    """The page takes less than 2 s of a processor for the first view and for the list, and .1 s for a search."""
    first, stories, search = drawn(chromium, write_report(report_rows(STORIES), tmp_path))
    assert first.page < 2
    assert stories.page < 2
    assert search.page < 0.1


def test_a_long_list_is_drawn_in_steps(show, report_of_rows):
    """The list of thousands of stories begins with 60, and a button adds more and has the focus go on there."""
    view = show(report_of_rows(report_rows(STORIES)), "#/stories")
    rows = view.page.locator("main .list a")
    assert rows.count() == 60
    view.page.get_by_role("button", name="more").click()
    assert rows.count() > 60
    assert rows.nth(60).evaluate("node => node === document.activeElement")
    assert [] == view.heard + view.overflow()
