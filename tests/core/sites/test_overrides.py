"""A ruling holds for the words of a block, the ruling for fewer pages wins, and contradictions are problems."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dedup.core.arrays.workspace import Workspace
from dedup.core.sites import overrides
from dedup.core.sites.overrides import EVERY, NOWHERE, OverrideRules
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
    expected = block_hashes(tokenize(folded, seed, Workspace())).tolist()
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


hashes = st.lists(st.lists(st.integers(0, 4), max_size=4), max_size=5)
rules = st.lists(st.tuples(st.integers(1, 5), st.sampled_from([NOWHERE, EVERY, 0, 1, 2])), max_size=6, unique=True)


sources = st.lists(st.integers(0, 2), min_size=5, max_size=5)
families = st.sampled_from([[0, 1, 2], [0, 0, 2], [1, 1, 1]])


@given(hashes, sources, families, rules)
def test_where_rulings_hold(hashes, sources, families, rules):
    """The ruling of a block is the ruling for its site, else for the leader of the family, else for all sites."""
    number_of = {rule: number for number, rule in enumerate(rules)}
    expected, used = {}, set()
    for place, (page, block) in enumerate((page, block) for page, row in enumerate(hashes) for block in row):
        scopes = (sources[page], families[sources[page]], EVERY)
        numbers = [number_of[block, scope] for scope in scopes if (block, scope) in number_of]
        used.update(numbers)
        if numbers:
            expected[place] = numbers[0]
    override_rules = OverrideRules(
        np.array([block for block, _ in rules], np.uint64),
        np.arange(len(rules)) % 2 == 0,
        np.array([source for _, source in rules], np.int64),
    )
    overridden = overrides.find_overridden(
        of_hashes(hashes), np.array(sources[: len(hashes)], np.int64), np.array(families), override_rules
    )
    assert list(expected) == overridden.places.tolist()
    assert [number % 2 == 0 for number in expected.values()] == overridden.verdicts.tolist()
    assert [number in used for number in range(len(rules))] == overridden.used.tolist()


def test_a_repeated_ruling_is_used_twice():
    """Two equal rulings are both used."""
    override_rules = OverrideRules(
        np.array([7, 7, 8], np.uint64), np.array([True, True, True]), np.array([EVERY, EVERY, EVERY])
    )
    overridden = overrides.find_overridden(of_hashes([[7]]), np.array([0]), np.array([0]), override_rules)
    assert [True, True, False] == overridden.used.tolist()
