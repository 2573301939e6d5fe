"""An index that other thresholds decided opens, says that it is outdated, and is right after a review."""

import pytest

import dedup
from dedup import Document, Index
from dedup.core import thresholds
from dedup.core.pairs import alignment
from dedup.core.thresholds import fingerprint

MENU = ["Front page", "My county", "Sign in", "Top news", "Leave a reply", "About us"]


@pytest.fixture
def documents(prose):
    """Articles with reprints, and pages of a site with a menu."""
    copies = [Document(f"{prose(number % 6)} {prose(100 + number, 20)}", f"c{number}") for number in range(12)]
    pages = [Document("\n".join([*MENU, prose(50 + n)]), f"p{n}", source="a.example") for n in range(4)]
    return [*copies, *pages]


@pytest.fixture
def path(tmp_path, documents, monkeypatch):
    """An index that was made with thresholds by which no text is a copy."""
    folder = tmp_path / "news.dedup"
    with monkeypatch.context() as patch:
        patch.setattr(thresholds, "FIGURE_COST", 11)
        patch.setattr(alignment, "PASSAGE_COST", 1_000)
        with Index.open(folder, reviews=0) as index:
            index.add_many(documents)
            assert (False, len(documents)) == (index.outdated, len(list(index.stories())))
            index.review()
    return folder


def groups(stories):
    """Return the ids of each story."""
    return sorted(sorted(member.id for member in story.members) for story in stories)


def expected(documents):
    """Return the stories of `cluster`, also those of one document."""
    report = dedup.cluster(documents)
    return sorted([*groups(report.stories), *([member.id] for member in report.singletons)])


def test_an_index_of_these_numbers_is_not_outdated(tmp_path):
    """A new index holds the hash of its thresholds."""
    with Index.open(tmp_path / "index") as index:
        assert (False, fingerprint()) == (index.outdated, index.stats().thresholds)


@pytest.mark.parametrize("mode", ["r", "w"])
def test_an_index_of_other_numbers_opens_and_says_so(path, documents, mode):
    """Documents and stories are unchanged, and the hash of the thresholds differs."""
    with Index.open(path, mode=mode) as index:
        assert (True, True) == (index.outdated, index.stats().thresholds != fingerprint())
        assert len(documents) == len(index) == len(list(index.stories()))
        assert documents[0].text == index.get("c0").text


def test_a_review_makes_it_right(path, documents):
    """After a review the stories are those of `cluster`, and the index has the hash of these thresholds."""
    with Index.open(path, reviews=0) as index:
        assert index.review() > 0
        assert (False, expected(documents)) == (index.outdated, groups(index.stories()))
    with Index.open(path, mode="r") as index:
        assert (False, fingerprint()) == (index.outdated, index.stats().thresholds)


def test_documents_may_come_before_the_review(path, documents, prose):
    """An outdated index decides new documents by these thresholds, and after a review its stories are right."""
    new = [Document(f"{prose(300)} {prose(301, 10)}", "n0"), Document(prose(300), "n1"), Document(prose(2), "n2")]
    with Index.open(path, reviews=0) as index:
        first, second, _ = index.add_many(new)
        assert (True, True) == (index.outdated, first.story == second.story)
        index.review()
        assert expected([*documents, *new]) == groups(index.stories())
        last = index.add(Document("\n".join([*MENU, prose(4)]), "late", source="a.example"))
        assert index.story(last.story).size == 3
        assert index.add(documents[0]).known


def test_a_review_by_itself_is_one_too(path, documents, prose):
    """An index that reviews itself as it grows is no longer outdated."""
    with Index.open(path, reviews=1_000) as index:
        new = [Document(prose(400 + number), f"n{number}") for number in range(40)]
        index.add_many(new)
        assert not index.outdated
        assert {3: 0, 2: 6} == {size: sum(story.size == size for story in index.stories()) for size in (3, 2)}


def test_a_copy_of_an_index_is_as_old(path, tmp_path, documents):
    """A restored index has the hash of the thresholds of the exported index."""
    with Index.open(path, mode="r") as index:
        index.export(tmp_path / "file")
    Index.restore(tmp_path / "file", tmp_path / "again")
    with Index.open(tmp_path / "again", reviews=0) as index:
        assert index.outdated
        index.review()
        assert (False, expected(documents)) == (index.outdated, groups(index.stories()))


def test_an_outdated_index_is_not_broken(path):
    """A check of an outdated index finds no fault, before and after a review."""
    with Index.open(path, reviews=0) as index:
        assert [] == index.check()
        index.review()
        assert [] == index.check()
