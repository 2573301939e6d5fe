"""The share of a pair is the part of the shorter text that is passages; headlines and sites change it."""

import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.ragged import Ragged
from dedup.core.pairs import rule
from dedup.core.pairs.reference import rule as slow
from dedup.core.pairs.rule import ComparedTexts, PairFacts, PairVerdicts, judge_pairs, units
from dedup.core.pairs.rules import NO, NOT_ASKED, RULES, YES, Grounds
from dedup.core.thresholds import COPIES, FIGURE_COST, ONE, OWN, PASSAGE_COST, SAID

Verdict = tuple[int, bool, str, list[tuple[int, int]]]
Four = tuple[bool, bool, bool, bool]

WORD = 2**50
"""The lowest word of the tests. Figures are bytes of digits."""


def rows_of(rows: list[list[int]]) -> Ragged:
    """Lays out rows without gaps."""
    ends = np.cumsum([len(row) for row in rows], dtype=np.int64)
    bounds = np.stack((np.append(0, ends)[:-1], ends), axis=1)
    return Ragged(np.array([value for row in rows for value in row], np.uint64), bounds)


def compared(texts: list[list[int]], says: list[list[int]]) -> ComparedTexts:
    """Returns texts whose hashes are equal if their tokens are equal."""
    hashes = [hash(tuple(text)) % 2**63 + 1 if text else 0 for text in texts]
    return ComparedTexts(rows_of(texts), np.array(hashes, np.uint64), rows_of([sorted(set(words)) for words in says]))


def facts_of(rows: list[Four]) -> PairFacts:
    """Returns the facts of pairs; a row has four flags in the order of `PairFacts`."""
    return PairFacts(*np.array(rows, np.bool_).reshape(-1, 4).T)


def verdicts(judged: PairVerdicts) -> list[Verdict]:
    """Returns the answer for each pair as a tuple."""
    names = [RULES[number].name for number in judged.rules.tolist()]
    columns = judged.shares.tolist(), judged.walls.tolist(), names
    rows: list[Verdict] = [(*row, []) for row in zip(*columns, strict=True)]
    for pair, places in zip(judged.pair.tolist(), judged.places.tolist(), strict=True):
        rows[pair][3].append(tuple(places))
    return rows


def verdict(a: list[int], b: list[int], facts: Four, says: tuple[list[int], list[int]] = ([], [])) -> Verdict:
    """Applies the rule to two texts.

    Args:
        a: tokens of a text.
        b: tokens of another text.
        facts: the facts of the pair, in the order of `PairFacts`.
        says: the words of both headlines.
    """
    return verdicts(judge_pairs(compared([a, b], list(says)), np.array([[0, 1]]), facts_of([facts]), COPIES))[0]


def prose(first: int, count: int) -> list[int]:
    """Returns ``count`` different words."""
    return list(range(WORD + first, WORD + first + count))


def versions(rng: random.Random) -> list[list[int]]:
    """Makes texts that are pieces of one text with figures, with a different word now and then."""
    words = [*prose(0, 30), *(ord("0") + digit for digit in range(10))]
    text = [rng.choice(words) for _ in range(20)] if rng.random() < 0.3 else prose(0, 80)
    rows = []
    for _ in range(5):
        start, end = sorted(rng.choices(range(len(text) + 1), k=2))
        row = rng.choice([text, text[start:end], text[end:] + text[:start]])
        rows.append([rng.choice(words) if rng.random() < 0.02 else word for word in row])
    return rows


@given(st.integers(0, 2**32), st.sampled_from([0.05, COPIES, 1.0]), st.sampled_from([1, 100, 1 << 16]))
def test_equals_its_twin(seed: int, threshold: float, tokens: int) -> None:
    """Every pair has the answer of the slow twin, with any facts and in batches of any size."""
    rng = random.Random(seed)
    texts = versions(rng)
    says = [rng.sample([*prose(0, 12), *prose(500, 6)], rng.randrange(6)) for _ in texts]
    pairs = [pair if rng.random() < 0.7 else pair[::-1] for pair in combinations(range(len(texts)), 2)]
    pairs += pairs[:2]
    facts = [tuple(rng.random() < 0.5 for _ in range(4)) for _ in pairs]
    pages = [slow.PlainText(text, sorted(set(words))) for text, words in zip(texts, says, strict=True)]
    expected = [
        slow.judge_pair(pages[a], pages[b], *four, threshold) for (a, b), four in zip(pairs, facts, strict=True)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rule, "_TOKENS", tokens)
        judged = judge_pairs(
            compared(texts, says), np.array(pairs, np.int64).reshape(-1, 2), facts_of(facts), threshold
        )
    assert expected == verdicts(judged)


