"""What pages taught holds for the next page of their sites, and for no other."""

from collections.abc import Sequence, Set
from itertools import chain

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.sites import profiles
from dedup.core.sites.boilerplate import BoilerplateTexts
from dedup.core.sites.profiles import NOTHING, SiteProfiles
from dedup.core.sites.reference import profiles as slow
from dedup.core.sites.reference.pages import PlainPage
from tests.helpers.pages import hashed, lined, packed

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


def page(*article: str, source: int = -1) -> PlainPage:
    """A page of the frame around an article."""
    return lined(*_FRAME[:3], *article, *_FRAME[3:], source=source)


def flags(pages: Sequence[PlainPage], texts: Sequence[Set[str]]) -> np.ndarray:
    """Which blocks of the pages are among the texts of each."""
    return np.array([text in each for page, each in zip(pages, texts, strict=True) for text in page.blocks], np.bool_)


def learned(
    pages: list[PlainPage], sites: list[int], of_site: Set[str], anywhere: Set[str] = frozenset()
) -> SiteProfiles:
    """What pages teach whose blocks with these texts are boilerplate."""
    found = BoilerplateTexts(flags(pages, [of_site] * len(pages)), flags(pages, [anywhere] * len(pages)))
    return profiles.build_profiles(packed(pages), np.array(sites), found, np.zeros(0, np.uint64))[0]


def test_next_page_of_a_site_loses_its_boilerplate():
    """A page that comes alone is known by its labels, and loses what was boilerplate on the pages before."""
    known = learned([page("one story here"), page("another story there")], [0, 0], set(_FRAME))
    new = packed([page("a third story")])
    site = profiles.sites_of(known, new)
    lost = profiles.boilerplate_flags(known, new, site)
    assert ([0], [True] * 3 + [False] + [True] * 3) == (site.tolist(), lost.tolist())


def test_page_of_another_site_keeps_what_is_boilerplate_elsewhere():
    """A page without the labels is of no known site, and a menu entry that it shares stays."""
    known = learned([page("one story here"), page("another story there")], [0, 0], set(_FRAME))
    new = packed([lined("home", "an article of its own")])
    site = profiles.sites_of(known, new)
    assert ([-1], [False, False]) == (site.tolist(), profiles.boilerplate_flags(known, new, site).tolist())


def test_page_that_names_a_source_is_of_no_site_that_names_one():
    """Labels find the site of a page where the page, or the site, names no source."""
    for source, expected in ((-1, [0, 0]), (4, [0, -1])):
        known = learned([page("one", source=source), page("two")], [0, 0], set(_FRAME))
        assert expected == profiles.sites_of(known, packed([page("three"), page("three", source=5)])).tolist()


def test_rare_labels_of_a_large_site_do_not_claim_a_page():
    """A page of labels that a site has on two pages each, of hundreds, is not of the site."""
    pages = [page("own", f"rare {number // 2}") for number in range(40)]
    known = learned(pages, [0] * 40, set(_FRAME))
    assert [-1] == profiles.sites_of(known, packed([lined(*(f"rare {number}" for number in range(20)))])).tolist()


def test_boilerplate_of_any_site_is_boilerplate_for_everybody():
    """A block that was boilerplate anywhere goes on a page of no known site."""
    known = learned([lined("x y"), lined("x y")], [0, 1], set(), {"x y"})
    assert [True] == profiles.boilerplate_flags(known, packed([lined("x y")]), np.array([-1])).tolist()


def test_nothing_known_says_nothing():
    """Where nothing was learned, no site is known and nothing is dropped; also of no pages."""
    for pages in (packed([page("one")]), packed([]), packed([lined()])):
        site = profiles.sites_of(NOTHING, pages)
        assert (site == -1).all()
        assert not profiles.boilerplate_flags(NOTHING, pages, site).any()


@st.composite
def drawn_pages(draw: st.DrawFn) -> list[PlainPage]:
    """Pages of blocks that others have too, as lines or parts of lines."""
    pages = []
    for _ in range(draw(st.integers(0, 7))):
        blocks = draw(st.lists(st.sampled_from(_BLOCKS), max_size=14))
        lines = draw(st.lists(st.integers(0, 7).map(bool), min_size=len(blocks), max_size=len(blocks)))
        pages.append(PlainPage(blocks, lines, draw(st.integers(-1, 1))))
    return pages


@given(st.data())
def test_equals_its_twin(data):
    """What is learned, and what it says of other pages, is what lists of sets say."""
    pages, others = data.draw(drawn_pages()), data.draw(drawn_pages())
    own = data.draw(st.lists(st.integers(0, 3), min_size=len(pages), max_size=len(pages)))
    own = [sorted(set(own)).index(site) for site in own]
    some = st.sets(st.sampled_from(_BLOCKS[:-1]), max_size=4)
    of_site, anywhere = ([data.draw(some) & set(each.blocks) for each in pages] for _ in range(2))
    walls = data.draw(st.lists(st.integers(1, 9), max_size=3))
    found = BoilerplateTexts(flags(pages, of_site), flags(pages, anywhere))
    known, numbers = profiles.build_profiles(packed(pages), np.array(own, np.int64), found, np.array(walls, np.uint64))
    twin, twin_numbers = slow.build_profiles(pages, own, (of_site, anywhere), walls, hashed)
    assert twin_numbers == numbers.tolist()
    assert sorted(twin.walls) == known.walls.tolist()
    assert sorted(map(hashed, chain(*twin.marks))) == known.marks.tolist()
    site = profiles.sites_of(known, packed(others))
    assert slow.sites_of(twin, others) == site.tolist()
    expected = slow.boilerplate_flags(twin, others, site.tolist())
    assert list(chain(*expected)) == profiles.boilerplate_flags(known, packed(others), site).tolist()
