"""Reading all of an index to say what is wrong with it, and making its postings anew."""

import sqlite3
from collections.abc import Callable, Iterator

import numpy as np

from dedup.index.packing import Damage
from dedup.index.records import Postings, Stored
from dedup.index.rows import Rows
from dedup.index.state import State

__all__ = ["batches", "problems"]

_AT_ONCE = 1 << 10
"""Documents read together."""

_TOLD = 20
"""Problems of one kind that are told one by one."""


def problems(state: State, rows: Rows) -> list[str]:
    """All that is wrong, each in a sentence."""
    found = _told(state.sound()) + _told(state.verify())
    if state.loaded:
        for step in (_documents, _stories, _events, _postings):
            found += _told(step(state, rows))
    return found


def _told(step: Iterator[str]) -> list[str]:
    """What a step finds, up to where it can go no further."""
    told: list[str] = []
    try:
        told.extend(step)
    except (Damage, FileNotFoundError, sqlite3.DatabaseError) as error:
        told.append(str(error))
    return told if len(told) <= _TOLD else [*told[:_TOLD], f"and {len(told) - _TOLD:,} more of this kind"]


def _documents(state: State, rows: Rows) -> Iterator[str]:
    for number in state.documents.numbers().tolist():
        try:
            head = rows.head(number)
            if head is None:
                yield f"document {number} has no row"
                continue
            if head.story not in state.stories:
                yield f"document {head.id!r} is of story {head.story}, which is not there"
            rows.entry(head)
        except Damage as damage:
            yield str(damage)
    yield from state.strangers()


def _stories(state: State, rows: Rows) -> Iterator[str]:
    aliases: dict[int, int] = {}
    for number in state.stories.numbers().tolist():
        try:
            row = state.story(rows, number)
        except Damage as damage:
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
    """The numbers from which aliases lead round in a circle."""
    ends: set[int] = set()
    for number in aliases:
        passed: list[int] = []
        at = number
        while at in aliases and at not in ends and at not in passed:
            passed.append(at)
            at = aliases[at]
        if at in passed:
            yield from passed[passed.index(at) :]
        ends.update(passed)


def _events(state: State, rows: Rows) -> Iterator[str]:
    after = 0
    while after + 1 < state.counters.event:
        after = state.events(rows, after)[-1].number
    yield from ()


def _postings(state: State, rows: Rows) -> Iterator[str]:
    known = state.shelf.named()
    lost = np.setdiff1d(state.documents.numbers(), known)
    yield from (f"document {number} has no postings" for number in lost.tolist())


def batches(state: State, rows: Rows, sketch: Callable[[list[Stored]], Postings]) -> Iterator[Postings]:
    """The postings of all documents that can be read, some at a time."""
    numbers = state.documents.numbers().tolist()
    for first in range(0, len(numbers), _AT_ONCE):
        stored: list[Stored] = []
        for number in numbers[first : first + _AT_ONCE]:
            try:
                head = rows.head(number)
                stored += [rows.entry(head)] if head else []
            except Damage:
                continue  # it is told of, and stays as it is
        if stored:
            yield sketch(stored)
