"""Signatures of texts and of buffers: the whole hot path."""

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.sketch.reference.minhash import signature
from dedup.core.sketch.rounds import EMPTY
from dedup.core.sketch.signatures import of_buffer, of_texts
from dedup.core.text.batches import encode
from dedup.core.text.reference.tokens import shingles
from dedup.errors import InputError
from dedup.settings import Settings
from tests.helpers.texts import TEXTS

GOLDEN = {
    (
        "Harbour officials said on Tuesday that the 14 ferries of the line "
        "would sail again by Friday, weather allowing."
    ): [134072950, 296455598, 2763550238, 2763550238, 846160637, 3749155132],
    (
        "Le Conseil d’État a jugé mardi que l’arrêté du préfet — contesté dès 2024 — n’était pas légal, a-t-il précisé."
    ): [3195302507, 3746590849, 2091902620, 3779299002, 1929087013, 1682291328],
    "市政府星期二宣布，老城区的三座桥梁将于明年春天重新开放。": [
        875048417,
        36175893,
        812706833,
        812706833,
        708996045,
        3176863685,
    ],
    (
        "Donaudampfschifffahrtsgesellschaftskapitän trifft "
        "Internationalisierungsbeauftragten der Arbeiterunfallversicherung am Hafen"
    ): [482400441, 651796311, 1837920885, 1568523192, 1025754462, 2320752963],
    "one two three four five": [243131564, 2266882807, 2613028579, 4083073975, 3546911952, 4083073975],
}
"""The first six of the 64 slots of each text. A changed hash makes every stored index useless."""


@pytest.mark.parametrize("text", GOLDEN, ids=["ascii", "accented", "ideographs", "long words", "one shingle"])
def test_signatures_stay_the_same_in_all_versions(text: str) -> None:
    """The first slots of a text with the default seed are the golden ones."""
    assert GOLDEN[text] == of_texts([text], Settings(k=64))[0, :6].tolist()


@hypothesis.settings(deadline=None)
@given(TEXTS, st.integers(1, 8), st.sampled_from([16, 32]), st.integers(0, 2**64 - 1))
def test_signatures_are_their_twins(texts: list[str], size: int, k: int, seed: int) -> None:
    """Signatures of texts and of a buffer equal the signatures of the twin."""
    settings = Settings(k=k, shingle_size=size, seed=seed)
    expected = [signature(shingles(item, size, seed), k) for item in texts]
    assert expected == of_texts(texts, settings).tolist()
    assert expected == of_buffer(*encode(texts), settings).tolist()


def news(count: int, rng: np.random.Generator) -> list[str]:
    """Return random texts of up to 900 words, one in five with letters beyond ASCII."""
    words = np.array([f"{letter}{number}" for letter in ("w", "longerword", "Ab", "x") for number in range(300)])
    texts = [" ".join(rng.choice(words, int(rng.integers(0, 900)))) for _ in range(count)]
    return [item.replace("x", "é’") if number % 5 == 0 else item for number, item in enumerate(texts)]


def test_batches_and_neighbours_make_no_difference() -> None:
    """A text has the same signature alone and among other texts, in a list and in a buffer."""
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
    """Buffers of a sliced Arrow column give the signatures of its texts, for small and large offsets."""
    pa = pytest.importorskip("pyarrow")
    texts = news(30, np.random.default_rng(4))
    expected = of_texts(texts[5:], Settings(k=32)).tolist()
    for kind, width in ((pa.string(), np.int32), (pa.large_string(), np.int64)):
        column = pa.array(texts, kind)[5:]
        _, offsets, data = column.buffers()
        sliced = np.frombuffer(offsets, width)[column.offset : column.offset + len(column) + 1]
        assert expected == of_buffer(np.frombuffer(data, np.uint8), sliced, Settings(k=32)).tolist()


def test_texts_too_short_for_a_shingle_are_empty() -> None:
    """Texts of four words and of no words have no shingle of five words, and all of their slots are EMPTY."""
    signatures = of_texts(["", "one two three four", "one two three four five"], Settings(k=16))
    assert [True, True, False] == (signatures == EMPTY).all(axis=1).tolist()
    assert (0, 16) == of_texts([], Settings(k=16)).shape


def test_the_seed_changes_the_signature() -> None:
    """Signatures with another seed agree in no slot."""
    texts = ["a b c d e f g h i j k l m n o p"]
    first, second = (of_texts(texts, Settings(k=64, seed=seed)) for seed in (1, 2))
    assert 0 == int((first == second).sum())


def test_an_error_names_the_position_of_the_text_among_all() -> None:
    """The position in the message counts from the first text of all, not from the first text of the batch."""
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
    """A document of some megabytes on one line has a signature and does not change its neighbours."""
    plain = "one two three four five six"
    signatures = of_texts([plain, text, plain], Settings(k=64))
    assert signatures[0].tolist() == signatures[2].tolist() == of_texts([plain], Settings(k=64))[0].tolist()
