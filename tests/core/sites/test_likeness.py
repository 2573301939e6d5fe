"""Pages are alike by the words that they share, of which those that many pages share count little."""

from collections.abc import Sequence
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.sites import likeness as module
from dedup.core.sites.likeness import Likeness, PageNames, SharedItems
from dedup.core.sites.reference import likeness as slow
from dedup.core.sites.reference.pages import PlainPage, texts, words
from tests.helpers.pages import lined


def measured(pages: Sequence[PlainPage], unlike: float, widely: int = 0) -> Likeness:
    """Likeness of pages that are all of one group."""
    sets = [texts(page) for page in pages]
    standing = {text: [number for number, each in enumerate(sets) if text in each] for text in set().union(*sets)}
    shared = {text: numbers for text, numbers in sorted(standing.items()) if len(numbers) > 1}
    items = SharedItems(
        np.array([words(text) for text in shared], np.int64),
        np.array([len(numbers) for numbers in shared.values()], np.int64),
        np.array([number for numbers in shared.values() for number in numbers], np.int64),
    )
    own = [sum(words(text) for text in each if text not in shared) for each in sets]
    names = PageNames(
        np.array([page.headline for page in pages], np.uint64), np.array([page.source for page in pages], np.int64)
    )
    return Likeness(items, np.array(own, np.int64), names, np.ones(len(pages), np.bool_), unlike, widely)


PAGE = st.builds(
    lambda blocks, source, headline: lined(*blocks, source=source, headline=headline),
    st.lists(st.sampled_from(["", "a", "b c", "d e f", "g h i j", "k l m n o p", "q r s t u v w x y"]), max_size=6),
    st.integers(-1, 2),
    st.sampled_from([0, 0, 0, 1]),
)


@given(st.lists(PAGE, min_size=2, max_size=7), st.sampled_from([0.3, 0.5]), st.sampled_from([0, 3]), st.integers(1, 9))
def test_likeness_equals_its_twin(pages: list[PlainPage], unlike: float, widely: int, cells: int) -> None:
    """Any two pages with words are alike as in fractions, asked in any order, once and again."""
    worded = [number for number, page in enumerate(pages) if texts(page)]
    pairs = np.array(list(permutations(worded, 2)), np.int64).reshape(-1, 2)
    group = slow.Group({number: texts(page) for number, page in enumerate(pages)}, set(), widely=widely)
    expected = [slow.alike(a, b, pages, group, unlike) for a, b in pairs.tolist()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_CELLS", cells)
        likeness = measured(pages, unlike, widely)
        one, other = pairs.T
        half = len(pairs) // 2
        assert expected[:half] == likeness.alike(one[:half], other[:half]).tolist()
        assert expected == likeness.alike(one, other).tolist()


def alike(pages: Sequence[PlainPage], unlike: float, widely: int = 0) -> bool:
    """Whether the first two pages are alike."""
    return bool(measured(pages, unlike, widely).alike(np.array([0]), np.array([1]))[0])


def test_half_of_the_smaller_page_is_enough() -> None:
    """Two words of four are half; two of five are not; what the larger page has besides does not matter."""
    assert alike([lined("a b", "c d"), lined("a b", "e f g h i j")], 0.5)
    assert not alike([lined("a b", "c d e"), lined("a b", "e f g h i j")], 0.5)


def test_text_on_many_pages_counts_little() -> None:
    """What three pages share counts half, unless the pages name two sources and it may count for as many."""
    pages = [lined("a b c d", f"own{number} word one two", source=number) for number in range(6)]
    assert alike(pages[:2], 0.5)
    assert not alike(pages[:3], 0.5)
    assert (False, True) == (alike(pages, 0.3), alike(pages, 0.3, 3))
    assert not alike([page._replace(source=0) for page in pages], 0.3, 3)


def test_pages_under_one_headline_are_alike() -> None:
    """Equal headlines say so, whatever the pages share; no headline is equal to none."""
    assert alike([lined("a", headline=1), lined("b", headline=1)], 0.5)
    assert not alike([lined("a"), lined("b")], 0.5)
