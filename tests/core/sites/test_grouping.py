"""A site is what its source says, else what its labels say, and labels never say that two sources are one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.sites.grouping import group_pages
from dedup.core.sites.reference import grouping as slow
from dedup.core.sites.reference.pages import PlainPage
from dedup.core.sites.shared_blocks import shared_blocks as common
from tests.helpers.pages import lined, menu, packed


def found(pages: list[PlainPage]) -> list[int]:
    """The sites of pages."""
    return group_pages(common(packed(pages))).tolist()


LABELS = st.lists(st.integers(0, 11), max_size=12, unique=True)


@st.composite
def drawn_pages(draw: st.DrawFn) -> list[PlainPage]:
    """Up to eight pages, all of which are compared, of labels that many have, with a source or none."""
    pages = []
    for _ in range(draw(st.integers(0, 8))):
        blocks = [f"entry {number}" for number in draw(LABELS)]
        blocks += draw(st.lists(st.sampled_from(["", "a line of more than eight words is no label"]), max_size=2))
        lines = draw(st.lists(st.integers(0, 5).map(bool), min_size=len(blocks), max_size=len(blocks)))
        pages.append(PlainPage(blocks, lines, draw(st.integers(-1, 2))))
    return pages


@given(drawn_pages())
def test_sites_equal_their_twin(pages: list[PlainPage]) -> None:
    """Sites are those of joining pages pair by pair, the most alike first."""
    assert slow.group_pages(pages) == found(pages)


def test_labels_join_pages_without_a_source() -> None:
    """Pages with five labels in common are one site, pages with four are not."""
    for count, expected in ((4, [0, 1, 2]), (5, [0, 0, 0])):
        assert expected == found([lined(*menu("daily", count), f"own {number}") for number in range(3)])


def test_many_other_labels_keep_pages_apart() -> None:
    """Pages that share six labels of thirty are two sites."""
    pages = [lined(*menu("daily", 6), *menu(f"page{number}", 24)) for number in range(2)]
    assert [0, 1] == found(pages)


def test_long_lines_and_sentences_are_no_labels() -> None:
    """Nine words, or parts of a line, join nothing, however many pages share."""
    long = [f"line {number} has nine words as you may count" for number in range(6)]
    assert [0, 1] == found([lined(*long)] * 2)
    assert [0, 1] == found([PlainPage(menu("daily"), [False] * 12)] * 2)


def test_source_that_all_pages_name_is_believed() -> None:
    """A crawl of one site is one site, though its pages share nothing; a page that names none is not of it."""
    assert [0, 0, 0, 1] == found([lined(f"own {number}", source=7 if number < 3 else -1) for number in range(4)])


def test_pages_of_two_sources_stay_apart_whatever_they_share() -> None:
    """Two sources under one menu are two sites, also where pages without a source lie between them."""
    sourced = [lined(*menu("daily"), source=source) for source in (0, 1, 0, 1)]
    assert [0, 1, 0, 1] == found(sourced)
    nameless = [lined(*menu("daily")) for _ in range(4)]
    assert [0, 0, 0, 0, 0, 1, 0, 1] == found(nameless + sourced)


def test_page_without_a_source_goes_to_the_one_it_resembles_most() -> None:
    """Of two sources, the page joins the one with which it has more labels in common."""
    pages = [
        lined(*menu("daily")[:9], source=0),
        lined(*menu("daily"), source=1),
        lined(*menu("daily")),
        lined(*menu("daily"), "own"),
    ]
    assert [0, 1, 1, 1] == found(pages)


@pytest.mark.parametrize("every", [1, 2])
def test_large_site_is_one_site(every: int) -> None:
    """A thousand pages, more than are compared with each other, are one site; so they are if half name the source."""
    pages = [
        lined(*menu("daily", 20)[number % 4 :], f"own {number}", source=3 if number % every else -1)
        for number in range(1000)
    ]
    assert [0] * 1000 == found(pages)


def test_no_pages_and_pages_without_words() -> None:
    """No pages have no sites; pages without words are sites of their own."""
    assert [] == found([])
    assert [0, 1, 2] == found([lined(), lined("", ""), lined()])
    assert np.int64 == group_pages(common(packed([]))).dtype
