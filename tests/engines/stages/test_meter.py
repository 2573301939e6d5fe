"""The stages of a job are reported and measured; the counts do not depend on the number of processes."""

import itertools

import numpy as np
import pytest

import dedup
from dedup.engines.pool.spill import RaggedSpill, SpillFiles, SpillWriter
from dedup.engines.pool.usage import Usage
from dedup.engines.stages import documents as intake
from dedup.engines.stages.meter import Meter

STAGES = ["reading", "texts", "boilerplate", "signatures", "candidates", "verifying", "clustering", "stories"]


@pytest.fixture
def documents(prose):
    """Documents with copies among them."""
    return [{"text": f"{prose(number % 20, 300)} {number}", "source": f"s{number % 3}"} for number in range(40)]


@pytest.fixture
def small_chunks(monkeypatch):
    """Chunks so small that a few documents are work for several processes."""
    monkeypatch.setattr(intake, "TASK_CHARACTERS", 2_000)


@pytest.fixture
def meter():
    """A meter without a callback, and its spill files, which close after the test."""
    with SpillFiles() as spill_files:
        yield Meter(lambda *_: None, spill_files), spill_files


def test_every_stage_is_reported_and_measured(documents):
    """Each stage reports its begin with nothing done, and is measured once."""
    heard = []
    stats = dedup.cluster(documents, workers=1, on_progress=lambda *progress: heard.append(progress)).stats
    names = [stage.name for stage in stats.stages]
    assert STAGES == names == list(dict.fromkeys(stage for stage, _, _ in heard))
    first = {stage: done for stage, done, _ in reversed(heard)}
    assert {0} == set(first.values())
    last = {stage: (done, total) for stage, done, total in heard if stage != "reading"}
    assert [] == [stage for stage, (done, total) in last.items() if done != total]


def test_misprints_are_a_stage_of_their_own(documents):
    """The correction of scanned texts is a stage between reading and comparing."""
    stages = dedup.cluster(documents, dedup.Settings(scanned=True), workers=1).stats.stages
    assert [*STAGES[:2], "mending", *STAGES[2:]] == [stage.name for stage in stages]


def test_counts_are_those_of_the_job(documents):
    """The report counts documents, different texts, words, bytes of text and pairs."""
    stats = dedup.cluster([*documents, documents[0]], workers=1).stats
    text = sum(len(document["text"].encode()) for document in (*documents, documents[0]))
    assert (41, 40, 41 * 301, 1) == (stats.documents, stats.texts, stats.words, stats.workers)
    assert text == sum(stage.read for stage in stats.stages) == stats.stages[0].read
    for look in stats.looks:
        assert look.verified == look.rejected + look.matches
        assert look.verified >= look.candidates
        assert look.verified >= look.measured
    assert 20 == stats.looks[0].matches == stats.looks[0].measured


def test_memory_and_files_grow(documents):
    """Peak memory and spill files never shrink from stage to stage."""
    stages = dedup.cluster(documents, workers=1).stats.stages
    assert stages[0].stored == 40 * (8 * 301 + 13 + 1024)  # tokens, facts, and the opening of a text without a title
    for before, after in itertools.pairwise(stages):
        assert before.memory <= after.memory
        assert before.stored <= after.stored
    assert {0} == {stage.workers_memory for stage in stages}
    assert all(stage.seconds >= 0 and stage.processor >= 0 for stage in stages)


def test_several_processes_count_the_same(documents, small_chunks):
    """Counts do not depend on the number of processes, and the memory of workers is reported."""
    alone, several = (dedup.cluster(documents, workers=count).stats for count in (1, 3))
    assert (alone.documents, alone.texts, alone.words, alone.looks) == (
        several.documents,
        several.texts,
        several.words,
        several.looks,
    )
    assert [stage.read for stage in alone.stages] == [stage.read for stage in several.stages]
    assert (1, 3) == (alone.workers, several.workers)
    assert several.stages[0].workers_memory > 0
    assert several.stages[0].workers_memory <= several.stages[-1].workers_memory


def test_a_meter_tells_stages_apart(meter):
    """A stage lasts until the next one begins, and includes the usage of workers."""
    measure, _ = meter

    class Workers:
        used = Usage(5.0, 70)

    measure("one", 0, 0)
    measure.watch(lambda: Workers.used)
    measure.read(10)
    measure.read(5)
    measure("one", 1, 1)
    measure("two", 0, 0)
    Workers.used = Usage(105.0, 90)
    measure.end()
    first, second = measure.stages
    assert ("one", 15, 70) == (first.name, first.read, first.workers_memory)
    assert ("two", 0, 90) == (second.name, second.read, second.workers_memory)
    assert first.processor >= 5
    assert second.processor >= 100


def test_files_of_all_writers_are_counted(meter):
    """The bytes of all open spill files count, for each writer and each kind of element."""
    measure, spill_files = meter
    wide, narrow = spill_files.enter_context(RaggedSpill(2)), spill_files.enter_context(RaggedSpill(1, np.uint32))
    measure("one", 0, 0)
    SpillWriter(narrow.descriptors, np.uint32).append(0, np.arange(6, dtype=np.uint32))
    SpillWriter(wide.descriptors, np.uint64).append(1, np.arange(4, dtype=np.uint64))
    measure("two", 0, 0)
    assert [8 * 7] == [stage.stored for stage in measure.stages]
