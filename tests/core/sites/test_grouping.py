"""Pages are one site by their sources or by their labels, and labels never join two sources."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.sites.grouping import Labels, group_pages, pairs_by_labels
from dedup.core.sites.reference import grouping as slow
from dedup.core.sites.reference.pages import PlainPage
from dedup.core.sites.shared_blocks import page_blocks, shared_blocks
from tests.helpers.pages import lined, menu, packed


def sites_of(pages: list[PlainPage]) -> list[int]:
    """Returns the site of each page."""
    return group_pages(shared_blocks(packed(pages))).tolist()


LABELS = st.lists(st.integers(0, 11), max_size=12, unique=True)


@st.composite
def drawn_pages(draw: st.DrawFn) -> list[PlainPage]:
    """Draws up to eight pages of common labels, with a source or without one. All their pairs are compared."""
    pages = []
    for _ in range(draw(st.integers(0, 8))):
        blocks = [f"entry {number}" for number in draw(LABELS)]
        blocks += draw(st.lists(st.sampled_from(["", "a line of more than eight words is no label"]), max_size=2))
        lines = draw(st.lists(st.integers(0, 5).map(bool), min_size=len(blocks), max_size=len(blocks)))
        pages.append(PlainPage(blocks, lines, draw(st.integers(-1, 2))))
    return pages


@given(drawn_pages())
def test_sites_equal_their_twin(pages: list[PlainPage]) -> None:
    """Sites equal the slow twin, which joins pages pair by pair."""
    assert slow.group_pages(pages) == sites_of(pages)


LABELLED = st.builds(
    lambda labels, source, content: lined(*(f"entry {number}" for number in labels), source=source, content=content),
    st.lists(st.integers(0, 9), min_size=4, max_size=10),
    st.integers(-1, 1),
    st.integers(0, 2),
)


@given(st.lists(LABELLED, max_size=14))
def test_pairs_by_labels_equal_their_twin(pages: list[PlainPage]) -> None:
    """Pairs of pages with common labels equal the slow twin, which makes them label by label."""
    packed_pages = packed(pages)
    places, owners, is_label = page_blocks(packed_pages)
    rows, owner = places[is_label], owners[is_label]
    labels = Labels(
        np.unique(packed_pages.hashes[rows], return_inverse=True)[1],
        owner,
        np.bincount(owner, minlength=len(pages)).astype(np.int32)[owner],
        packed_pages.contents[owner],
        packed_pages.sources[owner] >= 0,
    )
    assert slow.pairs_by_labels(pages) == list(map(tuple, pairs_by_labels(labels).tolist()))


def test_labels_join_pages_without_a_source() -> None:
    """Pages with five common labels are one site, and pages with four are not."""
    for count, expected in ((4, [0, 1, 2]), (5, [0, 0, 0])):
        assert expected == sites_of([lined(*menu("daily", count), f"own {number}") for number in range(3)])


def test_many_other_labels_keep_pages_apart() -> None:
    """Pages that share six labels of thirty are two sites."""
    pages = [lined(*menu("daily", 6), *menu(f"page{number}", 24)) for number in range(2)]
    assert [0, 1] == sites_of(pages)


def test_long_lines_and_sentences_are_no_labels() -> None:
    """Lines of nine words and sentences of a line join no pages."""
    long = [f"line {number} has nine words as you may count" for number in range(6)]
    assert [0, 1] == sites_of([lined(*long)] * 2)
    assert [0, 1] == sites_of([PlainPage(menu("daily"), [False] * 12)] * 2)


def test_pages_of_one_source_are_one_site() -> None:
    """Pages of one source are one site, also if they share nothing, and a page without a source is not of it."""
    assert [0, 0, 0, 1] == sites_of([lined(f"own {number}", source=7 if number < 3 else -1) for number in range(4)])


def test_pages_of_two_sources_stay_apart_whatever_they_share() -> None:
    """Two sources with one menu are two sites, also if pages without a source share the menu."""
    sourced = [lined(*menu("daily"), source=source) for source in (0, 1, 0, 1)]
    assert [0, 1, 0, 1] == sites_of(sourced)
    nameless = [lined(*menu("daily")) for _ in range(4)]
    assert [0, 0, 0, 0, 0, 1, 0, 1] == sites_of(nameless + sourced)


def test_page_without_a_source_goes_to_the_one_it_resembles_most() -> None:
    """A page without a source joins the source with which it has more labels in common."""
    pages = [
        lined(*menu("daily")[:9], source=0),
        lined(*menu("daily"), source=1),
        lined(*menu("daily")),
        lined(*menu("daily"), "own"),
    ]
    assert [0, 1, 1, 1] == sites_of(pages)


@pytest.mark.parametrize("step", [1, 2])
def test_large_site_is_one_site(step: int) -> None:
    """A thousand pages are one site though not all pairs are compared, also if only half of them name the source."""
    pages = [
        lined(*menu("daily", 20)[number % 4 :], f"own {number}", source=3 if number % step else -1)
        for number in range(1000)
    ]
    assert [0] * 1000 == sites_of(pages)


def test_no_pages_and_pages_without_words() -> None:
    """An empty list of pages has no sites, and each page without words is a site."""
    assert [] == sites_of([])
    assert [0, 1, 2] == sites_of([lined(), lined("", ""), lined()])
    assert np.int64 == group_pages(shared_blocks(packed([]))).dtype
