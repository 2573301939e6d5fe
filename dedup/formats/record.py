"""A mapping of names to values -> one document. The mapping is a row of JSON, or comes from a program."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dedup.errors import ReadError, SettingsError
from dedup.formats import limits
from dedup.formats.columns import DocumentColumns, Row, batches_of_rows
from dedup.formats.dates import parse_time
from dedup.formats.document_ids import name_row
from dedup.formats.pages.extract import ExtractedPage, extract
from dedup.formats.places import FieldProblem, Place, ReadContext, quoted
from dedup.types import Document, Note, Skip

FIELDS = ("id", "text", "html", "title", "source", "url", "published")
"""The fields that a row may have. Other keys of a row are passed over."""

_LABEL = "not text, left out; give a string"
_REASONS = {
    "published": "not a time, left out; give ISO 8601, RFC 2822, or seconds since 1970",
    "title": _LABEL,
    "source": _LABEL,
    "url": _LABEL,
    "html": "its whole text was taken, with what boilerplate it has",
}
"""The words of a note on values of a field that cannot be used."""

_NO_PAGE: Final = ExtractedPage("")
_OWN: Final = {name: name for name in FIELDS}


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


def problem_notes(problems: Iterable[FieldProblem]) -> list[Note]:
    """Make one note a file and field. The problems of one file may come from several chunks."""
    counts: dict[tuple[str, str], int] = {}
    first: dict[tuple[str, str], str] = {}
    for problem in problems:
        key = problem.path, problem.name
        counts[key] = counts.get(key, 0) + problem.many
        first.setdefault(key, problem.first)
    notes = []
    for (path, name), count in counts.items():
        subject = "1 document" if count == 1 else f"{count:,} documents"
        notes.append(Note(path, f"{name} in {subject}: {_REASONS[name]} ({first[path, name]})"))
    return notes


def _ignore(_name: str, _value: object, _place: str) -> None:
    """Report nothing: the default callback."""


def checked_fields(fields: Mapping[str, str] | None) -> Mapping[str, str]:
    """The caller's names for our fields. Raises `SettingsError` for a key that is not a field of a document."""
    for name in fields or {}:
        if name not in FIELDS:
            raise SettingsError(f"field {name!r} is none of a document's; there are {', '.join(FIELDS)}")
    return dict(fields or {})


def to_document(
    record: Mapping[str, Any],
    place: str,
    fields: Mapping[str, str] | None = None,
    *,
    path: str = "",
    on_problem: Callable[[str, object, str], object] = _ignore,
) -> Document:
    """Make the document that a mapping describes.

    Args:
        record: the mapping; its keys are `FIELDS`, or the values of ``fields``.
        place: the name of the mapping in errors, and the id of a document without an id.
        fields: our names of fields -> the keys of the mapping, as in ``{"text": "body"}``.
        path: the path of the document.
        on_problem: takes ``(name, value, place)`` of each value that cannot be used and is left out: a time, title,
            source or address.

    Raises:
        ReadError: the text or the id cannot be used.
    """
    return Document(*_fields_of(record, place, {**_OWN, **fields} if fields else _OWN, path, on_problem))


def _fields_of(
    record: Mapping[str, Any],
    place: str,
    names: Mapping[str, str],
    path: str,
    on_problem: Callable[[str, object, str], object],
) -> Row:
    """The fields of the document that a mapping describes, as in `to_document`.

    Args:
        record: the mapping.
        place: the name of the mapping in errors, and the id of a document without an id.
        names: our name of each field -> its key in the mapping.
        path: the path of the document.
        on_problem: takes each value that cannot be used and is left out.
    """
    get = record.get
    text = get(names["text"])
    if isinstance(text, str):
        page = _NO_PAGE
        if not text.isascii():  # a string stores this, so that the test takes no time
            _check_unicode(text, names["text"], place)
    else:
        page = _extract_page(record, names, place)
        text = page.text
    if page.note:
        on_problem("html", page.note, place)
    # Most rows have few fields: no function is called for a field that is missing.
    time = get(names["published"])
    published = None if time is None else parse_time(time)
    if published is None and time is not None and time != "":
        on_problem("published", time, place)
    own_id = _to_id(get(names["id"]), place)
    title = "" if (value := get(names["title"])) is None else _to_label(value, "title", place, on_problem)
    source = "" if (value := get(names["source"])) is None else _to_label(value, "source", place, on_problem)
    url = "" if (value := get(names["url"])) is None else _to_label(value, "url", place, on_problem)
    if page is not _NO_PAGE:
        title, source, url = title or page.title, source or page.source, url or page.url
        published = published or page.published
    return text, own_id, title, source, url, published, path


