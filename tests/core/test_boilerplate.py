"""Chrome is what a source prints on different stories; a story that many print, or one site many times, is not."""

import textwrap
from collections.abc import Sequence
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from dedup.core import blocks, boilerplate
from dedup.core.common import common
from dedup.core.pages import Pages
from dedup.core.reference import boilerplate as slow
from dedup.core.shingles import tokenize
from dedup.core.text import encode, fold
from dedup.core.workspace import Workspace

Page = list[str]


def packed(pages: Sequence[Page], hints: Sequence[int] = ()) -> Pages:
    """Pages whose blocks are given as texts, words between spaces."""
    texts = list(chain.from_iterable(pages))
    hashes = [xxhash.xxh3_64_intdigest(text.encode()) if text.split() else 0 for text in texts]
    return Pages(
        np.array(hashes, np.uint64),
        np.array([len(text.split()) for text in texts], np.int32),
        np.cumsum([0, *map(len, pages)]),
        np.array(hints or [-1] * len(pages), np.int64),
    )


def read(texts: Sequence[str], hints: Sequence[int] = ()) -> tuple[Pages, list[list[str]]]:
    """Pages made of texts as the engine makes them, and the text of each block of each page."""
    buffer, offsets = encode(texts)
    cut = blocks.cut(buffer, offsets)
    tokens = tokenize(fold(buffer, cut.offsets, Workspace()), 0, Workspace())
    ends = cut.offsets.tolist()
    parts = [buffer[start:end].tobytes().decode() for start, end in pairwise(ends)]
    bounds = cut.bounds.tolist()
    page_parts = [parts[first:last] for first, last in pairwise(bounds)]
    hint_array = np.array(hints or [-1] * len(texts), np.int64)
    return Pages(blocks.hashes(tokens), tokens.lengths.astype(np.int32), cut.bounds, hint_array), page_parts


def judged(texts: Sequence[str], hints: Sequence[int] = ()) -> tuple[list[list[str]], list[list[str]]]:
    """Of each text, the blocks with words that are chrome and those that are not, stripped."""
    pages, parts = read(texts, hints)
    flags = boilerplate.chrome(common(pages), sources(pages), boilerplate.first_stories(common(pages)))
    bounds = pages.bounds.tolist()
    found: tuple[list[list[str]], list[list[str]]] = ([], [])
    for number, page in enumerate(parts):
        first = bounds[number]
        for kept, side in zip((True, False), found, strict=True):
            side.append(
                [
                    part.strip()
                    for place, part in enumerate(page, first)
                    if bool(flags[place]) == kept and pages.words[place]
                ]
            )
    return found


def sources(pages: Pages) -> npt.NDArray[np.int64]:
    """The sources of pages that are all of different stories, as far as is known."""
    return boilerplate.sources(pages, boilerplate.neighbours(common(pages)))


def words(name: str, count: int) -> str:
    """``count`` words that occur under this name alone, as one sentence."""
    return " ".join(f"{name}{number}" for number in range(count)) + "."


def sentences(name: str, count: int, length: int = 15) -> Page:
    """``count`` sentences of ``length`` words."""
    return [words(f"{name}s{number}w", length) for number in range(count)]


def menu(site: str, count: int = 12) -> Page:
    """The menu of a site."""
    return [f"{site} entry {number}" for number in range(count)]


# the twins

TEXT = st.builds(lambda name, count: words(name, count) if count else "", st.sampled_from("abc"), st.integers(0, 14))
LABELLED = st.lists(st.tuples(st.lists(TEXT, max_size=8), st.integers(0, 2), st.integers(0, 4)), max_size=12)


@given(LABELLED)
def test_chrome_equals_its_twin(drawn: list[tuple[Page, int, int]]) -> None:
    """Blocks are judged as by dictionaries of sets: no pages, pages without blocks, blocks without words, repeats."""
    pages = [page for page, _, _ in drawn]
    sources, stories = [source for _, source, _ in drawn], [story for _, _, story in drawn]
    found = boilerplate.chrome(common(packed(pages)), np.array(sources, np.int64), np.array(stories, np.int64))
    assert slow.chrome(pages, sources, stories) == found.tolist()
    assert np.bool_ == found.dtype


# Resemblances are far above 0.3, where bands find all pairs, or far below, where these are no matches.
SITE_PAGES = st.lists(
    st.tuples(
        st.integers(0, 3).map(lambda site: menu(f"site{site}") if site else []),
        st.integers(0, 2),  # entries of the menu that are left out
        st.integers(0, 5).map(lambda story: sentences(f"story{story}", 6) if story else []),
        st.integers(0, 1),  # sentences that are left out
        st.booleans(),  # a block without words
        st.integers(-1, 2),  # the hint
    ),
    max_size=12,
)


def built(drawn: list[tuple[Page, int, Page, int, bool, int]]) -> tuple[list[Page], list[int]]:
    """The pages that were drawn, and their hints."""
    pages = [
        entries[left_out:] + [""] * blank + story[: len(story) - shorter]
        for entries, left_out, story, shorter, blank, _ in drawn
    ]
    return pages, [hint for *_, hint in drawn]


