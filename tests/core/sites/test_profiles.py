"""Site profiles clean the next page of a site, and no other page."""

from collections.abc import Sequence, Set
from itertools import chain

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.sites import profiles
from dedup.core.sites.boilerplate import BoilerplateBlocks
from dedup.core.sites.profiles import NOTHING, SiteProfiles
from dedup.core.sites.reference import profiles as slow
from dedup.core.sites.reference.pages import PlainPage
from tests.helpers.pages import hashed, lined, packed

_BOILERPLATE = [
    "home",
    "world news",
    "sport",
    "what is hot",
    "sign in to comment",
    "all rights reserved by the publisher of it",
]
_BLOCKS = [
    *_BOILERPLATE,
    "weather",
    "markets today",
    "a b c d e f g h i j",
    "one two three four five six seven eight nine",
    "",
]


def page(*article: str, source: int = -1) -> PlainPage:
    """Makes a page with boilerplate around an article."""
    return lined(*_BOILERPLATE[:3], *article, *_BOILERPLATE[3:], source=source)


def flags(pages: Sequence[PlainPage], chosen: Sequence[Set[str]]) -> np.ndarray:
    """Says of each block whether it is among the chosen blocks of its page."""
    return np.array(
        [block in blocks for page, blocks in zip(pages, chosen, strict=True) for block in page.blocks], np.bool_
    )


def profiles_of(
    pages: list[PlainPage], sites: list[int], of_site: Set[str], anywhere: Set[str] = frozenset()
) -> SiteProfiles:
    """Builds the profiles of pages.

    Args:
        pages: the pages.
        sites: the site of each page.
        of_site: the blocks that are boilerplate of their site.
        anywhere: the blocks that are boilerplate anywhere.
    """
    boilerplate = BoilerplateBlocks(flags(pages, [of_site] * len(pages)), flags(pages, [anywhere] * len(pages)))
    return profiles.build_profiles(packed(pages), np.array(sites), boilerplate, np.zeros(0, np.uint64))[0]


def test_next_page_of_a_site_loses_its_boilerplate():
    """A page that arrives alone is of a site by its labels, and loses the boilerplate of the site."""
    site_profiles = profiles_of([page("one story here"), page("another story there")], [0, 0], set(_BOILERPLATE))
    new = packed([page("a third story")])
    site = profiles.sites_of(site_profiles, new)
    dropped = profiles.boilerplate_flags(site_profiles, new, site)
    assert ([0], [True] * 3 + [False] + [True] * 3) == (site.tolist(), dropped.tolist())


def test_page_of_another_site_keeps_what_is_boilerplate_elsewhere():
    """A page without the labels of a site has no profile, and a menu entry that it shares stays."""
    site_profiles = profiles_of([page("one story here"), page("another story there")], [0, 0], set(_BOILERPLATE))
    new = packed([lined("home", "an article of its own")])
    site = profiles.sites_of(site_profiles, new)
    assert ([-1], [False, False]) == (site.tolist(), profiles.boilerplate_flags(site_profiles, new, site).tolist())


def test_page_that_names_a_source_is_of_no_site_that_names_one():
    """Labels find the site of a page if the page or the site names no source."""
    for source, expected in ((-1, [0, 0]), (4, [0, -1])):
        site_profiles = profiles_of([page("one", source=source), page("two")], [0, 0], set(_BOILERPLATE))
        assert expected == profiles.sites_of(site_profiles, packed([page("three"), page("three", source=5)])).tolist()


def test_rare_labels_of_a_large_site_do_not_claim_a_page():
    """A page of labels that a large site has on two pages each is not of the site."""
    pages = [page("own", f"rare {number // 2}") for number in range(40)]
    site_profiles = profiles_of(pages, [0] * 40, set(_BOILERPLATE))
    assert [-1] == profiles.sites_of(
        site_profiles, packed([lined(*(f"rare {number}" for number in range(20)))])
    ).tolist()


def test_boilerplate_anywhere_is_boilerplate_on_every_site():
    """A block that is boilerplate anywhere is boilerplate on a page without a profile."""
    site_profiles = profiles_of([lined("x y"), lined("x y")], [0, 1], set(), {"x y"})
    assert [True] == profiles.boilerplate_flags(site_profiles, packed([lined("x y")]), np.array([-1])).tolist()


def test_empty_profiles_find_nothing():
    """Empty profiles find no site and no boilerplate, also if there are no pages."""
    for pages in (packed([page("one")]), packed([]), packed([lined()])):
        site = profiles.sites_of(NOTHING, pages)
        assert (site == -1).all()
        assert not profiles.boilerplate_flags(NOTHING, pages, site).any()


@st.composite
def drawn_pages(draw: st.DrawFn) -> list[PlainPage]:
    """Draws pages of common blocks, as lines or as sentences of lines."""
    pages = []
    for _ in range(draw(st.integers(0, 7))):
        blocks = draw(st.lists(st.sampled_from(_BLOCKS), max_size=14))
        lines = draw(st.lists(st.integers(0, 7).map(bool), min_size=len(blocks), max_size=len(blocks)))
        pages.append(PlainPage(blocks, lines, draw(st.integers(-1, 1))))
    return pages


@given(st.data())
def test_equals_its_twin(data):
    """Profiles, and their answers about other pages, equal the slow twin."""
    pages, new_pages = data.draw(drawn_pages()), data.draw(drawn_pages())
    sites = data.draw(st.lists(st.integers(0, 3), min_size=len(pages), max_size=len(pages)))
    sites = [sorted(set(sites)).index(site) for site in sites]
    subsets = st.sets(st.sampled_from(_BLOCKS[:-1]), max_size=4)
    of_site, anywhere = ([data.draw(subsets) & set(page.blocks) for page in pages] for _ in range(2))
    walls = data.draw(st.lists(st.integers(1, 9), max_size=3))
    boilerplate = BoilerplateBlocks(flags(pages, of_site), flags(pages, anywhere))
    walls_array = np.array(walls, np.uint64)
    site_profiles, numbers = profiles.build_profiles(packed(pages), np.array(sites, np.int64), boilerplate, walls_array)
    twin, twin_numbers = slow.build_profiles(pages, sites, (of_site, anywhere), walls, hashed)
    assert twin_numbers == numbers.tolist()
    assert sorted(twin.walls) == site_profiles.walls.tolist()
    assert sorted(map(hashed, chain(*twin.marks))) == site_profiles.marks.tolist()
    site = profiles.sites_of(site_profiles, packed(new_pages))
    assert slow.sites_of(twin, new_pages) == site.tolist()
    expected = slow.boilerplate_flags(twin, new_pages, site.tolist())
    assert list(chain(*expected)) == profiles.boilerplate_flags(site_profiles, packed(new_pages), site).tolist()
