"""Every step of the core, one batch at a time, and the steps that see all documents at once, on the copies.

Each benchmark also runs as a test (`--benchmark-disable`) and says something real about the result.
Run `pytest benches/test_core.py`; rates are in `extra_info`.
"""

import re
from typing import Any

import numpy as np
import pytest
from measure.steps import Rate, shingles_of
from synthetic.copies import Sample
from synthetic.workloads import megabytes

from dedup.array_types import Indices, Pairs, Signatures
from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.workspace import Workspace
from dedup.core.candidates import buckets
from dedup.core.pairs import similarity as verify
from dedup.core.pairs.rule import units
from dedup.core.sketch import bands, minhash
from dedup.core.sketch import shingles as shingles_
from dedup.core.sketch.rounds import EMPTY
from dedup.core.sketch.signatures import of_texts
from dedup.core.stories import clustering
from dedup.core.text import batches, folded_text, folding
from dedup.core.text import tokens as shingles
from dedup.core.thresholds import ONE
from dedup.settings import Settings

pytestmark = pytest.mark.benchmark(group="a batch of news")


@pytest.fixture(scope="module")
def folded(batch: list[str]) -> folded_text.Folded:
    """The batch, folded."""
    return folding.fold(*batches.encode(batch), Workspace())


@pytest.fixture(scope="module")
def hashes(batch: list[str], settings: Settings) -> Ragged:
    """The shingle hashes of the batch."""
    return shingles_of(batch, settings)


def test_encode(benchmark: Any, batch: list[str], rate: Rate) -> None:
    """Texts become one buffer in which each lies where the offsets say."""
    buffer, offsets = benchmark(batches.encode, batch)
    rate(megabytes(batch), "MB")
    assert batch[3] == buffer[offsets[3] : offsets[4]].tobytes().decode().rstrip("\n")
    assert len(batch) + 1 == len(offsets)


def test_fold(benchmark: Any, batch: list[str], rate: Rate) -> None:
    """Only lower-case letters and figures are left, as many as there were letters and figures."""
    found = benchmark(folding.fold, *batches.encode(batch), Workspace())
    rate(megabytes(batch), "MB")
    kept = found.buffer[found.buffer != 0].tobytes().decode()
    assert "".join(re.findall("[a-z0-9]+", "\n".join(batch).lower())) == kept


def test_tokenize(benchmark: Any, batch: list[str], folded: folded_text.Folded, settings: Settings, rate: Rate) -> None:
    """Every document has as many tokens as it has runs of letters and figures; equal tokens have equal hashes."""
    tokens = benchmark(shingles.tokenize, folded, settings.seed, Workspace())
    rate(megabytes(batch), "MB")
    words = [re.findall("[a-z0-9]+", document.lower()) for document in batch]
    assert [len(row) for row in words] == tokens.lengths.tolist()
    start, end = tokens.bounds[5]
    assert len(set(words[5])) == len(np.unique(tokens.values[start:end]))


def test_shingle(benchmark: Any, batch: list[str], folded: folded_text.Folded, settings: Settings, rate: Rate) -> None:
    """A document of n tokens has n - 4 shingles of five."""
    tokens = shingles.tokenize(folded, settings.seed, Workspace())
    found = benchmark(shingles_.shingle, tokens, settings.shingle_size, settings.seed, Workspace())
    rate(tokens.values.size / 1e6, "M shingles")
    assert (tokens.lengths - 4).tolist() == found.lengths.tolist()


@pytest.mark.parametrize("k", [128, 512])
def test_sketch(benchmark: Any, hashes: Ragged, k: int, rate: Rate) -> None:
    """Every slot is filled, and documents that have nothing in common agree in hardly any."""
    signatures = benchmark(minhash.sketch, hashes, k)
    rate(hashes.values.size / 1e6, "M shingles")
    assert (len(hashes.bounds), k) == signatures.shape
    assert not (signatures == EMPTY).any()
    others = np.array([(0, other) for other in range(1, len(signatures))])
    assert minhash.estimate(signatures, others).max() < 0.05


@pytest.fixture(scope="module")
def defaults() -> Settings:
    """The settings that a user gets."""
    return Settings()


@pytest.fixture(scope="module")
def signatures(samples: tuple[Sample, ...], defaults: Settings) -> Signatures:
    """The signatures of the copies."""
    return of_texts([sample.document.text for sample in samples], defaults)