@given(SITE_PAGES)
def test_sources_equal_their_twin(drawn: list[tuple[Page, int, Page, int, bool, int]]) -> None:
    """Sources are those of comparing every two pages, with hints that name sites, hints that do not, and none."""
    pages, hints = built(drawn)
    assert slow.sources(hints, slow.neighbours(pages)) == sources(packed(pages, hints)).tolist()


@given(SITE_PAGES)
def test_first_stories_equal_their_twin(drawn: list[tuple[Page, int, Page, int, bool, int]]) -> None:
    """First stories are those of comparing every two pages, those without long blocks among them."""
    pages, hints = built(drawn)
    assert slow.first_stories(pages) == boilerplate.first_stories(common(packed(pages, hints))).tolist()


STRAY_PAGES = st.lists(
    st.tuples(
        st.integers(0, 8),  # the story
        st.integers(0, 8).map(lambda story: sentences(f"story{story}", 4)),
        st.lists(st.integers(0, 2).map(lambda number: words(f"stray{number}s", 9 + 5 * number)), max_size=2),
    ),
    max_size=16,
)


@given(STRAY_PAGES)
def test_strays_equal_their_twin(drawn: list[tuple[int, Page, Page]]) -> None:
    """Strays are those of sets of texts, whatever stories the pages are said to be of."""
    pages, stories = [[*page, *strays, "menu"] for _, page, strays in drawn], [story for story, _, _ in drawn]
    assert (
        slow.strays(pages, stories) == boilerplate.strays(common(packed(pages)), np.array(stories, np.int64)).tolist()
    )


# what is chrome


def test_menus_and_teasers_are_chrome_and_articles_are_not() -> None:
    """Of five pages of a site without a source, menu and teasers go and the article stays, all of it."""
    chrome, teasers = menu("daily"), sentences("teaser", 3)
    articles = [sentences(f"article{number}", 8) for number in range(5)]
    gone, kept = judged(["\n".join([*chrome, *article, *teasers]) for article in articles])
    assert [[*chrome, *teasers]] * 5 == gone
    assert articles == kept


def test_teaser_of_an_article_is_chrome_elsewhere_only() -> None:
    """A teaser may stand on many pages of a site; the article that it teases keeps its own text."""
    articles = [sentences(f"article{number}", 8) for number in range(6)]
    teasers = [article[0].replace(".", "...") for article in articles]
    texts = ["\n".join([*menu("daily"), *article, "More stories", *teasers]) for article in articles]
    _, kept = judged(texts)
    assert [article[1:] for article in articles] == [page[-7:] for page in kept]


def test_sentences_of_a_teaser_column_on_a_page_of_one_line_are_chrome() -> None:
    """Pages without a line break, of a known source, lose their teaser sentences and menu, and keep their article."""
    chrome = [f"{entry} |" for entry in menu("daily")]
    articles = [sentences(f"article{number}", 8) for number in range(4)]
    texts = [" ".join([*chrome, *article, *sentences("teaser", 3)]) for article in articles]
    gone, kept = judged(texts)
    assert [[*chrome, *sentences("teaser", 3)]] * 4 == gone
    assert articles == kept


def test_wire_story_on_forty_sites_is_not_chrome() -> None:
    """What forty sites print is not chrome on any of them, though each has other pages; their menus are."""
    wire = sentences("wire", 10)
    sites = [menu(f"site{number}") for number in range(40)]
    texts = ["\n".join([*site, *wire]) for site in sites]
    texts += ["\n".join([*site, *sentences(f"own{number}", 8)]) for number, site in enumerate(sites)]
    gone, kept = judged(texts)
    assert [wire] * 40 == kept[:40]
    assert sites * 2 == gone


@pytest.mark.parametrize("hinted", [False, True])
def test_versions_of_a_story_on_one_site_are_not_chrome(hinted: bool) -> None:
    """A site that has five versions of one story, each a sentence longer, and other stories, loses its menu alone."""
    story = sentences("story", 14)
    versions = [story[:length] for length in range(10, 15)]
    others = [sentences(f"other{number}", 8) for number in range(3)]
    texts = ["\n".join([*menu("daily"), *article]) for article in versions + others]
    gone, kept = judged(texts, [0] * 8 if hinted else ())
    assert versions + others == kept
    assert [menu("daily")] * 8 == gone


def test_abridged_version_on_the_same_site_is_not_chrome() -> None:
    """A text and two halves of it are one story, though they resemble each other by no more than a half."""
    story = sentences("story", 12)
    versions = [story, story[:6], story[6:]]
    texts = ["\n".join([*menu("daily"), *article]) for article in [*versions, sentences("other", 8)]]
    assert versions == judged(texts)[1][:3]


def test_versions_with_hard_line_breaks_are_not_a_site() -> None:
    """Two takes of one telegram share the lines its sentences are wrapped to: they lose nothing."""
    lines = textwrap.wrap(" ".join(sentences("take", 40)), 68)
    gone, _ = judged(["\n".join(lines[:60]), "\n".join(lines[20:])])
    assert [[], []] == gone


