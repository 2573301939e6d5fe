"""Seeds are the shingles that a text shares with another one, whatever texts they are looked at together with."""

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
def test_seeds_equal_their_twin(rows: list[list[int]], some: list[tuple[int, int]], tokens: int, entries: int) -> None:
    """Seeds are those of a dictionary, pair by pair, however many pairs and texts are looked at together."""
    pairs = [(a % len(rows), b % len(rows)) for a, b in some if a % len(rows) != b % len(rows)]
    ends = np.cumsum([len(row) for row in rows])
    texts = Ragged(np.array([t for row in rows for t in row], np.uint64), np.stack((np.append(0, ends[:-1]), ends), 1))
    found: dict[int, list[tuple[int, int]]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(anchors, "_TABLE", entries)
        for lot in anchors.pair_batches(texts.lengths, np.array(pairs, np.int64).reshape(-1, 2), tokens):
            here = take_rows(texts, lot.texts)
            counts, left, right = anchors.find_anchors(here, lot)
            pair = np.repeat(np.arange(len(lot.places)), counts)
            a, b = here.bounds[lot.sides[pair], 0].T
            assert [(rows[x], rows[y]) for x, y in lot.texts[lot.sides].tolist()] == [
                (rows[pairs[place][0]], rows[pairs[place][1]]) for place in lot.places.tolist()
            ]
            for place in lot.places.tolist():
                assert place not in found
                found[place] = []
            for place, *at in zip(lot.places[pair].tolist(), (left - a).tolist(), (right - b).tolist(), strict=True):
                found[place].append((at[0], at[1]))
    assert [slow.seeds(rows[a], rows[b]) for a, b in pairs] == [found[place] for place in range(len(pairs))]
