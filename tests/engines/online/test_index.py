"""An index says of every document what it is, keeps it, and in the end has the stories of `cluster`."""

import asyncio
import datetime
import random
import threading

import msgspec
import numpy as np
import pytest

import dedup
from dedup import Document, Index, ReadError, Settings
from dedup.index.records import Change

DAY = 86_400.0


@pytest.fixture
def path(tmp_path):
    """Where an index may be."""
    return tmp_path / "news.dedup"


@pytest.fixture
def index(path):
    """An empty index that never reviews itself."""
    with Index.open(path, reviews=0) as opened:
        yield opened


def replayed(events):
    """The documents of each story, by its name, after all events."""
    stories: dict[str, set[str]] = {}
    for event in events:
        if event.kind == "created":
            stories[event.story] = {event.document}
        elif event.kind == "joined":
            stories[event.story].add(event.document)
        elif event.kind == "merged":
            stories[event.other] |= stories.pop(event.story)
        elif event.kind == "split":
            stories[event.story].remove(event.document)
            stories.setdefault(event.other, set()).add(event.document)
        elif event.kind == "left":
            stories[event.story].remove(event.document)
    return {story: ids for story, ids in stories.items() if ids}


def told(index):
    """The documents of each story, by its name."""
    return {story.story: {member.id for member in story.members} for story in index.stories()}


def test_a_new_document_creates_a_story(index, prose):
    """What nothing is like is an original, which begins a story and leads it."""
    decision = index.add(Document(prose(1), id="a"))
    assert ("original", "a", ()) == (decision.relation, decision.canonical, decision.matches)
    assert [("created", decision.story, "a")] == [
        (event.kind, event.story, event.document) for event in decision.events
    ]


def test_a_copy_joins_with_its_measures(index, prose):
    """A copy joins the story of its original, and the decision names the match with both measures."""
    first = index.add(Document(prose(1), id="a", published=datetime.datetime(2026, 1, 1)))
    text = prose(1) + " " + prose(2, 40)
    second = index.add(Document(text, id="b", published=datetime.datetime(2026, 1, 2)))
    similarity = dedup.similarity(prose(1), text)
    assert (first.story, "a", "reprint") == (second.story, second.canonical, second.relation)
    assert [("a", similarity.containment, similarity.resemblance)] == [
        (match.id, match.containment, match.resemblance) for match in second.matches
    ]
    assert ["joined"] == [event.kind for event in second.events]


def test_adding_again_changes_nothing(index, prose):
    """A retry with the same words is answered as the first time, and leaves no event and no second document."""
    given = Document(prose(1), id="a", published=datetime.datetime(2026, 1, 1))
    first = index.add(given)
    index.add(Document(prose(1) + " more", id="b"))
    events = list(index.events())
    again = index.add(given)
    assert (first.story, first.canonical, True, ()) == (again.story, again.canonical, again.known, again.events)
    assert (2, events) == (len(index), list(index.events()))


def test_new_words_are_a_revision(index, prose):
    """A document whose words change a little stays in its story, alone or among copies, and the new words count."""
    index.add(Document(prose(1), id="a"))
    alone = index.add(Document(prose(1) + " corrected", id="a"))
    index.add(Document(prose(1), id="b"))
    among = index.add(Document(prose(1) + " corrected twice", id="a"))
    assert ["revision"] * 2 == [alone.relation, among.relation]
    assert {alone.story: {"a", "b"}} == told(index) == replayed(index.events())
    assert prose(1) + " corrected twice" == index.get("a").text


def test_other_words_leave_the_story(index, prose):
    """A document whose new words are another article's leaves its story, which is led by another one then."""
    first = index.add(Document(prose(1), id="a", published=datetime.datetime(2026, 1, 1)))
    index.add(Document(prose(1) + " more", id="b"))
    index.add(Document(prose(2), id="a"))
    assert {"a"} in told(index).values() and {"b"} == told(index)[first.story]
    assert "b" == index.story(first.story).id
    assert told(index) == replayed(index.events())


def test_a_bridge_merges_two_stories(index, prose):
    """When two stories turn out to be one, the older name stays and the younger one stands for it."""
    one, two = prose(1, 200).split(), prose(2, 40)
    older = index.add(Document(" ".join(one[:120]), id="a")).story
    younger = index.add(Document(" ".join(one[80:]), id="b")).story
    assert older != younger
    index.add(Document(" ".join(one) + " " + two, id="c"))
    assert {older: {"a", "b", "c"}} == told(index) == replayed(index.events())
    assert index.story(older) == index.story(younger)


