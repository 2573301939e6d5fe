"""Errors of tasks on executors. The driver makes one error of this package of them, with stage, part and cure."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar

from dedup.errors import DedupError, InputError, SettingsError, WorkError
from dedup.types import Skip

_CURE = (
    "give every machine the Python and the packages of the driver: an image, or spark.archives=env.tar.gz#env with "
    "PYSPARK_PYTHON=env/bin/python"
)

_OTHER_PYTHON = re.compile(r"PYTHON_VERSION_MISMATCH\]?[^\n]*")
_NO_FILE_SYSTEM = re.compile(r"No FileSystem for scheme|ClassNotFoundException")
_MISSING = re.compile(r"No module named '?(dedup[\w.]*|numpy|pyarrow|msgspec|xxhash)'?")

_NAMED = 3
"""Inputs that the message of an error names, at most."""


class TaskError(RuntimeError):
    """A task failed. The message begins with `MARK` and names the stage, the part and the error."""

    MARK: ClassVar[str] = "dedup task failed: "


class VersionError(TaskError):
    """An executor has another version of Python or of this package than the driver."""

    MARK: ClassVar[str] = "dedup versions differ: "


class NoDocuments(InputError):
    """No document can be read.

    Attributes:
        skips: the first of the inputs that cannot be read.
        skipped: the number of all of them.
    """

    def __init__(self, skips: Sequence[Skip], skipped: int) -> None:
        reasons = [f"{skip.path}{':' if skip.line else ''}{skip.line or ''}: {skip.reason}" for skip in skips[:_NAMED]]
        more = f"; and {skipped - len(reasons):,} more" if skipped > len(reasons) else ""
        super().__init__(f"no document can be read: {'; '.join(reasons) or 'there are no rows'}{more}")
        self.skips, self.skipped = skips, skipped


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


@contextmanager
def readable_folder(path: str, hadoop: str = "") -> Iterator[None]:
    """Turn an error of a file system into `SettingsError`.

    Args:
        path: the folder of a job.
        hadoop: the version of Hadoop.

    Raises:
        SettingsError: the folder cannot be opened.
    """
    try:
        yield
    except DedupError:
        raise
    except OSError as error:
        raise SettingsError(f"{path} cannot be opened: {error.strerror or error}; give another folder") from error
    except Exception as error:
        text = str(error)
        if _NO_FILE_SYSTEM.search(text):
            raise SettingsError(
                f"Hadoop has no file system for {path}: add its package, which for s3a:// is "
                f"spark-submit --packages org.apache.hadoop:hadoop-aws:{hadoop}"
            ) from error
        of_java = re.search("^: (.*)", text, re.MULTILINE)
        cause = of_java[1] if of_java else text.strip().partition("\n")[0]
        raise SettingsError(f"{path} cannot be opened: {cause}") from error
