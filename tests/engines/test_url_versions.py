"""Documents of one address: in a job, in an index as they come, and after a review."""

import random

import pytest

import dedup

WORDS = [f"{first}{second}rn" for first in "bdfghjklmnpst" for second in "aeiou"]


def text(seed, words):
    """Return a text of words in an order that the seed decides. Texts of two seeds are unlike."""
    draw = random.Random(seed)
    return " ".join(draw.choice(WORDS) for _ in range(words))


def document(id, url, seed=0, words=0, **fields):
    """Return a document with its own title."""
    return {"id": id, "url": url, "text": text(seed, words), "title": f"Headline {seed}", **fields}


def stories(report):
    """Return the ids of each story of several documents, the canonical document first."""
    return [[member.id for member in story.members] for story in report.stories]


CASES = {
    "items without text": (
        [
            document("a", "https://www.oxmoor.example/news/17?utm_source=top"),
            document("b", "https://oxmoor.example/news/17?ref=sport"),
            document("c", "https://oxmoor.example/news/18"),
        ],
        {frozenset("ab"), frozenset("c")},
    ),
    "an item and its article": (
        [document("a", "https://oxmoor.example/17", 1, 60), document("b", "https://m.oxmoor.example/17", 2, 300)],
        {frozenset("ab")},
    ),
    "an item without text and its article": (
        [document("a", "https://oxmoor.example/17"), document("b", "https://oxmoor.example/17", 2, 300)],
        {frozenset("ab")},
    ),
    "a live address": (
        [document("a", "https://oxmoor.example/live", 1, 90), document("b", "https://oxmoor.example/live", 2, 300)],
        {frozenset("a"), frozenset("b")},
    ),
    "a front page": (
        [document("a", "https://oxmoor.example/", 1, 30), document("b", "https://oxmoor.example/", 2, 300)],
        {frozenset("a"), frozenset("b")},
    ),
    "two articles": (
        [document("a", "https://oxmoor.example/?p=17", 1, 30), document("b", "https://oxmoor.example/?p=18", 2, 300)],
        {frozenset("a"), frozenset("b")},
    ),
}
each_case = pytest.mark.parametrize(("documents", "expected"), CASES.values(), ids=CASES)


@each_case
def test_a_job_joins_versions_of_one_page(documents, expected):
    """Documents of one page are one story where one of them is short, in either order of input."""
    for order in (documents, documents[::-1]):
        report = dedup.cluster(order)
        alone = {frozenset([member.id]) for member in report.singletons}
        assert expected == {frozenset(ids) for ids in stories(report)} | alone


@each_case
@pytest.mark.parametrize("together", [True, False])
def test_an_index_joins_versions_of_one_page(tmp_path, documents, expected, together):
    """An index gives the same stories, one by one and in a batch, and a review changes nothing."""
    for number, order in enumerate((documents, documents[::-1])):
        with dedup.Index.open(tmp_path / f"{number}.dedup", reviews=0) as index:
            decisions = index.add_many(order) if together else [index.add(row) for row in order]
            assert [row["id"] for row in order] == [decision.id for decision in decisions]
            assert expected == {frozenset(member.id for member in story.members) for story in index.stories()}
            index.review()
            assert expected == {frozenset(member.id for member in story.members) for story in index.stories()}
            assert [] == index.check()


def test_a_note_counts_live_addresses():
    """A note counts the addresses that show unlike texts; a job without any has no such note."""
    rows = [document(f"{url}{seed}", f"https://oxmoor.example/{url}", seed, 90) for url in "xyz" for seed in range(2)]
    rows = [{**row, "text": text(number, 90)} for number, row in enumerate(rows)]
    (note,) = dedup.cluster(rows).notes
    assert "3 addresses show unlike texts: a front page or a live address; such texts stay apart" == note.reason
    assert () == dedup.cluster(rows[::2]).notes


def test_the_article_leads_its_items():
    """An item that came before its article is an excerpt of it, and an item that came after is a revision."""
    rows = [
        document("item", "https://oxmoor.example/17", 1, 20, published="2026-03-06T08:00:00Z"),
        document("empty", "https://oxmoor.example/17", published="2026-03-06T09:00:00Z"),
        document("article", "https://oxmoor.example/17", 2, 300, published="2026-03-06T10:00:00Z"),
        document("late", "https://oxmoor.example/17", 3, 20, published="2026-03-06T11:00:00Z"),
    ]
    ((first, *others),) = [story.members for story in dedup.cluster(rows).stories]
    assert "article" == first.id
    assert {"item": "excerpt", "empty": "excerpt", "late": "revision"} == {
        member.id: member.relation for member in others
    }


def test_a_canonical_address_goes_before_the_address():
    """The address that a page declares as its own is its address, unless it names no page."""
    article = dedup.Document(text(1, 300), "a", url="https://oxmoor.example/17")
    other = dedup.Document(text(2, 30), "b", url="https://oxmoor.example/x?id=4", canonical_url=article.url)
    front = dedup.Document(text(3, 30), "c", url="https://oxmoor.example/17", canonical_url="https://oxmoor.example/")
    assert [["a", "b", "c"]] == stories(dedup.cluster([article, other, front]))


def test_a_query_sees_the_page(tmp_path):
    """A query names the story of the page, and changes nothing."""
    with dedup.Index.open(tmp_path / "a.dedup") as index:
        article = index.add(document("a", "https://oxmoor.example/17", 1, 300))
        query = index.query(document("q", "http://www.oxmoor.example/17/"))
        assert (article.story, "a") == (query.story, query.canonical)
        assert "" == index.query(document("q", "https://oxmoor.example/18")).story


def test_removed_documents_are_not_found(tmp_path):
    """A document that was removed, or replaced by one of another address, joins nobody by its address."""
    with dedup.Index.open(tmp_path / "a.dedup") as index:
        index.add_many(
            [document("a", "https://oxmoor.example/17", 1, 300), document("b", "https://oxmoor.example/18", 2, 300)]
        )
        index.remove("a")
        index.add(document("b", "https://oxmoor.example/19", 3, 300))
        new = index.add_many([document(id, f"https://oxmoor.example/{id}") for id in ("17", "18", "19")])
        assert ["17", "18", "b"] == [decision.canonical for decision in new]
