"""Items of feeds: a job and an index join those of one story, and no others."""

import pytest

import dedup
from tests.helpers.feed_items import PAIRS, rows, score
from tests.helpers.index_stories import leaders, replay, stories_of

LEAST = 77
"""Pairs of a row that are together, at least."""

RECURRING = "Your horoscope: what the stars hold for you today"
"""A headline of several sites that is no evidence once a site has printed it twice."""

each_row = pytest.mark.parametrize("name", rows())


def assert_right(name, stories):
    """Assert that the stories of a row have enough of its pairs, and no other pair."""
    result = score(rows()[name], ([member.id for member in story.members] for story in stories))
    assert 0 == result.wrong
    assert (0 if name.startswith("not") else PAIRS) == result.pairs
    assert result.together >= min(LEAST, result.pairs)


@each_row
def test_a_job_joins_items_of_one_story(name):
    """Each row has at least 77 of its 80 pairs together, and none that is wrong."""
    assert_right(name, dedup.cluster(rows()[name].documents, workers=1).stories)


@each_row
def test_an_index_joins_items_of_one_story(tmp_path, name):
    """An index without a review has them too, one by one, and a review changes none."""
    with dedup.Index.open(tmp_path / "a.dedup", reviews=0, durable=False) as index:
        for document in rows()[name].documents:
            index.add(document)
        assert_right(name, index.stories())
        index.review()
        assert_right(name, index.stories())
        assert [] == index.check()


def test_a_batch_joins_items_of_one_story(tmp_path):
    """Items of one batch are joined by their headlines, and part when a headline recurs in the same batch."""
    for number, name in enumerate(rows()):
        with dedup.Index.open(tmp_path / f"{number}.dedup", reviews=0, durable=False) as index:
            index.add_many(rows()[name].documents)
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


def item(id, site, **fields):
    """An item of a site, under a headline that many sites print."""
    return {"id": id, "text": "", "title": RECURRING, "url": f"https://{site}.example/{id}"} | fields


def ids_of(stories):
    """The ids of the documents of each story, sorted."""
    return sorted(sorted(member.id for member in story.members) for story in stories)


def test_what_an_index_has_joined_by_a_headline_parts_when_it_recurs(tmp_path):
    """The document with which a headline recurs has the splits in its decision, and a review changes nothing more."""
    with dedup.Index.open(tmp_path / "a.dedup", reviews=0) as index:
        first = index.add(item("a", "alder", text="The stars are kind to all who travel."))
        for id, site in (("b", "birch"), ("c", "cedar")):
            index.add(item(id, site))
        assert [["a", "b", "c"]] == ids_of(index.stories())
        again = index.add(item("d", "alder", text="Somebody has a lucky day at the harbour."))
        assert [("split", "b"), ("split", "c"), ("created", "d")] == [
            (event.kind, event.document) for event in again.events
        ]
        assert (True, 1) == (again.is_new, again.seen)
        assert [["a"], ["b"], ["c"], ["d"]] == ids_of(index.stories())
        assert stories_of(index) == replay(index.events())
        assert first.story == index.story_of("a")
        assert (0, []) == (index.review(), index.check())


def test_a_retry_after_a_headline_recurs_gets_the_first_answer(tmp_path):
    """A copy that has left its story is still told as a copy, in the story that it leads now."""
    with dedup.Index.open(tmp_path / "a.dedup", reviews=0) as index:
        texts = ("The stars are kind to all who travel.", "Stay at home and wait for a letter.", "Buy no house now.")
        for id, site, text in zip("abc", ("alder", "birch", "alder"), texts, strict=True):
            index.add(item(id, site, text=text))
        retry = index.add(item("b", "birch", text=texts[1]))
        assert (True, False, "a", "headline") == (retry.known, retry.is_new, retry.duplicate_of, retry.reason)
        assert ("b", index.story_of("b"), 1) == (retry.canonical, retry.story, len(index.story(retry.story).members))


def test_what_else_joins_items_stays_when_their_headline_recurs(tmp_path):
    """Items part from the leader of their story together if their texts, addresses or other headlines join them."""
    text, title = (
        "Water is let out of the reservoir above the town, and buses wait.",
        "Dam on the Orle holds after a day of rain",
    )
    with dedup.Index.open(tmp_path / "a.dedup", reviews=0) as index:
        index.add(item("a", "alder"))
        index.add(item("b", "birch", text=text))
        index.add(item("same text", "cedar", text=text, title=""))
        index.add(item("same address", "birch", title=title, url="https://birch.example/b?utm_source=rss"))
        index.add(item("other headline", "dogwood", title=title))
        index.add(item("c", "elm"))
        assert 1 == len([*index.stories()])
        index.add(item("d", "alder"))
        together = ["b", "other headline", "same address", "same text"]
        assert [["a"], together, ["c"], ["d"]] == ids_of(index.stories())
        assert stories_of(index) == replay(index.events())
        assert leaders(index.events()) == {story.story: story.canonical.id for story in index.stories()}
        index.review()
        assert [["a"], together, ["c"], ["d"]] == ids_of(index.stories())


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
