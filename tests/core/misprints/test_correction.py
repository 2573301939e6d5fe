"""Misprints: words are read as their twin reads them, in scanned collections only, and never in figures."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.core.arrays.ragged import take_rows
from dedup.core.arrays.workspace import Workspace
from dedup.core.misprints import correction
from dedup.core.misprints.reference import correction as slow
from dedup.core.text.batches import encode
from dedup.core.text.folding import fold
from dedup.core.text.reference.tokens import token_hash
from dedup.core.text.tokens import byte_weights, tokenize

SEED = 0x5DEECE66D
LETTERS = "abcdefghijklmnopqrstuvwxyz"
FEW = st.lists(
    st.lists(st.sampled_from(["to", "too", "of", "off", "or", "minister", "ministers", "minifter", "7"]), max_size=12),
    min_size=1,
    max_size=6,
)


def tokens_of(texts):
    """Token hashes of texts, lists of words, in memory of their own."""
    tokens = tokenize(fold(*encode([" ".join(text) for text in texts]), Workspace()), SEED, Workspace())
    return take_rows(tokens, np.arange(len(texts)))


def hashes_of(texts):
    """The hashes of the words of texts, one after another."""
    return [token_hash(word.encode(), SEED) for text in texts for word in text]


def prose(number, size=300):
    """A clean text of made-up words, the same for each number."""
    rng = random.Random(f"prose {number}")
    return ["".join(rng.choices(LETTERS, k=rng.randint(3, 11))) for _ in range(size)]


def misread(words, number, share):
    """The words with a letter changed in a share of them."""
    rng = random.Random(f"misprints {number}")
    changed = []
    for word in words:
        place = rng.randrange(len(word))
        garbled = word[:place] + rng.choice(LETTERS) + word[place + 1 :]
        changed.append(garbled if rng.random() < share else word)
    return changed


@settings(deadline=None)
@given(st.text(LETTERS + "0123456789é", max_size=23), st.integers(0, 2**64 - 1))
def test_a_hash_is_the_weighted_sum_of_its_bytes(token, seed):
    """What `byte_weights` says is what words of up to 24 bytes hash to."""
    raw = b"a" + token.encode()[:23]
    weights = byte_weights(seed).tolist()
    assert token_hash(raw, seed) == sum(byte * weight for byte, weight in zip(raw, weights, strict=False)) % 2**64


@pytest.mark.parametrize(("one", "other"), [("house", "hquse"), ("minister", "minifter"), ("to", "too"), ("as", "a")])
def test_one_misprint_is_a_step(one, other):
    """The hashes of a word and of its misprint differ by a step, in both directions."""
    steps = set(correction.steps(SEED).tolist())
    a, b = (token_hash(word.encode(), SEED) for word in (one, other))
    assert {(a - b) % 2**64, (b - a) % 2**64} <= steps


@settings(deadline=None)
@given(FEW, st.sampled_from((correction.AROUND, *correction.SIDES, (-1, 1))))
def test_words_are_read_as_the_twin_reads_them(texts, around):
    """Each word is read as the one that the same words stand beside, if a misprint tells the two apart."""
    tokens = tokens_of(texts)
    found = correction.contexts(tokens, around)
    expected = hashes_of(slow.read_as(texts, texts, around, SEED))
    read = tokens.values.copy()
    read[found.at] = correction.read_as(found, tokens.values[found.at], SEED)
    assert expected == read.tolist()


@settings(deadline=None)
@given(FEW)
def test_misprints_are_counted_as_the_twin_counts_them(texts):
    """Neighbours of one context are equal, or one misprint apart, or neither."""
    found = correction.seen_words(correction.contexts(tokens_of(texts), correction.AROUND), SEED)
    assert slow.seen_words(texts, correction.AROUND, SEED) == found


@pytest.mark.parametrize("share", [0.01, 0.02, 0.05, 0.1, 0.2])
def test_the_share_of_misprints_is_about_that_of_misread_words(share):
    """Of clean articles and their scans, a misread word is one misprint beside its original."""
    clean = [prose(number) for number in range(20)]
    scans = [misread(text, number, share) for number, text in enumerate(clean)]
    found = correction.seen_words(correction.contexts(tokens_of(clean + scans), correction.AROUND), SEED)
    assert found.scanned
    assert 0.6 * share < found.misprinted / sum(found) < 1.2 * share


@pytest.mark.parametrize(
    ("seen", "scanned"), [((900, 10), True), ((900, 9), False), ((1990, 10), False), ((0, 0), False)]
)
def test_few_misprints_are_no_scan(seen, scanned):
    """A collection is scanned from ten misprints on, if these are seven in a thousand."""
    assert scanned is correction.SeenWords(*seen).scanned


def test_figures_stay_as_they_are():
    """A figure is not read as the figure that stands in its place elsewhere."""
    text = ["a", "b", "c", "1", "d", "e", "f"]
    others = [["2" if word == "1" else word for word in text]] * 3
    found = correction.contexts(tokens_of([text, *others]), (-1, 1))
    assert not set(hashes_of(["1", "2"])) & set(found.words.tolist())
