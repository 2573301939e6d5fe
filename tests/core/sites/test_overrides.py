"""A ruling holds for the words of a block, the ruling for fewer pages wins, and contradictions are problems."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dedup.core.arrays.workspace import Workspace
from dedup.core.sites import overrides
from dedup.core.sites.overrides import OverrideRules
from dedup.core.text import blocks
from dedup.core.text.block_hashes import block_hashes
from dedup.core.text.cleaning import clean_text, clean_texts
from dedup.core.text.folding import fold
from dedup.core.text.tokens import tokenize
from dedup.types import Ruling
from tests.helpers.pages import of_hashes


@pytest.mark.parametrize(
    "texts",
    [
        ("What's hot", "WHAT'S HOT!", "what’s  hot", " (What's\u00a0hot...)\n"),
        ("Datenschutz und Recht", "Datenschutz — und: Recht"),
        ("前へ 次へ", "前へ、次へ。"),
    ],
)
def test_a_block_is_known_by_its_words(texts):
    """Case, punctuation and white space change no hash, and another word or another order does."""
    assert 1 == len(set(overrides.hashes_of(texts, 5).tolist()))
    assert 3 == len(set(overrides.hashes_of([texts[0], texts[0] + " x", "x " + texts[0]], 5).tolist()))


odd = st.text("aB7.| \n\r\u0301\u00a0\u00ad\u0085\u1680\u2028\u200b\x1c\x00é。漢", max_size=400)


@given(st.lists(st.text() | odd, max_size=5), st.integers(0, 3))
def test_printed_words_of_a_block_have_its_hash(texts, seed):
    """The printed form of a block, with one space for white space, has the hash of the block.

    A printed block that looks like a wrong encoding by itself, and did not in its text, is left out.
    """
    buffer, offsets, _ = clean_texts(texts)
    split = blocks.split_blocks(buffer, offsets)
    folded = fold(buffer, split.offsets, Workspace(), figures=True)
    expected = block_hashes(tokenize(folded, seed, Workspace()), seed).tolist()
    edges = split.offsets.tolist()
    printed = [" ".join(buffer[first:last].tobytes().decode().split()) for first, last in pairwise(edges)]
    assume(all(clean_text(block) == block for block in printed))
    assert expected == overrides.hashes_of(printed, seed).tolist()


def test_many_texts_are_hashed_as_one_is():
    """Texts of several batches have the hashes that each text has alone."""
    texts = [f"entry {number % 4000}" for number in range(9000)]
    hashes = overrides.hashes_of(texts, 0)
    assert (9000, 4000) == (len(hashes), len(set(hashes.tolist())))
    assert hashes[8500:8503].tolist() == [int(overrides.hashes_of([text], 0)[0]) for text in texts[8500:8503]]


def test_rulings_may_repeat():
    """Two equal rulings are allowed, and so are different rulings for different sources."""
    rulings = [Ruling("Menu", True), Ruling("MENU!", True), Ruling("menu", False, "globe"), Ruling("Menus", False)]
    assert overrides.problem(rulings) is None
    assert overrides.problem([]) is None


@pytest.mark.parametrize(
    ("rulings", "position", "reason"),
    [
        ([Ruling("Menu", True), Ruling(" ... ", True)], 1, "the block ' ... ' has no word"),
        ([Ruling("", False)], 0, "has no word"),
        (
            [Ruling("Menu", True), Ruling("x", True), Ruling("MENU", False)],
            2,
            "the block 'MENU' is ruled to be boilerplate",
        ),
        ([Ruling("Menu", True, "a"), Ruling("Menu", False, "a")], 1, "take one of the two out"),
    ],
)
def test_rulings_that_cannot_be_followed(rulings, position, reason):
    """A block without words and a contradiction are problems, with the position of the ruling and a cure."""
    problem = overrides.problem(rulings)
    assert problem is not None
    assert (position, True) == (problem[0], reason in problem[1])


hashes = st.lists(st.lists(st.sampled_from("abcde"), max_size=4), max_size=5)
rulings = st.lists(
    st.builds(
        lambda block, source: Ruling(block, (ord(block) + len(source)) % 2 == 0, source),
        st.sampled_from("abcde"),
        st.sampled_from(["", "x", "y", "z"]),
    )
)


@given(hashes, st.lists(st.sampled_from(["x", "y", "other"]), min_size=5, max_size=5), rulings)
def test_where_rulings_hold(blocks, names, rulings):
    """The ruling on a block is the ruling for its site, else the ruling for all sites. Equal rulings are used alike."""
    expected, used = {}, set()
    for place, (page, block) in enumerate((page, block) for page, row in enumerate(blocks) for block in row):
        for source in ("", names[page]):
            for ruling in rulings:
                if (ruling.block, ruling.source) == (block, source):
                    expected[place] = ruling.chrome
                    used.add((block, source))
    rules = OverrideRules.of(rulings, 0)
    pages = of_hashes([overrides.hashes_of(row, 0).tolist() for row in blocks])
    numbers = np.array([rules.number_of(name) for name in names[: len(blocks)]], np.int64)
    overridden = overrides.find_overridden(pages, numbers, rules)
    assert list(expected.items()) == list(zip(overridden.places.tolist(), overridden.verdicts.tolist(), strict=True))
    assert [(ruling.block, ruling.source) in used for ruling in rulings] == overridden.used.tolist()
