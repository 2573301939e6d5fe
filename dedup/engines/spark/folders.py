"""The folder of a job: a folder for each stage, files of the job, on any file system that Spark has.

A stage is complete when the file with its counts is there. It is written last.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
from pyspark.sql import SparkSession

from dedup.engines.spark.errors import readable_folder
from dedup.engines.spark.storage.stored_tables import StageCounts
from dedup.formats.files.remote import is_address
from dedup.regular_files import replacing

COUNTS: Final = "_counts.json"
"""The counts of a complete stage."""

SUCCESS: Final = "_SUCCESS"
"""The file that ends a folder of Parquet files."""


class Files:
    """Small files and folders: of this machine, or on the file systems that Hadoop knows.

    A path that begins with a slash is on this machine. Hadoop would start a process for the mode of each file.
    """

    def __init__(self, session: SparkSession) -> None:
        context: Any = session.sparkContext
        hadoop = context._jvm.org.apache.hadoop
        self._path_of, self._configuration = hadoop.fs.Path, context._jsc.hadoopConfiguration()
        self._version = hadoop.util.VersionInfo

    def absolute(self, path: str) -> str:
        """Return a path or an address that names the same folder on all machines.

        Raises:
            SettingsError: Hadoop cannot open the address.
        """
        with readable_folder(path, str(self._version.getVersion())):
            place, system = self._open(path)
        qualified = str(system.makeQualified(place).toString())
        if not qualified.startswith("file:/"):
            return qualified
        return qualified.removeprefix("file:") if is_address(path) else str(Path(path).absolute())

    def exists(self, path: str) -> bool:
        """Return whether a file or folder is there."""
        if _is_here(path):
            return Path(path).exists()
        place, system = self._open(path)
        return bool(system.exists(place))

    def is_file(self, path: str) -> bool:
        """Return whether a file is there, and no folder."""
        if _is_here(path):
            return Path(path).is_file()
        place, system = self._open(path)
        return bool(system.exists(place)) and bool(system.getFileStatus(place).isFile())

    def delete_stages(self, path: str) -> None:
        """Delete the folders of stages that the folder of a run holds."""
        for name in self.names(path):
            if name.startswith("_") and name[1:].partition("_")[0].isdigit():
                self.delete(f"{path}/{name}")

    def names(self, path: str) -> list[str]:
        """Return the names of what a folder holds, sorted."""
        if _is_here(path):
            return sorted(inner.name for inner in Path(path).iterdir())
        place, system = self._open(path)
        return sorted(status.getPath().getName() for status in system.listStatus(place))

    def delete(self, path: str) -> None:
        """Delete a file, or a folder with all that it holds."""
        if not _is_here(path):
            place, system = self._open(path)
            system.delete(place, True)
        elif Path(path).is_dir():
            shutil.rmtree(path)
        else:
            Path(path).unlink(missing_ok=True)

    def read(self, path: str) -> str:
        """Return the text of a file."""
        if _is_here(path):
            return Path(path).read_text("utf-8")
        place, system = self._open(path)
        stream = system.open(place)
        try:
            return bytes(stream.readAllBytes()).decode()
        finally:
            stream.close()

    def write(self, path: str, text: str) -> None:
        """Write a text to a file. The file appears as a whole where the file system renames so."""
        if _is_here(path):
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            with replacing(Path(path)) as file:
                file.write(text.encode())
            return
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
        place = self._path_of(path)
        return place, place.getFileSystem(self._configuration)


def _is_here(path: str) -> bool:
    return path.startswith("/")


@dataclass(frozen=True)
class StageFolder:
    """The folder of one stage.

    - ``path``: the folder.
    - ``files``: its file system.
    """

    path: str
    files: Files

    def counts(self) -> StageCounts | None:
        """Return the counts of a stage; None if it is not complete."""
        place = f"{self.path}/{COUNTS}"
        return msgspec.json.decode(self.files.read(place), type=StageCounts) if self.files.exists(place) else None

    def complete(self, counts: StageCounts) -> None:
        """Write the counts. The stage is complete."""
        self.files.write(f"{self.path}/{COUNTS}", msgspec.json.encode(counts).decode())


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