def test_a_query_changes_nothing(index, prose):
    """A query says what adding would say, needs no id, and leaves nothing behind."""
    index.add(Document(prose(1), id="a"))
    before = list(index.events()), len(index)
    copy, new = index.query(prose(1) + " more"), index.query({"text": prose(2)})
    assert ("s1", "a", "") == (copy.story, copy.matches[0].id, new.story)
    assert before == (list(index.events()), len(index))


def test_removing_and_expiring_forget(path, prose):
    """What is removed or was not seen for a window is not found any more, and its story is led by another or ends."""
    now = [0.0]
    with Index.open(path, reviews=0, window=7 * DAY, clock=lambda: now[0]) as index:
        story = index.add(Document(prose(1), id="a", published=datetime.datetime(2026, 1, 1))).story
        now[0] = 5 * DAY
        index.add(Document(prose(1) + " more", id="b"))
        index.add(Document(prose(2), id="c"))
        now[0] = 9 * DAY
        index.add(Document(prose(3), id="d"))
        assert ("a" in index, "b" in index, "b") == (False, True, index.story(story).id)
        assert index.remove("b") and not index.remove("b")
        assert index.story(story) is None
        assert "" == index.query(prose(1)).story
        assert told(index) == replayed(index.events())


def test_seen_again_is_not_forgotten(path, prose):
    """Adding a document again counts as seeing it."""
    now = [0.0]
    with Index.open(path, reviews=0, clock=lambda: now[0]) as index:
        index.add(Document(prose(1), id="a"))
        now[0] = 5 * DAY
        index.add(Document(prose(1), id="a"))
        assert 0 == index.expire(before=4 * DAY)
        assert 1 == index.expire(before=datetime.datetime.fromtimestamp(6 * DAY, datetime.UTC))


def test_old_events_are_forgotten_with_a_window(path, prose, monkeypatch):
    """With a window there are not ever more events: the oldest go, those that stay keep their numbers."""
    monkeypatch.setattr("dedup.engines.online.index._EVENTS", 10)
    now = [0.0]
    with Index.open(path, reviews=0, window=DAY, clock=lambda: now[0]) as index:
        for number in range(30):
            now[0] = number * DAY / 2
            index.add(Document(prose(number), id=f"d{number}"))
        numbers = [event.number for event in index.events()]
        assert len(index) <= 3 and 10 <= len(numbers) <= 10 + 4 * 4 + 2
        assert list(range(numbers[0], numbers[-1] + 1)) == numbers and 1 < numbers[0]
        assert numbers[5:] == [event.number for event in index.events(since=numbers[4])]
        assert ([], len(numbers)) == (index.check(), index.stats().events)


def test_it_is_there_when_it_is_opened_again(path, prose):
    """Documents, stories and events survive, and what comes later joins them; readers see all of it."""
    with Index.open(path, reviews=0) as index:
        story = index.add(Document(prose(1), id="a", title="T", source="x", url="http://x/1")).story
    with Index.open(path, reviews=0) as index, Index.open(path, mode="r") as reader:
        assert story == index.add(Document(prose(1) + " more", id="b")).story == reader.query(prose(1)).story
        assert Document(prose(1), id="a", title="T", source="x", url="http://x/1") == reader.get("a")
        assert told(index) == told(reader) and [] == index.check()


def test_documents_that_cannot_be_used(index, prose):
    """A document without an id, or without text, is told and the others are added; without a listener it is raised."""
    skipped = []
    found = index.add_many([{"text": prose(1)}, {"id": "a"}, {"id": "b", "text": prose(2)}], on_skip=skipped.append)
    assert (["b"], 2) == ([decision.id for decision in found], len(skipped))
    with pytest.raises(ReadError, match="document 0: has no id"):
        index.add({"text": prose(1)})


def test_one_id_twice_in_a_lot(index, prose):
    """Of one id given twice at once, the second is a revision of the first."""
    first, second = index.add_many([Document(prose(1), id="a"), Document(prose(1) + " more", id="a")])
    assert (first.story, "revision", 1) == (second.story, second.relation, len(index))


