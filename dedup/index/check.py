"""Reading all of an index to say what is wrong with it."""

import sqlite3
from collections.abc import Iterator

import numpy as np

from dedup.array_types import Indices
from dedup.index.disk.codec import CorruptData
from dedup.index.disk.database import Database
from dedup.index.disk.rows import DocumentRows
from dedup.index.state import State

_TOLD = 20
"""Problems of one kind that are told one by one."""


def find_problems(database: Database, state: State, rows: DocumentRows) -> list[str]:
    """All that is wrong, each in a sentence."""
    files = (_database(database), _segments(state), rows.dictionaries.problems())
    found = [problem for step in files for problem in _told(step)]
    if state.loaded:
        steps = (_strangers(database, state), _documents(state, rows), _stories(state, rows), _events(state, rows))
        found += [problem for step in (*steps, _postings(state)) for problem in _told(step)]
    return found


def _told(step: Iterator[str]) -> list[str]:
    """What a step finds, up to where it can go no further."""
    told: list[str] = []
    try:
        told.extend(step)
    except (CorruptData, FileNotFoundError, sqlite3.DatabaseError) as error:
        told.append(str(error))
    return told if len(told) <= _TOLD else [*told[:_TOLD], f"and {len(told) - _TOLD:,} more of this kind"]


def _database(database: Database) -> Iterator[str]:
    for (problem,) in database.execute("PRAGMA integrity_check"):
        if problem != "ok":
            yield f"SQLite: {problem}"


def _segments(state: State) -> Iterator[str]:
    state.load(again=True)
    for segment in state.shelf.segments:
        try:
            segment.verify()
        except CorruptData as damage:
            yield str(damage)


def in_table(database: Database, table: str) -> Indices:
    """``(n,)`` the numbers of the rows of a table, rising."""
    rows = database.execute(f"SELECT number FROM {table} NOT INDEXED ORDER BY number")
    return np.array([number for (number,) in rows], np.int64)


def _strangers(database: Database, state: State) -> Iterator[str]:
    """Rows of numbers that are not in use."""
    for table, alive in (("documents", state.documents), ("texts", state.documents), ("stories", state.stories)):
        numbers = in_table(database, table)
        yield from (f"{table} has a row {number} too many" for number in numbers[~alive.among(numbers)].tolist())


def _documents(state: State, rows: DocumentRows) -> Iterator[str]:
    for number in state.documents.numbers().tolist():
        try:
            head = rows.head(number)
            if head is None:
                yield f"document {number} has no row"
                continue
            if head.story not in state.stories:
                yield f"document {head.id!r} is of story {head.story}, which is not there"
            rows.entry(head)
        except CorruptData as damage:
            yield str(damage)


def _stories(state: State, rows: DocumentRows) -> Iterator[str]:
    aliases: dict[int, int] = {}
    for number in state.stories.numbers().tolist():
        try:
            row = state.story(rows, number)
        except CorruptData as damage:
            yield str(damage)
            continue
        if row is not None and row.alias:
            aliases[number] = row.alias
            if row.alias not in state.stories:
                yield f"story {number} is an alias of {row.alias}, which is not there"
        elif row is not None and row.canonical not in state.documents:
            yield f"story {number} is led by document {row.canonical}, which is not there"
    yield from (f"story {number} is an alias of itself" for number in _circles(aliases))


def _circles(aliases: dict[int, int]) -> Iterator[int]:
    """The numbers from which aliases lead back to themselves."""
    passed: set[int] = set()
    for number in aliases:
        way: dict[int, int] = {}
        at = number
        while at in aliases and at not in passed:
            passed.add(at)
            way[at] = len(way)
            at = aliases[at]
        if at in way:
            yield from list(way)[way[at] :]


def _events(state: State, rows: DocumentRows) -> Iterator[str]:
    after = 0
    while max(after, state.counters.forgotten) + 1 < state.counters.event:
        after = state.events(rows, after)[-1].number
    yield from ()


def _postings(state: State) -> Iterator[str]:
    lost = np.setdiff1d(state.documents.numbers(), state.shelf.named())
    yield from (f"document {number} is not found by its id" for number in lost.tolist())
