"""A site is learned page by page, and its boilerplate is known from the page on from which the rule calls it so."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.sites import learned
from dedup.core.sites.frames import find_frame
from dedup.core.sites.learned import LearnedSite
from dedup.core.sites.pages import Pages
from dedup.core.sites.reference import learned as slow
from dedup.core.sites.reference.pages import PlainPage
from dedup.core.thresholds import SITE_PAGES
from tests.helpers.pages import hashed, lined, menu, packed

TEASERS = [f"teaser {number} says in ten words what another article says" for number in range(3)]
BLOCKS = [*menu("site", 7), *TEASERS, "short", "a b", *(" ".join(f"w{n}x{k}" for k in range(35)) for n in range(6)), ""]


def sentences(name: str, count: int = 6) -> list[str]:
    """Returns sentences of 15 words that no other article has."""
    return [" ".join(f"{name}{number}x{word}" for word in range(15)) for number in range(count)]


def page(name: str, *blocks: str) -> PlainPage:
    """Returns a page of the site: its menu, an article of this name, its teasers, and further blocks."""
    return lined(*menu("site", 7), *sentences(name), *TEASERS, *blocks, content=hashed(name))


def learn(site: LearnedSite | None, new: Pages, by_edges: bool = False) -> LearnedSite:
    """Learns one page, of a site or of a new one."""
    new = learned.article_pages(new)
    if site is None:
        return learned.begin_site(new)
    return learned.learn_page(site, new, learned.frames_with(site, new, by_edges))


def hashes(blocks: list[str]) -> list[int]:
    """Returns the hashes of blocks, rising."""
    return sorted(map(hashed, blocks))


def test_frame_of_two_articles_is_known_at_the_second_page():
    """Two pages that each have one long run of their own have a frame: all that both have."""
    site = learn(learn(None, packed([page("one")])), packed([page("two")]))
    assert hashes([*menu("site", 7), *TEASERS]) == site.boilerplate.tolist()
    assert site.unlike < SITE_PAGES


def test_versions_of_one_article_have_no_frame():
    """Pages that differ here and there, or that have one headline, may be versions of one article."""
    first, second = page("one"), page("one", *sentences("more", 1))
    assert not find_frame(packed([first]), packed([second])).size
    first, second = (page(name)._replace(headline=7) for name in ("one", "two"))
    assert not find_frame(packed([first]), packed([second])).size


def test_ends_alone_do_not_tell_a_frame_from_a_text_on_two_sites():
    """Where only the ends of two pages are equal, each article has to be longer than what both have."""
    wire = sentences("wire", 12)
    first, second = (packed([lined(*sentences(name), *wire)]) for name in ("one", "two"))
    assert 12 == find_frame(first, second).size
    assert not find_frame(first, second, edges_only=True).size


def test_text_that_is_kept_teaches_nothing():
    """The same text under the same headline changes nothing."""
    site = learn(learn(None, packed([page("one")])), packed([page("two")]))
    assert site is learn(site, packed([page("one")]))


def test_site_keeps_its_last_pages_and_forgets_no_boilerplate():
    """A site keeps a bounded number of pages, and what was boilerplate stays so."""
    site = None
    for number in range(learned.KEPT + 4):
        site = learn(site, packed([page(f"article{number}")]))
    assert learned.KEPT == site.pages.sources.size
    assert hashed(f"article{learned.KEPT + 3}") == site.pages.contents[-1]
    assert set(hashes(TEASERS)) <= set(site.boilerplate.tolist())
    assert SITE_PAGES == site.unlike


def test_boilerplate_of_a_site_is_bounded(monkeypatch):
    """Of too many blocks those stay that stand on a kept page."""
    monkeypatch.setattr("dedup.core.sites.learned.BLOCKS", 3)
    blocks = learned.add_blocks(np.array([1, 4], np.uint64), np.array([2, 9], np.uint64), np.array([9, 2], np.uint64))
    assert [1, 2, 9] == blocks.tolist()


def test_ends_of_pages_with_few_labels():
    """The first and the last block tell the site of a page only if it has few labels."""
    edges = learned.find_edges(packed([lined("a b", "", "c"), lined(*menu("site", 7)), lined("x", "c"), lined("")]))
    first, last = edges.reshape(2, -1).tolist()
    assert last[0] == last[2] != 0
    assert first[0] != first[2]
    assert [0, 0] == [first[1], last[1]] == [first[3], last[3]]


@st.composite
def drawn_page(draw: st.DrawFn) -> PlainPage:
    """Draws a page of common blocks."""
    blocks = draw(st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=22))
    lines = draw(st.lists(st.integers(0, 7).map(bool), min_size=len(blocks), max_size=len(blocks)))
    return PlainPage(blocks, lines, -1, draw(st.sampled_from([0, 0, 5])), draw(st.integers(0, 40)))


@given(st.lists(drawn_page(), min_size=1, max_size=11), st.booleans())
def test_learned_site_equals_its_twin(pages, by_edges):
    """Each page teaches the same as in the slow twin."""
    plain, site = slow.begin_site(pages[0], hashed), learn(None, packed(pages[:1]))
    for new in pages[1:]:
        plain, site = slow.learn_page(plain, new, by_edges, hashed), learn(site, packed([new]), by_edges)
        assert hashes(plain.boilerplate) == site.boilerplate.tolist()
        assert (hashes(plain.marks), plain.labels) == (site.marks.tolist(), site.labels)
        assert (plain.unlike, len(plain.pages)) == (site.unlike, site.pages.sources.size)
