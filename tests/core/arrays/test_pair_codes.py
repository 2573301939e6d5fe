"""Codes of pairs of numbers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.pair_codes import decode, encode

PAIRS = st.lists(st.tuples(st.integers(0, 2**31 - 1) | st.just(2**31 - 1), st.integers(0, 2**32 - 1)), max_size=20)


def columns(pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and the second numbers of pairs as arrays."""
    array = np.array(pairs, np.int64).reshape(-1, 2)
    return array[:, 0], array[:, 1]


@given(PAIRS)
def test_decode_returns_the_encoded_pairs(pairs: list[tuple[int, int]]) -> None:
    """Decoded codes are the pairs that were encoded."""
    decoded = decode(encode(*columns(pairs)))
    assert (np.dtype(np.int64), (len(pairs), 2)) == (decoded.dtype, decoded.shape)
    assert pairs == list(map(tuple, decoded.tolist()))


@given(PAIRS)
def test_codes_sort_as_their_pairs(pairs: list[tuple[int, int]]) -> None:
    """Codes are never negative, and their order is the order of the pairs."""
    codes = encode(*columns(pairs))
    assert (codes >= 0).all()
    assert sorted(pairs) == list(map(tuple, decode(np.sort(codes)).tolist()))


def test_encode_keeps_its_arguments() -> None:
    """The arrays of numbers stay as they were."""
    first, second = np.array([1, 2]), np.array([3, 4])
    encode(first, second)
    assert ([1, 2], [3, 4]) == (first.tolist(), second.tolist())


def test_first_numbers_of_32_bits_are_encoded_in_64() -> None:
    """An array of 32-bit numbers does not overflow."""
    codes = encode(np.array([2**31 - 1], np.int32), np.array([2**32 - 1]))
    assert [2**63 - 1] == codes.tolist()
