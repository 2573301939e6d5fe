"""The tables of the database of an index, and the check that a database has these tables and nothing else.

No table is in the order of a hash, except for the keys of remembered documents: new rows stand at the end of their
table. So a commit writes the same few pages, however large the index is. Postings find what else is looked up by a hash
(`index.postings.lsm`).

Every row has a checksum. A damaged tree can lose rows without a trace, so a count or a run of numbers elsewhere shows
which rows there are.
"""

from collections.abc import Iterable
from typing import Final

from dedup.index.disk.codec import CorruptData

_TABLES: Final = """\
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (number INTEGER PRIMARY KEY, id TEXT NOT NULL, fingerprint BLOB NOT NULL,
    story INTEGER NOT NULL, seen REAL NOT NULL, judged INTEGER NOT NULL, decision BLOB NOT NULL,
    checksum INTEGER NOT NULL);
CREATE INDEX documents_seen ON documents (seen);
CREATE TABLE urls (number INTEGER PRIMARY KEY, url INTEGER NOT NULL, checksum INTEGER NOT NULL);
CREATE INDEX urls_url ON urls (url);
CREATE TABLE items (number INTEGER PRIMARY KEY, headline INTEGER NOT NULL, site INTEGER NOT NULL, url INTEGER NOT NULL,
    checksum INTEGER NOT NULL);
CREATE INDEX items_headline ON items (headline);
CREATE TABLE texts (number INTEGER PRIMARY KEY, value BLOB NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE stories (number INTEGER PRIMARY KEY, canonical INTEGER NOT NULL, alias INTEGER NOT NULL,
    first REAL NOT NULL, seen INTEGER NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE events (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, story TEXT NOT NULL, document TEXT NOT NULL,
    other TEXT NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE sites (number INTEGER PRIMARY KEY, changed INTEGER NOT NULL, value BLOB NOT NULL,
    checksum INTEGER NOT NULL);
CREATE INDEX sites_changed ON sites (changed);
CREATE TABLE remembered (number INTEGER PRIMARY KEY, name INTEGER NOT NULL, fingerprint BLOB NOT NULL,
    story INTEGER NOT NULL, leader TEXT NOT NULL, since REAL NOT NULL, shingles BLOB NOT NULL,
    checksum INTEGER NOT NULL);
CREATE INDEX remembered_since ON remembered (since);
CREATE TABLE remembered_keys (lane INTEGER NOT NULL, key INTEGER NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (lane, key, number)) WITHOUT ROWID;
CREATE TABLE tail (number INTEGER PRIMARY KEY, value BLOB NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE dictionaries (number INTEGER PRIMARY KEY, value BLOB NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE spare_dictionaries (number INTEGER PRIMARY KEY, value BLOB NOT NULL, checksum INTEGER NOT NULL)"""

STATEMENTS: Final = tuple(_TABLES.split(";\n"))
"""The statements that create the tables and their indexes."""

URL_TABLE: Final = tuple(statement for statement in STATEMENTS if " urls" in statement)
"""The statements that create the table of addresses, which formats 1 to 3 do not have."""

ITEM_TABLE: Final = tuple(statement for statement in STATEMENTS if " items" in statement)
"""The statements that create the table of items of feeds, which formats 1 to 4 do not have."""

SITE_TABLE: Final = tuple(statement for statement in STATEMENTS if " sites" in statement)
"""The statements that create the table of sites, which formats 1 to 5 do not have."""

REMEMBERED_TABLES: Final = tuple(statement for statement in STATEMENTS if " remembered" in statement)
"""The statements that create the tables of remembered documents, which formats 1 to 5 do not have."""

STORY_TABLE: Final = next(statement for statement in STATEMENTS if "TABLE stories" in statement)
"""The statement that creates the table of stories, which has fewer columns in formats 1 to 4."""

_OLDER: Final = """\
CREATE TABLE documents (number INTEGER PRIMARY KEY, id TEXT NOT NULL, fingerprint INTEGER NOT NULL,
    story INTEGER NOT NULL, seen REAL NOT NULL, judged INTEGER NOT NULL, decision BLOB NOT NULL,
    checksum INTEGER NOT NULL);
CREATE TABLE stories (number INTEGER PRIMARY KEY, canonical INTEGER NOT NULL, alias INTEGER NOT NULL,
    checksum INTEGER NOT NULL)"""
"""The statements of formats 1 to 5 that are no statements of the present format."""

_KNOWN: Final = frozenset((*STATEMENTS, *_OLDER.split(";\n")))


def check_schema(rows: Iterable[tuple[str, str, str | None]]) -> None:
    """Check that a database has no table, index, trigger or view but those of an index.

    A trigger runs when a row is written, and an index may forbid rows. So another schema is not used.

    Args:
        rows: the kind, the name and the statement of each part of the schema.

    Raises:
        CorruptData: a part is not ours.
    """
    for kind, name, statement in rows:
        if statement not in _KNOWN:
            raise CorruptData(f"its database has a {kind} {name!r} that no index has")