def test_many_at_once_are_what_they_are_one_by_one(tmp_path, prose):
    """The stories are the same whether documents come in lots or one at a time."""
    documents = [Document(prose(number % 7) + " " + prose(100 + number, 20), id=f"d{number}") for number in range(40)]
    with Index.open(tmp_path / "lot", reviews=0) as lot, Index.open(tmp_path / "single", reviews=0) as single:
        lot.add_many(documents)
        for document in documents:
            single.add(document)
        assert sorted(map(sorted, told(lot).values())) == sorted(map(sorted, told(single).values()))
        assert told(lot) == replayed(lot.events())


def test_a_review_ends_in_the_stories_of_cluster(path, prose):
    """However documents came, after a review the stories, their members and relations are those of `cluster`."""
    frame = "\n".join(["Home", "World news", "Sport today", "What is hot now", "Sign in here", "Terms of use"])
    documents = [
        Document(f"{frame}\n{prose(number // 2)}.\n{prose(100 + number, 10)}", id=f"d{number}", source=f"s{number % 3}")
        for number in range(30)
    ]
    expected = dedup.cluster(documents)
    random.Random(5).shuffle(documents)
    with Index.open(path, reviews=0) as index:
        for document in documents:
            index.add(document)
        index.review()
        stories = [story for story in index.stories() if story.copies]
        assert {story.id: set(story.members) for story in expected.stories} == {
            story.id: set(story.members) for story in stories
        }
        assert told(index) == replayed(index.events())
        assert 0 == index.review() and [] == index.check()


@pytest.mark.parametrize("seed", range(6))
def test_a_review_sees_headlines_sources_and_boilerplate_as_cluster_does(seed, path, prose):
    """Follow-ups, walls, digests and pages of a menu alone end in the same stories, for the same reasons."""
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
    expected = dedup.cluster(documents)
    assert len(expected.stories) > 5 < len(expected.no_articles)
    chosen.shuffle(documents)
    with Index.open(path, reviews=0) as index:
        while documents:
            index.add_many([documents.pop() for _ in range(min(len(documents), chosen.randrange(1, 12)))])
        index.review()
        stories = list(index.stories())
        assert {story.id: set(story.members) for story in expected.stories} == {
            story.id: set(story.members) for story in stories if story.copies
        }
        assert set(expected.singletons) == {story.canonical for story in stories if not story.copies}
        assert told(index) == replayed(index.events())
        assert 0 == index.review() and [] == index.check()


def test_a_review_that_cannot_read_a_document_says_so(path, prose):
    """What is no document, though its checksum is right, is damage, and nothing is changed."""
    with Index.open(path, reviews=0) as index:
        index.add(Document(prose(1), id="a"))
        (entry,) = index._store.documents([1])
        entry = entry._replace(number=2, document=Document(prose(2), id="b"))
        index._store.commit(Change(entries=[entry], packed=[b"no document"]))
        with pytest.raises(dedup.IndexCorrupt, match="text of document 'b' is damaged"):
            index.review()
        assert (2, 0) == (len(index), index._store.version)


def test_what_was_learned_judges_the_next_page(path, prose):
    """After a review, a page whose frame is known is not taken for a copy because of it."""
    frame = "\n".join(
        [prose(number, 9) + "." for number in range(900, 915)] + ["Home", "World", "Sport", "Hot", "Sign in"]
    )
    with Index.open(path, reviews=0) as index:
        for number in range(6):
            index.add(Document(f"{frame}\n{prose(number)}", id=f"d{number}"))
        index.review()
        assert 6 == len(told(index))
        assert "original" == index.add(Document(f"{frame}\n{prose(50, 60)}", id="next")).relation


def test_a_small_index_reviews_itself(path, prose):
    """An index that has doubled looks at everything again by itself, and puts right what was decided too early."""
    long = [prose(number, 9) + "." for number in range(900, 908)]
    frame = "\n".join([*long, "Home", "World", "Sport", "What is hot", "Sign in", "Terms"])
    documents = [
        Document("\n".join([frame, *(prose(10 * number + line, 12) + "." for line in range(9))]), id=f"d{number}")
        for number in range(40)
    ]
    with Index.open(path) as index:
        index.add_many(documents)
        assert 40 == len(told(index))
        assert told(index) == replayed(index.events())


