"""Prose stands in sentences and chrome does not: where the article of a page stands, told by its blocks alone."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core import blocks, looks
from dedup.core.pages import LABEL, SHORT, Pages
from dedup.core.reference import looks as slow
from dedup.core.shingles import tokenize
from dedup.core.text import encode, fold
from dedup.core.workspace import Workspace

MENU = "Home\nNews\nSport\nWeather\nSign in\nSubscribe to our newsletter\n"
SENTENCE = "The council of the harbour town voted on the plan for the new bridge, and most of them were for it. "
ARTICLE = "\n".join([SENTENCE * 3] * 3) + "\n"
TEASERS = "Ten ways to cook an egg\nThe mayor of Oxmoor resigns after a long inquiry.\nWatch: the flood from above\n"


def found(text: str) -> str | None:
    """The words of the article, None if there is none."""
    buffer, offsets = encode([text])
    cut = blocks.cut(buffer, offsets)
    tokens = tokenize(fold(buffer, cut.offsets, Workspace()), 0, Workspace())
    pages = Pages(blocks.hashes(tokens), tokens.lengths.astype(np.int32), cut.bounds, np.array([-1]))
    ends = looks.closed(buffer, cut.offsets)
    (around,), (is_found,) = looks.articles(pages.words, pages.bounds, ends, np.zeros(ends.size, np.bool_))
    words = text.split()
    assert len(words) == tokens.lengths.sum(), "a text of this test has a word a token"
    return " ".join(words[around[0] : len(words) - around[1]]) if is_found else None


def plain(text: str) -> str:
    """The words of a text."""
    return " ".join(text.split())


@pytest.mark.parametrize("frame", ["", MENU, MENU + TEASERS + MENU])
def test_the_article_is_found_in_its_frame(frame):
    """Menus and teasers before and after an article are not of it."""
    assert plain(ARTICLE) == found(frame + ARTICLE + frame)


def test_what_looks_like_chrome_inside_an_article_is_of_it():
    """A heading, a list and a table between paragraphs stay."""
    inner = "What it costs\nFerry 12\nBridge 310\nTunnel 900\n"
    assert plain(ARTICLE + inner + ARTICLE) == found(MENU + ARTICLE + inner + ARTICLE + MENU)


def test_an_article_that_was_wrapped_to_a_width_is_found():
    """Lines that end inside a sentence do not cut an article short, but for its first one."""
    words = SENTENCE.split()
    lines = (" ".join(words[:11]) + "\n " + " ".join(words[11:]) + "\n ") * 12
    assert " ".join([*words[11:], *words * 11]) == found(MENU * 3 + lines + MENU * 3)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Oxmoor 2 Calder 1\nSandrey 0 Northfold 0\n" * 40, id="scores"),
        pytest.param("The tide comes in\nand takes the sand\nthe name I wrote\nwith my own hand\n" * 20, id="poem"),
        pytest.param(MENU + SENTENCE * 3 + MENU, id="wall"),
        pytest.param(MENU * 20, id="menu"),
    ],
)
def test_a_text_without_an_article_loses_nothing(text):
    """Scores, poems, walls and menus have no article, so nothing stands around one."""
    assert found(text) is None


def test_where_prose_stands_in_many_places_no_article_is_found():
    """The longest of many teasers, or a notice on cookies, is no article while most of the prose is elsewhere."""
    assert found((SENTENCE * 6 + "\n" + MENU * 6) * 3) is None


def test_dropped_blocks_are_not_there():
    """Words of dropped blocks are neither in the article nor around it."""
    pages = Pages(
        np.arange(1, 5, dtype=np.uint64), np.array([2, 200, 3, 150], np.int32), np.array([0, 4]), np.array([-1])
    )
    ends = np.array([False, True, False, True])
    kept, dropped = (looks.articles(pages.words, pages.bounds, ends, np.arange(4) == gone) for gone in (9, 1))
    assert ([[2, 0]], [[5, 0]]) == (kept.around.tolist(), dropped.around.tolist())


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 60), st.booleans(), st.sampled_from([False, False, True])), max_size=9),
        max_size=6,
    )
)
def test_articles_are_those_of_every_run(pages):
    """One pass over all pages finds the run that trying all runs of each page finds."""
    flat = [block for page in pages for block in page]
    words, ends, dropped = (
        np.array([block[i] for block in flat], kind) for i, kind in enumerate((np.int32, bool, bool))
    )
    bounds = np.cumsum([0, *map(len, pages)])
    fast = looks.articles(words, bounds, ends, dropped)
    rules = [tuple(zip(*page, strict=True)) or ((), (), ()) for page in pages]
    expected = [slow.article(*rule, short=SHORT, label=LABEL, least=looks.ARTICLE) for rule in rules]
    assert [around is not None for around in expected] == fast.found.tolist()
    assert [around or (0, 0) for around in expected] == [tuple(around) for around in fast.around.tolist()]


@given(st.lists(st.text(st.sampled_from(["a", "é", "中", "𝒳", *looks.MARKS, *looks.CLOSING]), max_size=20), max_size=9))
def test_ends_of_blocks_are_those_of_their_characters(texts):
    """Looking at bytes from behind finds the marks, of whatever script, that looking at characters finds."""
    buffer, offsets = encode(texts)
    expected = [slow.closed(text, looks.MARKS, looks.CLOSING, looks.REACH) for text in texts]
    assert expected == looks.closed(buffer, offsets).tolist()
    cut = blocks.cut(buffer, offsets).offsets
    parts = [buffer[start:end].tobytes().decode() for start, end in pairwise(cut.tolist())]
    expected = [slow.closed(part, looks.MARKS, looks.CLOSING, looks.REACH) for part in parts]
    assert expected == looks.closed(buffer, cut).tolist()
