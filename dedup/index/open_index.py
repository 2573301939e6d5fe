"""Opens the folder of an index: checks the path, locks it for the writer, checks its format and its settings."""

import contextlib
import logging
import os
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

from dedup.errors import IndexExists, IndexMismatch, IndexMissing, SettingsError
from dedup.index import migrations
from dedup.index.disk import database as data
from dedup.index.disk.codec import CorruptData
from dedup.index.disk.database import IDS, Database, Mode
from dedup.index.disk.files import DurableFiles
from dedup.index.disk.lock import HOLDER, LOCK, Lock
from dedup.index.error_mapping import map_errors, raise_corrupt
from dedup.index.records import NewIndex, Policy
from dedup.index.session import Session
from dedup.index.state import SEGMENTS, first_values
from dedup.index_types import IdRule
from dedup.regular_files import PARTIAL, NotRegularError, mode_of, partial_path, private_mode, write_new
from dedup.settings import Settings

_LOGGER = logging.getLogger(__name__)

_BESIDE = ("-wal", "-shm", "-journal")
"""Endings of the files that SQLite keeps beside a database."""


def open_session(
    path: Path, new: NewIndex, mode: Mode, durable: bool, policy: Policy, files: DurableFiles, timeout: float
) -> Session:
    """Open the folder of an index, or create the index. `index.store.Store.open` explains the errors.

    Args:
        path: the folder.
        new: how a new index is made; an old index must have been made so.
        mode: ``"r"`` to read, ``"w"`` to read and write.
        durable: whether a commit survives a loss of power.
        policy: the policy of the postings.
        files: writes, renames and syncs the files.
        timeout: seconds that a writer waits for the lock of another one.
    """
    if new.settings is not None and new.settings.related:
        raise SettingsError("related = True: an index has no related coverage; leave the setting out")
    lock, database = None, None
    try:
        with map_errors(path, "opening"):
            if path.is_dir():
                _check_kinds(path)
            if mode == "w":
                _create_folder(path, files)
                lock = Lock(path, timeout)
            if not (path / data.NAME).is_file():
                if mode == "r":
                    raise IndexMissing(
                        f"{path}: there is no index: see to the path, or make one by opening it to write "
                        "('dedup index add')"
                    )
                _create_database(path, new, policy, files)
            database = Database(path / data.NAME, mode, durable, policy)
            migrations.migrate(path, database, mode, files)
            _check_ids(path, database, new.ids)
            settings = check_agreement(path, database.get("settings", dict[str, Any]), new)
            settings = replace(settings, limits=new.limits)
        _LOGGER.debug("%s is open, mode %s", path, mode)
        return Session(path, database, settings, policy, files, lock)
    except CorruptData as damage:
        _close_both(database, lock)
        raise_corrupt(path, str(damage))
    except BaseException:
        _close_both(database, lock)
        raise


def _check_ids(path: Path, database: Database, expected: IdRule | None) -> None:
    """Raise `IndexMismatch` if the index does not name documents by the ``expected`` rule, where one is expected."""
    ids = database.get(IDS, str)
    if expected not in (None, ids):
        raise IndexMismatch(
            f"{path} names documents by {ids}, not by {expected}: leave the option out, or add to a new index"
        )


def _close_both(database: Database | None, lock: Lock | None) -> None:
    if database:
        database.close()
    if lock:
        lock.close()


def _check_kinds(path: Path) -> None:
    """Raise `CorruptData` if a link or a pipe has a name of the index: SQLite would wait for it or write through it."""
    try:
        for ending in ("", *_BESIDE):
            mode_of(path / (data.NAME + ending))
    except NotRegularError as error:
        raise CorruptData(f"{Path(error.filename).name} {error.strerror}") from error
    segments = path / SEGMENTS
    if os.path.lexists(segments) and (segments.is_symlink() or not segments.is_dir()):
        raise CorruptData(f"{SEGMENTS} {'is a link' if segments.is_symlink() else 'is a file'}, not a folder")


def _is_partial(name: str) -> bool:
    """Return whether a file is a database that is not complete, or lies beside one."""
    return name.startswith(f".{data.NAME}-") and name.endswith((PARTIAL, *(PARTIAL + ending for ending in _BESIDE)))


def _create_folder(path: Path, files: DurableFiles) -> None:
    if not path.parent.is_dir():
        raise IndexMissing(f"{path}: the folder {path.parent} is not there: make it first")
    if path.exists() and not path.is_dir():
        raise IndexExists(f"{path} is a file, not an index: give another path")
    if path.is_dir() and not (path / data.NAME).exists():
        names = {file.name for file in path.iterdir()} - {LOCK, HOLDER, SEGMENTS}
        if not all(_is_partial(name) for name in names) or (
            (path / SEGMENTS).is_dir() and any((path / SEGMENTS).iterdir())
        ):
            raise IndexExists(f"{path} is a folder with other things in it, not a whole index: give another path")
    for folder in (path, path / SEGMENTS):
        if not folder.is_dir():
            folder.mkdir(exist_ok=True)
            files.sync_folder(folder.parent)


def _create_database(path: Path, new: NewIndex, policy: Policy, files: DurableFiles) -> None:
    """Create the database under another name, and rename it when it is complete."""
    for file in path.iterdir():
        if _is_partial(file.name):
            files.remove(file)
    partial = partial_path(path / data.NAME)
    write_new(partial, private_mode(path)).close()
    with contextlib.closing(Database(partial, "w", True, policy)) as database:
        settings = new.settings or Settings()
        if new.draws_seed:
            settings = replace(settings, seed=secrets.randbits(64))
        database.create({"format": data.FORMAT, **first_values(settings, new.ids or "path")})
    files.reached("made")
    files.rename(partial, path / data.NAME)
    files.sync_folder(path)
    files.reached("created")


def check_agreement(path: Path, stored: dict[str, Any], new: NewIndex) -> Settings:
    """Check the settings of an index.

    Args:
        path: the folder of the index, for messages.
        stored: the settings as the index stores them.
        new: the settings that the index must have, or None for any.

    Returns:
        The settings of the index.

    Raises:
        IndexMismatch: the settings are other ones, or this version does not know them.
    """
    try:
        actual = Settings.from_mapping(stored)
    except SettingsError as error:
        raise IndexMismatch(
            f"{path} was made by another version of dedup, with settings that this one does not have ({error}): "
            "use that version, or add its documents to a new index"
        ) from error
    expected = new.settings
    if expected is not None and new.draws_seed:
        expected = replace(expected, seed=actual.seed)
    if expected is None or expected == actual:
        return actual
    actual_values, expected_values = actual.to_mapping(), expected.to_mapping()
    differences = [
        "seed is another one" if name == "seed" else f"{name} is {value!r}, not {expected_values[name]!r}"
        for name, value in actual_values.items()
        if value != expected_values[name]
    ]
    raise IndexMismatch(
        f"{path} was made with other settings: {'; '.join(differences)}. Leave the settings out to use its own, or add "
        "its documents to a new index"
    )
