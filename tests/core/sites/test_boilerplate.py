"""Boilerplate stands on unlike pages of a site, or of any sites; an article that many print does not."""

import textwrap
from collections.abc import Sequence
from itertools import chain, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.core.sites import likeness
from dedup.core.sites import shared_blocks as common_module
from dedup.core.sites.boilerplate import SAMPLE, find_boilerplate
from dedup.core.sites.grouping import group_pages
from dedup.core.sites.reference import boilerplate as slow
from dedup.core.sites.reference.pages import PlainPage
from dedup.core.sites.shared_blocks import shared_blocks as common
from tests.helpers.pages import lined, menu, packed


def words(name: str, count: int) -> str:
    """``count`` words that occur under this name alone."""
    return " ".join(f"{name}{number}" for number in range(count))


def sentences(name: str, count: int, length: int = 15) -> list[str]:
    """``count`` sentences of ``length`` words."""
    return [words(f"{name}s{number}w", length) for number in range(count)]


def found(pages: Sequence[PlainPage], owners: Sequence[int] | None = None) -> tuple[list[list[str]], list[list[str]]]:
    """The blocks of each page that are boilerplate of its site, and those that are boilerplate anywhere."""
    packs = packed(pages)
    several = common(packs)
    flags = find_boilerplate(several, group_pages(several) if owners is None else np.array(owners, np.int64))
    blocks = list(chain.from_iterable(page.blocks for page in pages))
    bounds = packs.bounds.tolist()
    site, anywhere = (
        [[blocks[place] for place in range(first, last) if column[place]] for first, last in pairwise(bounds)]
        for column in flags
    )
    return site, anywhere


def kept(pages: Sequence[PlainPage], owners: Sequence[int] | None = None) -> list[list[str]]:
    """The blocks of each page that are no boilerplate."""
    return [
        [text for text in page.blocks if text not in {*site, *anywhere}]
        for page, site, anywhere in zip(pages, *found(pages, owners), strict=True)
    ]


# the twin

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
    """Blocks are judged as by sets of texts and fractions, however few places and texts are looked at together."""
    pages, owners = [page for page, _ in drawn], [owner for _, owner in drawn]
    site, anywhere = slow.find_boilerplate(pages, owners)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(common_module, "_PLACES", places)
        patch.setattr(likeness, "_CELLS", places)
        flags = find_boilerplate(common(packed(pages)), np.array(owners, np.int64))
    blocks = [(number, text) for number, page in enumerate(pages) for text in page.blocks]
    assert [text in site[number] for number, text in blocks] == flags.site.tolist()
    assert [text in anywhere[number] for number, text in blocks] == flags.anywhere.tolist()


@given(st.lists(PAGE, min_size=2, max_size=12), st.data())
def test_order_of_pages_moves_nothing(pages: list[PlainPage], data: st.DataObject) -> None:
    """Pages of different fingerprints in another order have the same boilerplate."""
    pages = [page._replace(content=7 * number % 13) for number, page in enumerate(pages)]
    order = data.draw(st.permutations(range(len(pages))))
    site, anywhere = found(pages, [0] * len(pages))
    again = found([pages[number] for number in order], [0] * len(pages))
    assert ([site[number] for number in order], [anywhere[number] for number in order]) == again


# what is boilerplate of a site


def test_menus_and_teasers_are_boilerplate_and_articles_are_not() -> None:
    """Of five pages of a site that names no source, menu and teasers go and the article stays, all of it."""
    frame, teasers = menu("daily"), sentences("teaser", 3)
    articles = [sentences(f"article{number}", 8) for number in range(5)]
    pages = [lined(*frame, *article, *teasers) for article in articles]
    assert ([[*frame, *teasers]] * 5, [[]] * 5) == found(pages)


def test_two_pages_are_too_few() -> None:
    """What two pages of a site have in common stays; with the third page it goes."""
    pages = [lined(*menu("daily"), *sentences(f"article{number}", 4), source=0) for number in range(3)]
    assert [[], []] == found(pages[:2])[0]
    assert [menu("daily")] * 3 == found(pages)[0]


def test_teaser_of_an_article_is_boilerplate_elsewhere_only() -> None:
    """A teaser stands on many pages of a site; the article that it teases keeps its own text."""
    articles = [sentences(f"article{number}", 8) for number in range(6)]
    teasers = [words(f"teaser{number}", 15) for number in range(6)]
    pages = [lined(*menu("daily"), *article, "More stories", *teasers) for article in articles]
    assert articles == kept(pages)


