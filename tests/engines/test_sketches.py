"""Signatures and similarities: shapes, Arrow columns, and estimates near the true values."""

import tracemalloc

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import InputError, Settings, signatures, similarity
from dedup.core.sketch.rounds import EMPTY

TEXTS = ["", "one two", "Der Fluß trat über die Ufer, sagte sie.", "記者は東京で話した。" * 3, "a b c d e f g " * 40]

texts = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), max_size=12)


def column(array):
    """Return an Arrow array of strings as its buffer and its offsets."""
    width = np.int64 if pa.types.is_large_string(array.type) else np.int32
    offsets = np.frombuffer(array.buffers()[1], width)[array.offset : array.offset + len(array) + 1]
    return array.buffers()[2] or b"", offsets


@pytest.mark.parametrize("k", [16, 128, 256])
def test_signatures_are_a_row_a_text(k):
    """Signatures are ``(n, k)`` numbers of 32 bits, with the highest number in all slots for no shingle."""
    rows = signatures(TEXTS, Settings(k=k))
    assert ((5, k), np.uint32) == (rows.shape, rows.dtype)
    assert [True, True, False, False, False] == (rows == EMPTY).all(axis=1).tolist()


@pytest.mark.parametrize("none", [[], (), (b"", [0])])
def test_no_texts_have_no_signatures(none):
    """An empty sequence makes an array of no rows."""
    assert (0, 128) == signatures(none).shape


@settings(deadline=None)
@given(texts)
def test_a_signature_depends_on_its_text_alone(given_texts):
    """A text has the same signature alone and among others."""
    alone = [signatures([text])[0].tolist() for text in given_texts]
    assert alone == signatures(given_texts).tolist()


@settings(deadline=None)
@given(texts, st.sampled_from([pa.string(), pa.large_string()]), st.integers(0, 4), st.integers(0, 12))
def test_an_arrow_column_has_the_signatures_of_its_strings(given_texts, kind, start, length):
    """A string column of Arrow, also a slice, has the signatures of the list of its strings."""
    array = pa.array(given_texts, kind).slice(min(start, len(given_texts)), length)
    assert signatures(array.to_pylist()).tolist() == signatures(column(array)).tolist()


def test_a_pair_of_texts_is_no_column():
    """A tuple of two strings is a sequence of two texts."""
    assert signatures(["a b c d e", "f g h i j"]).tolist() == signatures(("a b c d e", "f g h i j")).tolist()


def test_a_column_is_not_copied():
    """The memory of the signatures of 50 MB of text is less than a copy of the text."""
    text = b"the ferry to the northern islands was cancelled because of the storm on tuesday " * 100
    data = text * 6_250
    offsets = np.arange(6_251) * len(text)
    tracemalloc.start()
    signatures((data, offsets), Settings(k=16))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < len(data) // 2


@pytest.mark.parametrize(
    "offsets",
    [[], [[0, 3]], [0.0, 3.0], ["0", "3"], [0, 7], [-1, 3], [3, 0], [0, 5, 2, 6], 3, [0, 2**63]],
    ids=str,
)
def test_offsets_that_do_not_fit_are_an_error(offsets):
    """Offsets of a wrong type, that fall, or beyond the buffer are an error."""
    with pytest.raises(InputError, match="offsets must"):
        signatures((b"a b c ", offsets))


def test_a_text_that_is_not_unicode_is_an_error():
    """The error for a lone surrogate names the number of the text."""
    with pytest.raises(InputError, match="text 2 has a lone surrogate at character 2"):
        signatures(["a", "b", "a \ud800"])
    with pytest.raises(InputError, match="text 1 has a lone surrogate"):
        similarity("a", "a \ud800")


def test_the_number_of_a_text_that_is_not_unicode_counts_all_texts():
    """The number in the error counts all texts, also those of earlier batches."""
    with pytest.raises(InputError, match="text 100 has a lone surrogate"):
        signatures([*["word " * 1000] * 100, "a \ud800"])


def test_identical_texts_are_wholly_alike(prose):
    """All three figures of a text with itself are 1, for each case, punctuation and white space."""
    text = prose(1)
    assert (1.0, 1.0, 1.0) == similarity(text, text)
    assert (1.0, 1.0, 1.0) == similarity(text, text.upper().replace(" ", ",\n\t"))


def test_texts_without_a_common_shingle_are_not_alike(prose):
    """All three figures of texts without a common word are 0."""
    assert (0.0, 0.0, 0.0) == similarity(prose(1), prose(2))


@pytest.mark.parametrize("a", ["", "...", "one", "one two three four"])
def test_short_texts_are_alike_if_they_are_equal(a):
    """The figures of texts of fewer words than a shingle are 1 for equal words, and else 0."""
    equal = 1.0 if a.strip(".") else 0.0
    assert (equal, equal, equal) == similarity(a, a.title())
    assert (0.0, 0.0, 0.0) == similarity(a, "something else")
    assert (0.0, 0.0, 0.0) == similarity(a, "a text of more words than a single shingle has")


def test_a_text_is_contained_in_a_longer_one(prose):
    """The first third of a text has containment 1, and its share of the shingles as resemblance."""
    whole = prose(1, 304)
    figures = similarity(" ".join(whole.split()[:104]), whole)
    assert (100 / 300, 1.0) == (figures.resemblance, figures.containment)


@settings(deadline=None)
@given(st.integers(0, 300), st.integers(0, 10_000))
def test_the_estimate_is_near_the_truth(shared, seed):
    """The estimate is within five standard deviations of the true resemblance."""
    unshared = 304 - shared
    common = [f"c{seed}x{n}" for n in range(shared)]
    a, b = ([*common, *(f"{side}{seed}x{n}" for n in range(unshared))] for side in "ab")
    inside = max(0, shared - 4)
    truth = inside / (600 - inside)
    figures = similarity(" ".join(a), " ".join(b), Settings(k=1024))
    assert truth == figures.resemblance
    assert abs(figures.estimate - truth) <= 5 * np.sqrt(truth * (1 - truth) / 1024)
