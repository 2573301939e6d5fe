"""Workers read many documents ahead, and no decision changes."""

import json
import os
import signal

import pytest

from dedup import Document, Index, InputError, ReadError
from dedup.errors import WorkError
from dedup.formats import discover, limits, read_all
from dedup.index.records import Policy
from dedup.index.store import Store


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    """Makes batches small."""
    monkeypatch.setattr("dedup.engines.online.batches._DOCUMENTS", 16)


@pytest.fixture
def documents(prose):
    """Copies, revisions, equal texts, and credits."""
    copies = [Document(f"{prose(number % 60)}\n{prose(100 + number, 9)}", id=f"d{number}") for number in range(90)]
    copies += [Document(prose(number % 7), id=f"d{number}", source="a.example") for number in range(60, 80)]
    return [*copies, Document(f"LONDON (Reuters) - {prose(500)}", id="c", source="b.example", title="T")]


def answers(path, documents, workers, **more):
    """Decisions, events, stories and texts of documents in a new index."""
    with Index.open(path, workers=workers, clock=lambda: 1.0, **more) as index:
        decisions = index.add_many(documents)
        assert [] == index.check()
        return (
            decisions,
            list(index.events()),
            list(index.stories()),
            [index.get(document.id) for document in documents],
        )


@pytest.mark.parametrize("reviews", [0, 1 << 18])
def test_workers_change_no_decision(tmp_path, documents, reviews):
    """Decisions, events, stories and texts do not depend on workers, with and without reviews."""
    alone, with_workers = (answers(tmp_path / f"{workers}", documents, workers, reviews=reviews) for workers in (1, 3))
    assert alone == with_workers


def dictionaries(path):
    """The number of the dictionary of each document of an index, 0 for no dictionary."""
    with Store.open(path) as store:
        return [number for _, _, number in store.all_packed()]


def reviewed(path, workers):
    """The stories of an index after a review."""
    with Index.open(path, workers=workers, clock=lambda: 1.0) as index:
        index.review()
        assert [] == index.check()
        return list(index.stories())


@pytest.mark.parametrize(("reviews", "workers"), [(0, 1), (1 << 18, 3)])
def test_workers_pack_with_the_dictionary_of_the_index(tmp_path, documents, monkeypatch, reviews, workers):
    """Workers and this process pack with the dictionary of the index, and no answer changes."""
    plain = answers(tmp_path / "plain", documents, 1, reviews=reviews)
    stories = reviewed(tmp_path / "plain", 1)
    monkeypatch.setitem(Store.open.__func__.__kwdefaults__, "policy", Policy(first=40))
    monkeypatch.setattr("dedup.engines.online.review._ALONE", 8)
    monkeypatch.setattr("dedup.engines.online.stored_documents._CHUNK_BYTES", 1 << 12)
    assert plain == answers(tmp_path / "packed", documents, workers, reviews=reviews)
    packed = dictionaries(tmp_path / "packed")
    assert 0 == packed[0] != packed[-1]
    assert stories == reviewed(tmp_path / "packed", workers)


def test_what_comes_before_an_error_is_added(tmp_path, documents):
    """The documents before one that cannot be used are added, and more can be added later."""
    with Index.open(tmp_path / "x", workers=2, reviews=0) as index:
        with pytest.raises(ReadError, match="document 50"):
            index.add_many([*documents[:50], {"text": "without an id"}, *documents[50:]])
        assert 50 == len(index)
        assert 40 == len(index.add_many(documents[50:90])) == len(index) - 50


def test_a_worker_that_dies_is_reported_and_replaced(tmp_path, documents):
    """After a worker has died the added documents stay, and the rest can be added with another worker."""

    def deadly():
        for place, document in enumerate(documents[:90]):
            yield document
            if place == 40:
                for process in index._read_ahead._pool._processes:
                    os.kill(process.pid, signal.SIGKILL)
                    process.wait()

    with Index.open(tmp_path / "x", workers=2, reviews=0) as index:
        with pytest.raises(WorkError, match="killed"):
            index.add_many(deadly())
        assert len(index) < 90
        index.add_many(documents[:90])
        assert (90, []) == (len(index), index.check())


