"""Where many documents come, other processes read them, and nothing else changes."""

import os
import signal

import pytest

from dedup import Document, Index, InputError, ReadError
from dedup.errors import WorkError


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Lots are small."""
    monkeypatch.setattr("dedup.engines.feeding._LOT", 16)


@pytest.fixture
def documents(prose):
    """Copies, revisions, equal texts, and credits."""
    found = [Document(f"{prose(number % 60)}\n{prose(100 + number, 9)}", id=f"d{number}") for number in range(90)]
    found += [Document(prose(number % 7), id=f"d{number}", source="a.example") for number in range(60, 80)]
    return [*found, Document(f"LONDON (Reuters) - {prose(500)}", id="c", source="b.example", title="T")]


def told(path, documents, workers, **more):
    """All that an index says of documents."""
    with Index.open(path, workers=workers, clock=lambda: 1.0, **more) as index:
        decisions = index.add_many(documents)
        assert [] == index.check()
        return decisions, list(index.events()), list(index.stories()), [index.get(one.id) for one in documents]


@pytest.mark.parametrize("reviews", [0, 1 << 18])
def test_other_processes_change_no_decision(tmp_path, documents, reviews):
    """Decisions, events, stories and texts are the same whoever reads, with reviews in between or without."""
    alone, others = (told(tmp_path / f"{workers}", documents, workers, reviews=reviews) for workers in (1, 3))
    assert alone == others


def test_what_comes_before_an_error_is_added(tmp_path, documents):
    """A document that cannot be used, in the midst of many: those before it are added, and more can be."""
    with Index.open(tmp_path / "x", workers=2, reviews=0) as index:
        with pytest.raises(ReadError, match="document 50"):
            index.add_many([*documents[:50], {"text": "without an id"}, *documents[50:]])
        assert 50 == len(index)
        assert 40 == len(index.add_many(documents[50:90])) == len(index) - 50


def test_a_process_that_dies_is_told_and_replaced(tmp_path, documents):
    """Those that were added before stay, the others can be added by another process."""

    def deadly():
        for place, document in enumerate(documents[:90]):
            yield document
            if place == 40:
                (process,) = index._ahead._crew._processes
                os.kill(process.pid, signal.SIGKILL)
                process.wait()

    with Index.open(tmp_path / "x", workers=2, reviews=0) as index:
        with pytest.raises(WorkError, match="killed"):
            index.add_many(deadly())
        assert len(index) < 90
        index.add_many(documents[:90])
        assert (90, []) == (len(index), index.check())


def test_answers_that_nobody_took_are_nobody_elses(tmp_path, documents, monkeypatch):
    """After an error between two lots, what was read ahead is not taken for what is added next."""
    with Index.open(tmp_path / "x", workers=2, reviews=0) as index:
        with monkeypatch.context() as patched:
            patched.setattr(index, "_clock", lambda: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                index.add_many(documents[:90])
        index.add_many(documents[40:90])
        assert [document.id for document in documents[40:90]] == [story.id for story in index.stories()][:50]
        assert all(index.get(one.id) == one for one in documents[40:90])


def test_two_threads_may_add_many(tmp_path, documents):
    """While other processes read for one thread, another one reads for itself."""
    with Index.open(tmp_path / "x", workers=2, reviews=0) as index:

        def slow():
            for place, document in enumerate(documents[:60]):
                if place == 40:
                    index.add_many(documents[60:90])
                yield document

        index.add_many(slow())
        assert 90 == len(index) and [] == index.check()


def test_few_documents_start_no_process(tmp_path, documents):
    """What is one lot is read here."""
    with Index.open(tmp_path / "x", workers=2) as index:
        index.add_many(documents[:16])
        assert index._ahead._crew is None
        with pytest.raises(InputError, match="workers"):
            Index.open(tmp_path / "y", workers=0)
