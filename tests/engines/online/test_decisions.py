"""Decisions of an index: what is new, of which document a copy is one, why, and who leads.

The documents are the examples of the page of the index. ``W`` is a text of 60 words.
"""

import datetime
import random

import pytest

import dedup
from dedup import Index
from tests.helpers.index_stories import leaders, replay, stories_of

MENU = "Home\nWorld news\nSport today\nWhat is hot\nSign in here\nTerms of use\n"

FIELDS = ("is_new", "duplicate_of", "relation", "canonical", "reason", "cold", "seen", "replaced", "known", "stale")


def fields(decision, **expected):
    """Return the fields of a decision that a test expects, to be held against ``expected``."""
    return {name: getattr(decision, name) for name in expected}


def check(decision, **expected):
    """Hold the fields of a decision against ``expected``."""
    assert expected == fields(decision, **expected)


def day(number):
    """A day of March 2026."""
    return datetime.datetime(2026, 3, number, tzinfo=datetime.UTC)


@pytest.fixture
def words(prose):
    """A text of 60 words."""
    return prose(1, 60).capitalize() + "."


@pytest.fixture
def now():
    """The time of the clock of `news`, in a list."""
    return [1000.0]


@pytest.fixture
def news(path, now):
    """An index without reviews that prefers one source, with a clock."""
    with Index.open(path, reviews=0, prefer=("preferred.example",), clock=lambda: now[0]) as opened:
        yield opened


def edited(text):
    """Return a text with three other words."""
    words = text.split()
    for place in (10, 30, 50):
        words[place] = "other"
    return " ".join(words)


def test_the_first_of_its_story_is_new(news, words, now):
    """The first document is new, and cold while its site has few pages."""
    decision = news.add({"id": "a", "text": words, "source": "a.example"})
    check(decision, is_new=True, duplicate_of="", relation="original", canonical="a", reason="new", cold=True, seen=1)
    assert datetime.datetime.fromtimestamp(now[0], datetime.UTC) == decision.first_seen


def test_the_same_words_are_a_copy_of_the_first_seen(news, words, now):
    """A document with the same words is a copy of the first one, also if it says that it was published before."""
    first = news.add({"id": "a", "text": words, "source": "a.example", "published": day(5)})
    now[0] += 60
    check(
        news.add({"id": "b", "text": words, "source": "b.example", "published": day(6)}),
        **{"is_new": False, "duplicate_of": "a", "relation": "exact", "canonical": "a", "reason": "same"},
        **{"cold": False, "seen": 2, "first_seen": first.first_seen, "replaced": ""},
    )
    earlier = news.add({"id": "d", "text": words, "source": "d.example", "published": day(1)})
    check(earlier, duplicate_of="a", relation="exact", canonical="a", reason="same", cold=False, seen=3)


def test_four_copies_with_falling_ids_and_times(news, words):
    """The first one is new and the others are its copies, also if their ids and times say otherwise."""
    dates = {"d": 9, "c": 7, "b": 5, "a": 3}
    decisions = [news.add({"id": id, "text": words, "published": day(date)}) for id, date in dates.items()]
    assert [True, False, False, False] == [decision.is_new for decision in decisions]
    assert ["", "d", "d", "d"] == [decision.duplicate_of for decision in decisions]
    assert ["original", "exact", "exact", "exact"] == [decision.relation for decision in decisions]


def test_an_article_in_an_unknown_frame_is_cold(news, words):
    """A copy with a menu around it matches by the article, and is cold on the first page of its site."""
    news.add({"id": "a", "text": words, "source": "a.example"})
    decision = news.add({"id": "c", "text": MENU + words, "source": "c.example"})
    check(decision, duplicate_of="a", relation="reprint", reason="article", cold=True, seen=2)


def test_an_edited_text_matches_by_its_text(news, words):
    """A copy with other words here and there matches by the whole text. Without site and frame it is not cold."""
    news.add({"id": "a", "text": words})
    check(news.add({"id": "b", "text": edited(words)}), duplicate_of="a", reason="text", cold=False)


