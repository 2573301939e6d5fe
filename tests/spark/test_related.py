"""A job on Spark refuses the setting of related coverage."""

import pytest

from dedup.errors import SettingsError
from dedup.settings import Settings

pytestmark = pytest.mark.spark


def test_a_job_on_spark_refuses_related_coverage():
    """A job that is asked for related coverage ends before it begins, with a message."""
    from dedup.engines.spark.headers import make_header

    with pytest.raises(SettingsError, match="a job on Spark has no related coverage; run it on one machine"):
        make_header("rows", (), {}, Settings(related=True), (), 1000)