def test_versions_of_a_story_on_one_site_are_not_boilerplate() -> None:
    """A site that has five versions of one story, each a sentence longer, and other stories, loses its menu alone."""
    story = sentences("story", 14)
    versions = [story[:length] for length in range(10, 15)]
    others = [sentences(f"other{number}", 8) for number in range(3)]
    assert versions + others == kept([lined(*menu("daily"), *article) for article in versions + others])


def test_pages_under_one_headline_are_not_unlike() -> None:
    """A page captured five times, with other teasers each time, keeps its short article; under five headlines not."""
    article = sentences("article", 2)
    pages = [lined(*article, *sentences(f"teaser{number}", 9), source=0, headline=4) for number in range(5)]
    assert [[]] * 5 == found(pages)[0]
    assert [article] * 5 == found([page._replace(headline=9 + place) for place, page in enumerate(pages)])[0]


def test_pages_of_the_frame_alone_are_boilerplate_beside_others() -> None:
    """Pages of nothing but the menu are alike, and lose the menu where four other pages have it."""
    pages = [lined(*menu("daily"), *sentences(f"article{number}", 4), source=0) for number in range(4)]
    bare = [lined(*menu("daily"), source=0, content=9) for _ in range(20)]
    assert [menu("daily")] * 24 == found(pages + bare)[0]
    assert [[]] * 23 == found(pages[1:] + bare)[0]
    assert [[]] * 20 == found(bare)[0]


def test_sixteen_pages_are_looked_at() -> None:
    """Sixteen equal pages of the lowest fingerprints hide what the others say; one fewer does not."""
    pages = [lined("line of the site", *sentences(f"a{number}", 2), source=0, content=5) for number in range(3)]
    equal = [lined("line of the site", *sentences("same", 2), source=0) for _ in range(SAMPLE)]
    assert [["line of the site"]] * 3 == found([*equal[:-2], *pages])[0][-3:]
    assert [[]] * 3 == found([*equal, *pages])[0][-3:]


# what is boilerplate anywhere


def test_line_on_five_unlike_pages_of_any_sites_is_boilerplate() -> None:
    """A line on five unrelated pages of five sites goes, on four it stays."""
    pages = [lined(words("line", 17), *sentences(f"a{number}", 6)) for number in range(5)]
    assert [[words("line", 17)]] * 5 == found(pages)[1]
    assert [[]] * 4 == found(pages[:4])[1]


@pytest.mark.parametrize("named", [False, True])
def test_wire_story_on_forty_sites_is_not_boilerplate(named: bool) -> None:
    """What forty sites print is boilerplate on none of them, though each has other pages; their menus are."""
    wire = sentences("wire", 10)
    pages = [
        lined(*menu(f"site{number}"), *article, source=number if named else -1)
        for number in range(40)
        for article in (wire, *(sentences(f"own{number} {page}", 8) for page in range(3)))
    ]
    assert [wire] * 40 == kept(pages)[::4]
    assert [menu(f"site{number // 4}") for number in range(160)] == found(pages)[0]


def test_article_beside_other_text_of_named_sources_is_not_boilerplate() -> None:
    """An article of half a page on twelve named sources stays, for it counts as if three pages had it."""
    wire = sentences("wire", 4)
    pages = [lined(*wire, *sentences(f"own{number}", 4), source=number) for number in range(12)]
    assert [[]] * 12 == found(pages)[1]
    assert [wire] * 12 == found([page._replace(source=-1) for page in pages])[1]


def test_menus_are_gone_before_articles_are_judged() -> None:
    """An article in menus of more than twice its length, on eight sites that are seen four times or once, stays."""
    wire = sentences("wire", 4)
    pages = [
        lined(*menu(f"site{number}", 50), *article)
        for number in range(8)
        for article in (wire, *(sentences(f"own{number} {page}", 8) for page in range(3)))
    ]
    assert [wire] * 8 == kept(pages)[::4]
    assert [[]] * 8 == found(pages[::4])[1]


# what is no boilerplate


def test_versions_with_hard_line_breaks_lose_nothing() -> None:
    """Two takes of one telegram share the lines its sentences are wrapped to."""
    lines = textwrap.wrap(" ".join(sentences("take", 40)), 68)
    assert ([[], []], [[], []]) == found([lined(*lines[:60]), lined(*lines[20:])])


def test_equal_pages_lose_nothing() -> None:
    """A thousand equal pages of a site, or of no site, are one text that is printed often."""
    for source in (0, -1):
        pages = [lined(*menu("table", 20), source=source)] * 1000
        assert ([[]] * 1000, [[]] * 1000) == found(pages)


def test_no_pages_and_pages_without_words() -> None:
    """No pages have no boilerplate, nor have pages without words."""
    assert ([], []) == found([])
    assert ([[]] * 6, [[]] * 6) == found([lined("", ""), lined(), lined("")] * 2, [0] * 6)
