"""The passages that a reader is shown: the same words on both sides, and no boilerplate inside."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.explanations.passages import GAP, ShownPair, ShownText, Stretch, show_pair
from dedup.core.pairs.reference.alignment import find_runs


def shown(tokens: list[int], dropped: tuple[int, ...] = (), shared: tuple[int, ...] = ()) -> ShownText:
    """Returns a text of which each token takes two characters.

    Args:
        tokens: the tokens.
        dropped: the tokens before which boilerplate stands.
        shared: the tokens that are of one character with the token before.
    """
    starts = np.arange(len(tokens)) * 2
    for token in shared:
        starts[token] = starts[token - 1]
    pieces = np.zeros(len(tokens), np.int64)
    for token in dropped:
        pieces[token:] += 1
    return ShownText("x " * len(tokens), np.array(tokens, np.uint64), starts, starts + 1, pieces)


def show(a: ShownText, b: ShownText, runs: list[Stretch] | None = None) -> ShownPair:
    """Shows a pair by the runs of the slow twin, or by other runs."""
    return show_pair(a, b, find_runs(a.tokens.tolist(), b.tokens.tolist()) if runs is None else runs)


def words(first: int, count: int) -> list[int]:
    """Returns different words."""
    return list(range(2**50 + first, 2**50 + first + count))


@given(st.integers(0, 2**32))
def test_passages_have_equal_words_and_do_not_overlap(seed: int) -> None:
    """Passages rise in A, cover no token twice, have equal tokens, and hold no boilerplate and no half character."""
    rng = random.Random(seed)
    text = rng.choices(words(0, rng.choice([5, 60])), k=rng.randrange(60))
    cut, end = sorted(rng.choices(range(len(text) + 1), k=2))
    other = rng.choice([text[cut:end], text[end:] + text[:end], text[:cut] + text[end:]])
    other = [rng.choice(words(0, 99)) if rng.random() < 0.1 else word for word in other]
    sides = []
    for tokens in (text, other):
        places = range(1, len(tokens))
        dropped, shared = (tuple(sorted(rng.sample(places, rng.randrange(min(3, len(places) + 1))))) for _ in range(2))
        sides.append(shown(tokens, dropped, tuple(token for token in shared if token not in dropped)))
    a, b = sides
    passages, gaps = show(a, b)
    assert passages == sorted(passages)
    for side, text_of_side in ((0, a), (1, b)):
        covered = [token for passage in passages for token in range(passage[side], passage[side] + passage[2])]
        assert len(covered) == len({*covered})
        for passage in passages:
            first, last = passage[side], passage[side] + passage[2]
            assert len({*text_of_side.pieces[first:last].tolist()}) == 1
            assert first == 0 or text_of_side.starts[first] > text_of_side.starts[first - 1]
            assert last == len(text_of_side.starts) or text_of_side.starts[last] > text_of_side.starts[last - 1]
    for left, right, count in passages:
        assert a.tokens[left : left + count].tolist() == b.tokens[right : right + count].tolist()
    in_passages = {token for left, _, count in passages for token in range(left, left + count)}
    assert not in_passages & {token for gap in gaps for token in range(gap.a, gap.a_end)}


def test_equal_words_around_a_run_belong_to_it() -> None:
    """The first two words of both texts are too few for a run, and stand in one passage with the run behind."""
    a, b = [*words(0, 2), 1, *words(2, 9)], [*words(0, 2), 2, *words(2, 9)]
    pair = show(shown(a), shown(b))
    assert [(0, 0, 2), (3, 3, 9)] == pair.passages
    assert [(2, 3, 2, 3)] == pair.gaps


def test_a_short_gap_is_compared_word_by_word() -> None:
    """Equal words of a gap are passages, and each stretch of other words is a gap, an insertion too."""
    before, behind = words(0, 5), words(50, 5)
    a, b = [*before, 1, 9, 2, 3, *behind], [*before, 4, 5, 9, 6, 3, 7, *behind]
    pair = show(shown(a), shown(b))
    assert [(0, 0, 5), (6, 7, 1), (8, 9, 1), (9, 11, 5)] == pair.passages
    assert [(5, 6, 5, 7), (7, 8, 8, 9), (9, 9, 10, 11)] == pair.gaps


@pytest.mark.parametrize(("count", "gaps"), [(GAP, 1), (GAP + 1, 0)])
def test_a_long_gap_is_not_compared(count: int, gaps: int) -> None:
    """A gap of more than eight words on one side is no replacement."""
    a, b = [*words(0, 5), 1, *words(50, 5)], [*words(0, 5), *words(100, count), *words(50, 5)]
    assert gaps == len(show(shown(a), shown(b)).gaps)


def test_boilerplate_ends_a_passage() -> None:
    """Where boilerplate stands in one text, both sides of the passage end; a gap around it is not shown."""
    text = words(0, 8)
    assert [(0, 0, 3), (3, 3, 5)] == show(shown(text, (3,)), shown(text)).passages
    a, b = [*words(0, 4), 1, 2, *words(50, 4)], [*words(0, 4), 3, 4, *words(50, 4)]
    assert [] == show(shown(a, (5,)), shown(b)).gaps


def test_short_equal_texts_are_one_passage() -> None:
    """Texts too short for a run are compared word by word."""
    assert [(0, 0, 2)] == show(shown([7, 8]), shown([7, 8])).passages
    assert ([], []) == show(shown([]), shown([]))
