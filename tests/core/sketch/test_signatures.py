"""The hot path from end to end, on texts and on buffers."""

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.sketch.minhash import EMPTY
from dedup.core.sketch.reference.minhash import signature
from dedup.core.sketch.signatures import of_buffer, of_texts
from dedup.core.text.batches import encode
from dedup.core.text.reference.tokens import shingles
from dedup.errors import InputError
from dedup.settings import Settings
from tests.helpers.texts import TEXTS


@hypothesis.settings(deadline=None)
@given(TEXTS, st.integers(1, 8), st.sampled_from([16, 32]), st.integers(0, 2**64 - 1))
def test_signatures_are_their_twins(texts: list[str], size: int, k: int, seed: int) -> None:
    """From text to signature the fast way and the slow way."""
    settings = Settings(k=k, shingle_size=size, seed=seed)
    expected = [signature(shingles(item, size, seed), k) for item in texts]
    assert expected == of_texts(texts, settings).tolist()
    assert expected == of_buffer(*encode(texts), settings).tolist()


def news(count: int, rng: np.random.Generator) -> list[str]:
    """Made-up texts of up to 900 words, one in five with letters beyond ASCII."""
    words = np.array([f"{letter}{number}" for letter in ("w", "longerword", "Ab", "x") for number in range(300)])
    texts = [" ".join(rng.choice(words, int(rng.integers(0, 900)))) for _ in range(count)]
    return [item.replace("x", "é’") if place % 5 == 0 else item for place, item in enumerate(texts)]


def test_batches_and_neighbours_make_no_difference() -> None:
    """A text has one signature, alone or among others, in a list or in a buffer."""
    texts = news(120, np.random.default_rng(3))
    settings = Settings(k=64)
    whole = of_texts(texts, settings)
    assert whole.tolist() == [of_texts([item], settings)[0].tolist() for item in texts]
    assert whole[::-1].tolist() == of_texts(texts[::-1], settings).tolist()
    encoded = [item.encode() for item in texts]
    for kind in (np.int32, np.int64):
        offsets = np.cumsum([0, *map(len, encoded)]).astype(kind)
        buffer = np.frombuffer(b"".join(encoded), np.uint8)
        assert whole.tolist() == of_buffer(buffer, offsets, settings).tolist()
        assert whole[40:90].tolist() == of_buffer(buffer, offsets[40:91], settings).tolist()


def test_arrow_columns_are_read_in_place() -> None:
    """The buffers of an Arrow column, sliced or large, are taken as they are."""
    pa = pytest.importorskip("pyarrow")
    texts = news(30, np.random.default_rng(4))
    expected = of_texts(texts[5:], Settings(k=32)).tolist()
    for kind, width in ((pa.string(), np.int32), (pa.large_string(), np.int64)):
        column = pa.array(texts, kind)[5:]
        _, offsets, data = column.buffers()
        places = np.frombuffer(offsets, width)[column.offset : column.offset + len(column) + 1]
        assert expected == of_buffer(np.frombuffer(data, np.uint8), places, Settings(k=32)).tolist()


def test_texts_too_short_for_a_shingle_are_empty() -> None:
    """Four words have no shingle of five, no text has none at all."""
    found = of_texts(["", "one two three four", "one two three four five"], Settings(k=16))
    assert [True, True, False] == (found == EMPTY).all(axis=1).tolist()
    assert (0, 16) == of_texts([], Settings(k=16)).shape


def test_the_key_changes_the_signature() -> None:
    """Another seed is another family of hashes."""
    texts = ["a b c d e f g h i j k l m n o p"]
    one, other = (of_texts(texts, Settings(k=64, seed=seed)) for seed in (1, 2))
    assert 0 == int((one == other).sum())


def test_not_unicode_is_named_by_its_place_among_all() -> None:
    """The place in the message counts from the first text of all, not of its batch."""
    with pytest.raises(InputError, match="text 700 has a lone surrogate"):
        of_texts(["word " * 1000] * 700 + ["\ud800"], Settings())


@pytest.mark.parametrize(
    "text",
    [
        "x" * 2_000_000,
        "word " * 400_000,
        "漢字仮名" * 150_000,
        "привет" * 150_000,
        "e\u0301" * 400_000,
        " " * 2_000_000,
    ],
    ids=["one token", "one word", "ideographs", "unbroken Cyrillic", "marks", "spaces"],
)
def test_hostile_documents_end(text: str) -> None:
    """A document of some megabytes on one line, of any kind, has a signature, and so have its neighbours."""
    plain = "one two three four five six"
    found = of_texts([plain, text, plain], Settings(k=64))
    assert found[0].tolist() == found[2].tolist() == of_texts([plain], Settings(k=64))[0].tolist()
