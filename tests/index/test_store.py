"""What the store promises, on real files."""

import dataclasses

import numpy as np
import pytest

from dedup.errors import IndexCorrupt, IndexProblem, InputError
from dedup.index.records import Change, Policy, StoryRow
from dedup.index.store import Store
from dedup.types import Event
from tests.helpers.index_making import SETTINGS, SMALL, Model, answers, candidates, entry, made, postings, sketch


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_answers_as_dictionaries_do(tmp_path, seed):
    """After forty changes, which seal and merge, the writer, a reader and whoever opens it next answer as the model."""
    model, store = made(tmp_path / "a.dedup", 40, seed * 1000, close=False)
    with store:
        assert store.counts().segments
        assert model.answers() == answers(store)
        with Store.open(tmp_path / "a.dedup") as reader:
            assert model.answers() == answers(reader)
            assert [] == reader.check()
        assert [] == store.check()
    with Store.open(tmp_path / "a.dedup", mode="w") as again:
        assert model.answers() == answers(again)


def test_a_reader_sees_each_commit_and_each_seal(tmp_path):
    """A reader that stays open answers after each commit as the writer does, whatever was sealed in between."""
    model, store = made(tmp_path / "a.dedup", 1, close=False)
    with store, Store.open(tmp_path / "a.dedup") as reader:
        for number in range(1, 30):
            change = model.draw(number)
            store.commit(change)
            model.apply(change)
            assert model.answers() == answers(reader)


def test_a_reader_changes_nothing(tmp_path):
    """Who opened an index to read cannot commit."""
    made(tmp_path / "a.dedup", 1)
    with Store.open(tmp_path / "a.dedup") as reader, pytest.raises(InputError, match="mode='w'"):
        reader.commit(Change())


def test_numbers_come_from_the_counters(tmp_path):
    """The next numbers go on where the last commit ended, and over documents and stories that are no more."""
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
    ("change", "said"),
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
def test_a_change_that_does_not_fit_changes_nothing(tmp_path, change, said):
    """It is refused by name, the index is as before, and goes on."""
    with Store.open(tmp_path / "a.dedup", SETTINGS, "w") as store:
        store.commit(Change(entries=[entry(1, 1, 1, "first")], stories=[StoryRow(1, 1)], postings=postings([(1, 1)])))
        before = answers(store)
        with pytest.raises(InputError, match=said):
            store.commit(change)
        assert before == answers(store)
        store.commit(Change(removed=[1]))


def test_a_revision_takes_the_place_of_the_old_row(tmp_path):
    """One commit removes a document and brings another of its id: the id leads to the new one alone."""
    with Store.open(tmp_path / "a.dedup", SETTINGS, "w") as store:
        store.commit(Change(entries=[entry(1, 5, 1, "page")], stories=[StoryRow(1, 1)], postings=postings([(1, 5)])))
        store.commit(Change(removed=[1], entries=[entry(2, 50, 1, "page")], postings=postings([(2, 50)])))
        assert 2 == store.number("page")
        assert {2: 1} == store.stories_of([1, 2])
        asked = postings([(0, 5), (0, 50)])
        assert [[1, 2]] == candidates(store, asked)


def test_a_document_that_was_sketched_again_is_found_by_both(tmp_path):
    """More postings of a document that is there are added to those it has."""
    with Store.open(tmp_path / "a.dedup", SETTINGS, "w", policy=SMALL) as store:
        store.commit(Change(entries=[entry(1, 5, 1)], stories=[StoryRow(1, 1)], postings=postings([(1, 5)])))
        store.seal()
        store.commit(Change(postings=postings([(1, 50)])))
        for _ in range(2):
            asked = postings([(0, 5), (0, 50), (0, 30)])
            assert [[0, 1], [1, 1]] == candidates(store, asked)
            store.seal()


def test_aliases_lead_to_the_story_that_goes_on(tmp_path):
    """An alias of an alias resolves to the story; a circle is damage, and told as such."""
    with Store.open(tmp_path / "a.dedup", SETTINGS, "w") as store:
        rows = [StoryRow(1, 1), StoryRow(2, 0, 1), StoryRow(3, 0, 2)]
        store.commit(Change(entries=[entry(1, 5, 1)], stories=rows, postings=postings([(1, 5)])))
        assert [rows[0]] * 3 == [store.resolve(number) for number in (1, 2, 3)]
        assert (rows[2], None) == (store.story(3), store.resolve(9))
        assert [] == store.check()
        store.commit(Change(stories=[StoryRow(2, 0, 3)]))
        with pytest.raises(IndexCorrupt, match="alias of itself"):
            store.resolve(3)
        assert 2 == sum("alias of itself" in problem for problem in store.check())


def test_what_has_gone_takes_no_room(tmp_path):
    """A window that slides over thirty times as many documents leaves as many postings as one window has, or twice."""
    with Store.open(tmp_path / "a.dedup", SETTINGS, "w", durable=False, policy=SMALL) as store:
        for number in range(1, 601):
            gone = [number - 20] if number > 20 else []
            change = Change(
                removed=gone, entries=[entry(number, number % 50, number)], postings=postings([(number, number % 50)])
            )
            change.stories = [StoryRow(number, number), *(StoryRow(each, 0) for each in gone)]
            store.commit(change)
        counts = store.counts()
        assert (20, 20) == (counts.documents, counts.stories)
        assert sum(documents for _, documents, _ in counts.segments) <= 60
        assert [] == store.check()


