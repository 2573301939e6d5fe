"""Reports that lack something say so, on every view, without a fault."""

import json

import pytest

from tests.helpers.report_documents import article, story

pytestmark = pytest.mark.browser


def views(view):
    """Go to each view, to the first story and its first comparison; return the texts of the views by address."""
    texts = {}
    for address in ("#/", "#/stories", "#/story/0", "#/story/0/0", "#/apart", "#/apart/0", "#/alone", "#/run"):
        view.go(address)
        assert [] == view.heard + view.overflow(), address
        texts[address] = view.text
    return texts


def without(documents, *fields):
    """Documents without some fields."""
    return [{key: value for key, value in document.items() if key not in fields} for document in documents]


@pytest.mark.parametrize("width", [1240, 390])
@pytest.mark.parametrize(
    ("documents", "address", "says"),
    [
        ([article(n, f"{n}") for n in range(3)], "#/stories", "no document is a copy"),
        ([article(n, f"{n}") for n in range(3)], "#/", "3 documents are 3 articles"),
        (story(), "#/", "3 documents are 1 article"),
        (without(story(), "published"), "#/stories", "no date"),
        (without(story(), "published"), "#/story/0", "No document of this story has a date"),
        (without(story(), "title"), "#/stories", "The harbour board approved the merger"),
    ],
    ids=["no story", "no copies", "one story", "no date", "no date of a story", "no headline"],
)
def test_a_report_says_what_the_documents_lack(show, report_of, documents, address, says, width):
    """Documents without copies, dates, sources or headlines give a report that says so."""
    view = show(report_of(documents), width=width)
    assert says.lower() in views(view)[address].lower()
    view.go(address)
    assert [] == view.violations()


@pytest.mark.parametrize(
    ("options", "cluster", "address", "says"),
    [
        ((), (), "#/story/0", "--explain"),
        ((), (), "#/apart", "--explain"),
        ((), (), "#/alone", "--singletons"),
        (("--texts-limit", "0"), ("--explain",), "#/story/0", "--texts-limit"),
    ],
    ids=["plain rows, story", "plain rows, apart", "plain rows, alone", "no texts"],
)
def test_a_report_names_the_option_that_it_lacks(show, report_of, options, cluster, address, says):
    """Rows without comparisons, texts or documents alone give a report that names the option to ask with."""
    view = show(report_of([*story(), article(1, "fox")], *options, cluster=cluster))
    assert says in views(view)[address]
    view.go(address)
    assert [] == view.violations()


def rows_of(report):
    """The rows of a report."""
    return [json.loads(line) for line in report.rows.read_text("utf-8").splitlines()]


def test_a_document_without_a_source_has_an_unknown_source(show, report_of, report_of_rows):
    """Documents of no source and no folder are said to be of an unknown source."""
    rows = rows_of(report_of(without(story(), "source")))
    for row in rows:
        for document in row.get("members", ()):
            document["path"] = ""
    view = show(report_of_rows(rows))
    assert "unknown source" in views(view)["#/story/0"]
    assert [] == view.violations()


def test_a_run_that_was_cut_short_says_so(show, report_of, report_of_rows):
    """Rows without a footer give the report of what was written, and a note."""
    view = show(report_of_rows(rows_of(report_of(story()))[:-1]))
    texts = views(view)
    assert "cut short" in texts["#/"]
    assert "Ferry lines may merge" in texts["#/stories"]
    assert [] == view.violations()


def test_a_run_that_read_nothing_names_what_was_skipped(show, report_of_rows):
    """A run without documents gives one sentence, and what was skipped."""
    header, *_, footer = alone(0)
    skipped = [{"path": "news/broken.html", "line": None, "reason": "it is no text", "count": 1}]
    view = show(report_of_rows([header, footer | {"skipped": skipped}]))
    assert "No document was read" in view.text
    assert "news/broken.html" in view.text
    assert [] == view.faults()


def test_thousands_of_documents_alone_are_listed_in_steps(show, report_of_rows):
    """The list of 5,000 documents alone begins short, and a button shows more."""
    view = show(report_of_rows(alone(5_000)), "#/alone")
    assert "5,000 documents" in view.text
    rows = view.page.locator("main tbody tr")
    short = rows.count()
    assert 0 < short <= 500
    view.page.get_by_role("button", name="more").click()
    assert rows.count() > short
    assert [] == view.heard + view.overflow()


def alone(count):
    """The rows of a run that found no story."""
    yield {"type": "header", "schema": "dedup.report/1", "version": "1", "settings": {}, "inputs": [], "thresholds": ""}
    for number in range(count):
        name = f"news/{number}.txt"
        member = {"id": name, "relation": "original", "containment": 1.0, "resemblance": 1.0, "source": "News"}
        member |= {"published": None, "title": f"Notice {number}", "path": "", "credit": "", "no_article": "a notice"}
        yield {"type": "story", "story": name, "canonical": name, "size": 1, "weakest": 1.0, "members": [member]}
    counts = {"documents": count, "stories": 0, "copies": 0, "singletons": count, "no_articles": count}
    yield {"type": "footer", **counts, "skipped": [], "notes": [], "seconds": 1.0, "complete": True}