def test_no_pairs() -> None:
    """Without pairs every field is empty, and has its type."""
    judged = judge_pairs(compared([prose(0, 9)], [[]]), np.zeros((0, 2), np.int64), facts_of([]), COPIES)
    assert [(0,), (0,), (0,), (0,), (0, 2)] == [field.shape for field in judged]
    assert [np.int64, np.bool_, np.int8, np.int64, np.int64] == [field.dtype for field in judged]


def test_a_share_is_that_of_the_shorter_text() -> None:
    """The share is the words of the passage less its cost over the words of the shorter text."""
    shorter, longer = [*prose(0, 48), *prose(500, 52)], [*prose(300, 60), *prose(0, 48)]
    share = -(-(48 - PASSAGE_COST) * ONE // 100)
    assert (share, False, "share", [(60, 108)]) == verdict(shorter, longer, (True, False, False, False))
    assert (share, False, "share", [(60, 108)]) == verdict(longer, shorter, (True, False, False, False))


def test_a_share_of_the_threshold_reaches_it() -> None:
    """Shares and thresholds are both rounded up, so a share of three tenths reaches a threshold of three tenths."""
    text = prose(0, PASSAGE_COST + 30)
    share = verdict([*text, *prose(500, 52)], [*text, *prose(700, 90)], (True, False, False, False))[0]
    assert units(0.3) == share
    share = verdict([*prose(0, 78), *prose(500, 22)], [*prose(0, 78), *prose(700, 90)], (False, True, True, True))[0]
    assert units(0.3) == share


def test_equal_texts_are_copies_however_short() -> None:
    """Equal texts of one word are copies, and two texts without words are no copies."""
    assert (ONE, False, "equal", []) == verdict(prose(0, 1), prose(0, 1), (False, False, False, True))
    assert (0, False, "share", []) == verdict([], [], (True, False, True, True))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((True, False, False, True), ONE - 1),
        ((False, True, True, False), ONE - 1),
        ((False, True, False, False), 0),
        ((False, True, False, True), 0),
    ],
)
def test_a_short_excerpt_needs_one_headline_or_two_sources(facts: Four, expected: int) -> None:
    """Ten words that stand in another text are a copy under one headline or on another named source."""
    assert expected == verdict(prose(20, 10), prose(0, 60), facts)[0]


