"""An index of an older format -> the present format. Each step is one transaction, which writes the new number too."""

import contextlib
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from sqlite3 import DatabaseError
from typing import Any, Final

import msgspec

from dedup.errors import IndexMismatch
from dedup.index.disk.codec import CorruptData, compress
from dedup.index.disk.database import (
    COPIES,
    FINGERPRINT,
    FORMAT,
    HAND,
    IDS,
    THRESHOLDS,
    Database,
    Mode,
)
from dedup.index.disk.decision_codec import NO_ARTICLE, Answer, StoredDecision
from dedup.index.disk.dictionaries import IN_USE, DictionaryInUse
from dedup.index.disk.files import DurableFiles
from dedup.index.disk.items import items_of
from dedup.index.disk.row_checksums import DOCUMENTS, add_checksum, to_signed
from dedup.index.disk.rows import DocumentHead, DocumentRows, is_sound_story, key_of
from dedup.index.disk.schema import ITEM_TABLE, REMEMBERED_TABLES, SITE_TABLE, STORY_TABLE, URL_TABLE
from dedup.index.records import StoryRow
from dedup.settings import Settings, fingerprint_of
from dedup.types import Relation

_LOGGER: Final = logging.getLogger(__name__)


def _add_dictionaries(database: Database) -> None:
    """Create the tables of dictionaries. The texts of the older format are packed without one."""
    for table in COPIES:
        database.execute(
            f"CREATE TABLE {table} (number INTEGER PRIMARY KEY, value BLOB NOT NULL, checksum INTEGER NOT NULL)"
        )
    database.put(IN_USE, DictionaryInUse())


def _add_thresholds(database: Database) -> None:
    """Write an empty hash of the numbers that decide, for the older rule has none.

    ``containment`` of the older rule measures something else, so the index gets the default. The segments remain under
    the fingerprint of the older settings.
    """
    settings = database.get("settings", dict[str, Any])
    plain = {name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()}
    database.put(FINGERPRINT, fingerprint_of(plain))
    database.put("settings", {name: value for name, value in settings.items() if name != "containment"})
    database.put(THRESHOLDS, "")


def _add_addresses(database: Database) -> None:
    """Create the table of addresses, with the keys of all documents that can be read, and keep the older rule of ids.

    `DocumentCodec` reads a document that has no fields of its page, so the texts stay as they are.
    """
    database.put(IDS, "typed")
    for statement in URL_TABLE:
        database.execute(statement)
    rows, after = DocumentRows(database), 0
    with contextlib.suppress(CorruptData, DatabaseError):  # `check` finds the damage, and `check --fix` the other keys
        while heads := rows.heads_after(after):
            for head in heads:
                with contextlib.suppress(CorruptData, DatabaseError):
                    rows.put_urls([(head.number, key_of(rows.entry(head).document))])
            after = heads[-1].number


def _add_first_answers(database: Database) -> None:
    """Write the first answer of each document, and the first time and the number of documents of each story.

    The document with the lowest number is new in its story. The others are copies of it. Rows that cannot be read stay
    as they are, and `check` finds them.
    """
    rows, stories = DocumentRows(database), dict[int, list[DocumentHead]]()
    for (number,) in database.execute("SELECT number FROM documents ORDER BY number").fetchall():
        with contextlib.suppress(CorruptData, DatabaseError):
            if head := rows.head(number):
                stories.setdefault(head.story, []).append(head)
    for members in stories.values():
        for place, head in enumerate(members):
            with contextlib.suppress(msgspec.DecodeError):  # of a program that stores other bytes
                decision = _with_answer(StoredDecision.read(head.decision), members[0], place)
                _write_decision(database, head, decision.packed())
    older = database.execute("SELECT number, canonical, alias, checksum FROM stories").fetchall()
    database.execute("DROP TABLE stories")
    database.execute(STORY_TABLE)
    for row in older:
        if not is_sound_story(row):  # the checksum stays wrong
            database.execute("INSERT INTO stories VALUES (?, ?, ?, 0, 0, ?)", row)
            continue
        number, canonical, alias, _ = row
        members = stories.get(number, [])
        first = min((head.seen for head in members), default=0.0)
        rows.put_stories([StoryRow(number, canonical, alias, first, len(members))])