@pytest.fixture(scope="module")
def rows(samples: tuple[Sample, ...], defaults: Settings) -> Ragged:
    """The shingle hashes of the copies."""
    return shingles_of([sample.document.text for sample in samples], defaults)


@pytest.fixture(scope="module")
def sets(rows: Ragged) -> Ragged:
    """The shingle sets of the copies."""
    return verify.distinct_shingles(rows)


@pytest.fixture(scope="module")
def plan(defaults: Settings) -> bands.Plan:
    """The bands that the default recall contract asks for."""
    return bands.plan(defaults.similarity, defaults.recall, defaults.k)


@pytest.fixture(scope="module")
def pairs(signatures: Signatures, plan: bands.Plan, defaults: Settings) -> Pairs:
    """The candidate pairs of the copies."""
    return buckets.candidate_pairs(bands.band_keys(signatures, plan), defaults.max_bucket).pairs


@pytest.mark.benchmark(group="all documents")
def test_band_keys(benchmark: Any, signatures: Signatures, plan: bands.Plan, rate: Rate) -> None:
    """A document has a key for every band."""
    keys = benchmark(bands.band_keys, signatures, plan)
    rate(keys.size / 1e6, "M keys")
    assert (len(signatures), plan.bands) == keys.shape


@pytest.mark.benchmark(group="all documents")
def test_candidates(
    benchmark: Any, signatures: Signatures, plan: bands.Plan, defaults: Settings, truth: Pairs, sets: Ragged, rate: Rate
) -> None:
    """The promised share of the copies that resemble their original enough are candidates."""
    keys = bands.band_keys(signatures, plan)
    found = benchmark(buckets.candidate_pairs, keys, defaults.max_bucket).pairs
    rate(keys.size / 1e6, "M keys")
    resemblance, _ = verify.similarity(sets, truth)
    wanted = truth[resemblance >= defaults.similarity]
    assert len(wanted) > 0.95 * len(truth)
    assert np.isin(_codes(wanted), _codes(found)).mean() >= defaults.recall


def _codes(pairs: Pairs) -> Pairs:
    """One number for each pair."""
    return pairs[:, 0] << 32 | pairs[:, 1]


@pytest.mark.benchmark(group="all documents")
def test_sets(benchmark: Any, rows: Ragged, rate: Rate) -> None:
    """A set is sorted and has every shingle of its document once."""
    found = benchmark(verify.distinct_shingles, rows)
    rate(rows.lengths.sum() / 1e6, "M shingles")
    start, end = rows.bounds[7]
    first, last = found.bounds[7]
    assert np.unique(rows.values[start:end] >> np.uint64(16)).tolist() == found.values[first:last].tolist()


@pytest.mark.benchmark(group="all documents")
def test_measure(
    benchmark: Any, sets: Ragged, truth: Pairs, samples: tuple[Sample, ...], defaults: Settings, rate: Rate
) -> None:
    """Copies of every kind are contained in their originals, or contain them; verbatim ones wholly."""
    resemblance, containment = benchmark(verify.similarity, sets, truth)
    rate(len(truth) / 1e3, "k pairs")
    verbatim = np.array([any(samples[place].kind == "verbatim" for place in pair) for pair in truth.tolist()])
    assert (resemblance[verbatim] == 1).all()
    assert (resemblance <= containment).all()
    assert containment.min() >= defaults.containment


WITH_BOILERPLATE = units(0.6)
"""The share from which these sets are copies: their boilerplate is still in them, unlike in the whole job."""


@pytest.mark.benchmark(group="all documents")
def test_stories(benchmark: Any, sets: Ragged, pairs: Pairs, samples: tuple[Sample, ...], rate: Rate) -> None:
    """Stories are the true ones: every original with all of its copies, everything else alone."""

    def shares(wanted: Pairs) -> Indices:
        return (verify.similarity(sets, wanted)[1] * ONE).astype(np.int64)

    found = benchmark(clustering.make_stories, len(samples), pairs, shares(pairs), WITH_BOILERPLATE, shares)
    rate(len(samples) / 1e3, "k documents")
    numbers: dict[int, int] = {}
    labels = [numbers.setdefault(sample.story, len(numbers)) for sample in samples]
    wrong = sum(mine != true for mine, true in zip(found.labels.tolist(), labels, strict=True))
    assert len(numbers) == len(found.weakest)
    assert wrong == 0
