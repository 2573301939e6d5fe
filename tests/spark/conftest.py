"""A Spark session for all tests that need Java: one JVM with two cores, which ends with the run."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """A session on this machine, without a web page and with as few parts as it has cores."""
    from pyspark.sql import SparkSession  # here, so that the tests are collected without the extra

    builder = SparkSession.builder.master("local[2]").appName("tests of dedup")
    for name, value in {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.ui.enabled": "false",
    }.items():
        builder = builder.config(name, value)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        session = builder.getOrCreate()
        yield session
        session.stop()
