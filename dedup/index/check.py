"""Reads the whole index and reports its problems."""

import sqlite3
from collections.abc import Iterator

import numpy as np

from dedup.array_types import Indices
from dedup.comparison_types import HandPair
from dedup.index.disk.codec import CorruptData
from dedup.index.disk.database import HAND, Database
from dedup.index.disk.items import item_of
from dedup.index.disk.rows import DocumentRows, key_of
from dedup.index.records import FORGOTTEN
from dedup.index.state import State

_LIMIT = 20
"""Problems of one kind that are reported one by one."""


def find_problems(database: Database, state: State, rows: DocumentRows, seed: int) -> list[str]:
    """Return all problems of an index, one sentence a problem.

    Args:
        database: the database of the index.
        state: the state of the index; it is loaded again.
        rows: the rows of the index.
        seed: the seed of the hash functions.
    """
    checks = (_check_database(database), _check_hand(database), _check_segments(state), rows.dictionaries.problems())
    problems = [problem for check in checks for problem in _limit_problems(check)]
    if state.loaded:
        checks_of_rows = (
            _check_row_numbers(database, state),
            _check_documents(state, rows, seed),
            _check_stories(state, rows),
            _check_events(state, rows),
            _check_sites(rows),
            _check_remembered(state, rows),
            _check_postings(state),
        )
        problems += [problem for check in checks_of_rows for problem in _limit_problems(check)]
    return problems


def _limit_problems(check: Iterator[str]) -> list[str]:
    """Return the first problems of a check, which may fail before its end."""
    problems: list[str] = []
    try:
        problems.extend(check)
    except (CorruptData, FileNotFoundError, sqlite3.DatabaseError) as error:
        problems.append(str(error))
    if len(problems) <= _LIMIT:
        return problems
    return [*problems[:_LIMIT], f"and {len(problems) - _LIMIT:,} more of this kind"]


def _check_database(database: Database) -> Iterator[str]:
    for (problem,) in database.execute("PRAGMA integrity_check"):
        if problem != "ok":
            yield f"SQLite: {problem}"


def _check_hand(database: Database) -> Iterator[str]:
    """Yield a problem if the pairs that a person has decided cannot be read."""
    try:
        database.get(HAND, tuple[HandPair, ...])
    except CorruptData as damage:
        yield str(damage)


def _check_segments(state: State) -> Iterator[str]:
    state.load(again=True)
    for segment in state.postings.segments:
        try:
            segment.verify()
        except CorruptData as damage:
            yield str(damage)


def row_numbers(database: Database, table: str) -> Indices:
    """Return the numbers of the rows of a table ``(n,)``, rising."""
    rows = database.execute(f"SELECT number FROM {table} NOT INDEXED ORDER BY number")
    return np.array([number for (number,) in rows], np.int64)


def _check_row_numbers(database: Database, state: State) -> Iterator[str]:
    """Yield a problem for each row whose number is not in use."""
    for table, live in (
        ("documents", state.documents),
        ("texts", state.documents),
        ("urls", state.documents),
        ("items", state.documents),
        ("stories", state.stories),
    ):
        numbers = row_numbers(database, table)
        yield from (f"{table} has a row {number} too many" for number in numbers[~live.among(numbers)].tolist())


def _check_documents(state: State, rows: DocumentRows, seed: int) -> Iterator[str]:
    has_present_hashes = state.has_present_hashes()
    for number in state.documents.numbers().tolist():
        try:
            head = rows.head(number)
            if head is None:
                yield f"document {number} has no row"
                continue
            if head.story not in state.stories:
                yield f"document {head.id!r} is of story {head.story}, which is not there"
            document = rows.entry(head).document
            if key_of(document) != rows.url_of(number):
                yield f"document {head.id!r} is not found by its address"
            item = rows.item(number)
            if has_present_hashes and item != item_of(number, document, seed):
                yield f"document {head.id!r} is not found by its headline"
        except CorruptData as damage:
            yield str(damage)


def _check_stories(state: State, rows: DocumentRows) -> Iterator[str]:
    aliases: dict[int, int] = {}
    remembered = {row.story for row in rows.readable_remembered()}
    for number in state.stories.numbers().tolist():
        try:
            row = state.story(rows, number)
        except CorruptData as damage:
            yield str(damage)
            continue
        if row is not None and row.alias:
            aliases[number] = row.alias
            if row.alias >= state.counters.story:
                yield f"story {number} is an alias of {row.alias}, which was never there"
        elif row is not None and row.canonical == FORGOTTEN:
            if number not in remembered:
                yield f"story {number} has no document"
        elif row is not None and row.canonical not in state.documents:
            yield f"story {number} is led by document {row.canonical}, which is not there"
    yield from (f"story {number} is an alias of itself" for number in _find_circles(aliases))


def _find_circles(aliases: dict[int, int]) -> Iterator[int]:
    """Yield the numbers from which aliases lead back to the same number."""
    visited: set[int] = set()
    for number in aliases:
        steps: dict[int, int] = {}
        current = number
        while current in aliases and current not in visited:
            visited.add(current)
            steps[current] = len(steps)
            current = aliases[current]
        if current in steps:
            yield from list(steps)[steps[current] :]


def _check_events(state: State, rows: DocumentRows) -> Iterator[str]:
    last = 0
    while max(last, state.counters.forgotten) + 1 < state.counters.event:
        last = state.events_after(rows, last)[-1].number
    yield from ()


def _check_sites(rows: DocumentRows) -> Iterator[str]:
    rows.sites_after(0)
    yield from ()


def _check_remembered(state: State, rows: DocumentRows) -> Iterator[str]:
    yield from rows.remembered_problems()
    for row in rows.readable_remembered():
        if row.story not in state.stories:
            yield f"remembered document {row.number} is of story {row.story}, which is not there"
        if row.number in state.documents:
            yield f"document {row.number} is remembered, but it is there"


def _check_postings(state: State) -> Iterator[str]:
    lost = np.setdiff1d(state.documents.numbers(), state.postings.named_documents())
    yield from (f"document {number} is not found by its id" for number in lost.tolist())
