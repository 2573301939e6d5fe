"""Texts, sites and boilerplate of the plan are those of the engine, in any number of parts and any order of rows."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from dedup.core.arrays.graph import by_first
from dedup.core.arrays.tables import Table
from dedup.core.sites.decision import decide_boilerplate
from dedup.core.sites.pages import Pages
from dedup.core.sites.reference.pages import PlainPage
from dedup.core.stages import boilerplate, ids, joining, sites, texts
from dedup.core.stages.stage import Operator, PlanStage, Step
from tests.helpers.pages import lined, menu, packed
from tests.helpers.plan_tables import PARTS, collection_of, documents_table, rows_of, texts_of_pages, walked

CORPUS = Path(__file__).parents[2] / "corpus" / "pages"

TO_TEXTS = (*ids.STAGES, *texts.STAGES)
TO_DROPPED = (*sites.STAGES, *boilerplate.STAGES)

each_cut = pytest.mark.parametrize(("parts", "seed"), PARTS)


def beyond(plan: tuple[Step, ...]) -> tuple[Step, ...]:
    """The stages, with the steps for what does not fit in one part in place of each stage that sees the whole."""
    steps: list[Step] = []
    for step in plan:
        whole = isinstance(step, PlanStage) and step.operator is Operator.WHOLE
        steps += step.beyond if whole else (step,)
    return tuple(steps)


def decisions_of(tables: dict[str, Table]) -> tuple[list[int], set[tuple[int, int]]]:
    """The site of each page, numbered by its first page, and the blocks that are left out."""
    order = tables["sites"]["num"].argsort()
    dropped = rows_of(tables["dropped"], "num", "hash")
    assert len(dropped) == len(set(dropped))
    return by_first(tables["sites"]["site"][order]).tolist(), set(dropped)


def expected_decisions(pages: Pages) -> tuple[list[int], set[tuple[int, int]]]:
    """What `decide_boilerplate` finds. Credits are not among what is left out."""
    flags = decide_boilerplate(pages)
    left_out = flags.boilerplate.site | flags.boilerplate.anywhere
    owners = pages.of_blocks()[left_out]
    return flags.sites.tolist(), set(zip(owners.tolist(), pages.hashes[left_out].tolist(), strict=True))


def check_pages(pages: Pages, parts: int, seed: int | None) -> None:
    """Sites and boilerplate are those of `decide_boilerplate`, also by the steps for many pages."""
    expected = expected_decisions(pages)
    for plan in (TO_DROPPED, beyond(TO_DROPPED)):
        tables = walked(plan, {"texts": texts_of_pages(pages)}, ("sites", "dropped"), parts, seed)
        assert expected == decisions_of(tables)


TEXT = st.builds(
    lambda name, count: f"{name} " * count, st.sampled_from("abcdefghij"), st.sampled_from([1, 1, 1, 4, 9])
)
PAGE = st.builds(
    PlainPage,
    st.lists(TEXT, min_size=12, max_size=12),
    st.lists(st.integers(0, 4).map(bool), min_size=12, max_size=12),
    st.integers(-1, 2),
    st.sampled_from([0, 0, 0, 1, 2]),
    st.integers(0, 3),
)


@settings(max_examples=60)
@given(st.lists(PAGE, max_size=14), st.sampled_from(PARTS))
def test_decisions_equal_those_of_the_engine(pages: list[PlainPage], cut: tuple[int, int | None]) -> None:
    """Sites and boilerplate of pages of few blocks are those of the engine."""
    check_pages(packed(pages), *cut)


@each_cut
def test_many_pages_of_some_sites(parts: int, seed: int | None) -> None:
    """Sites with more pages than are sampled, with a source and without, lose their menus and teasers alone."""
    random = np.random.default_rng(7)
    pages = []
    for number in range(240):
        site, named = number % 6, bool(random.integers(2))
        teasers = [f"teaser {site} {teaser} of many words " * 2 for teaser in random.integers(0, 30, 5)]
        article = [f"sentence {line} of article {random.integers(90)} with words " * 3 for line in range(6)]
        blocks = [*menu(f"site{site}", 9 + site)[int(random.integers(3)) :], *article, *teasers, "all rights reserved"]
        pages.append(lined(*blocks, source=site if named else -1, content=int(random.integers(1 << 40))))
    check_pages(packed(pages), parts, seed)


@each_cut
def test_corpus(parts: int, seed: int | None) -> None:
    """Texts, numbers, sites and what is left out of `corpus/` are those of the engine."""
    collection = collection_of(dedup.read(CORPUS))
    inputs = {"documents": documents_table(dedup.read(CORPUS))}
    keep = ("members", "texts", "sites", "dropped")
    tables = walked((*TO_TEXTS, *TO_DROPPED), inputs, keep, parts, seed)
    members = [(member.id, text) for member, text in zip(collection.members, collection.text.tolist(), strict=True)]
    assert sorted(members) == rows_of(tables["members"], "id", "num")
    of_texts = tables["texts"].take(tables["texts"]["num"].argsort())
    pages = collection.pages
    assert pages.headlines.tolist() == of_texts["headline"].tolist()
    assert pages.contents.tolist() == of_texts["contents"].tolist()
    assert pages.hashes.tolist() == of_texts.lists("hashes").values.tolist()
    assert pages.bounds.tolist() == of_texts.lists("hashes").edges.tolist()
    assert collection.says.lengths.tolist() == of_texts.lists("says").lengths.tolist()
    assert collection.lengths[collection.first].tolist() == of_texts.lists("tokens").lengths.tolist()
    assert expected_decisions(pages) == decisions_of(tables)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 3)), max_size=16), st.integers(0, 4))
def test_joining_in_turns_equals_joining_in_one_part(drawn: list[tuple[int, int, int]], named: int) -> None:
    """Alike pages are joined to the same sites in turns and in one part."""
    pairs = sorted({(min(a, b), max(a, b)): alike for a, b, alike in drawn if a != b and max(a, b) >= named}.items())
    a, b, alike = (
        (np.array(column, np.int64) for column in zip(*((*pair, alike) for pair, alike in pairs), strict=True))
        if pairs
        else np.zeros((3, 0), np.int64)
    )
    left, right = (np.where(end < named, -1 - end // 2, end) for end in (a, b))
    table = Table({"a": a, "b": b, "left": left, "right": right, "resemblance": alike / 4})
    expected = rows_of(sites.join_pages(None, table), "num", "site")
    for parts, seed in PARTS:
        joined = walked(joining.STEPS, {"alike_pages": table}, ("joined",), parts, seed)["joined"]
        assert expected == rows_of(joined, "num", "site")
