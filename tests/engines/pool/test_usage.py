"""Stages of a job are told and measured, and what is counted does not depend on who does the work."""

import itertools

import numpy as np
import pytest

import dedup
from dedup.engines.pool.spill import RaggedSpill, SpillFiles, SpillWriter
from dedup.engines.pool.usage import NOTHING, Usage, total_usage, usage_now
from dedup.engines.stages import documents as intake
from dedup.engines.stages.meter import Meter

STAGES = ["reading", "texts", "boilerplate", "signatures", "candidates", "verifying", "clustering", "stories"]


@pytest.fixture
def documents(prose):
    """Documents of which some are copies, in several lots where those are small."""
    return [{"text": f"{prose(number % 20, 300)} {number}", "source": f"s{number % 3}"} for number in range(40)]


@pytest.fixture
def small_lots(monkeypatch):
    """Lots so small that a few documents are work for several processes."""
    monkeypatch.setattr(intake, "LOT_CHARACTERS", 2_000)


@pytest.fixture
def meter():
    """A meter that tells nobody, of a job with stores that are closed after the test."""
    with SpillFiles() as stores:
        yield Meter(lambda *_told: None, stores), stores


def test_every_stage_is_told_and_measured(documents):
    """Each stage is told at its begin, as one whose end is not known or has done nothing, and measured once."""
    heard = []
    stats = dedup.cluster(documents, workers=1, on_progress=lambda *told: heard.append(told)).stats
    names = [stage.name for stage in stats.stages]
    assert STAGES == names == list(dict.fromkeys(stage for stage, _, _ in heard))
    first = {stage: done for stage, done, _ in reversed(heard)}
    assert {0} == set(first.values())
    last = {stage: (done, total) for stage, done, total in heard if stage != "reading"}
    assert [] == [stage for stage, (done, total) in last.items() if done != total]


def test_misprints_are_a_stage_of_their_own(documents):
    """Where texts are scanned, misprints are looked for between the reading and the rest, and that is told too."""
    stages = dedup.cluster(documents, dedup.Settings(scanned=True), workers=1).stats.stages
    assert [*STAGES[:2], "mending", *STAGES[2:]] == [stage.name for stage in stages]


def test_counts_are_those_of_the_job(documents):
    """Documents, different texts, words and bytes of text are counted, and pairs add up."""
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
    """Peaks never fall; hashes of words and of lines are in temporary files from the first stage on."""
    stages = dedup.cluster(documents, workers=1).stats.stages
    assert stages[0].stored == 40 * (8 * 301 + 13)
    for before, after in itertools.pairwise(stages):
        assert before.memory <= after.memory
        assert before.stored <= after.stored
    assert {0} == {stage.workers_memory for stage in stages}
    assert all(stage.seconds >= 0 and stage.processor >= 0 for stage in stages)


def test_several_processes_count_the_same(documents, small_lots):
    """Counts do not depend on the number of processes, which tell what they have used."""
    alone, crew = (dedup.cluster(documents, workers=count).stats for count in (1, 3))
    assert (alone.documents, alone.texts, alone.words, alone.looks) == (
        crew.documents,
        crew.texts,
        crew.words,
        crew.looks,
    )
    assert [stage.read for stage in alone.stages] == [stage.read for stage in crew.stages]
    assert (1, 3) == (alone.workers, crew.workers)
    assert crew.stages[0].workers_memory > 0
    assert crew.stages[0].workers_memory <= crew.stages[-1].workers_memory


def test_what_a_process_has_used():
    """A process has used some memory and time, and several have used the sum."""
    mine = usage_now()
    assert mine.memory > 1 << 20
    assert mine.processor > 0
    assert Usage(3.0, 5) == total_usage([Usage(1.0, 2), Usage(2.0, 3)])
    assert NOTHING == total_usage([])


def test_a_meter_tells_stages_apart(meter):
    """A stage lasts until the next one is told of; what workers do in it is counted to it."""
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
    one, two = measure.stages
    assert ("one", 15, 70) == (one.name, one.read, one.workers_memory)
    assert ("two", 0, 90) == (two.name, two.read, two.workers_memory)
    assert one.processor >= 5
    assert two.processor >= 100


def test_files_are_weighed_whoever_wrote_them(meter):
    """Bytes of all temporary files that are open, of elements of any kind."""
    measure, stores = meter
    shelf, narrow = stores.enter_context(RaggedSpill(2)), stores.enter_context(RaggedSpill(1, np.uint32))
    measure("one", 0, 0)
    SpillWriter(narrow.descriptors, np.uint32).append(0, np.arange(6, dtype=np.uint32))
    SpillWriter(shelf.descriptors, np.uint64).append(1, np.arange(4, dtype=np.uint64))
    measure("two", 0, 0)
    assert [8 * 7] == [stage.stored for stage in measure.stages]
