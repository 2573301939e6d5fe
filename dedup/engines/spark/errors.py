"""Errors of tasks on executors, as one error of this package with the stage, the part and the cure."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from dedup.engines.spark.tasks import TaskError, VersionError
from dedup.errors import SettingsError, WorkError

_CURE = (
    "give every machine the Python and the packages of the driver: an image, or spark.archives=env.tar.gz#env with "
    "PYSPARK_PYTHON=env/bin/python"
)

_OTHER_PYTHON = re.compile(r"PYTHON_VERSION_MISMATCH\]?[^\n]*")
_MISSING = re.compile(r"No module named '?(dedup[\w.]*|numpy|pyarrow|msgspec|xxhash)'?")


@contextmanager
def readable_errors(stage: str) -> Iterator[None]:
    """Turn an error of Spark into `WorkError`.

    Args:
        stage: the name of the stage.

    Raises:
        SettingsError: an executor has another version of Python or of a package.
        WorkError: a task failed.
    """
    try:
        yield
    except Exception as error:
        text = str(error)
        if differs := re.search(f"{VersionError.MARK}([^\n]*)", text):
            raise SettingsError(f"{differs[1]}: {_CURE}") from error
        if differs := _OTHER_PYTHON.search(text) or _MISSING.search(text):
            raise SettingsError(f"an executor has another Python ({differs[0]}): {_CURE}") from error
        if failed := re.search(f"{TaskError.MARK}([^\n]*)", text):
            raise WorkError(failed[1]) from error
        aborted = re.search(r"Job aborted due to stage failure: [^\n]*", text)
        first = aborted[0] if aborted else text.strip().partition("\n")[0]
        raise WorkError(f"stage {stage}: {type(error).__name__}: {first}") from error
