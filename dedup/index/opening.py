"""Opening an index: what is at the path, who may write to it, and whether its format and its settings are ours."""

from pathlib import Path
from typing import Any

from dedup.errors import IndexMismatch, IndexMissing, SettingsError
from dedup.index import database as data
from dedup.index import migrating
from dedup.index.database import Database, Mode
from dedup.index.edge import damaged, mapped
from dedup.index.files import Files
from dedup.index.lock import Lock
from dedup.index.packing import Damage
from dedup.index.records import Policy
from dedup.index.state import SEGMENTS, first_values
from dedup.settings import Settings

__all__ = ["LOCK", "agreed", "opened"]

LOCK = "lock"
"""The file whose lock the writer holds."""


def opened(
    path: Path, settings: Settings | None, mode: Mode, durable: bool, policy: Policy, files: Files
) -> tuple[Path, Database, Settings, Policy, Files, Lock | None]:
    """What a `Store` is made of."""
    lock, database = None, None
    with mapped(path, "opening"):
        if mode == "w":
            _make_folder(path, files)
            lock = Lock(path / LOCK)
        elif not (path / data.NAME).is_file():
            raise IndexMissing(f"{path}: there is no index here: see to the path, or open it with mode='w' to make one")
    try:
        with mapped(path, "opening"):
            database = Database(path, mode, durable, policy.checkpoint, policy.most)
            return path, database, _ready(path, database, settings, mode, files), policy, files, lock
    except Damage as damage:
        _close(database, lock)
        damaged(path, str(damage))
    except BaseException:
        _close(database, lock)
        raise


def _close(database: Database | None, lock: Lock | None) -> None:
    if database:
        database.close()
    if lock:
        lock.close()


def _make_folder(path: Path, files: Files) -> None:
    if not path.parent.is_dir():
        raise IndexMissing(f"{path}: the folder {path.parent} is not there: make it first")
    if path.exists() and not path.is_dir():
        raise IndexMissing(f"{path} is a file, not an index: give another path")
    if path.is_dir() and {each.name for each in path.iterdir()} - {LOCK, SEGMENTS} and not (path / data.NAME).exists():
        raise IndexMissing(f"{path} is a folder with other things in it, not an index: give another path")
    for folder in (path, path / SEGMENTS):
        if not folder.is_dir():
            folder.mkdir(exist_ok=True)
            files.sync_folder(folder.parent)


def _ready(path: Path, database: Database, settings: Settings | None, mode: Mode, files: Files) -> Settings:
    """The settings of the index, which is new now or one of ours."""
    if database.empty():
        if mode == "r":
            raise IndexMissing(f"{path}: the index was never finished: open it with mode='w' to make it anew")
        settings = settings or Settings()
        database.create({"format": data.FORMAT, **first_values(settings)}, files)
        files.reached("created")
        return settings
    migrating.migrate(path, database, mode, files)
    return agreed(path, database.get("settings", dict[str, Any]), settings)


def agreed(path: Path, stored: dict[str, Any], given: Settings | None) -> Settings:
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
