"""Hashes of tokens and shingles equal those of their twins, and depend on the tokens and the key alone."""

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.core.arrays import hashing
from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.workspace import Workspace
from dedup.core.sketch import shingles
from dedup.core.sketch.shingles import shingle
from dedup.core.text import batches, folding, tokens
from dedup.core.text.reference import tokens as slow
from dedup.core.text.reference.folding import tokens as slow_tokens
from tests.helpers.texts import TEXTS

SEED = 0x5DEECE66D


def rows(ragged: Ragged) -> list[list[int]]:
    """Return the rows as lists."""
    return [ragged.values[begin:end].tolist() for begin, end in ragged.bounds.tolist()]


def tokens_of(texts: list[str], seed: int = SEED) -> Ragged:
    """Return token hashes, in memory of their own."""
    return tokens.tokenize(folding.fold(*batches.encode(texts), Workspace()), seed, Workspace())


@settings(deadline=None)
@given(TEXTS, st.integers(0, 2**64 - 1))
def test_token_hashes_equal_their_twins(texts: list[str], seed: int) -> None:
    """The hash of every token, long tokens included, equals that of the twin."""
    expected = [[slow.token_hash(token, seed) for token in slow_tokens(text)] for text in texts]
    assert expected == rows(tokens_of(texts, seed))


def test_token_hashes_of_all_lengths() -> None:
    """Words of one to eighty letters, of one byte or two bytes each, have the hashes of the twin."""
    texts = [letter * length for length in range(1, 81) for letter in ("a", "é")]
    expected = [[slow.token_hash(token, SEED) for token in slow_tokens(text)] for text in texts]
    assert expected == rows(tokens_of(texts))


@settings(deadline=None)
@given(TEXTS, st.integers(1, 8))
def test_shingle_hashes_equal_their_twins(texts: list[str], size: int) -> None:
    """The hash of every shingle of one to eight tokens equals that of the twin."""
    hashes = shingle(tokens_of(texts), size, SEED, Workspace())
    assert [slow.shingles(text, size, SEED) for text in texts] == rows(hashes)


@settings(deadline=None)
@given(TEXTS)
def test_pieces_make_no_difference(texts: list[str]) -> None:
    """Large batches are hashed piece by piece, with equal hashes."""
    whole = shingle(tokens_of(texts), 3, SEED, Workspace())
    with patch.object(tokens, "_PIECE", 48), patch.object(shingles, "_CHUNK", 4):
        assert rows(whole) == rows(shingle(tokens_of(texts), 3, SEED, Workspace()))


@pytest.mark.parametrize("length", [6, 7, 8, 12, 13, 14, 18, 19, 20, 24, 25, 26, 200])
@pytest.mark.parametrize("shift", range(1, 9))
def test_hash_depends_on_the_token_alone(length: int, shift: int) -> None:
    """Neither the position of a token nor its neighbours change its hash, for lengths around every border of chunks."""
    word = "abcdefghijklmnopqrstuvwxyz"[:length].ljust(length, "q")
    [[alone]] = rows(tokens_of([word]))
    assert [alone, alone] == [
        row[1] for row in rows(tokens_of([f"{'x' * shift}. {word}-z", f"{'x' * shift}, {word} 7é"]))
    ]


@pytest.mark.parametrize("length", [1, 6, 7, 8, 12, 13, 14, 18, 19, 24, 25, 30])
def test_every_byte_of_a_token_counts(length: int) -> None:
    """Words that differ in any one letter have different hashes."""
    changed = ["a" * position + "b" + "a" * (length - position - 1) for position in range(length)]
    words = [*changed, "a" * length, "a" * (length + 1)]
    assert len(words) == len(set(map(tuple, rows(tokens_of(words)))))


def test_short_tokens_are_their_own_hashes() -> None:
    """The hash of a token of six bytes has its bytes, the first one lowest, and longer tokens have larger hashes."""
    assert [[int.from_bytes(b"1987ab", "little")]] == rows(tokens_of(["1987AB"]))
    assert all(row[0] >= 1 << 48 for row in rows(tokens_of([f"word{number}000" for number in range(1000)])))


def test_shingles_differ_by_order_and_key() -> None:
    """Shingles with another order of words or another key have other hashes."""
    words = tokens_of(["a b c d e", "a b c e d", "b a c d e", "a a c d e", "a b c d d"])
    first = shingle(words, 5, 1, Workspace())
    second = shingle(words, 5, 2, Workspace())
    assert 10 == len({value for row in rows(first) + rows(second) for value in row})


@pytest.mark.parametrize("size", [1, 2, 5, 8])
def test_bits_are_even_and_independent(size: int) -> None:
    """Each of the upper 48 bits is set in half of the shingle hashes of a text."""
    numbers = [" ".join(f"{word}{number % 97}" for word in ("page", "section", "the")) for number in range(9_700)]
    hashes = shingle(tokens_of([" ".join(numbers)]), size, SEED, Workspace())
    values = np.unique(hashes.values)
    values = values[: values.size // 2 * 2] >> np.uint64(16)
    share = [float((values >> np.uint64(bit) & np.uint64(1)).mean()) for bit in range(48)]
    assert values.size == np.unique(values).size
    assert max(abs(mean - 0.5) for mean in share) < 4 * 0.5 / values.size**0.5 + 0.01


def test_multiplier_is_odd_and_keyed() -> None:
    """Constants are odd, and another name or another key has another constant."""
    constants = {int(hashing.multiplier(name, seed)) for name in ("a", "b") for seed in (0, 1)}
    assert 4 == len(constants)
    assert all(value % 2 for value in constants)
