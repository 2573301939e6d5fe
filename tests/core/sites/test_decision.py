"""Decisions on pages: their sites, and the blocks that are left out."""

import numpy as np
import pytest

from dedup.core.sites.decision import decide_boilerplate, decide_by_profiles
from dedup.core.sites.learned import begin_site, learn_page
from dedup.core.sites.pages import CREDIT, LABEL, Pages, take_pages
from dedup.core.sites.profiles import NOTHING, block_codes

MENU = list(range(1, 7))


def make_pages(rows, credits=(), sources=None):
    """Return pages of blocks: a number below 100 is a label of two words, another one a sentence of twenty words."""
    hashes = np.array([block for row in rows for block in row], np.uint64)
    words = np.where(hashes < 100, 2, 20).astype(np.int32)
    marks = np.where(hashes < 100, LABEL, 0).astype(np.uint8)
    marks[np.isin(hashes, np.array(credits, np.uint64))] |= CREDIT
    edges = np.append(0, np.cumsum([len(row) for row in rows])).astype(np.int64)
    sources = np.array(sources or [-1] * len(rows), np.int64)
    contents = np.arange(1, len(rows) + 1, dtype=np.uint64)
    return Pages.marked(hashes, words, marks, edges, sources, np.zeros(len(rows), np.uint64), contents)


@pytest.fixture
def site():
    """Five pages of one source: a menu and three sentences each."""
    return make_pages([[*MENU, *range(1000 * page, 1000 * page + 3)] for page in range(1, 6)], sources=[0] * 5)


def test_boilerplate_and_credits_are_left_out(site):
    """The menu of a site and each credit line are left out; the sentences stay."""
    assert np.isin(site.hashes, MENU).tolist() == decide_boilerplate(site).left_out.tolist()
    credited = make_pages([[*MENU, *range(1000 * page, 1000 * page + 3)] for page in range(1, 6)], credits=[1001])
    assert np.isin(credited.hashes, [*MENU, 1001]).tolist() == decide_boilerplate(credited).left_out.tolist()


def test_pages_that_arrive_are_of_the_sites_that_are_known(site):
    """A page is of the site that its source names, or that it is like, or of a new site of its source."""
    learned = begin_site(take_pages(site, np.array([0])))
    for row in range(1, 5):
        learned = learn_page(learned, take_pages(site, np.array([row])), np.zeros(0, np.uint64))
    site_profiles = NOTHING._replace(
        marks=learned.marks,
        owners=np.zeros_like(learned.marks, np.int64),
        sizes=np.array([learned.labels]),
        named=np.array([True]),
        boilerplate=np.sort(block_codes(learned.boilerplate, np.zeros_like(learned.boilerplate, np.int64))),
    )
    rows = [[*MENU, 7001], [7002], [7003], [7004], [7005], [7006, 1]]
    pages = make_pages(rows, sources=[-1, 0, 0, -1, -1, 1])
    sites, left_out = decide_by_profiles(site_profiles, pages, np.array([-1, -1, -1, -1, -1, 0]))
    assert (0, 0) == (sites[0], sites[5])
    assert 1 <= sites[1] == sites[2]
    assert 4 == len(set(sites.tolist()))
    assert [True] * 6 + [False] * 6 + [True] == left_out.tolist()


def test_without_profiles_each_page_without_a_source_is_a_site():
    """Nothing is left out but credits, and pages of one source are of one site."""
    pages = make_pages([[1, 1001], [1, 1002], [1, 1003]], credits=[1002], sources=[0, -1, 0])
    sites, left_out = decide_by_profiles(NOTHING, pages, np.full(3, -1))
    assert sites[0] == sites[2] != sites[1]
    assert [False, False, False, True, False, False] == left_out.tolist()
