"""Loose postings."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.candidates.postings import STORY, make_table
from dedup.index.disk.batch_codec import PostingBatch
from dedup.index.postings.loose import LoosePostings
from tests.helpers.index_making import postings

_RUNS = np.zeros((0, 2), np.int64)

BATCHES = st.lists(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3)), min_size=1, max_size=4), min_size=1, max_size=12
)
"""The content and the story of each new document, commit by commit."""


def batches_of(drawn: list[list[tuple[int, int]]]) -> list[PostingBatch]:
    """Return the postings of commits. The first document moves to the story of each new document."""
    made, number = [], 1
    for commit in drawn:
        numbered = [(number + row, content) for row, (content, _) in enumerate(commit)]
        tags = [(STORY, story, home) for row, (_, story) in enumerate(commit) for home in (number + row, 1)]
        made.append(PostingBatch(postings(numbered), np.array(tags, np.uint32), _RUNS, _RUNS))
        number += len(commit)
    return made


@given(BATCHES, st.integers(1, 5))
def test_a_search_finds_each_posting_once(drawn, limit):
    """A look-up finds the first documents of each key, as many as its limit, and names the keys that reach it."""
    batches, loose = batches_of(drawn), LoosePostings()
    expected: dict[tuple[int, int], list[int]] = {}
    for batch in batches:
        loose.add(batch)
        for lane in range(batch.lanes):
            for word in sorted(set(batch.lane(lane).tolist())):
                expected.setdefault((lane, word >> 32), []).append(word & 0xFFFFFFFF)
    looks = [*sorted(expected), (0, 2**32 - 2), (90, 5)]
    hits = loose.find(*np.array(looks, np.int64).T, limit)
    found = [(looks[look], number) for look, number in zip(hits.looks.tolist(), hits.numbers.tolist(), strict=True)]
    assert [(key, number) for key in sorted(expected) for number in expected[key][:limit]] == found
    assert [row for row, key in enumerate(looks) if len(expected.get(key, ())) >= limit] == hits.full.tolist()


@given(BATCHES)
def test_they_become_the_table_of_their_batches(drawn):
    """The table of loose postings is the table that their batches make."""
    batches, loose = batches_of(drawn), LoosePostings()
    for batch in batches:
        loose.add(batch)
    table = make_table(loose.lanes(), loose.words, "stable")
    lanes = range(batches[0].lanes)
    other = make_table([[batch.lane(lane) for batch in batches] for lane in lanes], sum(b.words for b in batches))
    assert other.words.tolist() == table.words.tolist()
    count = table.layout.shifts.size
    assert other.layout.starts[: count + 1].tolist() == table.layout.starts.tolist()
