"""Misprints are corrected as the twin corrects them, in scanned collections only, and never in figures."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.core.arrays.ragged import take_rows
from dedup.core.arrays.workspace import Workspace
from dedup.core.misprints import correction
from dedup.core.misprints.reference import correction as slow
from dedup.core.misprints.reference.spelling import spelling
from dedup.core.misprints.spelling import byte_weights, hashes_of, spell
from dedup.core.text.batches import encode
from dedup.core.text.folding import fold

SEED = 0x5DEECE66D
LETTERS = "abcdefghijklmnopqrstuvwxyz"
FEW = st.lists(
    st.lists(st.sampled_from(["to", "too", "of", "off", "or", "minister", "ministers", "minifter", "7"]), max_size=12),
    min_size=1,
    max_size=6,
)


def folded(texts):
    """Return folded texts, which are lists of words."""
    return fold(*encode([" ".join(text) for text in texts]), Workspace())


def spelled(texts):
    """Return the spellings of texts, which are lists of words, in memory of their own."""
    return take_rows(spell(folded(texts), SEED, Workspace()), np.arange(len(texts)))


def slowly_spelled(texts):
    """Return the spellings of the words of texts, one text behind the other."""
    return [spelling(word.encode(), SEED) for text in texts for word in text]


def prose(number, size=300):
    """Return a clean text of made-up words. Equal numbers have equal texts."""
    rng = random.Random(f"prose {number}")
    return ["".join(rng.choices(LETTERS, k=rng.randint(3, 11))) for _ in range(size)]


def misread(words, number, share):
    """Return the words, with one letter changed in a share of the words."""
    rng = random.Random(f"misprints {number}")
    changed = []
    for word in words:
        position = rng.randrange(len(word))
        garbled = word[:position] + rng.choice(LETTERS) + word[position + 1 :]
        changed.append(garbled if rng.random() < share else word)
    return changed


@settings(deadline=None)
@given(st.text(LETTERS + "0123456789é", max_size=23), st.integers(0, 2**64 - 1))
def test_a_spelling_is_the_weighted_sum_of_bytes(token, seed):
    """The spelling of a word of up to 24 bytes is the sum of its bytes times `byte_weights`."""
    raw = b"a" + token.encode()[:23]
    weights = byte_weights(seed).tolist()
    assert spelling(raw, seed) == sum(byte * weight for byte, weight in zip(raw, weights, strict=False)) % 2**64


def test_spellings_of_all_lengths_equal_their_twins():
    """Words and figures of one to thirty letters have the spellings of the twin."""
    words = [letter * length for length in range(1, 31) for letter in ("a", "7")]
    assert slowly_spelled([words]) == spelled([words]).values.tolist()


def test_words_are_found_by_their_spellings():
    """A spelling leads to the least hash of the tokens that have it, and to the largest number if none has it."""
    words, tokens = np.array([3, 5, 8], np.uint64), np.array([70, 20, 10, 90], np.uint64)
    assert [70, 20, 2**64 - 1] == hashes_of(words, np.array([3, 5, 7, 5], np.uint64), tokens).tolist()


@pytest.mark.parametrize(
    ("word", "misprint"), [("house", "hquse"), ("minister", "minifter"), ("to", "too"), ("as", "a")]
)
def test_one_misprint_is_a_step(word, misprint):
    """The spellings of a word and of its misprint differ by a step, in both directions."""
    steps = set(correction.steps(SEED).tolist())
    a, b = (spelling(form.encode(), SEED) for form in (word, misprint))
    assert {(a - b) % 2**64, (b - a) % 2**64} <= steps


@settings(deadline=None)
@given(FEW, st.sampled_from((correction.AROUND, *correction.SIDES, (-1, 1))))
def test_read_as_equals_its_twin(texts, around):
    """Each word is read as the twin reads it, in contexts of all kinds."""
    tokens = spelled(texts)
    observed = correction.contexts(tokens, around)
    expected = slowly_spelled(slow.read_as(texts, texts, around, SEED))
    read = tokens.values.copy()
    read[observed.at] = correction.read_as(observed, tokens.values[observed.at], SEED)
    assert expected == read.tolist()


@settings(deadline=None)
@given(FEW)
def test_seen_words_equal_their_twin(texts):
    """The numbers of equal words and of misprints equal those of the twin."""
    seen = correction.seen_words(correction.contexts(spelled(texts), correction.AROUND), SEED)
    assert slow.seen_words(texts, correction.AROUND, SEED) == seen


@pytest.mark.parametrize("share", [0.01, 0.02, 0.05, 0.1, 0.2])
def test_the_share_of_misprints_is_about_that_of_misread_words(share):
    """In clean articles and their scans, the share of misprints is about the share of misread words."""
    clean = [prose(number) for number in range(20)]
    scans = [misread(text, number, share) for number, text in enumerate(clean)]
    seen = correction.seen_words(correction.contexts(spelled(clean + scans), correction.AROUND), SEED)
    assert seen.scanned
    assert 0.6 * share < seen.misprinted / sum(seen) < 1.2 * share


@pytest.mark.parametrize(
    ("seen", "scanned"), [((900, 10), True), ((900, 9), False), ((1990, 10), False), ((0, 0), False)]
)
def test_few_misprints_are_no_scan(seen, scanned):
    """A collection is scanned if it has ten misprints or more, and seven or more in a thousand words."""
    assert scanned is correction.SeenWords(*seen).scanned


def test_figures_stay_as_they_are():
    """A figure is not read as the figure that another text has in its place."""
    text = ["a", "b", "c", "1", "d", "e", "f"]
    copies = [["2" if word == "1" else word for word in text]] * 3
    observed = correction.contexts(spelled([text, *copies]), (-1, 1))
    assert not set(slowly_spelled([["1", "2"]])) & set(observed.words.tolist())
