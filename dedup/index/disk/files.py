"""Durable files: this is the only module that syncs, and the only one that writes, renames and removes files.

SQLite syncs its own file, as `index.disk.database` tells it to (``synchronous``). A test replaces `DurableFiles` to
fail or to die at a chosen point.

A file is whole or absent: the module writes it under another name, syncs it, renames it and syncs its folder. A new
file is as private as its folder.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from dedup.regular_files import partial_path, private_mode, write_new

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
"""Points at which a test lets a process die, in the order in which a commit that seals reaches them."""


class DurableFiles:
    """The files of the operating system."""

    def reached(self, point: str) -> None:
        """Do nothing at one of `POINTS`; a test overrides this method."""

    def write(self, path: Path, chunks: Iterable[bytes | memoryview]) -> None:
        """Write a file durably: whole, or not at all."""
        partial = partial_path(path)
        try:
            self._write_synced(partial, chunks)
        except BaseException:
            self.remove(partial)  # the partial file may be what fills the disk
            raise
        self.rename(partial, path)
        self.reached("file renamed")
        self.sync_folder(path.parent)
        self.reached("folder synced")

    def _write_synced(self, path: Path, chunks: Iterable[bytes | memoryview]) -> None:
        with write_new(path, private_mode(path.parent)) as file:
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
        """Rename a file, over another one if there is one."""
        old.replace(new)

    def sync_folder(self, folder: Path) -> None:
        """Wait until the names in a folder are on the disk."""
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            self.sync(descriptor)
        finally:
            os.close(descriptor)

    def remove(self, path: Path) -> None:
        """Unlink a file if it exists; a process that has mapped the file keeps its content."""
        path.unlink(missing_ok=True)


FILES: Final = DurableFiles()
