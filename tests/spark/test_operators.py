"""The operators on Spark give the rows that the operators in memory give."""

import numpy as np
import pytest

from dedup.core.arrays.tables import Lists, Table
from dedup.core.stages.stage import StageContext
from dedup.engines.plan.memory import MemoryOperators
from dedup.engines.plan.walk import walk
from dedup.errors import SettingsError, WorkError
from dedup.settings import Settings
from tests.helpers import toy_plan

pytestmark = pytest.mark.spark

CONTEXT = StageContext(Settings())


def rows_in(table: Table) -> list[tuple]:
    """The rows of a table, sorted."""
    columns = [
        [tuple(column.take(np.array([row])).values.tolist()) for row in range(len(table))]
        if isinstance(column, Lists)
        else column.tolist()
        for name, column in sorted(table.columns.items())
    ]
    return sorted(zip(*columns, strict=True))


def operators_on(spark, folder, **options):
    """Operators that store their stages in a folder."""
    from dedup.engines.spark.folders import Files, JobFolder
    from dedup.engines.spark.operators import SparkOperators
    from dedup.engines.spark.session import prepare

    session = prepare(spark)
    return SparkOperators(session, CONTEXT, JobFolder(str(folder), Files(session)), 4, steps=toy_plan.PLAN, **options)


def stored(operators, table: Table):
    """A table of this process as a table of the operators."""
    return operators.store("rows", table, toy_plan.ROWS)


def result_of(operators, count: int) -> dict[str, list[tuple]]:
    """The rows of all tables of the toy plan."""
    tables = walk(toy_plan.PLAN, operators, {"rows": stored(operators, toy_plan.rows_of(count))}, toy_plan.KEEP)
    return {name: rows_in(operators.driver.table(table, "test")) for name, table in tables.items()}


def expected_of(count: int) -> dict[str, list[tuple]]:
    """The rows of all tables of the toy plan in memory."""
    tables = walk(toy_plan.PLAN, MemoryOperators(CONTEXT), {"rows": toy_plan.rows_of(count)}, toy_plan.KEEP)
    return {name: rows_in(table) for name, table in tables.items()}


@pytest.mark.parametrize("bound", [0, 1_000_000])
def test_each_operator_gives_the_rows_of_the_operator_in_memory(spark, tmp_path, bound):
    """A plan with every operator gives equal tables, with components on the driver and by stars."""
    operators = operators_on(spark, tmp_path, driver_edges=bound)
    assert expected_of(300) == result_of(operators, 300)
    assert (operators.driver.received["edges"] > 0) == (bound > 0)


def test_a_task_that_fails_names_the_stage_the_part_and_the_error(spark, tmp_path):
    """An error in the function of a stage ends the job with its name."""
    operators = operators_on(spark, tmp_path)
    with pytest.raises(WorkError, match=r"^stage fails here, part \d: ZeroDivisionError: \d+ rows$"):
        walk(toy_plan.FAILING, operators, {"rows": stored(operators, toy_plan.rows_of(30))}, ())


def test_an_executor_of_another_version_ends_the_job_with_the_cure(spark, tmp_path, monkeypatch):
    """A task does not run where the versions differ from those of the driver."""
    operators = operators_on(spark, tmp_path)
    rows = stored(operators, toy_plan.rows_of(30))
    monkeypatch.setattr("dedup.engines.spark.operators.versions", lambda: "Python 3.0 with dedup 9")
    with pytest.raises(SettingsError, match=r"an executor has Python .* the driver has Python 3.0 with dedup 9: give"):
        walk(toy_plan.PLAN, operators, {"rows": rows}, ())
