"""Signatures in datasketch: its estimate equals ours, and its LSH has the candidates of our band keys."""

from pathlib import Path

import numpy as np
import pytest
from datasketch import MinHashLSH

from dedup import Settings, signatures, similarity, to_datasketch
from dedup.core.candidates.buckets import candidate_pairs
from dedup.core.sketch.bands import Plan, band_keys
from dedup.core.sketch.minhash import estimate
from dedup.core.sketch.rounds import EMPTY
from dedup.formats import discover, read_all

PAGES = Path(__file__).parents[1] / "corpus" / "pages"


@pytest.fixture(scope="module")
def texts():
    """Return the texts of the pages of the corpus that have a shingle."""
    places = discover(PAGES, on_skip=print, on_note=print)
    texts = [document.text for document in read_all(places, on_skip=print, on_note=print)]
    shingled = (signatures(texts) != EMPTY).any(axis=1)
    return [text for text, keep in zip(texts, shingled, strict=True) if keep]


def candidates_of_datasketch(sketches, plan):
    """Return the pairs that share a bucket in the LSH of datasketch."""
    minhashes = to_datasketch(sketches)
    lsh = MinHashLSH(params=plan, num_perm=sketches.shape[1])
    for number, minhash in enumerate(minhashes):
        lsh.insert(number, minhash)
    return {(a, b) for b, minhash in enumerate(minhashes) for a in lsh.query(minhash) if a < b}


@pytest.mark.parametrize(("k", "plan"), [(256, Plan(72, 2)), (256, Plan(35, 3)), (128, Plan(16, 8)), (64, Plan(4, 16))])
def test_datasketch_has_our_candidates(texts, k, plan):
    """With equal bands and rows, the LSH of datasketch has our candidates."""
    sketches = signatures(texts, Settings(k=k))
    pairs = candidate_pairs(band_keys(sketches, plan), max_bucket=4096).pairs
    assert len(pairs) > 40
    assert {tuple(pair) for pair in pairs.tolist()} == candidates_of_datasketch(sketches, plan)


def test_datasketch_estimates_as_we_do(texts):
    """The Jaccard coefficient of datasketch for two signatures equals our estimate to the last digit."""
    sketches = signatures(texts)
    minhashes = to_datasketch(sketches)
    pairs = np.array([(a, b) for b in range(len(texts)) for a in range(b)])
    expected = [minhashes[a].jaccard(minhashes[b]) for a, b in pairs.tolist()]
    assert expected == estimate(sketches, pairs).tolist()


def test_datasketch_estimates_similarity(texts):
    """The Jaccard coefficient of datasketch equals the estimate of `similarity`."""
    a, b = to_datasketch(signatures(texts[:2]))
    assert a.jaccard(b) == similarity(texts[0], texts[1]).estimate


def test_datasketch_holds_the_signature():
    """A MinHash of datasketch has the number and the values of our slots."""
    sketches = signatures(["one two three four five six", "seven eight nine ten eleven"], Settings(k=64))
    minhashes = to_datasketch(sketches)
    assert [64, 64] == [len(minhash) for minhash in minhashes]
    assert sketches.tolist() == [minhash.digest().tolist() for minhash in minhashes]


def test_no_signatures_are_no_minhashes():
    """No signatures make an empty list."""
    assert [] == to_datasketch(signatures([]))
