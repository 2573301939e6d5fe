"""The operators in spill files give the tables of those in memory, on any plan."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from dedup.core.arrays.tables import Lists, Schema, Table
from dedup.core.plan import BOILERPLATE, COVERAGE, PLAN
from dedup.core.stages.schemas import DOCUMENTS
from dedup.core.stages.stage import StageContext, Step, stages_of
from dedup.engines.plan import local
from dedup.engines.plan.local import LocalOperators
from dedup.engines.plan.report import make_report
from dedup.engines.plan.walk import walk
from dedup.engines.pool import tables as pool_tables
from dedup.engines.pool.messages import decode, encode
from dedup.engines.pool.spill import RaggedSpill
from dedup.engines.pool.tables import TableFiles
from dedup.engines.pool.usage import NOTHING
from dedup.engines.tasks.results import StageResult
from dedup.engines.tasks.stages import StageRunner
from dedup.engines.tasks.tasks import RunStage
from dedup.settings import Settings
from tests.helpers import toy_plan
from tests.helpers.plan_results import told_of
from tests.helpers.plan_tables import documents_table, walked

CONTEXT = StageContext(Settings())


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


def plain_rows(table: Table) -> list[tuple[Any, ...]]:
    """The rows of a table, sorted."""
    values = [
        list(map(bytes, np.split(column.values, column.edges[1:-1]))) if isinstance(column, Lists) else column.tolist()
        for column in table.columns.values()
    ]
    return sorted(zip(*values, strict=True)) if len(table) else []


@settings(max_examples=40)
@given(st.integers(1, 60), st.integers(0, 1000), st.sampled_from([0, 4, 11]), st.sampled_from([1, 1 << 20]))
def test_tables_equal_those_in_memory(count: int, seed: int, neighbours: int, least: int) -> None:
    """Each operator gives the rows of its twin in memory, in one task and in many, in one slice and in many."""
    rows = {"rows": toy_plan.rows_of(count, seed)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local, "_LEAST", least)
        patch.setattr(pool_tables, "_NEIGHBOURS", neighbours)
        patch.setattr(pool_tables, "_GAP", least)
        tables = walked_in_files(toy_plan.PLAN, rows, {"rows": toy_plan.ROWS}, toy_plan.KEEP)
    expected = walked(toy_plan.PLAN, rows, toy_plan.KEEP)
    assert {name: plain_rows(table) for name, table in tables.items()} == {
        name: plain_rows(table) for name, table in expected.items()
    }


def test_the_plan_in_workers_has_no_two_stages_of_one_name() -> None:
    """A task names its stage, so names differ, but for stages with one function."""
    functions: dict[str, set[object]] = {}
    for stage in stages_of((*PLAN, *BOILERPLATE, *COVERAGE)):
        functions.setdefault(stage.name, set()).add(stage.function)
    assert [] == [name for name, of_name in functions.items() if len(of_name) > 1]


def test_the_plan_gives_the_report_of_a_job() -> None:
    """The whole plan in spill files gives the report of `dedup.cluster` on the corpus."""
    inputs = dedup.read("corpus/pages")
    tables = walked_in_files(
        PLAN, {"documents": documents_table(inputs)}, {"documents": DOCUMENTS}, ("results", "counts")
    )
    report = make_report(tables["results"], tables["counts"], Settings())
    assert told_of(dedup.cluster(inputs, workers=1)) == told_of(report)
