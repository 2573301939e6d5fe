"""Two documents to their comparison: alone, among the documents of a collection, or in an index."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from dedup.comparison_types import Comparison, HandPair
from dedup.engines.explanations.by_hand import find_hand_pairs
from dedup.engines.explanations.pairs import compare_pairs
from dedup.engines.local import BatchArguments, FinishedJob, decided_collection, run_job
from dedup.engines.online.index import Index
from dedup.engines.pool.spill import SpillFiles
from dedup.engines.stages.meter import Progress
from dedup.errors import InputError
from dedup.formats import Inputs
from dedup.formats.program.documents import Documents, Given, numbered_documents
from dedup.settings import Settings
from dedup.types import Document, Ruling

_NAMES: Final = ("the first document", "the second document")
"""The ids of two documents that have none."""


def compare(
    a: Given | Hashable,
    b: Given | Hashable,
    *,
    among: Documents | Inputs | None = None,
    index: Index | None = None,
    settings: Settings | Mapping[str, Any] | None = None,
    boilerplate: Iterable[Ruling] = (),
    pairs: Iterable[HandPair] = (),
    workers: int | None = None,
    on_progress: Progress | None = None,
    **changes: Any,
) -> Comparison:
    """Compare two documents, and say why they are in one story or not.

    Among the documents of a collection the two are decided as `cluster` decides them: the whole collection is read and
    compared, which takes as long. Without a collection nothing is known of the sites of the two, so that their menus
    count: `Comparison.boilerplate_known` is false.

    Args:
        a: a document, as `cluster` takes them: a `Document`, a mapping, or a text. With ``among`` or ``index`` a string
            or a number is the id of a document there.
        b: the other document.
        among: the collection. A document that is not in it, by its id, joins it.
        index: an index that has both documents. It knows sites and stories, so that nothing else is read.
        settings: as in `cluster`. An index has settings of its own.
        boilerplate: as in `cluster`.
        pairs: as in `cluster`. An index has the pairs that `Index.rule` has given it.
        workers: as in `cluster`.
        on_progress: as in `cluster`.
        **changes: as in `cluster`.

    Returns:
        The comparison.

    Raises:
        InputError: there is no document of an id, two documents have one id, a document cannot be read, or ``among``
            and ``index`` are both given.
        SettingsError: a setting is unknown, or out of its range.
        WorkError: a process died.
    """
    if index is not None:
        if among is not None or settings is not None or changes or (*boilerplate, *pairs):
            raise InputError("an index has its documents, its settings and its pairs: give index alone, or among")
        return index.compare(_id_of(a), _id_of(b))
    documents, ids = _alone((a, b)) if among is None else _with_documents(among, (a, b))
    arguments = BatchArguments.of(documents, settings, changes, None, boilerplate, workers, on_progress)
    return compare_in_job(arguments, ids, tuple(pairs), alone=among is None)


def compare_in_job(
    arguments: BatchArguments, ids: Sequence[Hashable], pairs: Sequence[HandPair] = (), alone: bool = False
) -> Comparison:
    """Compare two documents of a job.

    Args:
        arguments: the arguments of the job.
        ids: the ids of the two documents, as the caller has them. They may be filled in while documents are read.
        pairs: the word of a person on pairs of documents.
        alone: whether the job has these documents alone, so that nothing is known of sites and stories.

    Raises:
        InputError: there is no document of an id, or pairs contradict each other.
    """
    with SpillFiles() as spill_files:
        job = run_job(arguments, spill_files, whole=True)
        rows = np.array([_find_documents(job, ids)])
        hand, _ = find_hand_pairs(job.loaded.job.texts, pairs, job.intake.caller_ids)
        return next(comparison for _, comparison in compare_pairs(decided_collection(job, alone, hand), rows))


def _find_documents(job: FinishedJob, ids: Sequence[Hashable]) -> list[int]:
    """Return the numbers of the documents of ``ids``. Raises `InputError` if there is none."""
    by_caller = job.intake.caller_ids
    numbers: dict[Hashable, int] = {}
    for number, id in enumerate(job.loaded.job.texts.members.ids):
        caller_id = by_caller.get(id, id)
        if caller_id in ids or id in ids:
            numbers.setdefault(id, number)
            numbers.setdefault(caller_id, number)
    missing = [id for id in ids if id not in numbers]
    if missing:
        whole = next((id for id in job.loaded.job.texts.members.ids if id.endswith(f"/{missing[0]}")), None)
        cure = "" if whole is None else f": give the whole id, as {whole!r}"
        raise InputError(f"there is no document with the id {missing[0]!r}{cure}")
    if ids[0] == ids[1]:
        raise InputError(f"{ids[0]!r} is one document: give two ids")
    return [numbers[id] for id in ids]


def _id_of(document: Given | Hashable) -> str:
    """Return the id of a document in an index."""
    id = _own_id(document) if isinstance(document, Document | Mapping) else document
    if not isinstance(id, str):
        raise InputError("an index knows documents by their ids: give two ids")
    return id


def _own_id(document: Given | Hashable) -> Hashable:
    """Return the id that a document gives, if it gives one."""
    if isinstance(document, Document):
        return document.id or None
    id = document.get("id") if isinstance(document, Mapping) else None
    return id if isinstance(id, Hashable) else None


def _named(document: Given | Hashable, name: str) -> dict[str, Any]:
    """Return a document that is compared alone as a mapping with an id."""
    match document:
        case str():
            return {"id": name, "text": document}
        case Document():
            fields = {field: getattr(document, field) for field in Document.__struct_fields__}
            return {**fields, "id": document.id or name}
        case Mapping():
            return {**document, "id": _own_id(document) or name}
    raise InputError(f"{name} is of type {type(document).__name__}: give a Document, a mapping, or its text")


def _alone(pair: tuple[Any, Any]) -> tuple[Documents | Inputs, list[Hashable]]:
    """Return a collection of two documents, and their ids."""
    documents = [_named(document, name) for document, name in zip(pair, _NAMES, strict=True)]
    return documents, list(map(_own_id, documents))


def _with_documents(among: Documents | Inputs, pair: tuple[Any, Any]) -> tuple[Documents | Inputs, list[Hashable]]:
    """Return a collection that has two documents, and the ids of both.

    A document whose id the collection has is that document. A document without an id is the first equal one.
    """
    ids: list[Hashable] = [None, None]
    others = {}
    for place, document in enumerate(pair):
        if isinstance(document, Document | Mapping):
            others[place] = document
        else:
            ids[place] = document
    if not others:
        return among, ids

    def stream() -> Iterator[Given]:
        rows = ((document.id, document) for document in among) if isinstance(among, Inputs) else _rows_of(among)
        for id, row in rows:
            for place, document in list(others.items()):
                if _is_document(document, id, row):
                    ids[place] = id
                    del others[place]
            yield {**row, "id": id} if isinstance(row, Mapping) else row  # the id of a row of a table stands beside it
        for place, document in others.items():
            added = _named(document, _NAMES[place])
            ids[place] = added["id"]
            yield added

    return stream(), ids


def _is_document(document: Document | Mapping[str, Any], id: Hashable, row: Given) -> bool:
    """Return whether a document is the one of an ``id``, or equals it if it has no id."""
    own_id = _own_id(document)
    return document == row if own_id is None else own_id == id


def _rows_of(among: Documents) -> Iterable[tuple[Hashable, Given]]:
    """Return the documents of a program with their ids."""
    return numbered_documents(among, {}).rows
