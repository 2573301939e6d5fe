"""Text to tokens, shingles and signatures: the fast path does what its slow twins say, whatever the text."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.core import reference
from dedup.core.minhash import EMPTY, estimate, sketch
from dedup.core.ragged import Ragged
from dedup.core.shingles import LONG_TOKEN, shingle, tokenize
from dedup.core.signatures import of_buffer, of_texts
from dedup.core.text import encode, fold
from dedup.core.workspace import Workspace
from dedup.errors import InputError
from dedup.settings import Settings

SEED = 7

ASCII = ["the", "a", "I", "quick", "government", "internationalisation", "x" * LONG_TOKEN, "y" * 70, "14", "3.5", "\0"]
SPACES = [" ", " ", "  ", "\n", ", ", "—", "“", "’", "\u00a0", "\u00ad", "\u200b"]
WIDE = [
    "é",
    "e\u0301",
    "ÜBER",
    "Straße",
    "ΟΔΟΣ",
    "москва",
    "Й",
    "中国",
    "ひらがな",
    "กรุงเทพ",
    "한국어",
    "Ｆｕｌｌ",
    "１２",
]
ODD = ["\U00020000", "😀", "ﬁn", "İ", "K"]
PIECES = st.sampled_from([*ASCII, *SPACES, *WIDE, *ODD])
TEXT = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=30).map("".join))
TEXTS = st.lists(TEXT, max_size=6)


def tokenized(texts):
    """The token hashes of some texts, a list each."""
    found = tokenize(fold(*encode(texts), Workspace()), SEED, Workspace())
    return [found.values[first:last].tolist() for first, last in found.bounds.tolist()]


def shingled(texts, size):
    """Shingle hashes of some texts, with the gaps that there are."""
    work = Workspace()
    return shingle(tokenize(fold(*encode(texts), work), SEED, work), size, SEED, work)


def words(text):
    """The token hashes of one text."""
    return tokenized([text])[0]


@settings(deadline=None)  # the tables of Unicode are made on first use
@given(TEXTS)
def test_tokens_equal_their_twin(texts):
    """Every text has the words its twin says, in order, whatever stands beside it in the batch."""
    expected = [[reference.token_hash(token, SEED) for token in reference.tokens(text)] for text in texts]
    assert expected == tokenized(texts)


@settings(deadline=None)  # the tables of Unicode are made on first use
@given(TEXTS, st.integers(1, 8))
def test_shingles_equal_their_twin(texts, size):
    """Every run of words has the hash its twin says, and none crosses from one text into the next."""
    found = shingled(texts, size)
    rows = [found.values[first:last].tolist() for first, last in found.bounds.tolist()]
    assert [reference.shingles(text, size, SEED) for text in texts] == rows


@settings(max_examples=40, deadline=None)
@given(TEXTS, st.integers(1, 6), st.sampled_from([16, 64, 128]))
def test_signatures_equal_their_twin(texts, size, k):
    """Every slot of every text is what the loops over rounds and shingles say."""
    found = of_texts(texts, Settings(k=k, shingle_size=size, seed=SEED))
    assert [reference.signature(reference.shingles(text, size, SEED), k) for text in texts] == found.tolist()


@settings(deadline=None)  # the tables of Unicode are made on first use
@given(TEXTS, st.integers(0, 5))
def test_a_raw_column_is_what_its_strings_are(texts, before):
    """Texts side by side in one buffer, without anything between them, do not flow into each other."""
    data = [text.encode() for text in texts]
    offsets = before + np.cumsum([0, *map(len, data)])
    buffer = np.frombuffer(b"x" * before + b"".join(data) + b"tail", np.uint8)
    assert of_texts(texts, Settings(k=16)).tolist() == of_buffer(buffer, offsets, Settings(k=16)).tolist()


@settings(deadline=None)  # the tables of Unicode are made on first use
@given(st.binary(max_size=80))
def test_bytes_that_are_no_text_do_no_harm(data):
    """A buffer of anything gives the same signature each time."""
    buffer, offsets = np.frombuffer(data, np.uint8), np.array([0, len(data)])
    once = of_buffer(buffer, offsets, Settings(k=16, shingle_size=1))
    assert once.tolist() == of_buffer(buffer, offsets, Settings(k=16, shingle_size=1)).tolist()


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("text", ["déjà vu à Genève", "Ångström", "Βίος", "краткий й", "한국어 뉴스", "tiếng Việt"])
def test_spellings_of_unicode_are_one_word(text, form):
    """NFC and NFD are the same words."""
    assert words(text) == words(unicodedata.normalize(form, text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Bank’s “plan”—agreed", "the bank s plan agreed"),
        ("ΟΔΟΣ ΜΟΣΚΒΑ", "οδος μοσκβα"),
        ("infor\u00adma\u200btion", "information"),
        ("ＡＢＣ１２３", "abc123"),
        ("no\u00a0break", "no break"),
        ("emoji😀between", "emoji between"),
    ],
)
def test_what_folds_to_the_same_words(one, other):
    """Case, quotes, dashes, invisible characters, width and emoji make no other words."""
    assert words(one) == words(other)


def test_scripts_without_spaces_have_a_word_a_character():
    """Han, kana and Thai are taken by the character; Hangul and Latin by the word."""
    assert [2, 4, 4, 1, 3] == [len(words(text)) for text in ("中国", "ひらがな", "กขคง", "한국어", "iPhone手机")]


def test_long_words_are_told_apart_by_every_letter():
    """Words of all lengths around the chunk borders differ wherever one letter does."""
    for length in range(1, 3 * LONG_TOKEN):
        variants = ["a" * place + "b" + "a" * (length - place - 1) for place in range(length)]
        assert length == len(set(words(" ".join(variants))))


def test_a_surrogate_is_named_by_its_text():
    """The error counts the texts as they were given."""
    with pytest.raises(InputError, match="text 1 has a lone surrogate"):
        of_texts(["fine", "bad \ud800"], Settings())


def test_texts_shorter_than_a_shingle_have_empty_slots():
    """Neither an empty text nor one of four words has a shingle."""
    assert {EMPTY} == set(of_texts(["", "one two three four"], Settings(k=16)).ravel().tolist())


@pytest.mark.parametrize("size", [5, 20, 100, 500, 3000])
@pytest.mark.parametrize("resemblance", [0.2, 0.6, 0.8])
def test_the_estimate_is_unbiased_with_the_variance_of_k_permutations(size, resemblance):
    """Over many pairs of a known resemblance the mean error is within 0.005 and three standard errors, and the variance
    at most 1.05 times that of k permutations, and its own error."""
    k, trials = 128, max(300, 60_000 // size)
    shared = round(size * resemblance)
    rng = np.random.default_rng(size)
    union = rng.integers(0, 2**64, (trials, size), np.uint64)
    left = shared + (size - shared) // 2
    rows = [part for row in union for part in (row[:left], np.concatenate((row[:shared], row[left:])))]
    ends = np.cumsum([len(row) for row in rows])
    bounds = np.stack((np.append(0, ends[:-1]), ends), axis=1)
    errors = (
        estimate(sketch(Ragged(np.concatenate(rows), bounds), k), np.arange(2 * trials).reshape(-1, 2)) - shared / size
    )
    variance = shared / size * (1 - shared / size) / k
    assert abs(errors.mean()) <= 0.005 + 3 * np.sqrt(variance / trials)
    assert errors.var() <= 1.05 * variance * (1 + 4 * np.sqrt(2 / trials))


def test_golden_signatures():
    """Hashes stay as they are: a stored index depends on them."""
    texts = [
        "The quick brown fox jumps over the lazy dog, twice.",
        "Zürich, 14 mars: déjà vu à l’hôtel",
        "新华社北京电",
    ]
    found = of_texts(texts, Settings(k=16))
    assert GOLDEN == found[:, :3].tolist()


GOLDEN = [[3540662796, 1532471974, 195773191], [3705396237, 3705396237, 2091523401], [2017725442, 1596696020, 28860853]]
