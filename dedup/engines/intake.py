"""Whatever a program hands over -> documents in batches, each with an id of its own. Nothing is clustered here."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any, Final

from dedup.errors import InputError, ReadError
from dedup.formats import document
from dedup.types import Document, Note, Skip

__all__ = ["BATCH_CHARACTERS", "Given", "Intake"]

Given = Document | Mapping[str, Any] | str
"""What the library takes for a document: a `Document`, a mapping of its fields, or its text."""

BATCH_CHARACTERS: Final = 1 << 19
"""Characters handed on at a time, or one document if it has more."""

_AROUND: Final = 128
"""Characters that a document counts for beside its text, so that a batch of empty ones comes to an end."""

_TIME: Final = (datetime.datetime, type(None))


class Intake:
    """One reading of a stream of documents, with what was left out of it and what was changed."""

    def __init__(self) -> None:
        self.skipped: list[Skip] = []
        self._uses: dict[str, int] = {}
        self._renamed = 0
        self._example = ""

    def batches(self, documents: Iterable[Given]) -> Iterator[list[Document]]:
        """The documents in order, as lists of about `BATCH_CHARACTERS`; raises `InputError` for what is none."""
        batch: list[Document] = []
        size = 0
        for number, given in enumerate(documents):
            try:
                item = _document(given, str(number))
            except ReadError as error:
                self.skipped.append(Skip(error.path, error.reason, error.line))
                continue
            own_id = self._own_id(item.id or str(number))
            batch.append(item if own_id == item.id else replace(item, id=own_id))
            size += len(item.text) + _AROUND
            if size >= BATCH_CHARACTERS:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    @property
    def notes(self) -> list[Note]:
        """What was changed."""
        if not self._renamed:
            return []
        what = "1 id was" if self._renamed == 1 else f"{self._renamed:,} ids were"
        reason = f"{what} used before and got a number, such as {self._example!r}; give each document its own id"
        return [Note("ids", reason)]

    def _own_id(self, wanted: str) -> str:
        """``wanted``, with a number behind it if it is taken."""
        found = wanted
        while found in self._uses:
            self._uses[wanted] += 1
            found = f"{wanted}#{self._uses[wanted]}"
        self._uses[found] = 1
        if found != wanted:
            self._renamed += 1
            self._example = self._example or found
        return found


def _document(given: Given, place: str) -> Document:
    if isinstance(given, str):
        given = Document(given, place)
    if isinstance(given, Document):
        return given if _is_sound(given) else document(_fields(given), place, path=given.path)
    if isinstance(given, Mapping):
        return document(given, place)
    raise InputError(f"document {place} is of type {type(given).__name__}: give a Document, a mapping, or its text")


def _is_sound(given: Document) -> bool:
    """Whether its fields are of their types, which Python does not check, and Unicode."""
    try:
        labels = given.id + given.title + given.source + given.url
    except TypeError:
        return False
    return _is_unicode(given.text) and _is_unicode(labels) and isinstance(given.published, _TIME)


def _is_unicode(text: Any) -> bool:
    try:
        return isinstance(text, str) and (text.isascii() or bool(text.encode()))
    except UnicodeEncodeError:
        return False


def _fields(given: Document) -> Mapping[str, Any]:
    return {item.name: getattr(given, item.name) for item in fields(given)}
