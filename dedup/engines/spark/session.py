"""Sessions of Spark: one that this package starts, or a new one beside the session of a caller."""

import os
import re
import shutil
import socket
import sys
import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from dedup.engines.spark.limits import BATCH_BYTES, BATCH_ROWS, MASTER_SECONDS
from dedup.errors import LibraryMissing, SettingsError
from dedup.version import DISTRIBUTION

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SETTINGS = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.execution.arrow.maxRecordsPerBatch": str(BATCH_ROWS),
    "spark.sql.execution.arrow.maxBytesPerBatch": str(BATCH_BYTES),
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.execution.pyspark.udf.simplifiedTraceback.enabled": "false",
}
"""Settings of SQL that the engine needs. They are set on sessions of this package only.

Rows of Spark are few, so no code is compiled for them. Tasks of SQL and other tasks share Python processes if the
environment of these processes is the same; shorter tracebacks of SQL would change it.
"""

LOCAL_SETTINGS = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m -XX:+UseParallelGC"
}
"""Settings of a Spark in one process. A thorough compiler costs more than it saves: the JVM moves few rows."""


def start(master: str | None, settings: dict[str, str] | None = None) -> "SparkSession":
    """Start Spark, or take the session that runs.

    Args:
        master: the master, as ``local[2]`` or ``spark://host:7077``; None for what ``spark-submit`` gives.
        settings: more settings of Spark.

    Raises:
        LibraryMissing: pyspark is not installed.
        SettingsError: there is no Java, or the master does not answer.
    """
    check_environment()
    _check_master(master)
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)  # no use of pandas
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder: Any = SparkSession.builder.appName("dedup")
    chosen = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.executorEnv.OMP_NUM_THREADS": "1",
    }
    if master is not None:
        builder = builder.master(master)
        chosen |= LOCAL_SETTINGS if master.startswith("local") and "cluster" not in master else {}
    for name, value in (chosen | (settings or {})).items():
        builder = builder.config(name, value)
    try:
        session: SparkSession = builder.getOrCreate()
    except Exception as error:
        of_master = "" if master is None else f" with the master {master}"
        raise SettingsError(f"Spark does not start{of_master}: {_cause(error)}") from error
    return session


def check_environment() -> None:
    """Raise `LibraryMissing` if pyspark is not installed, and `SettingsError` if there is no Java."""
    _check_library()
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise SettingsError("Spark needs Java 17 or newer, and there is no java: install it, or set JAVA_HOME")


def _check_master(master: str | None) -> None:
    """Raise `SettingsError` if no machine of ``spark://host:port,...`` answers. Spark itself tries for a minute."""
    if master is None or not master.startswith("spark://"):
        return
    reason = ""
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), MASTER_SECONDS).close()
        except OSError as error:
            reason = f"{address}: {error.strerror or error}"
        except (ValueError, OverflowError):  # no port: Spark says what is wrong
            return
        else:
            return
    raise SettingsError(f"no master of Spark answers at {reason}; start the master, or give its address: --master")


def _cause(error: Exception) -> str:
    """Return what Spark says in an error, and the cure if there is no Java that runs."""
    text = str(error).strip()
    of_java = re.search(r"^: (?:[\w.$]+: )?(.+)", text, re.MULTILINE)
    cause = (of_java[1] if of_java else text.partition("\n")[0]).rstrip(".")
    return f"{cause}; install Java 17 or newer, and set JAVA_HOME" if "gateway" in cause else cause


def _check_library() -> None:
    if find_spec("pyspark") is None:
        raise LibraryMissing(f"pyspark is not installed: run pip install '{DISTRIBUTION}[spark]'")


def prepare(session: "SparkSession") -> "SparkSession":
    """Return a new session of the same Spark with the settings of the engine. The caller's session stays as it is."""
    prepared = session.newSession()
    for name, value in SETTINGS.items():
        prepared.conf.set(name, value)
    return prepared


def import_job() -> Any:
    """Return the module `dedup.engines.spark.job`. Raises `LibraryMissing` without pyspark."""
    _check_library()
    from dedup.engines.spark import job

    return job
