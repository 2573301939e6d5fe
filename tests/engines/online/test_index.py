"""`dedup.Index`: decisions, stories and events of documents that arrive, through its public methods."""

import asyncio
import datetime
import threading

import msgspec
import pytest

import dedup
from dedup import Document, Index, ReadError, Settings
from tests.helpers.index_stories import replay, stories_of

DAY = 86_400.0


def test_a_new_document_creates_a_story(index, prose):
    """A document without a match is an original, and creates a story as its canonical document."""
    decision = index.add(Document(prose(1), id="a"))
    assert ("original", "a", ()) == (decision.relation, decision.canonical, decision.matches)
    assert [("created", decision.story, "a")] == [
        (event.kind, event.story, event.document) for event in decision.events
    ]


def test_a_copy_joins_with_its_measures(index, prose):
    """A copy joins the story of its original, and its decision names the match with both measures."""
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
    """Adding a document again repeats its decision, and makes no event and no second document."""
    document = Document(prose(1), id="a", published=datetime.datetime(2026, 1, 1))
    first = index.add(document)
    index.add(Document(prose(1) + " more", id="b"))
    events = list(index.events())
    again = index.add(document)
    assert (first.story, first.canonical, True, ()) == (again.story, again.canonical, again.known, again.events)
    assert (2, events) == (len(index), list(index.events()))


def test_new_words_are_a_revision(index, prose):
    """A document whose words change a little stays in its story, alone or among copies, with the new words."""
    index.add(Document(prose(1), id="a"))
    alone = index.add(Document(prose(1) + " corrected", id="a"))
    index.add(Document(prose(1), id="b"))
    among = index.add(Document(prose(1) + " corrected twice", id="a"))
    assert [("version", True)] * 2 == [(decision.reason, decision.is_new) for decision in (alone, among)]
    assert {alone.story: {"a", "b"}} == stories_of(index) == replay(index.events())
    assert prose(1) + " corrected twice" == index.get("a").text


def test_other_words_leave_the_story(index, prose):
    """A document that becomes another article leaves its story, which gets another canonical document."""
    first = index.add(Document(prose(1), id="a", published=datetime.datetime(2026, 1, 1)))
    index.add(Document(prose(1) + " more", id="b"))
    index.add(Document(prose(2), id="a"))
    assert {"a"} in stories_of(index).values() and {"b"} == stories_of(index)[first.story]
    assert "b" == index.story(first.story).id
    assert stories_of(index) == replay(index.events())


def test_a_bridge_merges_two_stories(index, prose):
    """Two stories that become one keep the older name, and the younger name finds the older story."""
    words, more = prose(1, 200).split(), prose(2, 40)
    older = index.add(Document(" ".join(words[:120]), id="a")).story
    younger = index.add(Document(" ".join(words[80:]), id="b")).story
    assert older != younger
    index.add(Document(" ".join(words) + " " + more, id="c"))
    assert {older: {"a", "b", "c"}} == stories_of(index) == replay(index.events())
    assert index.story(older) == index.story(younger)


def test_a_query_changes_nothing(index, prose):
    """A query returns the decision of adding, needs no id, and changes nothing."""
    index.add(Document(prose(1), id="a"))
    before = list(index.events()), len(index)
    copy, new = index.query(prose(1) + " more"), index.query({"text": prose(2)})
    assert ("s1", "a", "") == (copy.story, copy.matches[0].id, new.story)
    assert before == (list(index.events()), len(index))


def test_removing_and_expiring_forget(path, prose):
    """A removed or expired document is not found, and its story gets another canonical document or ends."""
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
        assert stories_of(index) == replay(index.events())


def test_seen_again_is_not_forgotten(path, prose):
    """A document that is added again does not expire by its first time."""
    now = [0.0]
    with Index.open(path, reviews=0, clock=lambda: now[0]) as index:
        index.add(Document(prose(1), id="a"))
        now[0] = 5 * DAY
        index.add(Document(prose(1), id="a"))
        assert 0 == index.expire(before=4 * DAY)
        assert 1 == index.expire(before=datetime.datetime.fromtimestamp(6 * DAY, datetime.UTC))