def test_results_that_were_not_taken_are_dropped(tmp_path, documents):
    """After an error between two batches, results that were read ahead are not taken for the next documents."""
    times = iter([0.0, *[1.0] * 99])
    with Index.open(tmp_path / "x", workers=2, reviews=0, clock=lambda: 1 / next(times)) as index:
        with pytest.raises(ZeroDivisionError):
            index.add_many(documents[:90])
        index.add_many(documents[40:90])
        assert [document.id for document in documents[40:90]] == [story.id for story in index.stories()][:50]
        assert all(index.get(document.id) == document for document in documents[40:90])


def test_two_threads_may_add_many(tmp_path, documents):
    """While workers read for one thread, another thread reads for itself."""
    with Index.open(tmp_path / "x", workers=2, reviews=0) as index:

        def slow():
            for place, document in enumerate(documents[:60]):
                if place == 40:
                    index.add_many(documents[60:90])
                yield document

        index.add_many(slow())
        assert 90 == len(index) and [] == index.check()


def test_few_documents_start_no_worker(tmp_path, documents, monkeypatch):
    """One batch is read in this process."""
    monkeypatch.setattr("dedup.engines.online.read_ahead.WorkerPool", None)
    with Index.open(tmp_path / "x", workers=2) as index:
        index.add_many(documents[:16])
        assert 16 == len(index)
        with pytest.raises(InputError, match="workers"):
            Index.open(tmp_path / "y", workers=0)


def answers_of_files(path, folder, workers):
    """Decisions, texts, skips and notes of the files in a folder, added to a new index."""
    skips, notes = [], []
    places = discover(folder, on_skip=skips.append, on_note=notes.append)
    read = read_all(places, on_skip=skips.append, on_note=notes.append, ids="path")
    with Index.open(path, workers=workers, clock=lambda: 1.0, reviews=0) as index:
        decisions = [decision for batch in index.add_stream(read) for decision in batch]
        assert [] == index.check()
        texts = [index.get(decision.id) for decision in decisions]
    rows = [(decision.id, decision.relation, decision.matches) for decision in decisions]
    return rows, texts, skips, notes


def test_workers_read_files_as_this_process_does(tmp_path, prose, monkeypatch):
    """Pages, rows, bad rows and repeated ids do not depend on workers, and keep their order."""
    monkeypatch.setattr(limits, "CHUNK_BYTES", 4_000)
    monkeypatch.setattr(limits, "CHUNK_FILES", 4)
    folder = tmp_path / "in"
    folder.mkdir()
    rows = [{"id": f"r{number % 25}", "text": prose(number % 9), "published": "soon"} for number in range(30)]
    lines = [json.dumps(row) for row in rows]
    lines[7:7] = ["nonsense", '{"text": "a row without an id"}']
    (folder / "rows.jsonl").write_text("\n".join(lines))
    for number in range(12):
        (folder / f"p{number}.html").write_text(
            f"<html><body><article><p>{prose(number % 7)}</p></article></body></html>"
        )
    (folder / "odd.txt").write_bytes(b"\xff\xfe\x00")
    alone, with_workers = (answers_of_files(tmp_path / f"{workers}", folder, workers) for workers in (1, 3))
    assert alone == with_workers
    decisions, _, skips, notes = with_workers
    assert (42, 3, 1) == (len(decisions), len(skips), len(notes))


def test_a_stream_that_is_not_taken_adds_no_more(tmp_path, documents):
    """The documents of taken decisions are added, documents read ahead are not, and more can be added later."""
    with Index.open(tmp_path / "x", workers=2, reviews=0) as index:
        stream = index.add_stream(documents)
        taken = next(stream)
        stream.close()
        assert [decision.id for decision in taken] == [document.id for document in documents[: len(taken)]]
        assert len(taken) == len(index)
        index.add_many(documents)
        assert len({document.id for document in documents}) == len(index)
