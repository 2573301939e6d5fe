"""A review ends in the stories of `cluster`, and learns boilerplate."""

import random

import pytest

import dedup
from dedup import Document, Index
from dedup.index.records import Change
from dedup.index.store import Store
from tests.helpers.index_stories import replay, stories_of


def test_a_review_ends_in_the_stories_of_cluster(path, prose):
    """After a review the stories equal those of `cluster`, in any order of arrival, in the order of the rule."""
    menu = "\n".join(["Home", "World news", "Sport today", "What is hot now", "Sign in here", "Terms of use"])
    documents = [
        Document(f"{menu}\n{prose(number // 2)}.\n{prose(100 + number, 10)}", id=f"d{number}", source=f"s{number % 3}")
        for number in range(30)
    ]
    expected = dedup.cluster(documents, seed=7)
    random.Random(5).shuffle(documents)
    with Index.open(path, reviews=0, seed=7) as index:
        for document in documents:
            index.add(document)
        index.review()
        stories = [story for story in index.stories(canonical="rule") if story.copies]
        assert {story.id: set(story.members) for story in expected.stories} == {
            story.id: set(story.members) for story in stories
        }
        assert stories_of(index) == replay(index.events())
        assert 0 == index.review() and [] == index.check()


@pytest.mark.parametrize("seed", range(6))
def test_a_review_sees_headlines_sources_and_boilerplate_as_cluster_does(seed, path, prose):
    """A review and `cluster` agree on follow-ups, walls, digests and pages of a menu alone."""
    chosen = random.Random(seed)
    sentences = [f"{prose(number, 10).capitalize()}." for number in range(40)]
    menus = ["", "Home\nSports\nWeather\nSign in\nAbout us\nContact\n", "Hem\nNytt\nLogga in\nOm oss\n"]
    titles = ["", "", "What happened today", *(" ".join(sentences[place].split()[:4]) for place in range(3))]
    bodies = [chosen.choices(sentences, k=chosen.randrange(1, 15)) for _ in range(25)]
    documents = [
        Document(
            chosen.choice(menus) + chosen.choice((" ", "\n")).join(chosen.choice(bodies)),
            id=f"d{number}",
            title=chosen.choice(titles),
            source=chosen.choice(("", "", "a.example", "b.example", "c.example")),
        )
        for number in range(80)
    ]
    expected = dedup.cluster(documents, seed=seed)
    assert len(expected.stories) > 5 < len(expected.no_articles)
    chosen.shuffle(documents)
    with Index.open(path, reviews=0, seed=seed) as index:
        while documents:
            index.add_many([documents.pop() for _ in range(min(len(documents), chosen.randrange(1, 12)))])
        index.review()
        stories = list(index.stories())
        assert {frozenset(member.id for member in story.members) for story in expected.stories} == {
            frozenset(member.id for member in story.members) for story in stories if story.copies
        }
        assert set(expected.singletons) == {story.canonical for story in stories if not story.copies}
        assert stories_of(index) == replay(index.events())
        assert 0 == index.review() and [] == index.check()


def test_a_review_that_cannot_read_a_document_says_so(path, prose):
    """A review raises `IndexCorrupt` for a document that cannot be read, and changes nothing."""
    with Index.open(path, reviews=0) as index:
        index.add(Document(prose(1), id="a"))
    with Store.open(path, mode="w") as store:
        (entry,) = store.documents([1])
        entry = entry._replace(number=2, document=Document(prose(2), id="b"))
        store.commit(Change(entries=[entry], packed=[b"no document"]))
    with (
        Index.open(path, reviews=0) as index,
        pytest.raises(dedup.IndexCorrupt, match="text of document 'b' is damaged"),
    ):
        index.review()
    with Store.open(path) as store:
        assert (2, 0) == (len(store), store.version)


def test_a_review_learns_boilerplate_for_the_next_page(path, prose):
    """After a review, a new page with boilerplate of the site is no copy because of the boilerplate."""
    boilerplate = "\n".join(
        [prose(number, 9) + "." for number in range(900, 915)] + ["Home", "World", "Sport", "Hot", "Sign in"]
    )
    with Index.open(path, reviews=0) as index:
        for number in range(6):
            index.add(Document(f"{boilerplate}\n{prose(number)}", id=f"d{number}"))
        index.review()
        assert 6 == len(stories_of(index))
        assert "original" == index.add(Document(f"{boilerplate}\n{prose(50, 60)}", id="next")).relation


def test_a_small_index_reviews_itself(path, prose):
    """An index that has doubled reviews itself, and corrects decisions that came too early."""
    long = [prose(number, 9) + "." for number in range(900, 908)]
    boilerplate = "\n".join([*long, "Home", "World", "Sport", "What is hot", "Sign in", "Terms"])
    documents = [
        Document("\n".join([boilerplate, *(prose(10 * number + line, 12) + "." for line in range(9))]), id=f"d{number}")
        for number in range(40)
    ]
    with Index.open(path) as index:
        index.add_many(documents)
        assert 40 == len(stories_of(index))
        assert stories_of(index) == replay(index.events())