def test_a_clock_of_whole_numbers(path, prose):
    """A clock may count whole seconds: documents, stories and remembered ones are read again as they were written."""
    now = [100]
    with Index.open(path, window=7, remember=90, reviews=0, clock=lambda: now[0]) as index:
        index.add_many([{"id": "a", "text": prose(1)}, {"id": "b", "text": prose(1)}])
        now[0] = 103
        index.add({"id": "b", "text": prose(1)})
        now[0] = 109
        assert "b" == index.add({"id": "c", "text": prose(1)}).canonical
        assert (["b", "c"], []) == ([member.id for member in index.story("s1").members], index.check())


def test_old_events_are_forgotten_with_a_window(path, prose, monkeypatch):
    """An index with a window forgets its oldest events, and the other events keep their numbers."""
    monkeypatch.setattr("dedup.engines.online.window._EVENTS", 10)
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
    """Documents, stories and events survive closing, later documents join them, and readers see all of them."""
    with Index.open(path, reviews=0) as index:
        story = index.add(Document(prose(1), id="a", title="T", source="x", url="http://x/1")).story
    with Index.open(path, reviews=0) as index, Index.open(path, mode="r") as reader:
        assert story == index.add(Document(prose(1) + " more", id="b")).story == reader.query(prose(1)).story
        assert Document(prose(1), id="a", title="T", source="x", url="http://x/1") == reader.get("a")
        assert stories_of(index) == stories_of(reader) and [] == index.check()


def test_it_says_what_it_is(path, prose):
    """An index shows its path, whether it writes, and how many documents it has."""
    with Index.open(path, reviews=0) as index:
        index.add(Document(prose(1), id="a"))
        assert f"<dedup.Index {str(path)!r} writing, 1 documents>" == repr(index)
        with Index.open(path, mode="r") as reader:
            assert f"<dedup.Index {str(path)!r} reading, 1 documents>" == repr(reader)
    assert f"<dedup.Index {str(path)!r} closed>" == repr(index)


def test_an_event_loop_opens_reads_and_closes(path, prose):
    """An event loop opens an index, adds, reads the events, and closes the index after what it asked for."""

    async def work() -> list[str]:
        async with await Index.aopen(path, reviews=0) as index:
            await index.aadd(Document(prose(1), id="a"))
            last = asyncio.create_task(index.aadd(Document(prose(2), id="b")))
            await asyncio.sleep(0)
            kinds = [event.kind async for event in index.aevents()]
        await last
        with pytest.raises(dedup.IndexProblem, match="is not open any more"):
            await index.aadd(Document(prose(3), id="c"))
        return kinds

    assert ["created", "created"] == asyncio.run(work())
    with Index.open(path, mode="r") as index:
        assert 2 == len(index)


def test_documents_that_cannot_be_used(index, prose):
    """A document without an id or a text goes to ``on_skip``, or raises an error without it."""
    skipped = []
    decisions = index.add_many([{"text": prose(1)}, {"id": "a"}, {"id": "b", "text": prose(2)}], on_skip=skipped.append)
    assert (["b"], 2) == ([decision.id for decision in decisions], len(skipped))
    for document in ({"text": prose(1)}, Document(prose(1))):
        with pytest.raises(ReadError, match="the document: has no id"):
            index.add(document)
    assert "" == index.query(Document(prose(1))).id


def test_all_fields_of_a_document_are_stored(index, prose):
    """Each way to add documents stores all of their fields."""
    time = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    fields = {name: f"the {name}" for name in Document.__struct_fields__} | {"published": time, "modified": time}
    documents = [Document(**fields | {"text": prose(number), "id": f"d{number}"}) for number in range(4)]
    index.add(documents[0])
    asyncio.run(index.aadd(documents[1]))
    index.add_many(documents[2:3])
    list(index.add_stream(documents[3:]))
    assert documents == [index.get(document.id) for document in documents]


def test_names_of_the_caller_hold_for_every_field(index, prose):
    """``fields`` names the key of any field, also where a mapping has our keys ``id`` and ``text``."""
    index.add_many([{"id": "a", "text": prose(1), "title": "No", "label": "Yes"}], fields={"title": "label"})
    assert "Yes" == index.get("a").title