def test_the_same_few_words_are_cold(news, prose):
    """The same words are no proof if they are few."""
    short = prose(3, 25)
    news.add({"id": "a", "text": short, "source": "a.example"})
    check(news.add({"id": "b", "text": short, "source": "b.example"}), duplicate_of="a", reason="same", cold=True)


def test_a_site_with_three_unlike_pages_is_warm(path, prose):
    """After a review a site with three articles is known, and one that gets its second article is not."""
    with Index.open(path, reviews=0) as index:
        for number in range(4):
            source, menu = ("a.example", MENU) if number < 3 else ("b.example", "")
            index.add({"id": f"{number}", "text": menu + prose(number), "source": source})
        index.review()
        assert not index.add({"id": "a", "text": prose(50), "source": "a.example"}).cold
        assert index.add({"id": "b", "text": prose(51), "source": "b.example"}).cold


def test_a_preferred_source_takes_the_lead(news, words):
    """A document of a preferred source leads from then on: the decision and an event say whom it replaces."""
    news.add({"id": "a", "text": words, "source": "a.example"})
    decision = news.add({"id": "p", "text": words, "source": "preferred.example"})
    check(decision, is_new=False, duplicate_of="a", relation="exact", canonical="p", replaced="a")
    assert [("joined", "p", ""), ("replaced", "p", "a")] == [
        (event.kind, event.document, event.other) for event in decision.events
    ]
    check(news.add({"id": "e", "text": words}), duplicate_of="p", canonical="p", replaced="")
    assert "p" == next(news.stories()).id


def test_a_credited_source_takes_the_lead(news, words):
    """The document that the leader credits by name takes the lead from it."""
    news.add({"id": "a", "text": f"{words}\nSource: The Wire", "source": "a.example"})
    check(news.add({"id": "b", "text": words, "source": "b.example"}), canonical="a", replaced="")
    check(news.add({"id": "w", "text": words, "source": "The Wire"}), duplicate_of="a", canonical="w", replaced="a")


def test_a_retry_repeats_the_first_answer(news, words):
    """A document that comes again gets the answer of its first time, with who leads now."""
    news.add({"id": "a", "text": words, "source": "a.example"})
    first = news.add({"id": "b", "text": words, "source": "b.example"})
    taking = news.add({"id": "p", "text": words, "source": "preferred.example"})
    again = news.add({"id": "b", "text": words, "source": "b.example"})
    check(again, known=True, events=(), canonical="p", seen=2)
    same = ("is_new", "duplicate_of", "relation", "reason", "cold", "first_seen", "matches")
    assert {name: getattr(first, name) for name in same} == {name: getattr(again, name) for name in same}
    check(news.add({"id": "p", "text": words, "source": "preferred.example"}), replaced=taking.replaced, known=True)
    assert again == news.show("b")


def test_a_new_version_of_a_document(news, words):
    """Another text of an id that stays in its story is a version: new or a copy as before, and no event."""
    news.add({"id": "a", "text": words})
    news.add({"id": "b", "text": words})
    check(news.add({"id": "a", "text": edited(words)}), is_new=True, reason="version", known=False, events=(), seen=1)
    copy = news.add({"id": "b", "text": words + " More."})
    check(copy, is_new=False, duplicate_of="a", relation="revision", reason="version", cold=False, seen=2)
    check(news.add({"id": "c", "text": words}), duplicate_of="a", canonical="a", seen=3)


def test_an_older_version_that_comes_late_changes_nothing(news, words, prose):
    """A former text of an id, or one that was published earlier, is stale, and the present text stays."""
    news.add({"id": "a", "text": words, "published": day(1)})
    news.add({"id": "a", "text": edited(words)})
    stale = news.add({"id": "a", "text": words, "published": day(1)})
    check(stale, stale=True, known=True, is_new=True, reason="version", events=())
    assert edited(words) == news.get("a").text
    other = prose(7)
    news.add({"id": "d", "text": other, "published": day(5)})
    check(news.add({"id": "d", "text": edited(other), "published": day(4)}), stale=True)
    check(news.add({"id": "d", "text": edited(other), "published": day(6)}), stale=False, reason="version")
    check(news.add({"id": "d", "text": other, "published": day(7)}), stale=False)
    assert (other, 2) == (news.get("d").text, len(news))


