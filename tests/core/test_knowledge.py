"""What pages taught holds for the next page of their sources, and for no other."""

from itertools import chain

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core import knowledge
from dedup.core.knowledge import NOTHING, Knowledge
from dedup.core.reference import knowledge as slow
from tests.core.test_boilerplate import packed

_FRAME = [
    "home",
    "world news",
    "sport",
    "what is hot",
    "sign in to comment",
    "all rights reserved by the publisher of it",
]
_BLOCKS = [
    *_FRAME,
    "weather",
    "markets today",
    "a b c d e f g h i j",
    "one two three four five six seven eight nine",
    "",
]


def page(*article: str) -> list[str]:
    """A page of the frame around an article."""
    return [*_FRAME[:3], *article, *_FRAME[3:]]


def learned(pages: list[list[str]], sources: list[int], chrome: set[str], strays: set[str] = frozenset()) -> Knowledge:
    """What pages teach whose blocks with these texts were left out."""
    flags = np.array([text in chrome or text in strays for text in chain(*pages)])
    stray = np.array([text in strays for text in chain(*pages)])
    return knowledge.learn(packed(pages), np.array(sources), flags, stray)[0]


def test_the_next_page_of_a_site_loses_its_chrome():
    """A page that comes alone is known by its frame, and loses what was chrome on the pages before."""
    known = learned([page("one story here"), page("another story there")], [0, 0], set(_FRAME))
    new = packed([page("a third story")])
    source = knowledge.sources(known, new)
    flags = knowledge.dropped(known, new, source)
    assert ([0], [True] * 3 + [False] + [True] * 3) == (source.tolist(), flags.tolist())


def test_a_page_of_another_site_keeps_what_is_chrome_elsewhere():
    """A page without the frame is of no known source, and a menu entry that it shares is not chrome on it."""
    known = learned([page("one story here"), page("another story there")], [0, 0], set(_FRAME))
    new = packed([["home", "an article of its own"]])
    source = knowledge.sources(known, new)
    assert ([-1], [False, False]) == (source.tolist(), knowledge.dropped(known, new, source).tolist())


def test_strays_are_chrome_for_everybody():
    """A block that was chrome whoever prints it is chrome on a page of no known source."""
    known = learned([["x y"], ["x y"]], [0, 1], set(), {"x y"})
    assert [True] == knowledge.dropped(known, packed([["x y"]]), np.array([-1])).tolist()


def test_nothing_known_says_nothing():
    """Where nothing was learned, no source is known and nothing is dropped; also of no pages."""
    for pages in (packed([page("one")]), packed([]), packed([[]])):
        source = knowledge.sources(NOTHING, pages)
        assert (source == -1).all()
        assert not knowledge.dropped(NOTHING, pages, source).any()


_PAGES = st.lists(st.lists(st.sampled_from(_BLOCKS), max_size=14), max_size=7)


@given(st.data())
def test_equals_its_twin(data):
    """What is learned, and what it says of other pages, is what sets in dictionaries say."""
    pages, others = data.draw(_PAGES), data.draw(_PAGES)
    own = data.draw(st.lists(st.integers(0, 3), min_size=len(pages), max_size=len(pages)))
    chrome = [set(data.draw(st.lists(st.sampled_from(each)))) if each else set() for each in pages]
    chrome = [{text for text in each if text.split()} for each in chrome]
    strays = data.draw(st.sets(st.sampled_from([text for text in _BLOCKS if text.split()]), max_size=2))
    strays &= {text for each in pages for text in each}
    flags = np.array(
        [text in strays or text in left for each, left in zip(pages, chrome, strict=True) for text in each], np.bool_
    )
    stray = np.array([text in strays for each in pages for text in each], np.bool_)
    known, numbers = knowledge.learn(packed(pages), np.array(own, np.int64), flags, stray)
    twin, twin_numbers = slow.learn(pages, own, chrome, strays)
    assert twin_numbers == numbers.tolist()
    source = knowledge.sources(known, packed(others))
    assert slow.sources(twin, others) == source.tolist()
    expected = slow.dropped(twin, others, source.tolist())
    assert list(chain(*expected)) == knowledge.dropped(known, packed(others), source).tolist()