def test_one_id_twice_in_one_call(index, prose):
    """The second document of an id in one call is a revision of the first document."""
    first, second = index.add_many([Document(prose(1), id="a"), Document(prose(1) + " more", id="a")])
    assert (first.story, "version", 1) == (second.story, second.reason, len(index))


def test_many_at_once_are_what_they_are_one_by_one(tmp_path, prose):
    """Documents added together and one by one have the same stories."""
    documents = [Document(prose(number % 7) + " " + prose(100 + number, 20), id=f"d{number}") for number in range(40)]
    with Index.open(tmp_path / "many", reviews=0) as together, Index.open(tmp_path / "single", reviews=0) as single:
        together.add_many(documents)
        for document in documents:
            single.add(document)
        assert sorted(map(sorted, stories_of(together).values())) == sorted(map(sorted, stories_of(single).values()))
        assert stories_of(together) == replay(together.events())


def test_an_event_loop_is_not_blocked(index, prose):
    """Coroutines can add and query documents, and the index takes them in order."""

    async def work():
        adding = [index.aadd(Document(prose(number // 2), id=f"d{number}")) for number in range(6)]
        decisions = await asyncio.gather(*adding)
        more = await index.aadd_many([Document(prose(9), id="x")])
        return decisions, await index.aquery(prose(0)), more

    decisions, query, more = asyncio.run(work())
    assert ["s1", "s1", "s2", "s2", "s3", "s3"] == [decision.story for decision in decisions]
    assert ("s1", "s4") == (query.story, more[0].story)


def test_a_loop_goes_on_while_a_document_is_added(path, prose):
    """A coroutine goes on while another thread adds a document, and can start a query."""
    entered, allowed = threading.Event(), threading.Event()

    def clock():
        entered.set()
        assert allowed.wait(60)
        return 0.0

    async def work(index):
        adding = asyncio.create_task(index.aadd(Document(prose(1), id="a")))
        while not entered.is_set():
            await asyncio.sleep(0)
        querying = asyncio.create_task(index.aquery(prose(1)))
        await asyncio.sleep(0)
        allowed.set()
        return await adding, await querying

    with Index.open(path, reviews=0, clock=clock) as index:
        added, answer = asyncio.run(work(index))
    assert added.story == answer.story
    with pytest.raises(dedup.IndexProblem, match="open it again"):
        asyncio.run(index.aquery(prose(1)))


def test_export_and_restore(index, tmp_path, prose):
    """An exported and restored index answers like the first index."""
    index.add_many([Document(prose(number // 2), id=f"d{number}") for number in range(6)])
    index.export(tmp_path / "file")
    Index.restore(tmp_path / "file", tmp_path / "other")
    with Index.open(tmp_path / "other", mode="r") as other:
        assert (stories_of(index), list(index.events())) == (stories_of(other), list(other.events()))
        assert msgspec.structs.replace(index.query(prose(1)), events=()) == other.query(prose(1))


def test_other_settings_are_refused(path, prose):
    """An index keeps its settings, and opening it with other settings names both."""
    with Index.open(path, Settings(containment=0.5)):
        pass
    with Index.open(path) as index:
        assert 0.5 == index.settings.containment
    with pytest.raises(dedup.IndexMismatch, match=r"0\.5.*0\.6|0\.6.*0\.5"):
        Index.open(path, Settings(containment=0.6))


def test_damage_is_found_and_repaired(path, prose):
    """A check names a damaged file, for a reader too, and makes the file again from the documents."""
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
    """Long copies are found by sampled shingles that very many documents share."""
    monkeypatch.setattr("dedup.core.candidates.lookup.COMMON", common)
    words = [f"word{number}" for number in range(500)]
    documents = [
        {"id": f"{number}", "text": " ".join([*words[:number], f"changed{number}", *words[number:]])}
        for number in range(50)
    ]
    with Index.open(tmp_path / "x", reviews=0) as index:
        first = index.add_many(documents[:40])
        later = [index.add(document) for document in documents[40:]]
        assert {first[0].story} == {decision.story for decision in (*first, *later)}