def test_pages_of_short_lines_alone_are_not_chrome() -> None:
    """Two copies of a table, in which no line is long, do not make it chrome."""
    table = [f"team{number} won {number}" for number in range(20)]
    assert [table, table] == judged(["\n".join(table)] * 2)[1]
    texts = ["\n".join([*menu("daily"), *page]) for page in (table, table, sentences("one", 8), sentences("two", 8))]
    assert [table, table] == judged(texts)[1][:2]


def test_block_on_too_few_stories_is_not_chrome() -> None:
    """A long block on two stories of a site stays, a label on two goes, one on a single story stays."""
    pages = packed([["a b", words("w", 13), words("v", 12), "c"], ["a b", words("w", 13), words("v", 12)], ["c"]])
    found = boilerplate.chrome(common(pages), np.zeros(3, np.int64), np.array([0, 1, 0]))
    assert [True, False, True, False, True, False, True, False] == found.tolist()


# what is chrome whoever prints it


def stray_flags(pages: list[Page]) -> list[list[bool]]:
    """Of each page, which of its blocks are strays."""
    packs = packed(pages)
    flags = boilerplate.strays(common(packs), boilerplate.first_stories(common(packs))).tolist()
    return [flags[first:last] for first, last in pairwise(packs.bounds.tolist())]


def test_sentence_on_pages_that_share_nothing_else_is_a_stray() -> None:
    """A line on five unrelated pages of no known source is chrome; on four it is not."""
    pages = [[words("line", 17), *sentences(f"a{number}", 6)] for number in range(5)]
    assert [[True] + [False] * 6] * 5 == stray_flags(pages)
    assert [[False] * 7] * 4 == stray_flags(pages[:4])


def test_pages_of_nothing_but_the_stray_do_not_hide_it() -> None:
    """Twenty pages that have that line alone are one story, and do not speak for it."""
    pages = [[words("line", 17), *sentences(f"a{number}", 6)] for number in range(5)] + [[words("line", 17)]] * 20
    assert [[True]] * 20 == stray_flags(pages)[5:]


def test_abridged_copies_of_a_story_lose_nothing() -> None:
    """Ten sites that print different halves of a story share enough of it, though no two of them are a first story."""
    story = sentences("wire", 20)
    halves = [story[number : number + 10] for number in range(10)]
    pages = [[*half, *sentences(f"site{number}", 6)] for number, half in enumerate(halves)]
    assert [[False] * 16] * 10 == stray_flags(pages)


# what is a source


def few_in_common(number: int) -> Page:
    """A page with four short blocks that are those of its site, and ten that are its own."""
    return [*menu("daily", 4), *menu(f"page{number}", 10), *sentences(f"article{number}", 5)]


def test_hint_joins_pages_that_share_nothing() -> None:
    """Pages of one hint are of one source, unless most pages have that hint."""
    pages = [few_in_common(number) for number in range(8)]
    assert [0, 0, 0, 0, 1, 2, 3, 4] == sources(packed(pages, [7, 7, 7, 7, -1, -1, -1, -1])).tolist()
    assert list(range(8)) == sources(packed(pages, [7, 7, 7, 7, 7, -1, -1, -1])).tolist()


def test_hint_that_names_a_collection_joins_nothing() -> None:
    """Where pages of ten sites are said to be of three collections, the sites are still told apart."""
    pages = [["Home", "Search", *menu(f"site{number % 10}"), *sentences(f"a{number}", 5)] for number in range(30)]
    hints = [number % 10 // 4 for number in range(30)]
    assert list(range(10)) * 3 == sources(packed(pages, hints)).tolist()


def test_few_short_blocks_say_nothing() -> None:
    """Pages that have the same four short blocks and no others are sources of their own; with a fifth they are one."""
    for count, expected in ((4, [0, 1, 2]), (5, [0, 0, 0])):
        pages = packed([[*menu("daily", count), *sentences(f"article{number}", 5)] for number in range(3)])
        assert expected == sources(pages).tolist()


def test_hint_of_one_page_joins_nothing() -> None:
    """A page that is the only one of its hint is a source of its own."""
    pages = packed([menu("one"), menu("two"), menu("three")], [0, 1, -1])
    assert [0, 1, 2] == sources(pages).tolist()


def test_large_site_is_one_source() -> None:
    """A thousand pages of one site, more than are compared with each other, are one source, and no story is joined."""
    pages = packed([[*menu("daily", 20)[number % 4 :], *sentences(f"a{number}", 3)] for number in range(1000)])
    assert [0] * 1000 == sources(pages).tolist()
    assert list(range(1000)) == boilerplate.first_stories(common(pages)).tolist()


def test_no_pages_and_pages_without_words() -> None:
    """No pages have no sources; pages without words are sources and stories of their own."""
    for pages, expected in ((packed([]), []), (packed([[], ["", ""], []]), [0, 1, 2])):
        found, stories = sources(pages), boilerplate.first_stories(common(pages))
        assert (expected, expected) == (found.tolist(), stories.tolist())
        assert not boilerplate.chrome(common(pages), found, stories).any()