def documents_of_rows(rows: Iterable[tuple[int, Any]], place: Place, context: ReadContext) -> Iterator[DocumentColumns]:
    """Make the documents of numbered rows, batch by batch. A row that is no document is a skip.

    Args:
        rows: the number of each row, from 1, and the row: a mapping of its keys to values.
        place: the file of the rows.
        context: the names of fields; takes skips and problems.
    """
    return batches_of_rows(_usable_rows(rows, place, context))


def _usable_rows(rows: Iterable[tuple[int, Any]], place: Place, context: ReadContext) -> Iterator[Row]:
    """The fields of each document, as in `documents_of_rows`."""
    problems, names = FieldProblems(), {**_OWN, **context.fields}
    id_name = names["id"]
    try:
        for number, row in rows:
            try:
                if not isinstance(row, dict):
                    reason = f"is JSON but not an object ({type(row).__name__}); give one object a line"
                    raise ReadError(place.path, reason)
                fields = _fields_of(row, f"{place.id}:{number}", names, place.path, problems)
                if row.get(id_name) in (None, ""):
                    text, _, title, source, url, published, path = fields
                    id = name_row(context.ids, place, number, text, url)
                    fields = text, id, title, source, url, published, path
            except ReadError as error:
                context.on_skip(Skip(place.path, error.reason, number))
                continue
            yield fields
    finally:
        problems.tell(place.path, context.on_problem)


def _to_label(value: object, name: str, place: str, on_problem: Callable[[str, object, str], object]) -> str:
    """A title, source or address as text. Another value than text or a number is a problem, and gives ``""``."""
    if isinstance(value, str):
        if not value.isascii():
            _check_unicode(value, name, place)
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    on_problem(name, value, place)
    return ""


def _extract_page(record: Mapping[str, Any], names: Mapping[str, str], place: str) -> ExtractedPage:
    """The page of a record whose text is not a string."""
    text_name, html_name = names["text"], names["html"]
    text, html = record.get(text_name), record.get(html_name)
    if text is None and isinstance(html, str):
        _check_unicode(html, html_name, place)
        return extract(html, place)
    if text_name not in record and html_name not in record:
        keys = ", ".join(quoted(key, limits.MAX_QUOTED) for key in list(record)[: limits.MAX_NAMED]) or "none"
        more = ", …" if len(record) > limits.MAX_NAMED else ""
        raise ReadError(
            place,
            f"has neither {text_name!r} nor {html_name!r}; its keys are {keys}{more}; "
            "name the one that holds the text: --field text=NAME, or fields={'text': 'NAME'}",
        )
    name, value = (html_name, html) if text is None and html is not None else (text_name, text)
    kind = "null" if value is None else f"of type {type(value).__name__}"
    raise ReadError(place, f"{name!r} is {kind}; give a string (an empty one for a document without text)")


def _to_id(value: object, place: str) -> str:
    """The id of a document as text; its place if the id is missing or empty."""
    if value is None or value == "":
        return place
    if isinstance(value, str):
        if not value.isascii():
            _check_unicode(value, "id", place)
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise ReadError(place, f"id is {quoted(value, limits.MAX_QUOTED)}; give a string or a whole number")


def _check_unicode(text: str, name: str, place: str) -> None:
    """Raise `ReadError` for a text that cannot be encoded."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        code = ord(text[error.start])
        raise ReadError(
            place, f"{name!r} holds a lone surrogate (\\u{code:04x}) at character {error.start}; write it as UTF-8"
        ) from error
