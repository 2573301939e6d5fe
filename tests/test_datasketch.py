"""Our signatures in datasketch: its estimate is ours, and its LSH finds the pairs that our band keys find."""

from pathlib import Path

import numpy as np
import pytest
from datasketch import MinHashLSH

from dedup import Settings, signatures, similarity, to_datasketch
from dedup.core.candidates.buckets import candidate_pairs
from dedup.core.sketch.bands import Plan, band_keys
from dedup.core.sketch.minhash import EMPTY, estimate
from dedup.formats import discover, read_all

PAGES = Path(__file__).parents[1] / "corpus" / "pages"


@pytest.fixture(scope="module")
def texts():
    """The pages of the corpus that have a shingle."""
    places = discover(PAGES, on_skip=print, on_note=print)
    found = [document.text for document in read_all(places, on_skip=print, on_note=print)]
    kept = (signatures(found) != EMPTY).any(axis=1)
    return [text for text, keep in zip(found, kept, strict=True) if keep]


def found_by_datasketch(sketches, plan):
    """The pairs that share a bucket in datasketch's LSH."""
    minhashes = to_datasketch(sketches)
    lsh = MinHashLSH(params=plan, num_perm=sketches.shape[1])
    for number, minhash in enumerate(minhashes):
        lsh.insert(number, minhash)
    return {(a, b) for b, minhash in enumerate(minhashes) for a in lsh.query(minhash) if a < b}


@pytest.mark.parametrize(("k", "plan"), [(256, Plan(72, 2)), (256, Plan(35, 3)), (128, Plan(16, 8)), (64, Plan(4, 16))])
def test_datasketch_finds_our_candidates(texts, k, plan):
    """With the same bands and rows, datasketch's LSH and our candidates are the same pairs of pages."""
    sketches = signatures(texts, Settings(k=k))
    pairs = candidate_pairs(band_keys(sketches, plan), max_bucket=4096).pairs
    assert len(pairs) > 40
    assert {tuple(pair) for pair in pairs.tolist()} == found_by_datasketch(sketches, plan)


def test_datasketch_estimates_as_we_do(texts):
    """The Jaccard coefficient that datasketch reads off two signatures is our estimate, to the last digit."""
    sketches = signatures(texts)
    minhashes = to_datasketch(sketches)
    pairs = np.array([(a, b) for b in range(len(texts)) for a in range(b)])
    expected = [minhashes[a].jaccard(minhashes[b]) for a, b in pairs.tolist()]
    assert expected == estimate(sketches, pairs).tolist()


def test_datasketch_estimates_similarity(texts):
    """It is also what `similarity` calls the estimate."""
    a, b = to_datasketch(signatures(texts[:2]))
    assert a.jaccard(b) == similarity(texts[0], texts[1]).estimate


def test_datasketch_holds_the_signature():
    """Number and values of the slots go over as they are."""
    sketches = signatures(["one two three four five six", "seven eight nine ten eleven"], Settings(k=64))
    minhashes = to_datasketch(sketches)
    assert [64, 64] == [len(minhash) for minhash in minhashes]
    assert sketches.tolist() == [minhash.digest().tolist() for minhash in minhashes]


def test_no_signatures_are_no_minhashes():
    """Nothing in, nothing out."""
    assert [] == to_datasketch(signatures([]))
