"""Rulings: a block is known by its words, the ruling for fewer pages has the last word, and contradictions are told."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.workspace import Workspace
from dedup.core.sites import overrides
from dedup.core.sites.overrides import EVERY, NOWHERE, OverrideRules
from dedup.core.text import blocks
from dedup.core.text.block_hashes import block_hashes
from dedup.core.text.cleaning import clean_texts
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
    """Case, punctuation and white space change no hash; another word, or another order, does."""
    assert 1 == len(set(overrides.hashes_of(texts, 5).tolist()))
    assert 3 == len(set(overrides.hashes_of([texts[0], texts[0] + " x", "x " + texts[0]], 5).tolist()))


odd = st.text("aB7.| \n\r\u0301\u00a0\u00ad\u0085\u1680\u2028\u200b\x1c\x00é。漢", max_size=400)


@given(st.lists(st.text() | odd, max_size=5), st.integers(0, 3))
def test_what_is_printed_of_a_block_has_its_hash(texts, seed):
    """The words of any block of any page, with one space for white space, have the hash that the engine gave it."""
    _, buffer, offsets, _ = clean_texts(texts)
    cut = blocks.split_blocks(buffer, offsets)
    folded = fold(buffer, cut.offsets, Workspace(), figures=True)
    expected = block_hashes(tokenize(folded, seed, Workspace())).tolist()
    edges = cut.offsets.tolist()
    parts = [buffer[first:last].tobytes().decode() for first, last in pairwise(edges)]
    assert expected == overrides.hashes_of([" ".join(part.split()) for part in parts], seed).tolist()


def test_many_texts_are_hashed_as_one_is():
    """Texts beyond what is hashed at a time have the hash that they have alone."""
    texts = [f"entry {number % 4000}" for number in range(9000)]
    found = overrides.hashes_of(texts, 0)
    assert (9000, 4000) == (len(found), len(set(found.tolist())))
    assert found[8500:8503].tolist() == [int(overrides.hashes_of([text], 0)[0]) for text in texts[8500:8503]]


def test_rulings_may_be_said_twice():
    """The same words for the same source with the same verdict, and another verdict for another source, are fine."""
    given = [Ruling("Menu", True), Ruling("MENU!", True), Ruling("menu", False, "globe"), Ruling("Menus", False)]
    assert overrides.problem(given) is None
    assert overrides.problem([]) is None


@pytest.mark.parametrize(
    ("given", "place", "reason"),
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
def test_rulings_that_cannot_be_followed(given, place, reason):
    """A block without words and a contradiction are told with the place of the ruling, and a cure."""
    found = overrides.problem(given)
    assert found is not None
    assert (place, True) == (found[0], reason in found[1])


hashes = st.lists(st.lists(st.integers(0, 4), max_size=4), max_size=5)
rules = st.lists(st.tuples(st.integers(1, 5), st.sampled_from([NOWHERE, EVERY, 0, 1, 2])), max_size=6, unique=True)


sources = st.lists(st.integers(0, 2), min_size=5, max_size=5)
families = st.sampled_from([[0, 1, 2], [0, 0, 2], [1, 1, 1]])


@given(hashes, sources, families, rules)
def test_where_rulings_hold(hashes, sources, families, rules):
    """Of each block, the ruling for its source, else for its source's leader, else for every source, else none."""
    said = {rule: number for number, rule in enumerate(rules)}
    expected, used = {}, set()
    for place, (page, block) in enumerate((page, block) for page, row in enumerate(hashes) for block in row):
        scopes = (sources[page], families[sources[page]], EVERY)
        numbers = [said[block, scope] for scope in scopes if (block, scope) in said]
        used.update(numbers)
        if numbers:
            expected[place] = numbers[0]
    given = OverrideRules(
        np.array([block for block, _ in rules], np.uint64),
        np.arange(len(rules)) % 2 == 0,
        np.array([source for _, source in rules], np.int64),
    )
    found = overrides.find_overridden(
        of_hashes(hashes), np.array(sources[: len(hashes)], np.int64), np.array(families), given
    )
    assert list(expected) == found.places.tolist()
    assert [number % 2 == 0 for number in expected.values()] == found.verdicts.tolist()
    assert [number in used for number in range(len(rules))] == found.used.tolist()


def test_a_ruling_said_twice_is_used_twice():
    """Of two rulings that say the same, neither is told to hold nowhere."""
    given = OverrideRules(np.array([7, 7, 8], np.uint64), np.array([True, True, True]), np.array([EVERY, EVERY, EVERY]))
    found = overrides.find_overridden(of_hashes([[7]]), np.array([0]), np.array([0]), given)
    assert [True, True, False] == found.used.tolist()
