"""Equal blocks have equal hashes, and dropped blocks leave no tokens."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.ragged import Ragged, bounds_of, edges_of
from dedup.core.text import block_hashes
from dedup.core.text.reference import block_hashes as slow

SEED = 5
ROWS = st.lists(st.lists(st.integers(0, 3) | st.integers(0, 2**64 - 1), max_size=6), max_size=10)


@given(ROWS, st.integers(0, 2), st.sampled_from([1, 2, 5, 1 << 15]))
def test_block_hashes_equal_their_twin(rows: list[list[int]], around: int, batch: int) -> None:
    """Hashes equal those of plain arithmetic, with and without values around the rows, in batches of any size."""
    values = [7] * around + [value for row in rows for value in row] + [7] * around
    bounds = bounds_of(np.array(list(map(len, rows)), np.int64)) + around
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(block_hashes, "_TOKENS", batch)
        hashes = block_hashes.block_hashes(Ragged(np.array(values, np.uint64), bounds), SEED)
    assert slow.block_hashes(rows, SEED) == hashes.tolist()


@given(ROWS)
def test_rows_have_equal_hashes_if_they_are_equal(rows: list[list[int]]) -> None:
    """Equal rows have equal hashes, other rows and orders have other hashes, and only an empty row has 0."""
    rows = [*rows, *rows, *(row[::-1] for row in rows), []]
    hashes = slow.block_hashes(rows, SEED)
    assert len(set(map(tuple, rows))) == len(set(hashes))
    assert [not row for row in rows] == [hash == 0 for hash in hashes]


def test_every_bit_of_a_hash_is_mixed() -> None:
    """Each bit is set in half of the hashes of ten thousand short tokens, and no two agree in their upper 48 bits."""
    tokens = Ragged(np.arange(10_000, dtype=np.uint64), np.stack((np.arange(10_000), np.arange(1, 10_001)), axis=1))
    hashes = block_hashes.block_hashes(tokens, SEED)
    share = [float((hashes >> np.uint64(bit) & np.uint64(1)).mean()) for bit in range(64)]
    assert [] == [bit for bit, mean in enumerate(share) if abs(mean - 0.5) > 0.03]
    assert 10_000 == np.unique(hashes >> np.uint64(16)).size


@given(st.lists(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=5), max_size=6))
def test_dropped_blocks_leave_no_tokens(texts: list[list[tuple[int, bool]]]) -> None:
    """Each text has the tokens of its other blocks, in their order."""
    blocks = [(row, words, dropped) for row, text in enumerate(texts) for words, dropped in text]
    tokens = [(number, word) for number, (_, words, _) in enumerate(blocks) for word in range(words)]
    values = np.arange(len(tokens), dtype=np.uint64)
    expected = [
        [value for value, (number, _) in enumerate(tokens) if blocks[number][0] == row and not blocks[number][2]]
        for row in range(len(texts))
    ]
    remaining = block_hashes.drop_blocks(
        values,
        np.array([words for _, words, _ in blocks], np.int64),
        np.array([len(text) for text in texts], np.int64),
        np.array([dropped for _, _, dropped in blocks], np.bool_),
    )
    assert expected == [remaining.values[first:last].tolist() for first, last in remaining.bounds.tolist()]


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=5), max_size=6),
    st.sampled_from([1, 4, 1 << 17]),
    st.randoms(use_true_random=False),
)
def test_runs_of_some_texts_are_those_of_all(texts: list[list[tuple[int, bool]]], blocks: int, random: Random) -> None:
    """Runs that are found for all texts, in chunks of any size, are right for some of the texts in any order."""
    words = np.array([words for text in texts for words, _ in text], np.int32)
    dropped = np.array([lost for text in texts for _, lost in text], np.bool_)
    bounds = edges_of(np.array([len(text) for text in texts], np.int64))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(block_hashes, "_BLOCKS", blocks)
        runs = block_hashes.dropped_runs(words, bounds, dropped)
    chosen = np.array([row for row in range(len(texts)) if random.random() < 0.7], np.int64)
    random.shuffle(chosen)
    lengths = [sum(count for count, _ in texts[row]) for row in chosen]
    rows = [[(row << 8) + place for place in range(length)] for row, length in zip(chosen, lengths, strict=True)]
    losses = [[lost for count, lost in texts[row] for _ in range(count)] for row in chosen]
    expected = [
        [value for value, lost in zip(row, of_row, strict=True) if not lost]
        for row, of_row in zip(rows, losses, strict=True)
    ]
    first = len(rows) // 2
    of_chosen = runs.of(chosen)
    assert [len(row) - len(left) for row, left in zip(rows, expected, strict=True)] == of_chosen.lost().tolist()
    values = np.array([value for row in rows[first:] for value in row], np.uint64)
    remaining = block_hashes.drop_runs(values, np.array(lengths[first:], np.int64), of_chosen.span(first, chosen.size))
    assert expected[first:] == [remaining.values[begin:end].tolist() for begin, end in remaining.bounds.tolist()]
