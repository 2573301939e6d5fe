"""The only place that writes, syncs, renames and removes files; a test puts its own in place of it, to fail or to die.

A file is there whole or not at all: it is written under another name, synced, renamed, and the folder synced.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

PARTIAL: Final = ".part"
"""What the name of a file that is being written ends in."""

POINTS: Final = (
    "made",
    "created",
    "commit begun",
    "committing",
    "committed",
    "file written",
    "file synced",
    "file renamed",
    "folder synced",
    "listing",
    "listed",
    "removed",
    "checkpointed",
)
"""Moments at which a process may die, in the order in which a commit that seals comes by."""


class DurableFiles:
    """Files as the system has them."""

    def reached(self, point: str) -> None:
        """One of `POINTS` is reached; nothing is done about it."""

    def write(self, path: Path, chunks: Iterable[bytes | memoryview]) -> None:
        """Make the file durable: whole, or not there."""
        partial = path.with_name(path.name + PARTIAL)
        try:
            self._write(partial, chunks)
        except BaseException:
            self.remove(partial)  # it may be what filled the disk
            raise
        self.rename(partial, path)
        self.reached("file renamed")
        self.sync_folder(path.parent)
        self.reached("folder synced")

    def _write(self, path: Path, chunks: Iterable[bytes | memoryview]) -> None:
        with path.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            self.reached("file written")
            self.sync(file.fileno())
        self.reached("file synced")

    def sync(self, descriptor: int) -> None:
        """Wait until an open file is on the disk."""
        os.fsync(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        """Give a file its name."""
        old.replace(new)

    def sync_folder(self, folder: Path) -> None:
        """Wait until the names in a folder are on the disk."""
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            self.sync(descriptor)
        finally:
            os.close(descriptor)

    def remove(self, path: Path) -> None:
        """Unlink a file, if it is there; who has it mapped keeps what is in it."""
        path.unlink(missing_ok=True)


FILES: Final = DurableFiles()
