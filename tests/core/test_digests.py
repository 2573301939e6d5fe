"""A page of several stories is told from an article with excerpts, and is nobody's copy but its own copies'."""

from functools import partial
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core import digests as fast
from dedup.core import verify
from dedup.core.digests import MOST, PART, SOME, UNRELATED, digests
from dedup.core.ragged import Ragged
from dedup.core.reference import digests as slow
from dedup.types import Indices

THRESHOLD = 0.4
A, B, C = (range(start, start + 300) for start in (0, 1000, 2000))
OTHER = range(5000, 5200)


def counted(rows: list[set[int]]) -> tuple[Indices, fast.Shared]:
    """The sizes of the sets, and what counts common elements; multiplied, for elements are the upper bits of a hash."""
    values = [sorted(value << 30 for value in row) for row in rows]
    ends = np.cumsum([len(row) for row in values])
    starts = ends - [len(row) for row in values]
    flat = np.array([value for row in values for value in row], np.uint64)
    sets = Ragged(flat, np.stack((starts, ends), axis=1))
    return sets.lengths, partial(verify.shared, sets)


def weighed(rows: list[set[int]]) -> dict[tuple[int, int], float]:
    """The containment of all pairs that share anything."""
    pairs = {(a, b): len(rows[a] & rows[b]) for a, b in combinations(range(len(rows)), 2)}
    return {(a, b): common / min(len(rows[a]), len(rows[b])) for (a, b), common in pairs.items() if common}


def told(rows: list[set[int]], weights: dict[tuple[int, int], float] | None = None) -> tuple[set[int], set[int]]:
    """The digests, and the texts that still match one of them."""
    weights = weighed(rows) if weights is None else weights
    pairs = np.array(sorted(weights), np.int64).reshape(-1, 2)
    given_weights = np.array([weights[a, b] for a, b in sorted(weights)])
    found = digests(*counted(rows), pairs, given_weights, THRESHOLD)
    left = pairs[found.without(pairs, given_weights) >= THRESHOLD]
    texts = set(np.flatnonzero(found.texts).tolist())
    return texts, {text for pair in left.tolist() if texts & set(pair) for text in pair}


PIECES = st.lists(st.lists(st.integers(0, 7), min_size=1, max_size=5), min_size=2, max_size=7)
"""Texts of a few pieces each: many contain others, and each other's halves."""


@given(PIECES, st.data(), st.sampled_from([1, 6]), st.sampled_from([2, 16]), st.sampled_from([1, 1 << 16]))
def test_digests_equal_their_twin(pieces: list[list[int]], data: st.DataObject, part: int, most: int, few: int) -> None:
    """Digests, their parts and the weights that are left are those of plain sets; some weights are 0 or unknown."""
    rows = [{piece * 8 + place for piece in some for place in range(4 + piece % 5)} for some in pieces]
    weights = {
        pair: weight * data.draw(st.sampled_from([1, 1, 1, 0]))
        for pair, weight in weighed(rows).items()
        if data.draw(st.integers(0, 5))
    }
    pairs = np.array(sorted(weights), np.int64).reshape(-1, 2)
    values = np.array([weights[a, b] for a, b in sorted(weights)], np.float64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fast, "PART", part)
        patch.setattr(fast, "_PARTS", most)
        patch.setattr(fast, "_PAIRS", few)
        found = digests(*counted(rows), pairs, values, THRESHOLD)
        left = found.without(pairs, values)
    expected = slow.digests(rows, weights, THRESHOLD, part, UNRELATED, MOST, SOME, most)
    assert sorted(expected) == np.flatnonzero(found.texts).tolist()
    assert sorted((text, one) for text in expected for one in expected[text]) == sorted(
        map(tuple, found.parts.tolist())
    )
    kept = slow.without(rows, expected, weights, THRESHOLD)
    assert [kept[a, b] for a, b in sorted(weights)] == left.tolist()


def test_a_page_of_two_stories_is_a_copy_of_neither() -> None:
    """Two unrelated texts and one that holds both: it matches none of them any more."""
    assert ({2}, set()) == told([{*A}, {*B}, {*A, *B}])


def test_a_copy_of_a_digest_is_still_its_copy() -> None:
    """Two pages in other frames that hold the same two stories match each other, and neither story."""
    frames = range(9000, 9060), range(9100, 9170)
    assert ({2, 3, 4}, {2, 3, 4}) == told([{*A}, {*B}, {*A, *B}, *({*A, *B, *frame} for frame in frames)])


def test_excerpts_of_an_article_do_not_make_a_digest_of_it() -> None:
    """Two excerpts that do not overlap leave a good part of the article out, even if a third overlaps both."""
    article = {*A, *B, *C}
    assert (set(), set()) == told([article, {*A}, set(range(1100, 1300))])
    assert (set(), set()) == told([article, {*A}, {*range(200, 300), *range(1000, 1200)}, {*B}])


def test_stories_of_their_own_need_not_be_most_of_a_page() -> None:
    """A page of which a third is two stories that stand elsewhere as well is a digest; of excerpts it is not."""
    page = {*range(300), *range(1000, 1300), *range(6000, 7200)}
    excerpts = {*range(150)}, {*range(1000, 1150)}
    stories = [{*A}, {*B}]
    assert (set(), set()) == told([page, *stories])
    own = [{*A, *range(7000, 7100)}, {*B, *range(7200, 7300)}]
    assert ({0}, set()) == told([page, *stories, *own])
    assert (set(), set()) == told([page, *excerpts])


def test_a_short_notice_in_an_article_does_not_make_a_digest_of_it() -> None:
    """A passage of fewer shingles than a story has is none."""
    short, long = range(5000, 5000 + PART - 1), range(5000, 5000 + PART)
    assert (set(), set()) == told([{*A}, {*short}, {*A, *short}])
    assert ({2}, set()) == told([{*A}, {*long}, {*A, *long}])


def test_reports_of_one_template_are_no_two_stories_of_a_page() -> None:
    """Texts that weigh nothing against each other, though they share their words, are related."""
    rows = [{*A}, {*range(20, 300), *OTHER}, {*A, *OTHER}]
    assert (set(), set()) == told(rows, weighed(rows) | {(0, 1): 0.0})


def test_no_text_is_a_digest_of_nothing() -> None:
    """Without texts, or without a match, there is none."""
    assert (set(), set()) == told([])
    assert (set(), set()) == told([{*A}, set(), {*B}])
