"""The search finds stories by headline, source and file name."""

import pytest

from tests.helpers.report_documents import article, copy

pytestmark = pytest.mark.browser

HEADLINES = [
    "Ferry lines may merge",
    "Größere Fähren für die Straße von Selby",
    "İstanbul'da iki hat birleşiyor",
    "Ο ΔΉΜΟΣ ΕΓΚΡΊΝΕΙ ΤΗ ΣΥΓΧΏΝΕΥΣΗ",
    "Паромы объединяются",
    "北海フェリー二社が合併へ",
    "دو خط کشتی یکی می‌شوند",
    "เรือข้ามฟากสองสายรวมกัน",
    "שתי חברות המעבורות מתמזגות",
]


@pytest.fixture(scope="module")
def report(report_of):
    """A report of three articles with headlines of many scripts."""
    documents = []
    for number, headline in enumerate(HEADLINES[:3]):
        documents.append(article(number, f"desk-{number}/a.txt", title=headline, source=f"Wire {number}"))
        documents.append(copy(number, f"tide-{number}/b.txt", title=HEADLINES[3 + number], source="Tide News"))
        documents.append(copy(number, f"post-{number}/c.txt", title=HEADLINES[6 + number], source="Selby Post"))
    return report_of(documents)


@pytest.fixture
def view(show, report):
    """The list of the stories."""
    return show(report, "#/stories")


def search(view, words):
    """Search, and return the addresses of the stories that are found, once these are drawn."""
    view.page.locator("#q").fill(words)
    view.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return [link.get_attribute("href") for link in view.page.locator("main .list a").all()]


@pytest.mark.parametrize(
    "change", [str, str.upper, str.lower, str.casefold], ids=["as it is", "upper", "lower", "fold"]
)
def test_a_headline_is_found_in_any_case_and_script(view, change):
    """Each headline of a story finds this story alone, however it is typed."""
    found = [search(view, change(headline)) for headline in HEADLINES]
    assert [1] * 9 == [len(stories) for stories in found]
    assert found[0] == found[3] == found[6]
    assert 3 == len({*found[0], *found[1], *found[2]})


@pytest.mark.parametrize(
    ("words", "count"), [("wire 1", 1), ("tide", 3), ("TIDE NEWS", 3), ("desk-2/A.TXT", 1), ("selby wire", 3)]
)
def test_sources_and_file_names_are_found(view, words, count):
    """A source and a file name find the stories that have them; all words must be there."""
    assert count == len(search(view, words))


def test_filters_add_up_and_the_count_is_announced(view):
    """A source and a search narrow the list together, and a status says how many stories are left."""
    status = view.page.locator("[role=status]")
    search(view, "straße")
    assert "1 of 3 stories" in status.inner_text()
    view.page.locator("#f-src").select_option("Wire 0")
    assert "0 of 3 stories" in status.inner_text()
    assert "No story has that" in view.text
    assert [] == view.violations()
    search(view, "")
    assert "1 of 3 stories" in status.inner_text()
    view.page.locator("#f-src").select_option("")
    assert "3 stories" in status.inner_text()
    assert [] == view.heard


def test_documents_alone_are_searched_too(show, corpus):
    """The list of stories says how many documents alone have the words, and their list keeps the search."""
    view = show(corpus, "#/stories")
    search(view, "tides")
    link = view.page.locator("main a[href='#/alone']")
    count = int(link.inner_text().split()[0])
    assert f"{link.inner_text()} " in view.text
    assert "alone with these words" in view.text
    view.page.evaluate("() => { location.hash = '#/alone'; }")
    view.page.wait_for_function("() => document.querySelector('h1').textContent === 'Alone'")
    rows = view.page.locator("main tbody tr")
    assert count == rows.count() > 0
    assert "tides" == view.page.locator("#q").input_value()
    assert [] == view.faults()
    view.page.locator("#q").fill("no such word")
    assert 0 == rows.count()
    view.page.locator("#q").fill("")
    assert count < rows.count()


@pytest.mark.parametrize("order", ["size", "weakest", "newest", "oldest", "longest", "sources"])
def test_stories_stand_in_each_order(show, corpus, order):
    """Each order lists all stories of the first screen, and none twice."""
    view = show(corpus, "#/stories")
    rows = view.page.locator("main .list a")
    count = rows.count()
    view.page.locator("#f-sort").select_option(order)
    links = [link.get_attribute("href") for link in rows.all()]
    assert count == len(links) == len(set(links))
