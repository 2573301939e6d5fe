"""From the format of one version to that of the next: one step each, in one transaction with the new number."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from dedup.errors import IndexMismatch
from dedup.index.disk.database import COPIES, FINGERPRINT, FORMAT, THRESHOLDS, Database, Mode
from dedup.index.disk.dictionaries import IN_USE, DictionaryInUse
from dedup.index.disk.files import DurableFiles
from dedup.settings import fingerprint_of

_LOGGER: Final = logging.getLogger(__name__)


def _with_dictionaries(database: Database) -> None:
    """Texts may be packed with dictionaries; those that are there are not."""
    for table in COPIES:
        database.execute(
            f"CREATE TABLE {table} (number INTEGER PRIMARY KEY, value BLOB NOT NULL, checksum INTEGER NOT NULL)"
        )
    database.put(IN_USE, DictionaryInUse())


def _with_thresholds(database: Database) -> None:
    """An index knows which numbers decided. Those of the older rule have no hash. Its ``containment`` measured another
    thing, so the index gets the default. Its segments go on under the fingerprint of the settings that it had."""
    settings = database.get("settings", dict[str, Any])
    plain = {name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()}
    database.put(FINGERPRINT, fingerprint_of(plain))
    database.put("settings", {name: value for name, value in settings.items() if name != "containment"})
    database.put(THRESHOLDS, "")


STEPS: Final[Mapping[int, Callable[[Database], None]]] = {1: _with_dictionaries, 2: _with_thresholds}
"""The step from each older format to the next one."""


def migrate(
    path: Path,
    database: Database,
    mode: Mode,
    files: DurableFiles,
    steps: Mapping[int, Callable[[Database], None]] = STEPS,
    latest: int = FORMAT,
) -> None:
    """Bring an index to the ``latest`` format. `IndexMismatch` if it is newer, too old, or open to read."""
    version = database.get("format", int)
    if version > latest:
        raise IndexMismatch(
            f"{path} has format {version}, this version of dedup knows formats up to {latest}: use a newer version"
        )
    missing = [each for each in range(version, latest) if each not in steps]
    if missing:
        raise IndexMismatch(
            f"{path} has format {version}, which this version of dedup cannot bring to {latest}: open it once with an "
            "older version that can, or add its documents to a new index"
        )
    if version < latest and mode == "r":
        raise IndexMismatch(f"{path} has format {version}: open it once with mode='w' to bring it to format {latest}")
    for each in range(version, latest):
        database.execute("BEGIN IMMEDIATE")
        steps[each](database)
        database.put("format", each + 1)
        files.reached("committing")
        database.execute("COMMIT")
        _LOGGER.info("%s has format %d now", path, each + 1)
