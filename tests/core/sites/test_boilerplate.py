"""Boilerplate stands on unlike pages, and an article that many sites print stands on pages that are alike."""

import textwrap
from collections.abc import Sequence
from itertools import chain, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.core.sites import likeness
from dedup.core.sites import shared_blocks as blocks_module
from dedup.core.sites.boilerplate import SAMPLE, find_boilerplate
from dedup.core.sites.grouping import group_pages
from dedup.core.sites.reference import boilerplate as slow
from dedup.core.sites.reference.pages import PlainPage
from dedup.core.sites.shared_blocks import shared_blocks
from tests.helpers.pages import lined, menu, packed


def words(name: str, count: int) -> str:
    """Returns ``count`` words that no other name has."""
    return " ".join(f"{name}{number}" for number in range(count))


def sentences(name: str, count: int, length: int = 15) -> list[str]:
    """Returns different sentences.

    Args:
        name: the name that their words begin with.
        count: the number of sentences.
        length: words of a sentence.
    """
    return [words(f"{name}s{number}w", length) for number in range(count)]


def boilerplate_of(
    pages: Sequence[PlainPage], owners: Sequence[int] | None = None
) -> tuple[list[list[str]], list[list[str]]]:
    """Returns the blocks of each page that are boilerplate of its site, and those that are boilerplate anywhere."""
    arrays = packed(pages)
    shared = shared_blocks(arrays)
    flags = find_boilerplate(shared, group_pages(shared) if owners is None else np.array(owners, np.int64))
    blocks = list(chain.from_iterable(page.blocks for page in pages))
    bounds = arrays.bounds.tolist()
    site, anywhere = (
        [[blocks[place] for place in range(first, last) if column[place]] for first, last in pairwise(bounds)]
        for column in flags
    )
    return site, anywhere


def without_boilerplate(pages: Sequence[PlainPage], owners: Sequence[int] | None = None) -> list[list[str]]:
    """Returns the blocks of each page that are no boilerplate."""
    return [
        [block for block in page.blocks if block not in {*site, *anywhere}]
        for page, site, anywhere in zip(pages, *boilerplate_of(pages, owners), strict=True)
    ]


# the slow twin

TEXT = st.builds(lambda name, count: words(name, count) if count else "", st.sampled_from("abcd"), st.integers(0, 6))
BLOCKS = st.lists(TEXT, max_size=8)
PAGE = st.builds(
    lambda blocks, source, headline, content: lined(*blocks, source=source, headline=headline, content=content),
    BLOCKS,
    st.integers(-1, 2),
    st.sampled_from([0, 0, 0, 1, 2]),
    st.integers(0, 3),
)


@settings(max_examples=300)
@given(st.lists(st.tuples(PAGE, st.integers(0, 2)), max_size=12), st.integers(1, 9))
def test_boilerplate_equals_its_twin(drawn: list[tuple[PlainPage, int]], places: int) -> None:
    """Boilerplate equals the slow twin, in batches of any size."""
    pages, owners = [page for page, _ in drawn], [owner for _, owner in drawn]
    site, anywhere = slow.find_boilerplate(pages, owners)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks_module, "_PLACES", places)
        patch.setattr(likeness, "_CELLS", places)
        flags = find_boilerplate(shared_blocks(packed(pages)), np.array(owners, np.int64))
    blocks = [(number, text) for number, page in enumerate(pages) for text in page.blocks]
    assert [text in site[number] for number, text in blocks] == flags.site.tolist()
    assert [text in anywhere[number] for number, text in blocks] == flags.anywhere.tolist()


@given(st.lists(PAGE, min_size=2, max_size=12), st.data())
def test_order_of_pages_moves_nothing(pages: list[PlainPage], data: st.DataObject) -> None:
    """The order of pages with different fingerprints does not change their boilerplate."""
    pages = [page._replace(content=7 * number % 13) for number, page in enumerate(pages)]
    order = data.draw(st.permutations(range(len(pages))))
    site, anywhere = boilerplate_of(pages, [0] * len(pages))
    again = boilerplate_of([pages[number] for number in order], [0] * len(pages))
    assert ([site[number] for number in order], [anywhere[number] for number in order]) == again


# boilerplate of a site


def test_menus_and_teasers_are_boilerplate_and_articles_are_not() -> None:
    """Menu and teasers of five pages without a source are boilerplate, and no block of the articles is."""
    entries, teasers = menu("daily"), sentences("teaser", 3)
    articles = [sentences(f"article{number}", 8) for number in range(5)]
    pages = [lined(*entries, *article, *teasers) for article in articles]
    assert ([[*entries, *teasers]] * 5, [[]] * 5) == boilerplate_of(pages)


def test_two_pages_are_too_few() -> None:
    """A block on two pages of a site is no boilerplate, and with the third page it is."""
    pages = [lined(*menu("daily"), *sentences(f"article{number}", 4), source=0) for number in range(3)]
    assert [[], []] == boilerplate_of(pages[:2])[0]
    assert [menu("daily")] * 3 == boilerplate_of(pages)[0]


def test_teaser_of_an_article_is_boilerplate_elsewhere_only() -> None:
    """A teaser is boilerplate on many pages of a site, and an article loses none of its text."""
    articles = [sentences(f"article{number}", 8) for number in range(6)]
    teasers = [words(f"teaser{number}", 15) for number in range(6)]
    pages = [lined(*menu("daily"), *article, "More stories", *teasers) for article in articles]
    assert articles == without_boilerplate(pages)


