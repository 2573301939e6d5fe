"""Commits and seals, on real files."""

import dataclasses

import pytest

from dedup.errors import InputError
from dedup.index.records import Change, StoryRow
from dedup.index.store import Store
from dedup.index_types import Event
from tests.helpers.index_making import SETTINGS, SMALL, answers, candidates, entry, made, postings, sketch


def test_a_reader_changes_nothing(tmp_path):
    """A reader cannot commit."""
    made(tmp_path / "a.dedup", 1)
    with Store.open(tmp_path / "a.dedup") as reader, pytest.raises(InputError, match="mode='w'"):
        reader.commit(Change())


def test_numbers_come_from_the_counters(tmp_path):
    """The next numbers follow the numbers of the last commit, removed documents and stories included."""
    path = tmp_path / "a.dedup"
    with Store.open(path, SETTINGS, "w") as store:
        assert (1, 1, 1) == (store.next_document, store.next_story, store.next_event)
        stories = [StoryRow(1, 3), StoryRow(4, 3)]
        store.commit(Change(entries=[entry(3, 1, 1)], stories=stories, events=[Event(1, "created", "1", "a")]))
        store.commit(Change(removed=[3], stories=[StoryRow(1, 0), StoryRow(4, 0)]))
        assert (4, 5, 2) == (store.next_document, store.next_story, store.next_event)
    with Store.open(path, mode="w") as store:
        assert (4, 5, 2) == (store.next_document, store.next_story, store.next_event)
        assert [] == store.all_numbers().tolist()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (Change(entries=[entry(1, 1, 1)]), "number 1"),
        (Change(entries=[entry(2**32, 1, 1)]), "number 4294967296"),
        (Change(entries=[entry(8, 1, 1), entry(8, 2, 1)]), "number 8"),
        (Change(entries=[entry(8, 1, 1, "same"), entry(9, 2, 1, "same")]), "one id"),
        (Change(entries=[entry(8, 1, 1, "first")]), "'first' is there already"),
        (Change(removed=[7]), "no document 7"),
        (Change(removed=[1, 1]), "twice"),
        (Change(moved=[(7, 1)]), "no document"),
        (Change(seen=[(7, 1.0)]), "no document"),
        (Change(stories=[StoryRow(1, 0), StoryRow(9, 1)], events=[Event(5, "joined", "1")]), "event 5"),
        (Change(postings=postings([(7, 1)])), "postings of document 7"),
        (Change(entries=[entry(8, 1, 1, "\ud800")]), "half a character"),
    ],
)
def test_a_change_that_does_not_fit_changes_nothing(tmp_path, change, message):
    """A change that does not fit raises an error that names the fault, and the index stays as it is."""
    with Store.open(tmp_path / "a.dedup", SETTINGS, "w") as store:
        store.commit(Change(entries=[entry(1, 1, 1, "first")], stories=[StoryRow(1, 1)], postings=postings([(1, 1)])))
        before = answers(store)
        with pytest.raises(InputError, match=message):
            store.commit(change)
        assert before == answers(store)
        store.commit(Change(removed=[1]))


def test_a_revision_takes_the_place_of_the_old_row(tmp_path):
    """After a revision the id leads to the new document alone."""
    with Store.open(tmp_path / "a.dedup", SETTINGS, "w") as store:
        store.commit(Change(entries=[entry(1, 5, 1, "page")], stories=[StoryRow(1, 1)], postings=postings([(1, 5)])))
        store.commit(Change(removed=[1], entries=[entry(2, 50, 1, "page")], postings=postings([(2, 50)])))
        assert 2 == store.number("page")
        assert {2: 1} == store.stories_of([1, 2])
        assert [[1, 2]] == candidates(store, postings([(0, 5), (0, 50)]))


def test_a_document_that_was_sketched_again_is_found_by_both(tmp_path):
    """More postings of a document are added to its postings."""
    with Store.open(tmp_path / "a.dedup", SETTINGS, "w", policy=SMALL) as store:
        store.commit(Change(entries=[entry(1, 5, 1)], stories=[StoryRow(1, 1)], postings=postings([(1, 5)])))
        store.seal()
        store.commit(Change(postings=postings([(1, 50)])))
        for _ in range(2):
            assert [[0, 1], [1, 1]] == candidates(store, postings([(0, 5), (0, 50), (0, 30)]))
            store.seal()


def test_removed_documents_take_no_room(tmp_path):
    """After thirty windows of documents the segments hold the documents of three windows at most."""
    with Store.open(tmp_path / "a.dedup", SETTINGS, "w", durable=False, policy=SMALL) as store:
        for number in range(1, 601):
            expired = [number - 20] if number > 20 else []
            change = Change(
                removed=expired,
                entries=[entry(number, number % 50, number)],
                postings=postings([(number, number % 50)]),
            )
            change.stories = [StoryRow(number, number), *(StoryRow(story, 0) for story in expired)]
            store.commit(change)
        counts = store.counts()
        assert (20, 20) == (counts.documents, counts.stories)
        assert sum(documents for _, documents, _ in counts.segments) <= 60
        assert [] == store.check()


def test_removed_documents_of_the_tail_take_no_room(tmp_path):
    """The tail is sealed without removed documents when most of its documents are removed."""
    policy = dataclasses.replace(SMALL, seal=10_000)
    with Store.open(tmp_path / "a.dedup", SETTINGS, "w", durable=False, policy=policy) as store:
        for number in range(1, 301):
            change = Change(
                removed=[number - 50] if number > 50 else [],
                entries=[entry(number, number % 50, 1)],
                postings=postings([(number, number % 50)]),
                stories=[StoryRow(1, number)],
            )
            store.commit(change)
        [(_, documents, _)] = store.counts().segments
        assert 50 <= documents <= 150
        assert [] == store.check()


def test_all_postings_are_rebuilt(tmp_path):
    """Postings that are rebuilt from the documents, with or without a change, replace all segments."""
    model, store = made(tmp_path / "a.dedup", 40, close=False)
    with store, Store.open(tmp_path / "a.dedup") as reader:
        assert model.answers() == answers(reader)
        for change in (Change(), model.draw(model.commits)):
            model.apply(change)
            store.commit(change, [sketch([document]) for document in model.documents.values()])
            assert model.answers() == answers(store)
            assert model.answers() == answers(reader)
        assert {name for name, *_ in store.counts().segments} == {
            path.name for path in (tmp_path / "a.dedup" / "segments").iterdir()
        }


@pytest.mark.parametrize("count", [1, 63, 64, 65, 130])
def test_many_documents_come_together(tmp_path, count):
    """A commit of any number of documents stores each with its story and its event."""
    entries = [entry(number, number, number) for number in range(1, count + 1)]
    stories = [StoryRow(number, number) for number in range(1, count + 1)]
    events = [Event(number, "created", f"s{number}", f"d{number}") for number in range(1, count + 1)]
    with Store.open(tmp_path / "a.dedup", SETTINGS, "w") as store:
        store.commit(Change(entries=entries, stories=stories, events=events))
        assert entries == store.documents(range(1, count + 1))
        assert (stories, events) == (list(store.all_stories()), list(store.events()))
        assert stories == list(store.story_rows(range(1, count + 1)).values())
        assert [] == store.check()
