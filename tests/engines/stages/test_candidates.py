"""Candidates from sketches in files: of the last sketch of each text, whoever made it and whoever looks through it."""

import numpy as np
import pytest

from dedup import Settings
from dedup.core.candidates import sampled
from dedup.engines.pool.spill import SpillFiles
from dedup.engines.stages import candidates as pairing
from dedup.engines.stages import documents as intake
from dedup.engines.stages.load import load_documents
from dedup.engines.stages.meter import Meter
from dedup.engines.stages.sketch import SketchStore


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Lots and requests so small that a few texts make several of each."""
    monkeypatch.setattr(intake, "LOT_CHARACTERS", 5_000)
    monkeypatch.setattr(sampled, "LOT", 8)
    monkeypatch.setattr(pairing, "_LEAST", 100)


@pytest.fixture
def documents(prose):
    """Copies, parts and others, in blocks of which some may be dropped."""
    texts = [prose(number % 17, 60 + 40 * (number % 3)) for number in range(60)]
    return [f"{text}\n\n{prose(100 + number % 2, 40)}" for number, text in enumerate(texts)]


def found(documents, workers, *dropping, settings=None):
    """The pairs and hot buckets after some sketches; each time every so manieth block of all texts is dropped, and only
    texts that lose other blocks than the first time are sketched again."""
    told = []

    def tell(stage, done, total):
        told.append((stage, done, total))

    with SpillFiles() as stores:
        job = load_documents(
            intake.DocumentIntake(), documents, settings or Settings(), workers, Meter(tell, stores), stores
        ).job
        sketches, blocks = SketchStore(job), np.arange(len(job.texts.pages.hashes))
        changed = np.ones(len(job.texts.rows), np.bool_)
        for every in dropping:
            dropped = blocks % every == 0
            if every != dropping[0]:
                other = dropped != (blocks % dropping[0] == 0)
                changed = np.logical_or.reduceat(other, job.texts.pages.bounds[:-1])
                assert 0 < changed.sum() < changed.size
            sketches.make(np.flatnonzero(changed), dropped, tell)
        candidates = pairing.find_candidates(sketches, dropped, tell)
    heard = [(done, total) for stage, done, total in told if stage == "candidates"]
    assert heard == [(done, len(heard) - 1) for done in range(len(heard))]
    return candidates.pairs.tolist(), candidates.hot.tolist(), len(heard) - 1


@pytest.mark.parametrize("workers", [1, 2])
def test_only_the_last_sketch_of_a_text_counts(documents, workers):
    """Texts that lost other blocks before are paired as if they had never been looked at before."""
    again = found(documents, workers, 2, 5)
    assert found(documents, workers, 5)[:2] == again[:2]
    assert found(documents, workers, 2)[0] != again[0]
    assert len(again[0]) > 20


@pytest.mark.parametrize("cap", [2, 64])
def test_several_processes_pair_as_one_does(documents, cap):
    """Pairs and hot buckets are the same, in several requests."""
    settings = Settings(max_bucket=cap)
    alone = found(documents, 1, 3, settings=settings)
    assert alone == found(documents, 2, 3, settings=settings)
    assert alone[2] > 4
    assert (cap == 2) == bool(alone[1])


def test_no_text_has_no_pair():
    """There is nothing to look for, and that is told."""
    assert ([], []) == found([], 1, 3)[:2]