def test_versions_of_a_story_on_one_site_are_not_boilerplate() -> None:
    """A site with five versions of one story, each a sentence longer, and other stories loses only its menu."""
    story = sentences("story", 14)
    versions = [story[:length] for length in range(10, 15)]
    articles = [sentences(f"other{number}", 8) for number in range(3)]
    assert versions + articles == without_boilerplate(
        [lined(*menu("daily"), *article) for article in versions + articles]
    )


def test_pages_under_one_headline_are_not_unlike() -> None:
    """A short article on five pages with different teasers stays under one headline, and goes under five headlines."""
    article = sentences("article", 2)
    pages = [lined(*article, *sentences(f"teaser{number}", 9), source=0, headline=4) for number in range(5)]
    assert [[]] * 5 == boilerplate_of(pages)[0]
    assert [article] * 5 == boilerplate_of([page._replace(headline=9 + place) for place, page in enumerate(pages)])[0]


def test_pages_of_a_menu_alone_lose_it_beside_other_pages() -> None:
    """Pages with only a menu are alike, and lose the menu if four other pages have it."""
    pages = [lined(*menu("daily"), *sentences(f"article{number}", 4), source=0) for number in range(4)]
    menu_pages = [lined(*menu("daily"), source=0, content=9) for _ in range(20)]
    assert [menu("daily")] * 24 == boilerplate_of(pages + menu_pages)[0]
    assert [[]] * 23 == boilerplate_of(pages[1:] + menu_pages)[0]
    assert [[]] * 20 == boilerplate_of(menu_pages)[0]


def test_sixteen_pages_are_sampled() -> None:
    """Sixteen equal pages with the lowest fingerprints fill the sample, and fourteen leave room for unlike pages."""
    pages = [lined("line of the site", *sentences(f"a{number}", 2), source=0, content=5) for number in range(3)]
    equal = [lined("line of the site", *sentences("same", 2), source=0) for _ in range(SAMPLE)]
    assert [["line of the site"]] * 3 == boilerplate_of([*equal[:-2], *pages])[0][-3:]
    assert [[]] * 3 == boilerplate_of([*equal, *pages])[0][-3:]


# boilerplate anywhere


def test_line_on_five_unlike_pages_of_any_sites_is_boilerplate() -> None:
    """A line on five unrelated pages of five sites is boilerplate, and on four pages it is not."""
    pages = [lined(words("line", 17), *sentences(f"a{number}", 6)) for number in range(5)]
    assert [[words("line", 17)]] * 5 == boilerplate_of(pages)[1]
    assert [[]] * 4 == boilerplate_of(pages[:4])[1]


@pytest.mark.parametrize("named", [False, True])
def test_wire_story_on_forty_sites_is_not_boilerplate(named: bool) -> None:
    """An article on forty sites with other pages is boilerplate on no site, and their menus are boilerplate."""
    wire = sentences("wire", 10)
    pages = [
        lined(*menu(f"site{number}"), *article, source=number if named else -1)
        for number in range(40)
        for article in (wire, *(sentences(f"own{number} {page}", 8) for page in range(3)))
    ]
    assert [wire] * 40 == without_boilerplate(pages)[::4]
    assert [menu(f"site{number // 4}") for number in range(160)] == boilerplate_of(pages)[0]


def test_article_beside_other_text_of_named_sources_is_not_boilerplate() -> None:
    """An article of half a page on twelve named sources stays, for it weighs as if three pages had it."""
    wire = sentences("wire", 4)
    pages = [lined(*wire, *sentences(f"own{number}", 4), source=number) for number in range(12)]
    assert [[]] * 12 == boilerplate_of(pages)[1]
    assert [wire] * 12 == boilerplate_of([page._replace(source=-1) for page in pages])[1]


def test_menus_are_removed_before_articles_are_compared() -> None:
    """An article between long menus on eight sites stays, with four pages a site or with one."""
    wire = sentences("wire", 4)
    pages = [
        lined(*menu(f"site{number}", 50), *article)
        for number in range(8)
        for article in (wire, *(sentences(f"own{number} {page}", 8) for page in range(3)))
    ]
    assert [wire] * 8 == without_boilerplate(pages)[::4]
    assert [[]] * 8 == boilerplate_of(pages[::4])[1]


# no boilerplate


def test_versions_with_hard_line_breaks_lose_nothing() -> None:
    """Two takes of one telegram share lines of wrapped sentences, and lose none of them."""
    lines = textwrap.wrap(" ".join(sentences("take", 40)), 68)
    assert ([[], []], [[], []]) == boilerplate_of([lined(*lines[:60]), lined(*lines[20:])])


def test_equal_pages_lose_nothing() -> None:
    """A thousand equal pages, with a source or without one, have no boilerplate."""
    for source in (0, -1):
        pages = [lined(*menu("table", 20), source=source)] * 1000
        assert ([[]] * 1000, [[]] * 1000) == boilerplate_of(pages)


def test_no_pages_and_pages_without_words() -> None:
    """An empty list of pages and pages without words have no boilerplate."""
    assert ([], []) == boilerplate_of([])
    assert ([[]] * 6, [[]] * 6) == boilerplate_of([lined("", ""), lined(), lined("")] * 2, [0] * 6)
