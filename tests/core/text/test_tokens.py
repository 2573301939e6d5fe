"""Hashes of tokens and shingles equal those of their twins, and depend on the tokens and the key alone."""

import re
from pathlib import Path
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
from dedup.core.text.block_hashes import block_hashes
from dedup.core.text.reference import tokens as slow
from dedup.core.text.reference.folding import tokens as slow_tokens
from dedup.settings import HASHES
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


def test_known_answers() -> None:
    """The hashes of the specification are those of the page, in the twins and in the fast functions."""
    page = (Path(tokens.__file__).parent / "README.md").read_text("utf-8")
    assert HASHES in page
    answers = re.findall(r"^\| (\w+) `(.+)` \| (\d+) \| ([0-9a-f]+) \|$", page, re.MULTILINE)
    assert {"token", "shingle", "block", "fingerprint"} == {kind for kind, *_ in answers}
    for kind, text, seed, answer in answers:
        folded, key, chunks = folding.fold(*batches.encode([text]), Workspace()), int(seed), tokens.TokenChunks()
        hashes = tokens.tokenize(folded, key, Workspace(), chunks=chunks)
        low, high = tokens.make_fingerprints(chunks, np.array([0, hashes.values.size]), key)[0].tolist()
        fast = {
            "token": lambda hashes=hashes: hashes.values[0],
            "shingle": lambda hashes=hashes, key=key: shingle(hashes, hashes.values.size, key, Workspace()).values[0],
            "block": lambda hashes=hashes, key=key: block_hashes(hashes, key)[0],
            "fingerprint": lambda low=low, high=high: high << 64 | low,
        }
        assert int(answer, 16) == int(fast[kind]()), text


@settings(deadline=None)
@given(TEXTS, st.integers(0, 2**64 - 1), st.integers(16, 200))
def test_fingerprints_equal_their_twins(texts: list[str], seed: int, piece: int) -> None:
    """The fingerprint of every text equals that of the twin, in pieces of any size."""
    chunks = tokens.TokenChunks()
    with patch.object(tokens, "_PIECE", piece & ~1):
        folded = folding.fold(*batches.encode(texts), Workspace())
        hashes = tokens.tokenize(folded, seed, Workspace(), chunks=chunks)
    edges = np.append(hashes.bounds[:, 0], hashes.values.size)
    expected = [list(slow.fingerprint(slow_tokens(text), seed)) for text in texts]
    assert expected == tokens.make_fingerprints(chunks, edges, seed).tolist()


@pytest.mark.parametrize(
    ("first", "second"),
    [("harbour", "harbouq"), ("harbours", "harbourt"), ("barbours", "harbours"), ("harqoursea", "haraoursea")],
)
def test_differences_of_tokens_are_no_differences_of_hashes(first: str, second: str) -> None:
    """Two tokens have another difference under each key, by subtraction and by exclusive or."""
    pairs = [rows(tokens_of([first, second], seed)) for seed in range(200)]
    hashes = np.array(pairs, np.uint64)[:, :, 0]
    assert 200 == np.unique(hashes[:, 0] - hashes[:, 1]).size == np.unique(hashes[:, 0] ^ hashes[:, 1]).size


def test_equal_differences_of_first_chunks_make_other_differences_of_hashes() -> None:
    """Under one key, tokens that differ by the same letter in their first seven bytes differ by other numbers."""
    endings = [f"{chr(97 + number % 26)}{chr(97 + number // 26)}ourish" for number in range(200)]
    hashes = [row[0] for row in rows(tokens_of([letter + ending for ending in endings for letter in "qa"]))]
    differences = np.array(hashes[::2], np.uint64) - np.array(hashes[1::2], np.uint64)
    assert 200 == np.unique(differences).size


def test_multiplier_is_odd_and_keyed() -> None:
    """Constants are odd, and another name or another key has another constant."""
    constants = {int(hashing.multiplier(name, seed)) for name in ("a", "b") for seed in (0, 1)}
    assert 4 == len(constants)
    assert all(value % 2 for value in constants)