def test_eight_former_texts_are_remembered(news, words):
    """The last eight texts of an id are stale, the one before them is a version again."""
    texts = [f"{words} Update {number}." for number in range(10)]
    for text in texts:
        news.add({"id": "a", "text": text})
    assert [True] * 8 == [news.add({"id": "a", "text": text}).stale for text in texts[1:9]]
    check(news.add({"id": "a", "text": texts[0]}), stale=False, reason="version")


def test_another_article_under_an_id_leaves(news, words, prose):
    """A document that becomes another article leaves its story and is new; the next one leads its former story."""
    news.add({"id": "a", "text": words})
    news.add({"id": "b", "text": words})
    decision = news.add({"id": "a", "text": prose(9)})
    check(decision, is_new=True, duplicate_of="", reason="new", canonical="a", seen=1)
    assert ["left", "created", "canonical_changed"] == [event.kind for event in decision.events]
    assert list(decision.events) == list(news.events(since=2))
    check(news.add({"id": "c", "text": words}), duplicate_of="b", seen=3)
    assert stories_of(news) == replay(news.events())


def test_a_bridge_is_a_copy_of_the_older_leader(news, prose):
    """A document that joins two stories is a copy of the leader of the older one, which has all documents then."""
    text = prose(1, 120).split()
    news.add({"id": "x1", "text": " ".join(text[:80])})
    news.add({"id": "x2", "text": " ".join(text[50:])})
    decision = news.add({"id": "x", "text": " ".join(text)})
    check(decision, is_new=False, duplicate_of="x1", canonical="x1", seen=3)
    assert [("merged", "s2", "s1"), ("joined", "s1", "")] == [
        (event.kind, event.story, event.other) for event in decision.events
    ]


def test_a_text_that_is_no_article(news, words):
    """A text that is no article is neither new nor a copy. The first article of its address is new, and leads."""
    url = "https://a.example/story"
    decision = news.add({"id": "item", "text": "", "url": url})
    check(decision, is_new=False, duplicate_of="", story="", relation="original", reason="", cold=False, seen=0)
    assert ("nothing of its own", None) == (decision.no_article, decision.first_seen)
    check(news.add({"id": "page", "text": words, "url": url}), is_new=True, canonical="page", replaced="item")
    check(news.add({"id": "item", "text": "", "url": url}), no_article="nothing of its own", known=True, story="")
    assert (None, "s1") == (news.story_of("item"), news.story_of("page"))


def test_an_address_joins_a_short_text(news, words):
    """An item whose text says nothing of the article is a copy by its address."""
    url = "https://a.example/story"
    news.add({"id": "page", "text": words, "url": url})
    check(news.add({"id": "item", "text": "Read the whole story.", "url": url}), duplicate_of="page", reason="url")


def test_a_batch_decides_as_single_documents_do(tmp_path, words, prose):
    """The documents of one batch get the answers that they get one by one."""
    documents = [
        {"id": "a", "text": words, "source": "a.example"},
        {"id": "x", "text": prose(5)},
        {"id": "b", "text": words, "source": "b.example"},
        {"id": "c", "text": MENU + words, "source": "c.example"},
        {"id": "p", "text": words, "source": "preferred.example"},
        {"id": "d", "text": edited(words)},
    ]
    answers = []
    for name, batches in {"single": [[document] for document in documents], "many": [documents]}.items():
        with Index.open(tmp_path / name, reviews=0, prefer=("preferred.example",), clock=lambda: 0.0) as index:
            decisions = [decision for batch in batches for decision in index.add_many(batch)]
            answers.append([fields(decision, **dict.fromkeys(FIELDS)) for decision in decisions])
    assert answers[0] == answers[1]
    assert ["", "", "a", "a", "a", "p"] == [answer["duplicate_of"] for answer in answers[0]]


def test_a_review_changes_no_leader_that_stays(path, words):
    """A review keeps the first seen as the leader, whatever the rule of `cluster` says."""
    with Index.open(path, reviews=0) as index:
        index.add({"id": "zz", "text": words, "published": day(9)})
        index.add({"id": "a", "text": words, "published": day(1)})
        last = [event.number for event in index.events()][-1]
        index.review()
        assert [] == list(index.events(since=last))
        assert ("zz", "a") == (next(index.stories()).id, next(index.stories(canonical="rule")).id)
        check(index.add({"id": "b", "text": words}), duplicate_of="zz", seen=3)


