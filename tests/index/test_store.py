"""The answers of an index, on real files."""

import numpy as np
import pytest

from dedup.errors import IndexCorrupt, IndexProblem, InputError
from dedup.index.records import Change, Policy, StoryRow
from dedup.index.store import Store
from tests.helpers.index_making import SETTINGS, SMALL, Model, answers, candidates, entry, made, postings


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_answers_as_dictionaries_do(tmp_path, seed):
    """After forty changes, with seals and merges, the writer, a reader and the next writer answer as the model."""
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
    """A reader that stays open answers as the model after each commit and each seal."""
    model, store = made(tmp_path / "a.dedup", 1, close=False)
    with store, Store.open(tmp_path / "a.dedup") as reader:
        for number in range(1, 30):
            change = model.draw(number)
            store.commit(change)
            model.apply(change)
            assert model.answers() == answers(reader)


def test_aliases_lead_to_the_story_that_goes_on(tmp_path):
    """An alias of an alias resolves to the story, and a circle of aliases is damage."""
    with Store.open(tmp_path / "a.dedup", SETTINGS, "w") as store:
        rows = [StoryRow(1, 1), StoryRow(2, 0, 1), StoryRow(3, 0, 2)]
        store.commit(Change(entries=[entry(1, 5, 1)], stories=rows, postings=postings([(1, 5)])))
        assert [rows[0]] * 3 == [store.resolve(number) for number in (1, 2, 3)]
        assert ({3: rows[2]}, None) == (store.story_rows([3, 9]), store.resolve(9))
        assert [] == store.check()
        store.commit(Change(stories=[StoryRow(2, 0, 3)]))
        with pytest.raises(IndexCorrupt, match="alias of itself"):
            store.resolve(3)
        assert 2 == sum("alias of itself" in problem for problem in store.check())


def test_nothing_is_asked_of_a_store_that_is_closed(tmp_path):
    """A closed store raises an error that advises to open it again."""
    _, store = made(tmp_path / "a.dedup", 1)
    store.close()
    with pytest.raises(IndexProblem, match="it was closed"):
        store.all_numbers()


def test_an_empty_index_answers(tmp_path):
    """An empty index answers each call."""
    with Store.open(tmp_path / "a.dedup", SETTINGS, "w") as store:
        assert Model().answers() == answers(store)
        assert [] == store.check()
        store.seal()
        store.commit(Change())
        assert [] == store.documents([1, 2])
        assert [] == candidates(store, postings([]))


def test_a_store_that_is_not_durable_keeps_its_commits(tmp_path):
    """A closed index has all its commits without ``durable``."""
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
def test_removed_documents_hide_no_document(tmp_path, policy):
    """A document is found by a key of more than a thousand removed documents."""
    with Store.open(tmp_path / "a.dedup", SETTINGS, "w", policy=policy) as store:
        many = range(1, 1302)
        entries, rows = [entry(number, 7, number) for number in many], [StoryRow(number, number) for number in many]
        store.commit(Change(entries=entries, stories=rows, postings=postings([(number, 7) for number in many])))
        removed = list(many)[:-1]
        store.commit(Change(removed=removed, stories=[StoryRow(number, 0) for number in removed]))
        assert [[0, 1301]] == candidates(store, postings([(1301, 7)]))


def test_a_moment_does_not_change(tmp_path):
    """All calls within one moment have the same snapshot, though a writer commits in between."""
    with Store.open(tmp_path / "a.dedup", SETTINGS, "w") as store, Store.open(tmp_path / "a.dedup") as reader:
        with reader.moment():
            assert [] == reader.all_numbers().tolist()
            store.commit(Change(entries=[entry(1, 7, 1)], stories=[StoryRow(1, 1)], postings=postings([(1, 7)])))
            assert [] == reader.all_numbers().tolist()
        assert [1] == reader.all_numbers().tolist()


def test_an_id_that_was_looked_up_before_it_came_is_known_afterwards(tmp_path):
    """A commit makes the last look-up of ids invalid, so no id comes twice."""
    with Store.open(tmp_path / "a.dedup", SETTINGS, "w") as store:
        new, lookup = entry(1, 1, 1, "a"), postings([(1, 1)])
        prints = np.array([new.fingerprint], np.object_)
        assert {} == store.look_up(["a"], prints, lookup.keys, lookup.sampled).numbers
        store.commit(Change(entries=[new], stories=[StoryRow(1, 1)]))
        with pytest.raises(InputError, match="document 'a' is there already, with number 1"):
            store.commit(Change(entries=[entry(2, 2, 2, "a")], stories=[StoryRow(2, 2)]))
        assert {"a": 1} == store.look_up(["a"], prints, lookup.keys, lookup.sampled).numbers
