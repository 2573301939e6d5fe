"""Skips and problems of many rows -> few messages: one reason is one message, with a count and the first place."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from dedup.formats import limits
from dedup.formats.fields.names import FIELDS, FieldNames
from dedup.formats.places import FieldProblem, quoted
from dedup.settings import DEFAULT_LIMITS
from dedup.types import Note, Skip

_VARYING: Final = re.compile(r"'[^']*'|\"[^\"]*\"|0x[0-9A-Fa-f]+|\d[\d,.]*")
"""Quoted values and numbers: two messages of one reason differ in them."""


def list_names(names: Collection[object]) -> str:
    """Return names of columns or keys as text, the first ones if there are many."""
    listed = ", ".join(quoted(name, limits.MAX_QUOTED) for name in list(names)[: limits.MAX_NAMED])
    return listed + (", …" if len(names) > limits.MAX_NAMED else "")


class SkipGroups:
    """Skips, grouped by file and reason. The groups of one reason are few."""

    def __init__(self, listed: int = 1, most: int = DEFAULT_LIMITS.skips, by_file: bool = True) -> None:
        """Start with no skips.

        Args:
            listed: the number of skips of one file and reason that stay single.
            most: the number of files of one reason that have groups of their own.
            by_file: whether each file has groups of its own.
        """
        self._listed, self._most, self._by_file = listed, most, by_file
        self._groups: dict[tuple[str, str, int], Skip] = {}
        self._sizes: dict[tuple[str, str], int] = {}
        self._files: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._groups)

    def add(self, skip: Skip) -> bool:
        """Add a skip to its group. Return whether the group is new."""
        reason = _VARYING.sub("", re.split("[:;]", skip.reason, maxsplit=1)[0])
        place = skip.path if self._by_file else ""
        if (place, reason) not in self._sizes:
            files = self._files[reason] = self._files.get(reason, 0) + 1
            place = place if files <= self._most else ""
        number = self._sizes.get((place, reason), 0)
        key = place, reason, min(number, self._listed - 1)
        self._sizes[place, reason] = number + 1
        first = self._groups.get(key)
        if first is None:
            self._groups[key] = skip
            return True
        if skip.path == first.path and (skip.line or 0) < (first.line or 0):
            first, skip = skip, first
        self._groups[key] = replace(first, count=first.count + skip.count)
        return False

    def skips(self) -> list[Skip]:
        """One skip a group, in the order of their first skips; the skips of one file in the order of lines."""
        files = {skip.path: number for number, skip in reversed([*enumerate(self._groups.values())])}
        return sorted(self._groups.values(), key=lambda skip: (files[skip.path], skip.line or 0))


_LABEL = "not text, left out; give a string"
_REASONS: Final = {
    "published": "not a time, left out; give ISO 8601, RFC 2822, or seconds since 1970",
    "title": _LABEL,
    "source": _LABEL,
    "url": _LABEL,
    "html": "its whole text was taken, with what boilerplate it has",
}
"""The words of a note on values of a field that cannot be used."""

ALIAS: Final = "alias"
"""The name of a message that is no problem. ``detail`` is a field, and the key from which it is read."""

UNSETTLED: Final = "unsettled day"
"""The name of the problem of dates that can be two days."""

ORDER: Final = "order of day and month"
"""The name of a message that is no problem: a date of the file shows the order of day and month."""

CHARSET: Final = "charset"
"""The name of the problem of files whose charset is a guess, the ``detail``."""

REPLACED: Final = "replaced bytes"
"""The name of the problem of files of UTF-8 with some bytes of no character."""


RECORDS: Final = "records"
"""The name of the count of the records of a file that are no documents."""


@dataclass(slots=True)
class FieldProblems:
    """Values in the rows of a chunk that cannot be used: counted by field, and reported once a field."""

    _counts: dict[str, int] = field(default_factory=dict)
    _first: dict[str, str] = field(default_factory=dict)

    def __call__(self, name: str, value: object, place: str) -> None:
        """Count one value of the field ``name`` in the document at ``place``."""
        self._counts[name] = self._counts.get(name, 0) + 1
        self._first.setdefault(name, f"{place}: {quoted(value, limits.MAX_QUOTED)}")

    def tell(self, path: str, on_problem: Callable[[FieldProblem], object]) -> None:
        """Report one problem a field, in the file ``path``."""
        for name, count in self._counts.items():
            on_problem(FieldProblem(path, name, count, self._first[name]))


def alias_problems(names: FieldNames, path: str) -> list[FieldProblem]:
    """The fields that the file ``path`` has under other names than ours, for a note."""
    return [
        FieldProblem(path, ALIAS, 1, "\n".join(others), f"{field}={key}")
        for field, (key, others) in names.aliases.items()
    ]


class ProblemGroups:
    """Problems of a run, grouped by kind. The problems may come from several files, and several chunks of a file."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, str], FieldProblem] = {}

    def add(self, problem: FieldProblem) -> None:
        """Add a problem to its group."""
        key = problem.name, problem.detail
        first = self._groups.get(key)
        self._groups[key] = problem if first is None else first._replace(many=first.many + problem.many)

    def notes(self) -> list[Note]:
        """One note a kind of problem, and one for all fields that are read from keys of other names."""
        aliases = [problem for problem in self._groups.values() if problem.name == ALIAS]
        notes = [Note(aliases[0].path, _describe_aliases(aliases))] if aliases else []
        return notes + [_make_note(problem) for problem in self._groups.values() if problem.name != ALIAS]


def _make_note(problem: FieldProblem) -> Note:
    """The note on problems of one kind."""
    path, name, count, first, detail = problem
    documents = "1 document" if count == 1 else f"{count:,} documents"
    files = "1 file is" if count == 1 else f"{count:,} files are"
    if name == CHARSET:
        reason = f"{files} not UTF-8, and read as {detail}, which is a guess; if it is wrong, save UTF-8 (e.g. {first})"
    elif name == REPLACED:
        reason = f"{files} UTF-8 but for a few bytes; \N{REPLACEMENT CHARACTER} stands for each ({first})"
    elif name == UNSETTLED:
        reason = f"published in {documents}: can be two days, left out; give ISO 8601 ({first})"
    elif name == RECORDS:
        records = "1 record was" if count == 1 else f"{count:,} records were"
        reason = f"{records} passed over: requests, failed fetches, images and others that are no page ({first})"
    elif name == ORDER:
        reason = f"published is read with the {detail} first, as {first} shows"
    else:
        reason = f"{name} in {documents}: {_REASONS[name]} ({first})"
    return Note(path, reason)


def _describe_aliases(aliases: list[FieldProblem]) -> str:
    """The words of the note on fields that are read from keys of other names."""
    keys: dict[str, dict[str, None]] = {}
    others: dict[str, dict[str, None]] = {}
    for problem in aliases:
        name, key = problem.detail.split("=", 1)
        keys.setdefault(name, {})[key] = None
        others.setdefault(name, {}).update(dict.fromkeys(filter(None, problem.first.split("\n"))))
    phrases: list[str] = []
    for name in (name for name in FIELDS if name in keys):
        unread = [key for key in others[name] if key not in keys[name]][: limits.MAX_NAMED]
        not_from = f" (not from {_alternatives(unread)})" if unread else ""
        phrases.append(f"{name}{'' if phrases else ' is read'} from {_alternatives(keys[name])}{not_from}")
    return f"{', '.join(phrases)}; to choose another: --field text=NAME, or fields={{'text': 'NAME'}}"


def _alternatives(keys: Iterable[str]) -> str:
    return " or ".join(quoted(key, limits.MAX_QUOTED) for key in keys)
