"""Stories of an index part when what had joined their documents does not hold any more."""

import pytest

from dedup import Document, Index, Settings


@pytest.fixture
def opened(path):
    """A function that opens an index that never reviews itself."""
    options = {"reviews": 0, "workers": 1, "clock": lambda: 0.0}
    return lambda name="index": Index.open(path.with_name(name), Settings(seed=1), **options)


@pytest.fixture
def items(prose):
    """Three articles under headlines of their own, from sites of their own."""
    return [
        Document(prose(number, 60), f"item {number}", source=f"site{number}.example", title=prose(number, 60)[:30])
        for number in range(3)
    ]


@pytest.fixture
def digest(items):
    """A page that holds the three articles."""
    return Document(" ".join(item.text for item in items), "digest", source="digest.example", title="In brief")


def copy_of(item):
    """Return a reprint of an article."""
    return Document(item.text, f"{item.id}, reprint", title=item.title, source="mirror.example")


def ids_of_stories(index):
    """Return the ids of each story, sorted."""
    return sorted(sorted(member.id for member in story.members) for story in index.stories())


def test_a_digest_leaves_the_first_of_its_articles(opened, digest, items):
    """The second article shows that a page is a digest: its story parts, and copies of the first article say so."""
    with opened() as index:
        assert [True, False] == [index.add(document).is_new for document in (digest, items[0])]
        second = index.add(items[1])
        assert (True, ["split", "created"]) == (second.is_new, [event.kind for event in second.events])
        assert [["digest"], ["item 0"], ["item 1"]] == ids_of_stories(index)
        assert ["item 0", "item 1"] == [index.add(copy_of(item)).duplicate_of for item in items[:2]]
        assert [] == index.check()


def test_a_digest_stays_a_digest(opened, digest, items):
    """A page that was once a digest is one when a further article comes alone, also after the index was closed."""
    for first in ([*items[:2], digest], [digest, *items[:2]]):
        with opened(first[0].id) as index:
            index.add_many(first)
        with opened(first[0].id) as index:
            assert index.query(items[2]).is_new and index.add(items[2]).is_new
            assert "item 2" == index.add(copy_of(items[2])).duplicate_of


def test_a_review_tells_digests_anew(opened, digest, items):
    """A page is a digest until a review finds none of its articles."""
    for reviewed in (False, True):
        with opened(f"reviewed {reviewed}") as index:
            index.add_many([*items[:2], digest])
            index.remove("item 0")
            index.remove("item 1")
            if reviewed:
                index.review()
            assert reviewed != index.add(items[2]).is_new


def test_an_article_leaves_a_story_that_only_a_frame_had_joined(opened, prose):
    """Two pages of a new site are joined by its frame. When other pages have shown the frame, a copy parts them."""
    frame = prose(100, 50)
    pages = [Document(f"{prose(number, 45)}\n{frame}", f"page {number}", source="a.example") for number in range(4)]
    with opened() as index:
        assert [True, False, True, True] == [decision.is_new for decision in index.add_many(pages)]
        copy = index.add(Document(prose(1, 45), "copy", source="b.example"))
        assert (["split", "joined"], "page 1") == ([event.kind for event in copy.events], copy.duplicate_of)
        assert [["copy", "page 1"], ["page 0"], ["page 2"], ["page 3"]] == ids_of_stories(index)


@pytest.mark.parametrize("first", [0, 1, 2, 3])
def test_a_batch_parts_stories_as_single_adds_do(opened, digest, items, first):
    """A batch with a digest and its articles, in any order, gets the decisions and events of single adds."""
    documents = [*items, digest]
    documents = documents[first:] + documents[:first] + list(map(copy_of, items))
    with opened("singly") as singly, opened("batch") as batch:
        assert list(map(singly.add, documents)) == batch.add_many(documents)
        assert list(singly.events()) == list(batch.events())
