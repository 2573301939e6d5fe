"""Seeds are the shingles that a text shares with another text, in batches of any size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.ragged import Ragged, take_rows
from dedup.core.pairs import anchors
from dedup.core.pairs.reference import anchors as slow

TEXTS = st.lists(st.lists(st.integers(0, 3), max_size=30), min_size=2, max_size=8)
PAIRS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20)


@given(
    TEXTS,
    PAIRS,
    st.sampled_from([1, 40, 1 << 16]),
    st.sampled_from([1, 20, 1 << 16]),
)
def test_seeds_equal_their_twin(rows: list[list[int]], drawn: list[tuple[int, int]], tokens: int, entries: int) -> None:
    """Seeds equal the seeds of the slow twin, pair by pair, in batches of any size."""
    pairs = [(a % len(rows), b % len(rows)) for a, b in drawn if a % len(rows) != b % len(rows)]
    ends = np.cumsum([len(row) for row in rows])
    texts = Ragged(np.array([t for row in rows for t in row], np.uint64), np.stack((np.append(0, ends[:-1]), ends), 1))
    seeds: dict[int, list[tuple[int, int]]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(anchors, "_TABLE", entries)
        for batch in anchors.pair_batches(texts.lengths, np.array(pairs, np.int64).reshape(-1, 2), tokens):
            texts_of_batch = take_rows(texts, batch.texts)
            counts, left, right = anchors.find_anchors(texts_of_batch, batch)
            pair = np.repeat(np.arange(len(batch.places)), counts)
            a, b = texts_of_batch.bounds[batch.sides[pair], 0].T
            assert [(rows[x], rows[y]) for x, y in batch.texts[batch.sides].tolist()] == [
                (rows[pairs[position][0]], rows[pairs[position][1]]) for position in batch.places.tolist()
            ]
            for position in batch.places.tolist():
                assert position not in seeds
                seeds[position] = []
            for position, *span in zip(
                batch.places[pair].tolist(), (left - a).tolist(), (right - b).tolist(), strict=True
            ):
                seeds[position].append((span[0], span[1]))
    assert [slow.seeds(rows[a], rows[b]) for a, b in pairs] == [seeds[position] for position in range(len(pairs))]


def test_a_long_text_with_many_parts_is_in_few_batches() -> None:
    """The pairs of a text that is longer than a batch come with as many tokens of other texts as it has."""
    lengths = np.array([100_000, *[20] * 10_000])
    pairs = np.stack((np.zeros(10_000, np.int64), np.arange(1, 10_001)), axis=1)
    batches = list(anchors.pair_batches(lengths, pairs, 1_000))
    assert sorted(place for batch in batches for place in batch.places.tolist()) == list(range(10_000))
    assert sum(int(lengths[batch.texts].sum()) for batch in batches) < 3 * int(lengths.sum())