def test_what_has_gone_from_memory_takes_no_room(tmp_path):
    """Postings that are in no segment yet go to one, without those of documents that have gone, when most have."""
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


def test_postings_are_made_anew(tmp_path):
    """From the documents alone all postings come back, in segments that take the place of all others; of those that a
    change leaves, if it comes with them."""
    model, store = made(tmp_path / "a.dedup", 40, close=False)
    with store, Store.open(tmp_path / "a.dedup") as reader:
        assert model.answers() == answers(reader)
        for change in (Change(), model.draw(model.commits)):
            model.apply(change)
            store.commit(change, [sketch([each]) for each in model.documents.values()])
            assert model.answers() == answers(store)
            assert model.answers() == answers(reader)
        assert {name for name, *_ in store.counts().segments} == {
            path.name for path in (tmp_path / "a.dedup" / "segments").iterdir()
        }


def test_nothing_is_asked_of_a_store_that_is_closed(tmp_path):
    """A closed store says so, and that it can be opened again; closing it twice is nothing."""
    _, store = made(tmp_path / "a.dedup", 1)
    store.close()
    with pytest.raises(IndexProblem, match="it was closed"):
        store.all_numbers()


def test_an_empty_index_answers(tmp_path):
    """Nothing is in it, and everything can be asked."""
    with Store.open(tmp_path / "a.dedup", SETTINGS, "w") as store:
        assert Model().answers() == answers(store)
        assert [] == store.check()
        store.seal()
        store.commit(Change())
        assert [] == store.documents([1, 2])
        assert [] == candidates(store, postings([]))


def test_a_door_that_is_not_durable_keeps_what_it_wrote(tmp_path):
    """Without durable the same is in it after it is closed."""
    path = tmp_path / "a.dedup"
    model = Model()
    with Store.open(path, SETTINGS, "w", durable=False, policy=SMALL) as store:
        for number in range(30):
            change = model.draw(number)
            store.commit(change)
            model.apply(change)
    with Store.open(path) as reader:
        assert model.answers() == answers(reader)


@pytest.mark.parametrize("policy", [SMALL, Policy()])
def test_documents_that_have_gone_hide_nobody(tmp_path, policy):
    """A document is found by a key that more than a thousand had which have gone."""
    with Store.open(tmp_path / "a.dedup", SETTINGS, "w", policy=policy) as store:
        many = range(1, 1302)
        entries, rows = [entry(number, 7, number) for number in many], [StoryRow(number, number) for number in many]
        store.commit(Change(entries=entries, stories=rows, postings=postings([(number, 7) for number in many])))
        gone = list(many)[:-1]
        store.commit(Change(removed=gone, stories=[StoryRow(number, 0) for number in gone]))
        one = postings([(1301, 7)])
        assert [[0, 1301]] == candidates(store, one)


def test_a_moment_does_not_change(tmp_path):
    """What a reader asks in one moment is answered as of that, though a writer commits in between."""
    with Store.open(tmp_path / "a.dedup", SETTINGS, "w") as store, Store.open(tmp_path / "a.dedup") as reader:
        with reader.moment():
            assert [] == reader.all_numbers().tolist()
            store.commit(Change(entries=[entry(1, 7, 1)], stories=[StoryRow(1, 1)], postings=postings([(1, 7)])))
            assert [] == reader.all_numbers().tolist()
        assert [1] == reader.all_numbers().tolist()


@pytest.mark.parametrize("count", [1, 63, 64, 65, 130])
def test_many_documents_come_together(tmp_path, count):
    """However many documents a commit brings, each is there as it was given, with its story and its event."""
    entries = [entry(number, number, number) for number in range(1, count + 1)]
    stories = [StoryRow(number, number) for number in range(1, count + 1)]
    events = [Event(number, "created", f"s{number}", f"d{number}") for number in range(1, count + 1)]
    with Store.open(tmp_path / "a.dedup", SETTINGS, "w") as store:
        store.commit(Change(entries=entries, stories=stories, events=events))
        assert entries == store.documents(range(1, count + 1))
        assert (stories, events) == (list(store.all_stories()), list(store.events()))
        assert stories == list(store.story_rows(range(1, count + 1)).values())
        assert [] == store.check()


def test_an_id_that_was_looked_up_before_it_came_is_known_afterwards(tmp_path):
    """What is remembered of the last look-up is forgotten with the next commit: no id comes twice."""
    with Store.open(tmp_path / "a.dedup", SETTINGS, "w") as store:
        new, found = entry(1, 1, 1, "a"), postings([(1, 1)])
        prints = np.array([new.fingerprint], np.uint64)
        assert {} == store.look_up(["a"], prints, found.keys, found.kept).numbers
        store.commit(Change(entries=[new], stories=[StoryRow(1, 1)]))
        with pytest.raises(InputError, match="document 'a' is there already, with number 1"):
            store.commit(Change(entries=[entry(2, 2, 2, "a")], stories=[StoryRow(2, 2)]))
        assert {"a": 1} == store.look_up(["a"], prints, found.keys, found.kept).numbers
