"""Misprints: they are read as their twin reads them, in scanned texts only, and never in figures or other scripts."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.core import spelling
from dedup.core.ragged import take
from dedup.core.reference import spelling as slow
from dedup.core.reference import token_hash
from dedup.core.shingles import byte_weights, tokenize
from dedup.core.text import encode, fold
from dedup.core.workspace import Workspace

SEED = 0x5DEECE66D
LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = [
    "".join(random.Random(number).choices(LETTERS, k=random.Random(-number).randint(3, 11))) for number in range(400)
]


def tokens_of(texts):
    """Token hashes of texts, in memory of their own."""
    tokens = tokenize(fold(*encode(texts), Workspace()), SEED, Workspace())
    return take(tokens, np.arange(len(texts)))


def ready(texts):
    """The spelling of these texts."""
    return spelling.spelling(spelling.vocabulary(tokens_of(texts)), SEED)


def prose(number, size=200):
    """A clean text of known words, the same for each number."""
    return random.Random(f"prose {number}").choices(WORDS, k=size)


def misprinted(words, number, share=0.2):
    """The words with a letter changed in a share of them."""
    rng = random.Random(f"misprints {number}")
    changed = []
    for word in words:
        place = rng.randrange(len(word))
        garbled = word[:place] + rng.choice(LETTERS) + word[place + 1 :]
        changed.append(garbled if rng.random() < share else word)
    return changed


CLEAN = [" ".join(prose(number)) for number in range(20)]


@settings(deadline=None)
@given(st.text(LETTERS + "0123456789é", max_size=23), st.integers(0, 2**64 - 1))
def test_a_hash_is_the_weighted_sum_of_its_bytes(token, seed):
    """What `byte_weights` says is what words of up to 24 bytes hash to."""
    raw = b"a" + token.encode()[:23]
    weights = byte_weights(seed).tolist()
    assert token_hash(raw, seed) == sum(byte * weight for byte, weight in zip(raw, weights, strict=False)) % 2**64


@settings(deadline=None)
@given(st.lists(st.lists(st.text("abc1", min_size=1, max_size=8), max_size=40), max_size=6))
def test_vocabulary_and_corrections_are_their_twins(texts):
    """Words that two texts have, and what each token is read as, short and long."""
    found = spelling.vocabulary(tokens_of([" ".join(text) for text in texts]))
    known = slow.vocabulary(texts)
    assert {token_hash(token.encode(), SEED): count for token, count in known.items()} == dict(
        zip(found.known.tolist(), found.counts.tolist(), strict=True)
    )
    distinct = sorted({token for text in texts for token in text})
    hashes = np.array([token_hash(token.encode(), SEED) for token in distinct], np.uint64)
    expected = [token_hash(slow.correction(token, known, SEED).encode(), SEED) for token in distinct]
    assert expected == spelling.corrections(hashes, spelling.spelling(found, SEED)).words.tolist()


WORDY = st.text("abc1", min_size=1, max_size=8) | st.sampled_from(["abba"] * 40 + ["cab", "bacca"])


@settings(deadline=None)
@given(st.lists(st.lists(WORDY, max_size=40).map(lambda text: text + ["abba", "cab"] * 20), min_size=2, max_size=6))
def test_suspects_are_their_twins(texts):
    """The texts that may be scanned, whether their misprints are tokens that others have too or that nobody has."""
    tokens = tokens_of([" ".join(text) for text in texts])
    known, found = slow.vocabulary(texts), spelling.spelling(spelling.vocabulary(tokens), SEED)
    for share in (0.01, 0.1):
        expected = [row for row, text in enumerate(texts) if slow.suspect(text, known, SEED, share)]
        assert expected == spelling.suspects(tokens, found, share).tolist()


def test_misprints_are_read_as_words():
    """Most of the misprints of a scanned text become the words that they were."""
    text = prose(99)
    words, scanned, _ = spelling.mend(tokens_of([" ".join(misprinted(text, 1))]), ready(CLEAN))
    assert scanned.tolist() == [True]
    assert np.mean(words == tokens_of([" ".join(text)]).values) > 0.97


def test_clean_texts_are_not_scanned():
    """Neither are texts of the vocabulary nor those with a few words that nobody else has."""
    texts = tokens_of([" ".join(misprinted(prose(number), number, 0.02)) for number in range(30)])
    assert not spelling.mend(texts, ready(CLEAN)).scanned.any()


@pytest.mark.parametrize(
    "text",
    [
        "Отец сказал сыну дом стоит над рекой и дым идёт дом дам дум дым том там " * 6,
        "ο πατέρας είπε στον γιο του ότι το σπίτι είναι πάνω από το ποτάμι " * 6,
        "新华社北京电记者昨日从有关部门获悉今年将进一步推进改革开放" * 6,
        "1987 1988 1989 12 13 14 1,200 1,300 5th 6th " * 20,
    ],
)
def test_other_scripts_and_figures_are_not_scanned(text):
    """Texts of other scripts, and of figures, are left alone, whatever their words resemble."""
    texts = tokens_of([text.replace("а", "о") + f" {number}" for number in range(3)] + [text])
    found = spelling.spelling(spelling.vocabulary(texts), SEED)
    assert not spelling.mend(texts, found).scanned[spelling.suspects(texts, found)].any()


def test_figures_are_never_corrected():
    """A figure that one text has is not that of all others; with a letter in it, it is no figure and no word."""
    text = ["1988", "19q8", *misprinted(prose(98), 2)]
    words, scanned, _ = spelling.mend(tokens_of([" ".join(text)]), ready([f"{each} 1987 1989" for each in CLEAN]))
    assert scanned.tolist() == [True]
    figure, blotted = (token_hash(token.encode(), SEED) for token in ("1988", "19q8"))
    assert [figure, blotted + int(spelling.BLOT)] == words[:2].tolist()


def test_a_page_in_two_scripts_is_judged_by_the_one_that_can_be_read():
    """In a collection of scans, misprints among menus in another script are told; of that script alone, nothing is."""
    menus = " ".join("新华社北京电记者昨日从有关部门获悉今年将进一步推进改革开放" * 80)
    texts = tokens_of([f"{' '.join(misprinted(prose(97, 120), 3))} {menus}", menus])
    found = ready(CLEAN)
    assert [] == spelling.suspects(texts, found, spelling.DOUBTFUL).tolist()
    suspects = spelling.suspects(texts, found, spelling.DOUBTFUL, scans=True)
    assert [0] == suspects.tolist()
    assert [True] == spelling.mend(take(texts, suspects), found).doubtful.tolist()


@pytest.mark.parametrize(("share", "scanned"), [(0, False), (0.02, True), (0.2, True)])
def test_a_lightly_scanned_collection_is_told(share, scanned):
    """No text of it has enough misprints to be told alone; all of them together have."""
    texts = [" ".join(misprinted(prose(number), number, share)) for number in range(60)]
    assert scanned == spelling.lightly_scanned(tokens_of(texts), ready(texts))


def test_names_make_no_scans():
    """Words of each text's own, a letter from words that are rare, are no misprints; nor do a few texts tell."""
    rare = [f"zanzibaran{letter} zenzibaran{letter}" for letter in LETTERS]
    texts = [f"{' '.join(prose(number))} {rare[number % 26]} xanzibaran{LETTERS[number % 26]}" for number in range(40)]
    assert not spelling.lightly_scanned(tokens_of(texts), ready(texts))
    few = [" ".join(misprinted(prose(number), number, 0.02)) for number in range(spelling.ENOUGH - 1)]
    assert not spelling.lightly_scanned(tokens_of(few), ready([*CLEAN, *CLEAN]))


def test_lots_make_no_difference():
    """A text is mended as it is alone, whatever is beside it."""
    texts = [" ".join(misprinted(prose(number), number)) for number in range(5)]
    found = ready(CLEAN)
    whole, scanned, _ = spelling.mend(tokens_of(texts), found)
    alone = [spelling.mend(tokens_of([text]), found) for text in texts]
    assert np.concatenate([words for words, _, _ in alone]).tolist() == whole.tolist()
    assert [flag for _, flags, _ in alone for flag in flags.tolist()] == scanned.tolist()
