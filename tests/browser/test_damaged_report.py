"""A report that is damaged says so where it is damaged, and works elsewhere."""

import re

import pytest

from tests.helpers.report_documents import story

pytestmark = pytest.mark.browser


def damaged(report, block):
    """The page of a report with other bytes in the middle of a block."""
    page = report.page.read_text("utf-8")
    begin, end = re.search(rf'id="{block}">([^<]*)<', page).span(1)
    middle = (begin + end) // 2
    report.page.write_text(page[:middle] + "AAAAAAAA" + page[middle + 8 :], "utf-8", newline="\n")
    return report


def test_a_story_of_a_damaged_part_says_so(show, report_of):
    """Bytes of a part are changed: its story says that the file is damaged, and other views work."""
    view = show(damaged(report_of(story()), "part-0"), "#/story/0")
    assert "Not in this report" == view.heading
    assert "damaged" in view.text
    assert "Stories" == view.go("#/stories")
    assert "Ferry lines may merge" in view.text
    assert "Overview" == view.go("#/")
    assert [] == view.heard


def test_a_damaged_list_says_so(show, report_of):
    """Bytes of the list are changed: the stories say that the file is damaged, and the overview works."""
    view = show(damaged(report_of(story()), "list"), "#/stories")
    assert "damaged" in view.text
    assert "Overview" == view.go("#/")
    assert [] == view.heard
