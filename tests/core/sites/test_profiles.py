"""Site profiles clean the next page of a site, and no other page."""

from collections.abc import Set
from itertools import chain

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.sites import profiles
from dedup.core.sites.profiles import NOTHING, SiteProfiles, block_codes
from dedup.core.sites.reference import profiles as slow
from dedup.core.sites.reference.pages import PlainPage
from dedup.core.sites.reference.profiles import PlainProfiles
from dedup.core.thresholds import LABEL_WORDS
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


def packed_profiles(plain: PlainProfiles) -> SiteProfiles:
    """Packs profiles of sets into arrays."""
    marks = sorted((hashed(label), site) for site, labels in enumerate(plain.marks) for label in labels)
    codes = [
        block_codes(hashes_of(blocks), np.full(len(blocks), site)) for site, blocks in enumerate(plain.boilerplate)
    ]
    return SiteProfiles(
        np.array([label for label, _ in marks], np.uint64),
        np.array([site for _, site in marks], np.int64),
        np.array(plain.sizes, np.int64),
        np.array(plain.named, np.bool_),
        np.sort(np.concatenate([np.zeros(0, np.uint64), *codes])),
        hashes_of(plain.anywhere),
        np.zeros(0, np.uint64),
    )


def hashes_of(blocks: Set[str]) -> np.ndarray:
    """Returns the hashes of blocks, rising."""
    return np.array(sorted(map(hashed, blocks)), np.uint64)


def one_site(named: bool = False, anywhere: Set[str] = frozenset()) -> SiteProfiles:
    """Makes the profile of the site whose menu is the boilerplate of this module."""
    labels = {block for block in _BOILERPLATE if len(block.split()) <= LABEL_WORDS}
    return packed_profiles(
        PlainProfiles([labels], [len(labels) + 1], [named], [set(_BOILERPLATE)], set(anywhere), set())
    )


def test_next_page_of_a_site_loses_its_boilerplate():
    """A page that arrives alone is of a site by its labels, and loses the boilerplate of the site."""
    site_profiles = one_site()
    new = packed([page("a third story")])
    site = profiles.sites_of(site_profiles, new)
    dropped = profiles.boilerplate_flags(site_profiles, new, site)
    assert ([0], [True] * 3 + [False] + [True] * 3) == (site.tolist(), dropped.tolist())


def test_page_of_another_site_keeps_what_is_boilerplate_elsewhere():
    """A page without the labels of a site has no profile, and a menu entry that it shares stays."""
    site_profiles = one_site()
    new = packed([lined("home", "an article of its own")])
    site = profiles.sites_of(site_profiles, new)
    assert ([-1], [False, False]) == (site.tolist(), profiles.boilerplate_flags(site_profiles, new, site).tolist())


def test_page_that_names_a_source_is_of_no_site_that_names_one():
    """Labels find the site of a page if the page or the site names no source."""
    for named, expected in ((False, [0, 0]), (True, [0, -1])):
        assert expected == profiles.sites_of(one_site(named), packed([page("three"), page("three", source=5)])).tolist()


def test_boilerplate_anywhere_is_boilerplate_on_every_site():
    """A block that is boilerplate anywhere is boilerplate on a page without a profile."""
    site_profiles = one_site(anywhere={"x y"})
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
    """The answers of profiles about pages equal the slow twin."""
    new_pages, count = data.draw(drawn_pages()), data.draw(st.integers(0, 3))
    subsets, labels = (
        st.sets(st.sampled_from(_BLOCKS[:-1]), max_size=4),
        [*_BOILERPLATE[:5], "weather", "markets today"],
    )
    marks = [data.draw(st.sets(st.sampled_from(labels))) for _ in range(count)]
    plain = PlainProfiles(
        marks,
        [len(of_site) + data.draw(st.integers(0, 3)) for of_site in marks],
        [data.draw(st.booleans()) for _ in marks],
        [data.draw(subsets) for _ in marks],
        data.draw(subsets),
        set(),
    )
    site_profiles = packed_profiles(plain)
    site = profiles.sites_of(site_profiles, packed(new_pages))
    assert slow.sites_of(plain, new_pages) == site.tolist()
    expected = slow.boilerplate_flags(plain, new_pages, site.tolist())
    assert list(chain(*expected)) == profiles.boilerplate_flags(site_profiles, packed(new_pages), site).tolist()
