"""The operators in spill files give the tables of those in memory, on any plan."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from dedup.core.arrays.tables import F64, FLAG, I64, MANY_U64, TEXT, U64, Lists, Schema, Table
from dedup.core.plan import PLAN
from dedup.core.stages.schemas import DOCUMENTS
from dedup.core.stages.stage import Operator, Repeat, Stage, StageContext, Step
from dedup.engines.plan import local
from dedup.engines.plan.local import LocalOperators
from dedup.engines.plan.report import make_report
from dedup.engines.plan.walk import walk
from dedup.engines.pool.messages import decode, encode
from dedup.engines.pool.spill import RaggedSpill
from dedup.engines.pool.tables import TableFiles
from dedup.engines.pool.usage import NOTHING
from dedup.engines.tasks.results import StageResult
from dedup.engines.tasks.stages import StageRunner
from dedup.engines.tasks.tasks import RunStage
from dedup.settings import Settings
from tests.helpers.plan_results import told_of
from tests.helpers.plan_tables import documents_table, walked

CONTEXT = StageContext(Settings())

TEXTS: Schema = {"num": I64, "group": U64, "name": TEXT, "words": MANY_U64, "score": F64}
LINKS: Schema = {"a": I64, "b": I64}
SHARED: Schema = {**LINKS, "words": MANY_U64}


class Workers:
    """Two runners that do tasks in turn. Tasks and results are messages, as between processes."""

    used = NOTHING

    def __init__(self, plan: Iterable[Step], files: RaggedSpill) -> None:
        self._runners = [StageRunner(plan, TableFiles(files.descriptors, number), CONTEXT) for number in range(2)]
        self.tasks: list[RunStage] = []

    def ask(self, tasks: Iterable[Any], kind: type[Any]) -> Iterator[Any]:
        """Yields the results of tasks."""
        for number, task in enumerate(tasks):
            self.tasks.append(task)
            result = self._runners[number % 2].run(decode(encode(task), RunStage))
            yield decode(encode(result), StageResult)


def walked_in_files(
    plan: tuple[Step, ...], inputs: dict[str, Table], schemas: dict[str, Schema], keep: Iterable[str]
) -> dict[str, Table]:
    """Walks stages with tables in spill files. Each input is stored as two parts."""
    with ExitStack() as open_files:
        files = open_files.enter_context(RaggedSpill(3, np.uint8))
        operators = LocalOperators(plan, Workers(plan, files), 2, TableFiles(files.descriptors, 2), CONTEXT)
        stored = {
            name: operators.store(
                name, [table.take(np.arange(len(table)) % 2 == half) for half in (0, 1)], schemas[name]
            )
            for name, table in inputs.items()
        }
        return {name: operators.load(table) for name, table in walk(plan, operators, stored, keep).items()}


def link_groups(_context: StageContext, texts: Table) -> tuple[Table, Table]:
    """Links each text of a group to the first one, and counts the groups."""
    texts = texts.take(np.lexsort((texts["num"], texts["group"])))
    group, first, sizes = np.unique(texts["group"], return_index=True, return_counts=True)
    links = Table({"a": texts["num"][first.repeat(sizes)], "b": texts["num"]})
    return links, Table({"group": group, "size": sizes, "large": sizes > 1})


def share_words(_context: StageContext, links: Table, texts: Table) -> Table:
    """Joins the words of both texts of each link."""
    order = texts["num"].argsort()
    row = order[texts["num"][order].searchsorted(np.stack((links["a"], links["b"]), axis=1))]
    words = texts.lists("words").take(row.ravel())
    return links.using(words=Lists.of_lengths(words.values, words.lengths.reshape(-1, 2).sum(axis=1)))


def shrink(_context: StageContext, left: Table) -> tuple[Table, Table]:
    """Takes one from each size, and keeps the groups that have more."""
    smaller = left.using(size=left["size"] - 1)
    return smaller.take(smaller["size"] > 0), left.select(("group",))


def name_all(_context: StageContext, texts: Table) -> Table:
    """Returns the numbers of all texts as one list."""
    return Table({"all": Lists.of_lengths(np.sort(texts["num"]).astype(np.uint64), np.array([len(texts)]))})


SIZES: Schema = {"group": U64, "size": I64, "large": FLAG}

TOY: tuple[Step, ...] = (
    Stage("links", Operator.GROUP, ("texts",), ("group",), {"links": LINKS, "left": SIZES}, link_groups),
    Stage(
        "words", Operator.PAIRS, ("links", "texts"), ("a", "b"), {"shared": {**LINKS, "words": MANY_U64}}, share_words
    ),
    Stage("joined", Operator.COMPONENTS, ("links",), (), {"labels": {"node": I64, "label": I64}}),
    Stage("order", Operator.ORDER, ("texts",), ("group", "name"), {"ordered": TEXTS}),
    Stage("all", Operator.WHOLE, ("texts",), (), {"whole": {"all": MANY_U64}}, name_all),
    Repeat(
        "shrinking",
        "left",
        (
            Stage(
                "shrinking",
                Operator.MAP,
                ("left",),
                (),
                {"left": SIZES, "turns": {"group": U64}},
                shrink,
                adds=frozenset({"turns"}),
            ),
        ),
    ),
)
"""A stage for each operator, and a repeated stage that adds rows."""

ROW = st.tuples(
    st.integers(0, 5), st.sampled_from(["", "a", "b", "é"]), st.lists(st.integers(0, 2**64 - 1), max_size=3)
)


def texts_of(rows: list[tuple[int, str, list[int]]], apart: int) -> Table:
    """Makes a table of texts whose numbers are ``apart``, so that they come to several slices."""
    words = [words for _, _, words in rows]
    return Table(
        {
            "num": np.arange(len(rows)) * apart,
            "group": np.array([group for group, _, _ in rows], np.uint64) * np.uint64(0x9E3779B97F4A7C15),
            "name": Lists.of_texts([f"{name}{row}" for row, (_, name, _) in enumerate(rows)]),
            "words": Lists.of_lengths(
                np.array([word for of_row in words for word in of_row], np.uint64),
                np.array([len(of_row) for of_row in words], np.int64),
            ),
            "score": np.arange(len(rows)) / 2,
        }
    )


def plain_rows(table: Table) -> list[tuple[Any, ...]]:
    """The rows of a table, sorted."""
    values = [
        list(map(bytes, np.split(column.values, column.edges[1:-1]))) if isinstance(column, Lists) else column.tolist()
        for column in table.columns.values()
    ]
    return sorted(zip(*values, strict=True)) if len(table) else []


@settings(max_examples=60)
@given(st.lists(ROW, max_size=30), st.sampled_from([1, 700, 100_000]), st.sampled_from([1, 1 << 20]))
def test_tables_equal_those_in_memory(rows: list[tuple[int, str, list[int]]], apart: int, least: int) -> None:
    """Each operator gives the rows of its twin in memory, in one task and in many."""
    keep, texts = ("links", "shared", "labels", "ordered", "whole", "turns"), texts_of(rows, apart)
    plan = TOY if rows else TOY[:4]
    keep = keep if rows else keep[:4]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local, "_LEAST", least)
        tables = walked_in_files(plan, {"texts": texts}, {"texts": TEXTS}, keep)
    expected = walked(plan, {"texts": texts}, keep)
    assert {name: plain_rows(table) for name, table in tables.items()} == {
        name: plain_rows(table) for name, table in expected.items()
    }


def test_the_plan_gives_the_report_of_a_job() -> None:
    """The whole plan in spill files gives the report of `dedup.cluster` on the corpus."""
    inputs = dedup.read("corpus/pages")
    tables = walked_in_files(
        PLAN, {"documents": documents_table(inputs)}, {"documents": DOCUMENTS}, ("results", "counts")
    )
    report = make_report(tables["results"], tables["counts"], Settings())
    assert told_of(dedup.cluster(inputs, workers=1)) == told_of(report)
