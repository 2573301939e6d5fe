"""Chrome with misprints is known by its pieces; what a source prints on one story is no chrome, nor is one phrase."""

from itertools import chain

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core import nearly
from dedup.core.pages import Pages
from dedup.core.ragged import Ragged
from dedup.core.reference import nearly as slow
from dedup.core.reference import token_hash

TEASER = "The nine things that every gardener should do before the first frost of the year arrives"
MISREAD = "The nine thimgs that every gardener should do before the first frqst of the year arrives"


def packed(pages):
    """Token hashes of the pages, and the pages, whose blocks are given as texts."""
    blocks = [[token_hash(word.encode(), 0) for word in text.split()] for text in chain.from_iterable(pages)]
    words = np.array([len(block) for block in blocks], np.int32)
    bounds = np.cumsum([0, *map(len, pages)])
    ends = np.append(0, np.cumsum(words))[bounds]
    values = np.array(list(chain.from_iterable(blocks)), np.uint64)
    hashes = np.arange(1, words.size + 1).astype(np.uint64)
    return Ragged(values, np.stack((ends[:-1], ends[1:]), axis=1)), Pages(
        hashes, words, bounds, np.full(len(pages), -1)
    )


def found(pages, sources, stories, strays=(), most=1 << 20):
    """For each block of each page whether it is chrome but for misprints."""
    tokens, made = packed(pages)
    flags = np.array(strays or [False] * made.words.size, np.bool_)
    pieces = nearly.pieces(tokens, made, 0, nearly.bound(made, most))
    return nearly.chrome(pieces, made, np.array(sources), np.array(stories), flags).tolist()


words = st.lists(st.sampled_from("abc"), max_size=14).map(" ".join)
several = st.lists(st.tuples(st.lists(words, max_size=4), st.integers(0, 1), st.integers(0, 4)), min_size=1, max_size=8)


@given(several, st.data())
def test_the_fast_way_is_the_slow_one(pages, data):
    """The blocks that are found are those of the twin, whatever repeats."""
    texts, sources, stories = map(list, zip(*pages, strict=True))
    count = sum(map(len, texts))
    strays = data.draw(st.lists(st.booleans(), min_size=count, max_size=count))
    assert slow.chrome(texts, sources, stories, strays) == found(texts, sources, stories, strays)


def test_a_misread_teaser_is_chrome():
    """Three pages of different stories have a teaser; the fourth has it with two misprints."""
    assert [True] * 4 == found([[TEASER]] * 3 + [[MISREAD]], [0] * 4, range(4))


def test_a_story_that_a_source_prints_often_is_none():
    """Pages of one story have a paragraph in common, and so have the pages of different sources."""
    assert [False] * 4 == found([[TEASER]] * 3 + [[MISREAD]], [0] * 4, [7] * 4)
    assert [False] * 4 == found([[TEASER]] * 3 + [[MISREAD]], range(4), range(4))


def test_a_phrase_makes_no_chrome():
    """A sentence that begins with the words of a teaser, and goes on with others, is the page's own."""
    other = "The nine things that every reader of this paper wrote to us about the new bridge last week"
    assert [True] * 3 + [False] == found([[TEASER]] * 3 + [[other]], [0] * 4, range(4))


def test_a_misread_stray_is_chrome():
    """What is chrome whatever source it stands on is so with misprints, on any source."""
    assert [True, True, False] == found([[TEASER], [MISREAD], ["a b c d e f g h"]], range(3), range(3), [1, 0, 0])


def test_of_many_pieces_some_are_enough():
    """A third of the pieces tell long teasers nearly as well as all."""
    rng = np.random.default_rng(5)
    teasers = [" ".join(map(str, rng.integers(0, 10**6, 60))) for _ in range(40)]
    pages = [teasers] * 3 + [[f"misread {teaser[:200]}x {teaser[201:]}" for teaser in teasers]]
    count = sum(len(teaser.split()) - 2 for page in pages for teaser in page)
    assert np.mean(found(pages, [0] * 4, range(4), most=count // 3)) > 0.95


def test_lots_make_no_difference(monkeypatch):
    """Pages looked at one by one have the pieces that they have together."""
    tokens, pages = packed([[TEASER, "", "menu"], [], [MISREAD], ["a b c d e f g h", TEASER]])
    whole = nearly.pieces(tokens, pages, 0, nearly.bound(pages))
    monkeypatch.setattr(nearly, "_ROWS", 1)
    for one, other in zip(whole, nearly.pieces(tokens, pages, 0, nearly.bound(pages)), strict=True):
        assert one.tolist() == other.tolist()
