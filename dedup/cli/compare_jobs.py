"""The calls of the library that ``dedup compare`` makes. As in `jobs`, functions import the heavy rooms."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dedup.cli.interrupt import interruptible
from dedup.cli.jobs import STDIN, check_output
from dedup.cli.progress import progress
from dedup.errors import InputError, SettingsError

if TYPE_CHECKING:
    from dedup.cli.jobs import JobArguments
    from dedup.comparison_types import Comparison
    from dedup.formats import Place
    from dedup.types import Document, Skip


@dataclass(frozen=True, slots=True)
class _Name:
    """The name of a document: ``text`` as typed, the ``file`` that it names, and the ``line`` of it; 0 for all."""

    text: str
    file: str = ""
    line: int = 0

    @classmethod
    def of(cls, text: str) -> "_Name":
        """Return the name of a file, of a line of a file (``FILE:LINE``), or of an id."""
        if _is_file(text):
            return cls(text, text)
        file, _, line = text.rpartition(":")
        return cls(text, file, int(line)) if line.isdecimal() and _is_file(file) else cls(text)


def _is_file(name: str) -> bool:
    try:
        return bool(name) and Path(name).is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def compare_alone(a: str, b: str, task: "JobArguments") -> "Comparison":
    """Compare two files, or lines of files, of which nothing else is known.

    Args:
        a: the first document, as typed.
        b: the second document, as typed.
        task: the settings and the rulings. Its paths do not count.

    Raises:
        InputError: a name is that of no file, or the file has not one document.
    """
    from dedup.engines.compare import compare

    documents = [_read_alone(_Name.of(name), task) for name in (a, b)]
    if _id_of(documents[0]) == _id_of(documents[1]) and a != b:  # two versions of a row may have one id
        documents = [_with_id(document, name) for document, name in zip(documents, (a, b), strict=True)]
    return compare(*documents, settings=task.settings, boilerplate=task.rulings, pairs=task.pairs, workers=1)


def _id_of(document: "Document | Mapping[str, Any]") -> object:
    """Return the id of a document."""
    return document["id"] if isinstance(document, Mapping) else document.id


def _with_id(document: "Document | Mapping[str, Any]", id: str) -> "Document | Mapping[str, Any]":
    """Return a document under another id."""
    from msgspec.structs import replace

    return {**document, "id": id} if isinstance(document, Mapping) else replace(document, id=id)


def _read_alone(name: _Name, task: "JobArguments") -> "Document | Mapping[str, Any]":
    """Return the document of a file or of a line."""
    if not name.file:
        raise InputError(f"{name.text} is no file: give --among PATH or --index INDEX, where it is an id")
    for output in task.outputs:
        if output.exists() and output.samefile(name.file):
            raise SettingsError(f"{output} is one of the two: write the comparison to another place")
    return _read_line(name, task.fields) if name.line else _read_only(name, task)


def _read_only(name: _Name, task: "JobArguments") -> "Document":
    """Return the only document of a file. Raises `InputError` if there is none, or several."""
    from dedup.formats import discover, read_all

    skips: list[Skip] = []
    places = discover((name.file,), on_skip=skips.append, on_note=_ignore)
    documents = list(
        islice(
            read_all(places, fields=task.fields, on_skip=skips.append, on_note=_ignore, limits=task.settings.limits), 2
        )
    )
    if len(documents) > 1:
        raise InputError(f"{name.file} has several documents: name one by its id, or a line as {name.file}:1")
    if not documents:
        raise InputError(f"{name.file} {skips[0].reason if skips else 'has no document'}")
    return documents[0]


def _read_line(name: _Name, fields: Mapping[str, str]) -> "Mapping[str, Any]":
    """Return a line of a file of JSON Lines, with an id. Raises `InputError` if it is no object."""
    from dedup.formats.typed.rows import read_line

    try:
        row = json.loads(read_line(name.file, name.line))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name.text} is no line of JSON Lines: {error}") from error
    if not isinstance(row, dict):
        raise InputError(f"{name.text} is no object of JSON: {type(row).__name__}")
    renamed = {field: row[key] for field, key in fields.items() if key in row}
    id = renamed.get("id", row.get("id"))
    return {**row, **renamed, "id": name.text if id in (None, "") else str(id)}


def _ignore(_event: object) -> None:
    """Take a note that no reader of a comparison needs."""


def compare_among(a: str, b: str, task: "JobArguments") -> "tuple[Comparison, Sequence[Skip]]":
    """Compare two documents among those of ``task``. A file that is not among its paths joins them.

    Args:
        a: the first document, as typed.
        b: the second document, as typed.
        task: the inputs, the settings and the rulings.

    Returns:
        The comparison, and the inputs that were not read.

    Raises:
        InputError: there is no such document, or a file has not one document.
    """
    from dedup.engines.compare import compare_in_job
    from dedup.engines.local import BatchArguments
    from dedup.formats import SkipGroups, discover, read_all

    skips: SkipGroups = SkipGroups()
    names = [_Name.of(a), _Name.of(b)]
    paths = (*task.paths, *(name.file for name in names if name.file))
    places = discover(paths, on_skip=skips.add, on_note=_ignore, format=task.input_format)
    for output in task.outputs:
        check_output(places, output)
    ids = [_id_among(name, places, task) for name in names]
    with interruptible(), progress(sum(place.size for place in places), not task.quiet) as bars:
        documents = read_all(places, fields=task.fields, on_skip=skips.add, on_note=_ignore, on_bytes=bars.on_bytes)
        arguments = BatchArguments.of(documents, task.settings, {}, None, task.rulings, task.workers, bars.on_progress)
        return compare_in_job(arguments, ids, task.pairs), skips.skips()


def _id_among(name: _Name, places: "Iterable[Place]", task: "JobArguments") -> str:
    """Return the id that a document has in a job on ``places``."""
    if not name.file:
        return name.text
    size = Path(name.file).stat().st_size  # rules out nearly all of a million files without another look at the disk
    of_size = (place for place in places if place.file != STDIN and place.size == size)
    place = next((place for place in of_size if Path(place.file).samefile(name.file)), None)
    if place is None:
        raise InputError(f"{name.file} is not read")
    if name.line:
        row_id = str(_read_line(name, task.fields)["id"])
        return f"{place.id}:{name.line}" if row_id == name.text else row_id
    document = _read_only(name, task)
    return place.id if document.id == _alone_id(name) else document.id


def _alone_id(name: _Name) -> str:
    """Return the id that the document of a file has if the file is read alone and gives none."""
    from dedup.formats.places import with_slashes

    return with_slashes(name.file)


def compare_indexed(a: str, b: str, folder: str) -> "Comparison":
    """Compare two documents of an index. A file is known by its path from the folder that holds the index.

    Args:
        a: the first document, as typed.
        b: the second document, as typed.
        folder: the folder of the index.

    Raises:
        IndexProblem: there is no index that can be read.
        InputError: the index has no such document.
    """
    from dedup.cli.index_jobs import find_ids
    from dedup.engines.online.index import Index

    if a == b:
        raise SettingsError(f"{a} is given twice: give two documents")
    with Index.open(folder, mode="r") as index:
        return index.compare(*find_ids(index, folder, (a, b)))
