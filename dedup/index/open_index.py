"""Opening an index: what is at the path, who may write to it, and whether its format and its settings are ours."""

import contextlib
import logging
from pathlib import Path
from typing import Any

from dedup.errors import IndexMismatch, IndexMissing, SettingsError
from dedup.index import migrations
from dedup.index.disk import database as data
from dedup.index.disk.codec import CorruptData
from dedup.index.disk.database import Database, Mode
from dedup.index.disk.files import PARTIAL, DurableFiles
from dedup.index.disk.lock import Lock
from dedup.index.error_mapping import map_errors, raise_corrupt
from dedup.index.records import Policy
from dedup.index.state import SEGMENTS, first_values
from dedup.settings import Settings

_LOGGER = logging.getLogger(__name__)

_NEW = data.NAME + PARTIAL
"""The name of a database that is being made."""

LOCK = "lock"
"""The file whose lock the writer holds."""


def open_folder(
    path: Path, settings: Settings | None, mode: Mode, durable: bool, policy: Policy, files: DurableFiles
) -> tuple[Path, Database, Settings, Policy, DurableFiles, Lock | None]:
    """What a `Store` is made of."""
    lock, database = None, None
    try:
        with map_errors(path, "opening"):
            if mode == "w":
                _make_folder(path, files)
                lock = Lock(path / LOCK)
            if not (path / data.NAME).is_file():
                if mode == "r":
                    raise IndexMissing(
                        f"{path}: there is no index: see to the path, or make one by opening it to write "
                        "('dedup index add')"
                    )
                _make(path, settings or Settings(), policy, files)
            database = Database(path / data.NAME, mode, durable, policy)
            migrations.migrate(path, database, mode, files)
            own = check_agreement(path, database.get("settings", dict[str, Any]), settings)
            _LOGGER.debug("%s is open, mode %s", path, mode)
            return path, database, own, policy, files, lock
    except CorruptData as damage:
        _close(database, lock)
        raise_corrupt(path, str(damage))
    except BaseException:
        _close(database, lock)
        raise


def _close(database: Database | None, lock: Lock | None) -> None:
    if database:
        database.close()
    if lock:
        lock.close()


def _make_folder(path: Path, files: DurableFiles) -> None:
    if not path.parent.is_dir():
        raise IndexMissing(f"{path}: the folder {path.parent} is not there: make it first")
    if path.exists() and not path.is_dir():
        raise IndexMissing(f"{path} is a file, not an index: give another path")
    if path.is_dir() and not (path / data.NAME).exists():
        others = {each.name for each in path.iterdir() if each.name != LOCK and not each.name.startswith(_NEW)}
        if others - {SEGMENTS} or ((path / SEGMENTS).is_dir() and any((path / SEGMENTS).iterdir())):
            raise IndexMissing(f"{path} is a folder with other things in it, not a whole index: give another path")
    for folder in (path, path / SEGMENTS):
        if not folder.is_dir():
            folder.mkdir(exist_ok=True)
            files.sync_folder(folder.parent)


def _make(path: Path, settings: Settings, policy: Policy, files: DurableFiles) -> None:
    """Make the database, under another name until all of it is there."""
    for ending in ("", "-wal", "-shm"):
        files.remove(path / (_NEW + ending))
    with contextlib.closing(Database(path / _NEW, "w", True, policy)) as database:
        database.create({"format": data.FORMAT, **first_values(settings)})
    files.reached("made")
    files.rename(path / _NEW, path / data.NAME)
    files.sync_folder(path)
    files.reached("created")


def check_agreement(path: Path, stored: dict[str, Any], given: Settings | None) -> Settings:
    """The settings of an index, if they are the ones that were ``given``."""
    try:
        own = Settings.from_mapping(stored)
    except SettingsError as error:
        raise IndexMismatch(
            f"{path} was made by another version of dedup, with settings that this one does not have ({error}): "
            "use that version, or add its documents to a new index"
        ) from error
    if given is None or given == own:
        return own
    ours, theirs = own.to_mapping(), given.to_mapping()
    differences = [f"{name} is {ours[name]!r}, not {theirs[name]!r}" for name in ours if ours[name] != theirs[name]]
    raise IndexMismatch(
        f"{path} was made with other settings: {'; '.join(differences)}. Leave the settings out to use its own, or add "
        "its documents to a new index"
    )
