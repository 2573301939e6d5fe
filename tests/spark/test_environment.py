"""The environment of the tests that need Java: a session starts, and its Python processes are this Python."""

import sys

import pyarrow
import pytest

pytestmark = pytest.mark.spark


def test_a_session_starts_and_says_its_version(spark):
    """A session is of Spark 4, and counts rows."""
    assert "4" == spark.version.split(".")[0]
    assert 1_000 == spark.range(1_000).count()


def test_executors_run_the_python_of_the_tests(spark):
    """Rows pass through Python as Arrow batches, in the interpreter that runs the tests."""

    def interpreters(batches):
        for batch in batches:
            yield pyarrow.record_batch({"path": [sys.executable] * batch.num_rows})

    rows = spark.range(10).mapInArrow(interpreters, "path string").distinct().collect()
    assert [sys.executable] == [row.path for row in rows]
