"""Items of feeds: a job and an index join those of one story, and no others."""

import pytest

import dedup
from tests.helpers.feed_items import PAIRS, rows, score

LEAST = 77
"""Pairs of a row that are together, at least."""

SEEN_ONCE = "not: long recurring headlines of several sites"
"""The row of headlines that an index cannot know to be recurring when they come for the first time."""

each_row = pytest.mark.parametrize("name", rows())


def assert_right(name, stories, wrong=0):
    """Assert that the stories of a row have enough of its pairs, and ``wrong`` other pairs at most."""
    result = score(rows()[name], ([member.id for member in story.members] for story in stories))
    assert result.wrong <= wrong
    assert (0 if name.startswith("not") else PAIRS) == result.pairs
    assert result.together >= min(LEAST, result.pairs)


@each_row
def test_a_job_joins_items_of_one_story(name):
    """Each row has at least 77 of its 80 pairs together, and none that is wrong."""
    assert_right(name, dedup.cluster(rows()[name].documents, workers=1).stories)


@each_row
def test_an_index_joins_items_of_one_story(tmp_path, name):
    """An index that reviews itself has them too, one by one, and a last review changes none."""
    with dedup.Index.open(tmp_path / "a.dedup") as index:
        for document in rows()[name].documents:
            index.add(document)
        assert_right(name, index.stories(), wrong=3 * 2 if name == SEEN_ONCE else 0)
        index.review()
        assert_right(name, index.stories())
        assert [] == index.check()


def test_a_batch_joins_items_of_one_story(tmp_path):
    """Items of one batch are joined by their headlines. A review parts what a recurring headline has joined before."""
    for number, name in enumerate(("one headline, two sites, no text", SEEN_ONCE)):
        with dedup.Index.open(tmp_path / f"{number}.dedup", reviews=0) as index:
            index.add_many(rows()[name].documents)
            if name == SEEN_ONCE:
                index.review()
            assert_right(name, index.stories())


def test_the_evidence_is_named():
    """A report says which documents their addresses and which their headlines alone have joined."""
    title, near = "Thousands told to leave as dam on the Orle weakens", "Water was let out at once. "
    documents = [
        {"id": "a", "title": title, "text": near, "url": "https://alder.example/dam"},
        {"id": "b", "title": "Dam weakens", "text": "", "url": "https://alder.example/dam?utm_source=rss"},
        {"id": "c", "title": f"{title} - Birch", "text": "", "url": "https://birch.example/881"},
    ]
    report = dedup.cluster(documents)
    ((story,),) = [report.stories]
    assert {"a", "b", "c"} == {member.id for member in story.members}
    assert {"a": "address", "b": "address", "c": "headline"} == report.joined_by


def test_what_an_index_has_joined_by_a_headline_parts_when_it_recurs(tmp_path):
    """A headline joins two items when it comes first; a review parts them when one site has printed it again."""
    title = "Your horoscope: what the stars hold for you today"
    with dedup.Index.open(tmp_path / "a.dedup", reviews=0) as index:
        for id, site in (("a", "alder"), ("b", "birch")):
            index.add({"id": id, "text": "", "title": title, "url": f"https://{site}.example/{id}"})
        assert 1 == len([*index.stories()])
        index.add({"id": "c", "text": "", "title": title, "url": "https://alder.example/c"})
        assert 2 == len([*index.stories()])
        index.review()
        assert 3 == len([*index.stories()])


def test_an_item_without_a_text_joins_a_text_and_an_article():
    """Two texts that no look-up compares are one story by an item without a text: by its headline and its address."""
    title = "Thousands told to leave as dam on the Orle weakens"
    documents = [
        {"id": "a", "title": title, "text": "Water was let out at once, and buses wait.", "source": "Birch"},
        {"id": "b", "title": title, "text": "", "url": "https://alder.example/dam"},
        {"id": "c", "title": "Dam", "text": "Engineers found a crack. " * 40, "url": "https://alder.example/dam"},
    ]
    for rows_in_order in (documents, documents[::-1]):
        ((story,),) = [dedup.cluster(rows_in_order).stories]
        assert {"a", "b", "c"} == {member.id for member in story.members}


def test_an_index_names_the_evidence(tmp_path):
    """An item is a copy by its address, or by its headline alone, also without a text."""
    title = "Thousands told to leave as dam on the Orle weakens"
    with dedup.Index.open(tmp_path / "a.dedup", reviews=0) as index:
        text = "Water is let out of the reservoir above the town, and buses wait at the school."
        index.add({"id": "a", "text": text, "title": title, "url": "https://alder.example/dam"})
        by_url = index.add({"id": "b", "text": "", "title": "Dam", "url": "https://alder.example/dam?utm_source=rss"})
        by_headline = index.add({"id": "c", "text": "", "title": title.upper(), "url": "https://birch.example/881"})
    assert ("a", "url", "reprint") == (by_url.duplicate_of, by_url.reason, by_url.relation)
    assert ("a", "headline", "reprint") == (by_headline.duplicate_of, by_headline.reason, by_headline.relation)


def test_a_revision_does_not_make_its_headline_recur(tmp_path):
    """An item that comes again with another text is one item of its headline."""
    title = "Thousands told to leave as dam on the Orle weakens"
    with dedup.Index.open(tmp_path / "a.dedup", reviews=0) as index:
        index.add({"id": "a", "text": "", "title": title, "source": "alder.example"})
        index.add({"id": "a", "text": "Water was let out.", "title": title, "source": "alder.example"})
        copy = index.add({"id": "b", "text": "", "title": title, "source": "birch.example"})
        assert index.get("a") is not None
        assert 1 == len([*index.stories()])
        assert "a" in {member.id for member in index.story(copy.story).members}
