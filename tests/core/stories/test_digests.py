"""A page that holds two stories is a digest, and an article with two excerpts is no digest."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.ragged import Ragged
from dedup.core.pairs.rule import ComparedTexts, PairFacts, PairVerdicts, judge_pairs
from dedup.core.stories import digests as fast
from dedup.core.stories.digests import find_digests
from dedup.core.stories.reference import digests as slow
from dedup.core.thresholds import COPIES, ONE

Pair = tuple[int, int]


def digests_of_shares(
    headlines: list[int], shares: dict[Pair, int], places: dict[Pair, list[Pair]], lengths: list[int]
) -> list[bool]:
    """Decides which texts are digests, from given shares and places of pairs."""
    pairs = sorted(shares)
    number = [pair for pair, codes in enumerate(pairs) for _ in places.get(codes, [])]
    judged = PairVerdicts(
        np.array([shares[pair] for pair in pairs], np.int64),
        np.zeros(len(pairs), np.bool_),
        np.zeros(len(pairs), np.int8),
        np.array(number, np.int64),
        np.array([place for pair in pairs for place in places.get(pair, [])], np.int64).reshape(-1, 2),
    )
    array = np.array(pairs, np.int64).reshape(-1, 2)
    digests = find_digests(
        len(headlines), np.array(headlines, np.uint64), array, judged, np.array(lengths, np.int64), COPIES
    )
    return digests.tolist()


@given(st.integers(0, 2**32), st.sampled_from([1, 2, 3, 64]), st.sampled_from([1, 5, 1 << 18]))
def test_equals_its_twin(seed: int, most: int, pairs: int) -> None:
    """Digests equal the slow twin's, for any number of parts compared and of pairs at a time."""
    rng = random.Random(seed)
    count = rng.randrange(1, 9)
    headlines = [rng.randrange(4) for _ in range(count)]
    lengths = [rng.randrange(50, 60) for _ in range(count)]
    shares: dict[Pair, int] = {}
    places: dict[Pair, list[Pair]] = {}
    for a in range(count):
        for b in range(a + 1, count):
            if rng.random() < 0.6:
                shares[a, b] = rng.choice([0, ONE // 5, ONE // 2, ONE - 1, ONE])
                if ONE // 2 <= shares[a, b] < ONE:
                    begins = [rng.randrange(10) for _ in range(rng.randrange(1, 4))]
                    places[a, b] = [(begin, begin + rng.randrange(1, 40)) for begin in begins]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fast, "MOST_PARTS", most)
        patch.setattr(fast, "_PAIRS", pairs)
        digests = digests_of_shares(headlines, shares, places, lengths)
    assert slow.find_digests(headlines, shares, places, lengths, COPIES, most) == digests


def test_no_texts() -> None:
    """No text is a digest without texts or without pairs."""
    assert [] == digests_of_shares([], {}, {}, [])
    assert [False, False] == digests_of_shares([1, 2], {}, {}, [5, 5])


def of_texts(texts: list[list[int]], headlines: list[int]) -> list[bool]:
    """Decides which texts are digests, from all pairs of the texts."""
    ends = np.cumsum([len(text) for text in texts])
    bounds = np.stack((np.append(0, ends)[:-1], ends), axis=1)
    rows = Ragged(np.array([word for text in texts for word in text], np.uint64), bounds)
    rests = np.arange(1, len(texts) + 1).astype(np.uint64)
    bare = ComparedTexts(rows, rests, Ragged(np.zeros(0, np.uint64), np.zeros((len(texts), 2), np.int64)))
    pairs = np.array([(a, b) for a in range(len(texts)) for b in range(a + 1, len(texts))])
    alike = np.array([headlines[a] == headlines[b] for a, b in pairs.tolist()])
    judged = judge_pairs(bare, pairs, PairFacts(alike, ~alike, np.zeros_like(alike), np.zeros_like(alike)), COPIES)
    return find_digests(len(texts), np.array(headlines, np.uint64), pairs, judged, rows.lengths, COPIES).tolist()


def prose(first: int, count: int) -> list[int]:
    """``count`` different words."""
    return list(range(2**50 + first, 2**50 + first + count))


def test_a_page_of_two_stories_is_a_digest() -> None:
    """A page that prints two stories is a digest, and neither story is one."""
    first, second = prose(0, 200), prose(1000, 150)
    page = [*prose(5000, 30), *first, *second]
    assert [False, False, True] == of_texts([first, second, page], [1, 2, 3])


def test_a_story_in_two_digests_is_none() -> None:
    """A text that stands in two digests is no digest, and a digest within another page is a digest too."""
    first, second, third = prose(0, 200), prose(1000, 200), prose(2000, 200)
    texts = [first, second, third, [*first, *second], [*first, *third], [*prose(7000, 50), *first, *second]]
    assert [False, False, False, True, True, True] == of_texts(texts, [1, 2, 3, 4, 5, 6])


def test_an_article_with_two_excerpts_is_none() -> None:
    """Two excerpts that do not overlap make no digest of their article under one headline."""
    article = prose(0, 400)
    assert [False, False, False] == of_texts([article, article[:150], article[200:]], [1, 1, 1])


def test_excerpts_that_share_a_passage_make_no_digest() -> None:
    """Two excerpts with different headlines that share enough make no digest."""
    article = prose(0, 400)
    assert [False, False, False] == of_texts([article, article[:250], article[150:]], [1, 2, 3])


def test_two_texts_in_one_place_make_no_digest() -> None:
    """Two texts in one place of a third text make it no digest, and two texts in different places do."""
    places = {(0, 1): [(0, 100)], (0, 2): [(80, 180)]}
    assert [False] * 3 == digests_of_shares([1, 2, 3], dict.fromkeys(places, ONE // 2), places, [200, 100, 100])
    places[0, 2] = [(90, 190)]
    assert [True, False, False] == digests_of_shares(
        [1, 2, 3], dict.fromkeys(places, ONE // 2), places, [200, 100, 100]
    )


def test_texts_without_headlines_make_no_digest() -> None:
    """A page of two texts is no digest if one of the texts has no headline."""
    first, second = prose(0, 200), prose(1000, 150)
    assert [False, False, False] == of_texts([first, second, [*first, *second]], [1, 0, 3])


def test_a_text_with_thousands_of_parts_takes_bounded_time() -> None:
    """A page of five thousand copies of one story and a second story is a digest, because headlines take turns."""
    count = 5000
    places = {(0, part): [(0, 100)] for part in range(1, count)} | {(0, count): [(100, 150)]}
    headlines = [1, *[2] * (count - 1), 3]
    shares = dict.fromkeys(places, ONE // 2)
    assert [True, *[False] * count] == digests_of_shares(headlines, shares, places, [200, *[100] * count])