def test_stories_that_a_review_splits_count_their_own_documents(path, prose):
    """A review that parts a false story leaves each part its own count, and the first answers stay."""
    sentences = "\n".join(prose(number, 9) + "." for number in range(900, 915))
    menu = f"{sentences}\n{MENU}"
    with Index.open(path, reviews=0) as index:
        for number in range(4):
            index.add({"id": f"{number}", "text": menu + prose(number, 50)})  # too short to show the frame of a site
        assert [3, 1] == [len(ids) for ids in stories_of(index).values()]
        index.review()
        assert stories_of(index) == replay(index.events())
        for number in range(4):
            copy = index.add({"id": f"copy {number}", "text": f"{menu}{prose(number, 50)} And more."})
            check(copy, duplicate_of=f"{number}", canonical=f"{number}", seen=2)
        check(index.show("2"), is_new=False, duplicate_of="0", canonical="2", seen=3)


def test_a_query_gives_the_fields_and_never_leads(news, words, prose):
    """A query says what adding would say. Without an id it leads no story."""
    news.add({"id": "a", "text": words, "source": "a.example"})
    query = news.query({"text": words, "source": "preferred.example"})
    check(query, story="s1", duplicate_of="a", canonical="a", replaced="", reason="same", seen=2, events=())
    check(news.query(prose(9)), story="", is_new=True, canonical="", reason="new", seen=1)
    check(news.query({"id": "p", "text": words, "source": "preferred.example"}), canonical="p", replaced="a")
    check(news.add({"id": "b", "text": words}), duplicate_of="a", seen=2)


def test_forgotten_documents_count(news, words):
    """A story counts the documents that it has had, and keeps its first time when the first one is removed."""
    first = news.add({"id": "a", "text": words})
    news.add({"id": "b", "text": words})
    news.remove("a")
    check(news.add({"id": "c", "text": words}), duplicate_of="b", seen=3, first_seen=first.first_seen)


def test_what_is_not_there_has_no_decision(news):
    """An unknown id has no decision and no story."""
    assert (None, None) == (news.show("nobody"), news.story_of("nobody"))


def test_stories_have_two_orders_only(news):
    """Another order of stories is an `InputError`."""
    with pytest.raises(dedup.InputError, match="give 'first' or 'rule'"):
        next(news.stories(canonical="last"))


@pytest.mark.parametrize("seed", range(2))
def test_decisions_hold_together(seed, news, prose):
    """An answer is new, a copy or no article, a query and a retry say the same, and events tell who leads."""
    draw = random.Random(seed)
    texts = [prose(number, 120).split() for number in range(4)]
    for _ in range(40):
        words = draw.choice([draw.choice(texts), draw.choice(texts)[:80], draw.choice(texts)[50:], []])
        text = draw.choice(["", "", MENU]) + " ".join(words) + draw.choice(["", "\nSource: The Wire", " And more."])
        source = draw.choice(["", "a.example", "preferred.example", "The Wire"])
        document = {"id": f"d{draw.randrange(15)}", "text": text, "source": source}
        query, decision = news.query(document), news.add(document)
        answer = ("is_new", "duplicate_of", "relation", "reason", "cold", "seen", "replaced", "canonical", "no_article")
        check(query, **fields(decision, **dict.fromkeys(answer)))
        check(news.add(document), known=True, events=(), **fields(decision, **dict.fromkeys((*answer, "story"))))
        assert 1 == decision.is_new + bool(decision.duplicate_of) + bool(decision.no_article)
        assert (decision.relation == "original") == (not decision.duplicate_of)
        if draw.random() < 0.2:
            news.remove(f"d{draw.randrange(15)}")
        elif draw.random() < 0.1:
            news.review()
        stories = {story.story: story.id for story in news.stories()}
        assert stories == {story: id for story, id in leaders(news.events()).items() if story in stories}
        assert stories_of(news) == replay(news.events())
