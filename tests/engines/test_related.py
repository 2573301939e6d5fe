"""Related coverage of a job: the stories of one event, its rewrites, and what it leaves as it is."""

import pytest

import dedup
from dedup.core.related.numbers import LEAST_TEXTS
from dedup.errors import SettingsError
from tests.helpers.event_pages import event_pages


@pytest.mark.parametrize("workers", [1, 2])
def test_an_event_in_three_texts_is_one_coverage(workers):
    """An article, its spun copy and another report are one coverage among other pages, with one rewrite."""
    pages = event_pages(3)
    report = dedup.cluster([dedup.Document(**page) for page in pages], related=True, workers=workers)
    (coverage,) = report.coverage
    (rewrite,) = coverage.rewrites
    assert {"article", "spun", "report"} == set(coverage.stories)
    assert {"article", "spun"} == {rewrite.first, rewrite.second}
    assert 0.25 <= coverage.score < rewrite.score <= 1


def test_stories_stay_as_they_are():
    """With related coverage the stories, the singletons and the notes are those without it."""
    inputs = dedup.read("corpus/pages")
    without, related = dedup.cluster(inputs), dedup.cluster(inputs, related=True)
    assert without.stories == related.stories
    assert list(without.singletons) == list(related.singletons)
    assert () == without.coverage


def test_the_copies_of_a_rewrite_are_in_its_story():
    """A coverage names a story by its canonical document, and no copy."""
    pages = event_pages(3)
    spun = next(page for page in pages if page["id"] == "spun")
    copies = [spun | {"id": f"copy of spun {number}", "text": f"{spun['text']} Ends {number}."} for number in range(5)]
    report = dedup.cluster([dedup.Document(**page) for page in [*pages, *copies]], related=True)
    (coverage,) = report.coverage
    (story,) = report.stories
    assert 3 == len(coverage.stories)
    assert story.id in coverage.stories
    assert 6 == story.size


def test_a_small_collection_has_a_note_and_no_coverage():
    """Too few articles to tell rare words have no coverage, and a note says so."""
    pages = event_pages(3, LEAST_TEXTS - 4)
    report = dedup.cluster([dedup.Document(**page) for page in pages], related=True)
    (note,) = (note for note in report.notes if note.about == "coverage")
    assert () == report.coverage
    assert note.reason == "49 articles are too few to tell which words are rare: from 50 on there is coverage"


def test_no_documents_have_no_coverage():
    """A job without a document has no coverage, and no note on it."""
    report = dedup.cluster([], related=True)
    assert ((), ()) == (report.coverage, report.notes)


def test_an_index_refuses_the_setting(tmp_path):
    """An index does not take a setting that it cannot keep, and makes no folder."""
    with pytest.raises(SettingsError, match="an index has no related coverage"):
        dedup.Index.open(tmp_path / "index", related=True)
    assert [] == list(tmp_path.iterdir())
