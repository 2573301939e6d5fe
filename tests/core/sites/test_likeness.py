"""Pages are alike by the words that they share, and words that many pages share weigh little."""

from collections.abc import Sequence
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.sites import likeness as module
from dedup.core.sites.likeness import Likeness, PageNames, SharedItems
from dedup.core.sites.reference import likeness as slow
from dedup.core.sites.reference.pages import PlainPage, distinct_blocks, words
from tests.helpers.pages import lined


def likeness_of(pages: Sequence[PlainPage], unlike: float, widely: int = 0) -> Likeness:
    """Returns the likeness of the pages of one group.

    Args:
        pages: the pages.
        unlike: share below which two pages are unlike.
        widely: upper bound of the pages of a block on two sources; 0 for no bound.
    """
    sets = [distinct_blocks(page) for page in pages]
    standing = {
        block: [number for number, blocks in enumerate(sets) if block in blocks] for block in set().union(*sets)
    }
    shared = {block: numbers for block, numbers in sorted(standing.items()) if len(numbers) > 1}
    items = SharedItems(
        np.array([words(block) for block in shared], np.int64),
        np.array([len(numbers) for numbers in shared.values()], np.int64),
        np.array([number for numbers in shared.values() for number in numbers], np.int64),
    )
    own_words = [sum(words(block) for block in blocks if block not in shared) for blocks in sets]
    names = PageNames(
        np.array([page.headline for page in pages], np.uint64), np.array([page.source for page in pages], np.int64)
    )
    return Likeness(items, np.array(own_words, np.int64), names, np.ones(len(pages), np.bool_), unlike, widely)


PAGE = st.builds(
    lambda blocks, source, headline: lined(*blocks, source=source, headline=headline),
    st.lists(st.sampled_from(["", "a", "b c", "d e f", "g h i j", "k l m n o p", "q r s t u v w x y"]), max_size=6),
    st.integers(-1, 2),
    st.sampled_from([0, 0, 0, 1]),
)


@given(
    st.lists(PAGE, min_size=2, max_size=7),
    st.sampled_from([0.3, 0.5]),
    st.sampled_from([0, 3]),
    st.integers(1, 9),
    st.booleans(),
)
def test_likeness_equals_its_twin(
    pages: list[PlainPage], unlike: float, widely: int, cells: int, are_few: bool
) -> None:
    """Likeness of few or many pages with words equals the slow twin, in any order and when asked again."""
    worded = [number for number, page in enumerate(pages) if distinct_blocks(page)]
    pairs = np.array(list(permutations(worded, 2)), np.int64).reshape(-1, 2)
    group = slow.Group({number: distinct_blocks(page) for number, page in enumerate(pages)}, set(), widely=widely)
    expected = [slow.alike(a, b, pages, group, unlike) for a, b in pairs.tolist()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_CELLS", cells)
        patch.setattr(module, "_FEW", 7 * are_few)
        likeness = likeness_of(pages, unlike, widely)
        left, right = pairs.T
        half = len(pairs) // 2
        assert expected[:half] == likeness.alike(left[:half], right[:half]).tolist()
        assert expected == likeness.alike(left, right).tolist()


def alike(pages: Sequence[PlainPage], unlike: float, widely: int = 0) -> bool:
    """Says whether the first two pages are alike.

    Args:
        pages: the pages of a group.
        unlike: share below which two pages are unlike.
        widely: upper bound of the pages of a block on two sources; 0 for no bound.
    """
    return bool(likeness_of(pages, unlike, widely).alike(np.array([0]), np.array([1]))[0])


def test_half_of_the_smaller_page_is_enough() -> None:
    """Two words of the four words of the smaller page are enough, and two of five are not."""
    assert alike([lined("a b", "c d"), lined("a b", "e f g h i j")], 0.5)
    assert not alike([lined("a b", "c d e"), lined("a b", "e f g h i j")], 0.5)


def test_block_on_many_pages_weighs_little() -> None:
    """A block on three pages weighs half, unless its pages name two sources and `widely` bounds their number."""
    pages = [lined("a b c d", f"own{number} word one two", source=number) for number in range(6)]
    assert alike(pages[:2], 0.5)
    assert not alike(pages[:3], 0.5)
    assert (False, True) == (alike(pages, 0.3), alike(pages, 0.3, 3))
    assert not alike([page._replace(source=0) for page in pages], 0.3, 3)


def test_pages_under_one_headline_are_alike() -> None:
    """Pages under one headline are alike, and two pages without a headline are not under one headline."""
    assert alike([lined("a", headline=1), lined("b", headline=1)], 0.5)
    assert not alike([lined("a"), lined("b")], 0.5)