def test_forged_signatures_match_nothing(path, prose):
    """A document that is found by every band of another one, and by its kept shingles, is no match of it: shingles
    themselves are compared."""
    with Index.open(path, reviews=0) as index:
        index.add(Document(prose(1), id="a"))
        index.add(Document(prose(2), id="b"))
        store, arrivals = index._store, index._arrivals
        lot = arrivals.read([index.get("a")], index._known()[1])
        store.commit(Change(postings=arrivals.postings(lot, np.array([store.number("b")]))))
        decision = index.add(Document(prose(1) + " more", id="c"))
        assert ("s1", ["a"]) == (decision.story, [match.id for match in decision.matches])


def test_an_event_loop_is_not_blocked(index, prose):
    """Documents can be added and asked for from coroutines, and are taken in order."""

    async def work():
        adding = [index.aadd(Document(prose(number // 2), id=f"d{number}")) for number in range(6)]
        decisions = await asyncio.gather(*adding)
        more = await index.aadd_many([Document(prose(9), id="x")])
        return decisions, await index.aquery(prose(0)), more

    decisions, query, more = asyncio.run(work())
    assert ["s1", "s1", "s2", "s2", "s3", "s3"] == [decision.story for decision in decisions]
    assert ("s1", "s4") == (query.story, more[0].story)


def test_a_loop_goes_on_while_a_document_is_added(path, prose):
    """While one document is being added in another thread, a coroutine can ask for the next work and go on."""
    entered, allowed = threading.Event(), threading.Event()

    def clock():
        entered.set()
        assert allowed.wait(60)
        return 0.0

    async def work(index):
        adding = asyncio.create_task(index.aadd(Document(prose(1), id="a")))
        while not entered.is_set():
            await asyncio.sleep(0)
        asking = asyncio.create_task(index.aquery(prose(1)))
        await asyncio.sleep(0)
        allowed.set()
        return await adding, await asking

    with Index.open(path, reviews=0, clock=clock) as index:
        added, asked = asyncio.run(work(index))
    assert added.story == asked.story
    with pytest.raises(dedup.IndexProblem, match="open it again"):
        asyncio.run(index.aquery(prose(1)))


def test_export_and_restore(index, tmp_path, prose):
    """An index that was exported and restored answers as the first one does."""
    index.add_many([Document(prose(number // 2), id=f"d{number}") for number in range(6)])
    index.export(tmp_path / "file")
    Index.restore(tmp_path / "file", tmp_path / "other")
    with Index.open(tmp_path / "other", mode="r") as other:
        assert (told(index), list(index.events())) == (told(other), list(other.events()))
        assert msgspec.structs.replace(index.query(prose(1)), events=()) == other.query(prose(1))


def test_other_settings_are_refused(path, prose):
    """An index keeps its settings; asking for others names both."""
    with Index.open(path, Settings(containment=0.5)):
        pass
    with Index.open(path) as index:
        assert 0.5 == index.settings.containment
    with pytest.raises(dedup.IndexMismatch, match=r"0\.5.*0\.6|0\.6.*0\.5"):
        Index.open(path, Settings(containment=0.6))


def test_damage_is_told_and_mended(path, prose):
    """A file that is damaged is told by a check, of a reader too, and made anew from the documents."""
    with Index.open(path, reviews=0) as index:
        index.add(Document(prose(1), id="a"))
        index.review()
    (segment,) = (path / "segments").iterdir()
    data = bytearray(segment.read_bytes())
    data[-1] ^= 1
    segment.write_bytes(data)
    with Index.open(path, mode="r") as reader:
        assert segment.name in reader.check()[0]
    with Index.open(path, reviews=0) as index:
        assert segment.name in index.check(fix=True)[0]
        assert ([], "s1") == (index.check(), index.query(prose(1)).story)


@pytest.mark.parametrize("common", [20, 1024])
def test_a_story_of_very_many_copies_takes_one_more(tmp_path, monkeypatch, common):
    """Long copies are found though all that they share is what a crowd shares: they have no other lane."""
    monkeypatch.setattr("dedup.core.candidates.postings.COMMON", common)
    monkeypatch.setattr("dedup.index.postings.lsm.COMMON", common)
    words = [f"word{number}" for number in range(500)]
    documents = [
        {"id": f"{number}", "text": " ".join([*words[:number], f"changed{number}", *words[number:]])}
        for number in range(50)
    ]
    with Index.open(tmp_path / "x", reviews=0) as index:
        first = index.add_many(documents[:40])
        later = [index.add(document) for document in documents[40:]]
        assert {first[0].story} == {decision.story for decision in (*first, *later)}
