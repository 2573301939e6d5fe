"""Candidates from sketches in spill files: the last sketch of each text counts, in each number of processes."""

import numpy as np
import pytest

from dedup import Settings
from dedup.core.candidates import sampled
from dedup.core.text.block_hashes import dropped_runs
from dedup.engines.pool.spill import SpillFiles
from dedup.engines.stages import candidates as pairing
from dedup.engines.stages import documents as intake
from dedup.engines.stages.load import load_documents
from dedup.engines.stages.meter import Meter
from dedup.engines.stages.sketch import SketchStore


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Chunks and tasks so small that a few texts make several of each."""
    monkeypatch.setattr(intake, "TASK_CHARACTERS", 5_000)
    monkeypatch.setattr(sampled, "BATCH_DOCUMENTS", 8)
    monkeypatch.setattr(pairing, "_LEAST", 100)


@pytest.fixture
def documents(prose):
    """Copies, excerpts and other texts, in blocks that a test may drop."""
    texts = [prose(number % 17, 60 + 40 * (number % 3)) for number in range(60)]
    return [f"{text}\n\n{prose(100 + number % 2, 40)}" for number, text in enumerate(texts)]


def candidates_of(documents, workers, *dropping, settings=None):
    """Return the pairs, the oversized buckets and the number of tasks after several rounds of sketches.

    Each item of ``dropping`` is a round that drops each block whose number it divides. Later rounds sketch only
    the texts that lose other blocks than in the first round.
    """
    heard = []

    def on_progress(stage, done, total):
        heard.append((stage, done, total))

    with SpillFiles() as spill_files:
        job = load_documents(
            intake.DocumentIntake(),
            documents,
            settings or Settings(),
            workers,
            Meter(on_progress, spill_files),
            spill_files,
        ).job
        sketches, blocks = SketchStore(job), np.arange(len(job.texts.pages.hashes))
        changed = np.ones(len(job.texts.rows), np.bool_)
        for divisor in dropping:
            dropped = blocks % divisor == 0
            if divisor != dropping[0]:
                other = dropped != (blocks % dropping[0] == 0)
                changed = np.logical_or.reduceat(other, job.texts.pages.bounds[:-1])
                assert 0 < changed.sum() < changed.size
            runs = dropped_runs(job.texts.pages.words, job.texts.pages.bounds, dropped)
            sketches.make(np.flatnonzero(changed), runs, on_progress)
        candidates = pairing.find_candidates(sketches, runs, on_progress)
    steps = [(done, total) for stage, done, total in heard if stage == "candidates"]
    assert steps == [(done, len(steps) - 1) for done in range(len(steps))]
    return candidates.pairs.tolist(), candidates.oversized.tolist(), len(steps) - 1


@pytest.mark.parametrize("workers", [1, 2])
def test_only_the_last_sketch_of_a_text_counts(documents, workers):
    """Texts that are sketched again have the candidates of their last sketch."""
    again = candidates_of(documents, workers, 2, 5)
    assert candidates_of(documents, workers, 5)[:2] == again[:2]
    assert candidates_of(documents, workers, 2)[0] != again[0]
    assert len(again[0]) > 20


@pytest.mark.parametrize("cap", [2, 64])
def test_several_processes_pair_as_one_does(documents, cap):
    """Pairs and oversized buckets do not depend on the number of processes."""
    settings = Settings(max_bucket=cap)
    alone = candidates_of(documents, 1, 3, settings=settings)
    assert alone == candidates_of(documents, 2, 3, settings=settings)
    assert alone[2] > 4
    assert (cap == 2) == bool(alone[1])


def test_no_text_has_no_pair():
    """No texts have no candidates, and progress is reported."""
    assert ([], []) == candidates_of([], 1, 3)[:2]
