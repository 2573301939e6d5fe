"""The folder of a job: a folder for each stage, files of the job, on any file system that Spark has.

A stage is complete when the file with its counts is there. It is written last.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pyspark.sql import SparkSession

COUNTS: Final = "_counts.json"
"""The counts of a complete stage."""

SUCCESS: Final = "_SUCCESS"
"""The file that ends a folder of Parquet files."""


class Files:
    """Small files and folders on the file systems of Spark."""

    def __init__(self, session: SparkSession) -> None:
        context: Any = session.sparkContext
        self._jvm, self._configuration = context._jvm, context._jsc.hadoopConfiguration()

    def exists(self, path: str) -> bool:
        """Return whether a file or folder is there."""
        place, system = self._open(path)
        return bool(system.exists(place))

    def names(self, path: str) -> list[str]:
        """Return the names of what a folder holds, sorted."""
        place, system = self._open(path)
        return sorted(status.getPath().getName() for status in system.listStatus(place))

    def delete(self, path: str) -> None:
        """Delete a file, or a folder with all that it holds."""
        place, system = self._open(path)
        system.delete(place, True)

    def read(self, path: str) -> str:
        """Return the text of a file."""
        place, system = self._open(path)
        stream = system.open(place)
        try:
            return bytes(stream.readAllBytes()).decode()
        finally:
            stream.close()

    def write(self, path: str, text: str) -> None:
        """Write a text to a file. The file appears as a whole where the file system renames so."""
        begun, system = self._open(f"{path}.begun")
        stream = system.create(begun, True)
        try:
            stream.write(bytearray(text.encode()))
        finally:
            stream.close()
        place, _ = self._open(path)
        system.delete(place, False)
        system.rename(begun, place)

    def _open(self, path: str) -> tuple[Any, Any]:
        place = self._jvm.org.apache.hadoop.fs.Path(path)
        return place, place.getFileSystem(self._configuration)


@dataclass(frozen=True)
class StageFolder:
    """The folder of one stage.

    - ``path``: the folder.
    - ``files``: its file system.
    """

    path: str
    files: Files

    def counts(self) -> Mapping[str, int] | None:
        """Return the counts of a stage; None if it is not complete."""
        place = f"{self.path}/{COUNTS}"
        return json.loads(self.files.read(place)) if self.files.exists(place) else None

    def complete(self, counts: Mapping[str, int]) -> None:
        """Write the counts. The stage is complete."""
        self.files.write(f"{self.path}/{COUNTS}", json.dumps(dict(counts)))


class JobFolder:
    """The folders of the stages of a job, in the order in which they are asked for.

    Args:
        path: the folder of the job.
        files: its file system.
    """

    def __init__(self, path: str, files: Files) -> None:
        self.path, self.files = path, files
        self.stages = 0

    def next_stage(self, name: str) -> StageFolder:
        """Return the folder of the next stage."""
        self.stages += 1
        return StageFolder(f"{self.path}/_{self.stages:02d}_{name.replace(' ', '_')}", self.files)
