"""Sketches in spill files to codes of pairs in a spill file: the tasks that find candidates, in one process."""

from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.array_types import Indices
from dedup.core.candidates import sampled
from dedup.core.candidates.buckets import candidate_pairs
from dedup.core.candidates.pair_slices import count_slices, merge_pairs
from dedup.core.sketch import bands
from dedup.engines.pool.spill import RowSpans, SpillWriter, iterate_rows
from dedup.engines.tasks.results import PairResult
from dedup.engines.tasks.tasks import MergePairs, PairByBands, PairBySample, Pairing, Setup, SketchLocation

_NO_TEXTS: Final = np.zeros(0, np.int64)
_NO_BUCKETS: Final = np.zeros((0, 3), np.int64)


class PairFinder:
    """Finds pairs of texts that share keys. Codes of pairs go to the file of the process."""

    def __init__(self, setup: Setup, max_bucket: int, keys: SpillWriter, sampled_shingles: SpillWriter) -> None:
        """Take the files of sketches.

        Args:
            setup: the descriptors of the other files, and the number of the process.
            max_bucket: a bucket of more texts is oversized.
            keys: the files of band keys.
            sampled_shingles: the files of sampled shingles.
        """
        self._number, self._max_bucket = setup.number, max_bucket
        self._keys, self._sampled = keys, sampled_shingles
        self._sketched = SpillWriter(setup.sketched, np.int32)
        self._pairs = SpillWriter(setup.pairs, np.int64)

    def find(self, task: Pairing) -> PairResult:
        """Do a task."""
        match task:
            case PairByBands():
                return self._pair_by_bands(task)
            case PairBySample():
                return self._pair_by_sample(task)
            case MergePairs():
                codes = merge_pairs(self._take(task.by_sample), self._take(task.by_bands))
                self._pairs.append(self._number, codes)
                return PairResult(self._number, np.array([codes.size]), _NO_BUCKETS, _NO_TEXTS)

    def _pair_by_bands(self, task: PairByBands) -> PairResult:
        """Pair the texts that share a key in one of the bands of the task."""
        location, count = task.location, task.last - task.first
        texts = self._texts(location)
        keys = np.empty((count, texts.size), np.uint32)
        ends = np.cumsum(location.rows)
        for file, start, rows, end in iterate_rows(location.files, location.starts, location.rows, ends):
            chunk = np.empty((count, rows), np.uint32)
            self._keys.read(file, start + task.first * rows, chunk)
            keys[:, end - rows : end] = chunk
        keys[:, texts < 0] = bands.NO_KEY
        candidates = candidate_pairs(keys.T, self._max_bucket, texts.astype(np.int64), task.first)
        self._pairs.append(self._number, candidates.codes)
        slices = count_slices(candidates.codes, location.count)
        return PairResult(self._number, slices, candidates.oversized, _NO_TEXTS)

    def _pair_by_sample(self, task: PairBySample) -> PairResult:
        """Pair the texts that share sampled shingles of the slices of the task."""
        location = task.location
        words = np.empty(int(task.counts.sum()), np.uint64)
        self._sampled.fill(words, location.files, location.starts, task.counts)
        rows = np.repeat(np.cumsum(location.rows) - location.rows, task.counts)
        rows += sampled.rows_of(words)
        texts = self._texts(location)[rows].astype(np.int64)
        del rows
        buckets = sampled.sample_buckets(words, texts, task.first, task.last)
        slices = count_slices(_NO_TEXTS, location.count)
        for codes in sampled.pair_sampled(sampled.without_common(buckets), self._max_bucket):
            self._pairs.append(self._number, codes)
            slices += count_slices(codes, location.count)
        oversized = sampled.oversized_rows(buckets, self._max_bucket)
        with_common = sampled.texts_with_common(buckets).astype(np.int32)
        return PairResult(self._number, slices, oversized, with_common)

    def _texts(self, location: SketchLocation) -> npt.NDArray[np.int32]:
        """Return ``(r,) int32`` the text of each row of all sketches."""
        texts = np.empty(int(location.rows.sum()), np.int32)
        self._sketched.read(0, location.texts, texts)
        return texts

    def _take(self, rows: RowSpans) -> Indices:
        """Return the codes of some rows of the files of codes."""
        return self._pairs.take(rows).values.view(np.int64)
