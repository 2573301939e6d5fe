"""Lines of JSON -> documents -> decisions -> lines of JSON. The functions take an index and block; they know no HTTP.

A line that cannot be used has an answer of its own, and costs the others nothing.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from dedup.engines.online.batches import to_document
from dedup.engines.online.index import Index
from dedup.engines.service.lines import LineError
from dedup.errors import DedupError, InputError, ReadError
from dedup.formats.fields.names import FieldNames
from dedup.formats.places import ReadOptions
from dedup.index_types import Decision
from dedup.json_rows import decision_row, encode
from dedup.types import Document

_LOGGER: Final = logging.getLogger(__name__)

SKIPPED: Final = "skipped"
"""The kind of an answer to a line that cannot be used."""


class LineAnswer(NamedTuple):
    """The answer to a line: the ``line`` of JSON with its end, its ``kind`` for the counts, `Decision.cold`."""

    line: bytes
    kind: str
    cold: bool = False


def add_lines(index: Index, fields: Mapping[str, str], lines: Sequence[bytes | None]) -> list[LineAnswer]:
    """Adds the documents of lines, and returns an answer for each line when they are on the disk.

    Args:
        index: the index.
        fields: our names of fields -> the keys of lines that hold them, in a line that has the key.
        lines: objects of JSON. None stands for a line that is too long.

    Raises:
        DedupError: the index cannot be written.
    """
    return _answer(index, fields, lines, index.add_many, needs_id=True)


def query_lines(index: Index, fields: Mapping[str, str], lines: Sequence[bytes | None]) -> list[LineAnswer]:
    """Returns the answer of `add_lines` for each line, and changes nothing. A document needs no id.

    Args:
        index: the index.
        fields: our names of fields -> the keys of lines that hold them, in a line that has the key.
        lines: objects of JSON. None stands for a line that is too long.
    """
    return _answer(index, fields, lines, lambda documents: list(map(index.query, documents)), needs_id=False)


def _answer(
    index: Index,
    fields: Mapping[str, str],
    lines: Sequence[bytes | None],
    decide: Callable[[list[Document]], list[Decision]],
    needs_id: bool,
) -> list[LineAnswer]:
    """Reads the lines, decides their documents together, and returns the answers in the order of the lines."""
    options = ReadOptions().with_settings(index.settings)
    rows = [_read(line, fields, options, needs_id) for line in lines]
    decided = iter(_decide([row for row in rows if isinstance(row, Document)], decide))
    results = [next(decided) if isinstance(row, Document) else row for row in rows]
    return [
        LineAnswer(encode(result) + b"\n", SKIPPED)
        if isinstance(result, LineError)
        else LineAnswer(encode(decision_row(result)) + b"\n", kind_of(result), result.cold)
        for result in results
    ]


def _decide(
    documents: list[Document], decide: Callable[[list[Document]], list[Decision]]
) -> list[Decision | LineError]:
    """Decides documents together. If that fails for a reason that is not the index, each is decided alone."""
    try:
        return [*decide(documents)]
    except ReadError:
        pass
    except (DedupError, OSError, MemoryError):
        raise
    except Exception:
        _LOGGER.exception("%d documents are decided one by one, because they fail together", len(documents))
    return [_decide_alone(document, decide) for document in documents]


def _decide_alone(document: Document, decide: Callable[[list[Document]], list[Decision]]) -> Decision | LineError:
    try:
        return decide([document])[0]
    except ReadError as error:
        return LineError(document.id, error.reason, 422)
    except (DedupError, OSError, MemoryError):
        raise
    except Exception as error:
        _LOGGER.exception("the document %r cannot be decided", document.id)
        return _bug(document.id, error)


def _read(line: bytes | None, fields: Mapping[str, str], options: ReadOptions, needs_id: bool) -> Document | LineError:
    """Returns the document of a line, or what is wrong with the line.

    A line has our names for fields if it comes from `dedup.connect`, also where the service was given others.
    """
    if line is None:
        return LineError("", "the line is over 64 MB: cut the text", 413)
    try:
        row = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return LineError("", f"the line is no JSON ({error}): give an object of JSON a line", 400)
    if not isinstance(row, dict):
        return LineError("", "the line is no object: give an object of JSON a line", 400)
    names = FieldNames({name: key for name, key in fields.items() if key in row or key.partition(".")[0] in row})
    id = str(row.get(names.keys["id"]) or "")
    try:
        return to_document(row, "the document", options, needs_id=needs_id, names=names, whole=True)
    except (ReadError, InputError) as error:
        return LineError(id, getattr(error, "reason", str(error)), 422)
    except (DedupError, OSError, MemoryError):
        raise
    except Exception as error:
        _LOGGER.exception("the document %r cannot be read", id)
        return _bug(id, error)


def _bug(id: str, error: Exception) -> LineError:
    return LineError(id, f"the service failed on this document ({error!r}): report it as a bug", 500)


def kind_of(decision: Decision) -> str:
    """Returns the kind of a decision for the counts."""
    if decision.stale:
        return "stale"
    if decision.no_article:
        return "no_article"
    if decision.known:
        return "known"
    return "new" if decision.is_new else "copy"