def test_one_site_under_other_headlines_needs_more() -> None:
    """The share of two pages of one site under different headlines is divided by `OWN`."""
    shorter, longer = [*prose(0, 78), *prose(500, 22)], [*prose(0, 78), *prose(700, 60)]
    elsewhere = verdict(shorter, longer, (False, True, False, False))[0]
    assert -(-elsewhere // OWN) == verdict(shorter, longer, (False, True, False, True))[0]
    assert elsewhere == verdict(shorter, longer, (True, False, False, True))[0]


def test_what_says_neither_headline_is_no_article() -> None:
    """A text under two headlines is a wall, unless it or the other headline says one, or two sources print it."""
    wall, says = prose(0, 60), (prose(500, 4), prose(600, 4))
    assert (0, True, "headlines", []) == verdict(wall, wall, (False, True, False, False), says)
    assert (ONE, False, "equal", []) == verdict(wall, wall, (False, True, True, False), says)
    assert (ONE, False, "equal", []) == verdict(
        wall, wall, (False, True, False, False), ([*prose(0, 1), *prose(500, 3)], says[1])
    )
    assert (ONE, False, "equal", []) == verdict(wall, wall, (False, True, False, False), (prose(602, 4), says[1]))
    assert (ONE, False, "equal", []) == verdict(wall, wall, (False, True, False, False), ([], says[1]))


def test_a_bio_under_two_columns_is_no_article() -> None:
    """Only the words that two pages share have to say a headline, not the words that one page has alone."""
    bio, first, second = prose(0, 60), prose(500, 40), prose(600, 40)
    says = (first[:4], second[:4])
    assert (0, False, "headlines", []) == verdict([*first, *bio], [*second, *bio], (False, True, False, False), says)
    assert 0 < verdict([*first, *bio], [*second, *bio], (False, False, False, False), says)[0]


def test_a_replaced_figure_costs() -> None:
    """A corrected figure costs a passage and a figure, and the text is no whole excerpt any more."""
    text = prose(0, 100)
    share = verdict(
        [*text[:50], ord("7"), *text[50:]], [*text[:50], ord("8"), *text[50:]], (True, False, False, False)
    )[0]
    assert -(-(100 - 2 * PASSAGE_COST - FIGURE_COST) * ONE // 101) == share


def grounds_of(a: list[int], b: list[int], facts: Four, says: tuple[list[int], list[int]] = ([], [])) -> Grounds:
    """Returns the grounds of one pair; the arguments are those of `verdict`."""
    grounds = Grounds.empty(1)
    judge_pairs(compared([a, b], list(says)), np.array([[0, 1]]), facts_of([facts]), COPIES, grounds)
    return grounds


def asked(grounds: Grounds) -> dict[str, tuple[float, float, bool, list[int]]]:
    """Returns value, bound, answer and counts of each rule that the first pair was asked, by name."""
    columns = (column[0].tolist() for column in grounds[:4])
    rows = zip(RULES, *columns, strict=True)
    return {
        rule.name: (value, bound, passed == YES, counts)
        for rule, value, bound, passed, counts in rows
        if passed != NOT_ASKED
    }


def test_a_follow_up_is_told_its_share_and_the_bound_of_its_site() -> None:
    """The share reaches the bound of all pairs, but not the double bound of one site under different headlines."""
    a, b = [*prose(0, 58), *prose(500, 42)], [*prose(0, 58), *prose(700, 60)]
    counts = [58 - PASSAGE_COST, 100]
    expected = {
        "share": (0.4, COPIES, True, counts),
        "one_site": (0.4, OWN * COPIES, False, counts),
    }
    assert expected == asked(grounds_of(a, b, (False, True, False, True)))
    assert "one_site" == verdict(a, b, (False, True, False, True))[2]


def test_an_excerpt_is_told_in_words() -> None:
    """Ten words that stand whole in another text are short of the share, and pass as an excerpt."""
    expected = {"share": (0.0, COPIES, False, [0, 10]), "excerpt": (10.0, 9.0, True, [10, 10])}
    assert expected == asked(grounds_of(prose(20, 10), prose(0, 60), (True, False, False, False)))


def test_a_wall_is_told_the_headline_that_it_says_more_of() -> None:
    """Of the two headlines the one counts of which more is said. Equal texts were asked no excerpt."""
    says = ([*prose(500, 7), *prose(0, 1)], [*prose(600, 9), *prose(0, 1)])
    grounds = asked(grounds_of(prose(0, 60), prose(0, 60), (False, True, False, False), says))
    assert {"share", "equal", "headlines"} == grounds.keys()
    assert (1 / 8, SAID, False, [1, 8]) == grounds["headlines"]


@given(st.integers(0, 2**32), st.sampled_from([0.05, COPIES, 1.0]))
def test_grounds_agree_with_the_answer(seed: int, threshold: float) -> None:
    """Asking for grounds changes no answer. A pair matches if its last rule passes, and that rule was asked."""
    rng = random.Random(seed)
    texts = versions(rng)
    says = [rng.sample([*prose(0, 12), *prose(500, 6)], rng.randrange(6)) for _ in texts]
    pairs = np.array(list(combinations(range(len(texts)), 2)), np.int64)
    facts = facts_of([tuple(rng.random() < 0.5 for _ in range(4)) for _ in pairs])
    grounds = Grounds.empty(len(pairs))
    judged = judge_pairs(compared(texts, says), pairs, facts, threshold, grounds)
    plain = judge_pairs(compared(texts, says), pairs, facts, threshold)
    assert [column.tolist() for column in plain] == [column.tolist() for column in judged]
    matches = judged.shares >= units(threshold)
    last = grounds.passed[np.arange(len(pairs)), judged.rules]
    assert np.where(matches, YES, NO).tolist() == last.tolist()
