"""Errors of tasks on executors. The driver makes one error of this package of them, with stage, part and cure."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from dedup.errors import SettingsError, WorkError

_CURE = (
    "give every machine the Python and the packages of the driver: an image, or spark.archives=env.tar.gz#env with "
    "PYSPARK_PYTHON=env/bin/python"
)

_OTHER_PYTHON = re.compile(r"PYTHON_VERSION_MISMATCH\]?[^\n]*")
_MISSING = re.compile(r"No module named '?(dedup[\w.]*|numpy|pyarrow|msgspec|xxhash)'?")


class TaskError(RuntimeError):
    """A task failed. The message begins with `MARK` and names the stage, the part and the error."""

    MARK: ClassVar[str] = "dedup task failed: "


class VersionError(TaskError):
    """An executor has another version of Python or of this package than the driver."""

    MARK: ClassVar[str] = "dedup versions differ: "


@contextmanager
def naming_errors(stage: str, part: int) -> Iterator[None]:
    """Raise `TaskError` with the stage and the part for any error but a lack of memory.

    Args:
        stage: the name of the stage.
        part: the number of the part.
    """
    try:
        yield
    except MemoryError:
        raise
    except Exception as error:
        raise TaskError(f"{TaskError.MARK}stage {stage}, part {part}: {type(error).__name__}: {error}") from error


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
