"""The ways into the engine of Spark: the script of ``spark-submit``, a session, a frame, an interrupt."""

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import dedup
from dedup.cli import main, submit
from dedup.errors import InputError, SettingsError

pytestmark = pytest.mark.spark

ROOT = Path(__file__).resolve().parents[2]


def test_spark_submit_runs_the_script():
    """``spark-submit`` takes the script for Python, and the script is the command ``dedup``."""
    import pyspark

    program = Path(pyspark.__file__).parent / "bin" / "spark-submit"
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYSPARK_PYTHON": sys.executable}
    command = [program, "--master", "local[1]", submit.__file__, "--version"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert 0 == done.returncode, done.stderr
    assert done.stdout.startswith("dedup ")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            "An error occurred while calling None.org.apache.spark.api.java.JavaSparkContext.\n"
            ": org.apache.spark.SparkException: Could not parse Master URL: 'locale[2]'\n\tat org.apache.spark\n",
            "with the master locale[2]: Could not parse Master URL: 'locale[2]'",
        ),
        (
            "[JAVA_GATEWAY_EXITED] Java gateway process exited before sending its port number.",
            "before sending its port number; install Java 17 or newer, and set JAVA_HOME",
        ),
    ],
)
def test_the_error_of_a_session_that_does_not_start_has_the_cause(monkeypatch, error, message):
    """The cause is what Spark says, and not the name of a call of Java."""
    from pyspark.sql import SparkSession

    from dedup.engines.spark.session import start

    def fail(_builder):
        raise RuntimeError(error)

    monkeypatch.setattr(SparkSession.Builder, "getOrCreate", fail)
    with pytest.raises(SettingsError) as raised:
        start("locale[2]")
    assert str(raised.value).endswith(message)


def test_a_frame_that_the_engine_cannot_take_is_an_error(spark, tmp_path):
    """A frame without ids is refused, and so is a frame of pandas. The messages have the cure."""
    import pandas as pd

    from dedup.engines.spark import cluster

    frame = spark.createDataFrame([("One text.",)], "text string")
    with pytest.raises(InputError, match=r"has no column 'id': give each row its own, or name it: fields=\{'id': "):
        cluster(frame, folder=str(tmp_path / "stories"))
    with pytest.raises(InputError, match=r"a pandas.DataFrame is no frame of Spark: give session.createDataFrame"):
        cluster(pd.DataFrame({"id": ["a"], "text": ["One text."]}), folder=str(tmp_path / "stories"))


def test_the_local_engine_notes_that_the_rows_of_a_frame_come_to_this_machine(spark):
    """``dedup.cluster`` takes a frame of Spark, and its note names the call that works on the cluster."""
    frame = spark.sql("select 'a' as id, 'One text.' as text union all select 'b', 'Another one.'")
    report = dedup.cluster(frame, workers=1)
    assert 2 == report.documents
    (note,) = [note for note in report.notes if note.about == "the frame of Spark"]
    assert "dedup.engines.spark.cluster(frame, folder=FOLDER)" in note.reason


def test_an_interrupt_gives_one_message(spark, tmp_path, monkeypatch, caplog):
    """The message says how to go on. Neither py4j nor an error of the call that was cut off adds another."""
    from dedup.engines.spark import job

    def interrupted(*_arguments, **_options):
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt as error:
            logging.exception("KeyboardInterrupt while sending command.")
            raise OSError("Answer from Java side is empty") from error

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(job, "cluster_files", interrupted)
    monkeypatch.setattr(type(spark), "stop", lambda _session: None)
    Path("page.txt").write_text("A page.")
    command = ["cluster", "page.txt", "--engine", "spark", "--master", "local[2]", "--output", "stories"]
    done = CliRunner().invoke(main, command)
    spark.sparkContext.setLogLevel("ERROR")
    assert 130 == done.exit_code
    assert "stories keeps the complete stages. Give the same command to go on.\nInterrupted.\n" == done.stderr
    assert [] == caplog.records