def _write_decision(database: Database, head: DocumentHead, decision: bytes) -> None:
    """Write the decision of a document. Its fingerprint stays a number of 64 bits with a sign, as format 5 has it."""
    row = add_checksum(DOCUMENTS, head._replace(fingerprint=to_signed(head.fingerprint), decision=decision))
    database.execute("UPDATE documents SET decision = ?, checksum = ? WHERE number = ?", (*row[-2:], head.number))


def _with_answer(decision: StoredDecision, leader: DocumentHead, place: int) -> StoredDecision:
    """Return a decision of format 4 with the answer for the document at a ``place`` of its story, from 0.

    The ``leader`` is at place 0.
    """
    if decision.no_article and not place:
        return msgspec.structs.replace(decision, answer=NO_ARTICLE)
    if not place:
        return decision
    best = max((resemblance for _, _, resemblance in decision.matches), default=decision.resemblance)
    relation: Relation = "reprint" if decision.relation == "original" else decision.relation
    answer = Answer(False, leader.id, relation, "same" if best == 1 else "text", False, place + 1)
    return msgspec.structs.replace(decision, answer=answer)


def _add_headlines(database: Database) -> None:
    """Create the table of items of feeds, with the keys of all documents that can be read."""
    for statement in ITEM_TABLE:
        database.execute(statement)
    seed = Settings.from_mapping(database.get("settings", dict[str, Any])).seed
    rows, after = DocumentRows(database), 0
    with contextlib.suppress(CorruptData, DatabaseError):  # `check` finds the damage, and `check --fix` the other keys
        while heads := rows.heads_after(after):
            for head in heads:
                with contextlib.suppress(CorruptData, DatabaseError):
                    rows.put_items(items_of([(head.number, rows.entry(head).document)], seed))
            after = heads[-1].number


def _add_sites(database: Database) -> None:
    """Create the table of sites. A review learns again what older reviews have learned, for it is no table of sites."""
    for statement in SITE_TABLE:
        database.execute(statement)
    database.put("knowledge", (database.get("knowledge", tuple[int, bytes])[0], compress(b"")))


def _add_remembered(database: Database) -> None:
    """Create the tables of remembered documents. An older index remembers none."""
    for statement in REMEMBERED_TABLES:
        database.execute(statement)


def _to_format_5(database: Database) -> None:
    """Bring an index of format 4 to format 5, part by part. The first part changes rows that the second reads."""
    for part in (_add_first_answers, _add_headlines):
        part(database)


def _to_format_6(database: Database) -> None:
    """Bring an index of format 5 to format 6, part by part.

    The table of documents stays. Its column for fingerprints is of numbers, and SQLite keeps the bytes of the present
    fingerprints in it as they are.
    """
    for part in (_add_sites, _add_remembered):
        part(database)


def _add_hand_pairs(database: Database) -> None:
    """Write that a person has decided no pair, for an older index has no such pairs."""
    database.put(HAND, [])


STEPS: Final[Mapping[int, Callable[[Database], None]]] = {
    1: _add_dictionaries,
    2: _add_thresholds,
    3: _add_addresses,
    4: _to_format_5,
    5: _to_format_6,
    6: _add_hand_pairs,
}
"""The step from each older format to the next one."""


def migrate(
    path: Path,
    database: Database,
    mode: Mode,
    files: DurableFiles,
    steps: Mapping[int, Callable[[Database], None]] = STEPS,
    latest: int = FORMAT,
) -> None:
    """Bring an index to the latest format.

    Args:
        path: the folder of the index, for messages.
        database: the open database.
        mode: how the index is opened.
        files: the object that a test replaces to stop at a point.
        steps: the step from each format to the next one.
        latest: the format to reach.

    Raises:
        IndexMismatch: the format is newer than ``latest``, too old for ``steps``, or older while ``mode`` is ``"r"``.
    """
    version = database.get("format", int)
    if version > latest:
        raise IndexMismatch(
            f"{path} has format {version}, this version of dedup knows formats up to {latest}: use a newer version"
        )
    if any(number not in steps for number in range(version, latest)):
        raise IndexMismatch(
            f"{path} has format {version}, which this version of dedup cannot bring to {latest}: open it once with an "
            "older version that can, or add its documents to a new index"
        )
    if version < latest and mode == "r":
        raise IndexMismatch(f"{path} has format {version}: open it once with mode='w' to bring it to format {latest}")
    for number in range(version, latest):
        database.execute("BEGIN IMMEDIATE")
        steps[number](database)
        database.put("format", number + 1)
        files.reached("committing")
        database.execute("COMMIT")
        _LOGGER.info("%s has format %d now", path, number + 1)
