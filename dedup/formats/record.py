"""A mapping of names to values -> one document. The mapping is a row of a file, or comes from a program."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Final

from msgspec.structs import astuple, replace

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.columns import NO_PAGE_FIELDS, DocumentColumns, PageFields, Row, batches_of_rows, page_fields
from dedup.formats.fields.dates import DateReader, parse_time
from dedup.formats.fields.names import CREDITS, FIELDS, OF_PAGES, FieldNames, names_of_mapping
from dedup.formats.fields.values import is_missing, is_unicode, plain
from dedup.formats.guard import check_words, skip_of
from dedup.formats.heads import decide_head, split_head
from dedup.formats.ids.documents import name_row
from dedup.formats.messages import ORDER, UNSETTLED, FieldProblems, alias_problems, list_names
from dedup.formats.pages.messages import ExtractedPage
from dedup.formats.pages.process import PAGES
from dedup.formats.places import NO_OPTIONS, FieldProblem, Place, ReadContext, ReadOptions, RowIds, quoted
from dedup.types import Document

_Fields = tuple[str, str, str, str, str, datetime.datetime | None, str, PageFields | None]
"""The fields of one document, in the order of `columns.Row`."""

_NO_PAGE: Final = ExtractedPage("")
_OWN: Final = {name: name for name in FIELDS}
_OWN_KEYS: Final = frozenset(FIELDS).difference(CREDITS)
"""Our names that are no other names of another field."""


def _ignore(_name: str, _value: object, _place: str) -> None:
    """Report nothing: the default callback."""


def keys_of_fields(keys: Iterable[str], fields: Mapping[str, str]) -> dict[str, str]:
    """Our names of fields -> the keys of rows that hold them, for the fields that the rows have.

    Args:
        keys: the keys of the rows, in their order.
        fields: our names of fields -> the caller's names of keys.
    """
    names, present = FieldNames(fields), list(keys)
    names.see(present)
    return {name: key for name, key in names.keys.items() if key in present}


def to_document(
    record: Mapping[str, Any],
    place: str,
    fields: Mapping[str, str] | None = None,
    *,
    whole: bool = False,
    options: ReadOptions = NO_OPTIONS,
    on_problem: Callable[[str, object, str], object] = _ignore,
) -> Document:
    """Make the document that a mapping describes.

    Args:
        record: the mapping; its keys are `FIELDS`, their usual other names, or the values of ``fields``.
        place: the name of the mapping in errors, and the id of a document without an id.
        fields: our names of fields -> the keys of the mapping, as in ``{"text": "body"}``.
        whole: whether the mapping stands for a `Document`, and has its ``path`` and the fields `OF_PAGES` too.
        options: have the extractor and the limits of a page in the mapping. Their names of fields do not count.
        on_problem: takes ``(name, value, place)`` of each value that cannot be used and is left out: a time, title,
            source or address.

    Raises:
        ReadError: the text or the id cannot be used.
    """
    flat, keys = record, _OWN
    if fields or not record.keys() <= _OWN_KEYS:
        names = names_of_mapping(record, fields)
        flat, keys = names.flat(record), names.keys
    credits = () if keys is _OWN else CREDITS
    path = value if whole and isinstance(value := record.get("path"), str) else ""
    row = _fields_of(flat, keys, credits, place, path, options, on_problem, DateReader())
    document = Document(*row[:7]) if row[7] is None else Document(*row[:7], *astuple(row[7]))
    return document if not whole or record.keys().isdisjoint(OF_PAGES) else _add_page_fields(document, record, place)


def _add_page_fields(document: Document, record: Mapping[str, Any], place: str) -> Document:
    """The document with the fields `OF_PAGES` of a mapping. A value that cannot be used is left out."""
    return replace(
        document,
        author=_to_label(record.get("author"), "author", place, _ignore) or document.author,
        language=_to_label(record.get("language"), "language", place, _ignore) or document.language,
        modified=parse_time(record.get("modified")) or document.modified,
    )


def _fields_of(
    record: Mapping[str, Any],
    names: Mapping[str, str],
    credits: Iterable[str],
    place: str,
    path: str,
    options: ReadOptions,
    on_problem: Callable[[str, object, str], object],
    dates: DateReader,
) -> _Fields:
    """The fields of the document that a mapping describes.

    Args:
        record: the mapping.
        names: our names of all fields -> the keys of the mapping.
        credits: those of `CREDITS` that the mapping can have.
        place: as in `to_document`.
        path: the path of the document.
        options: have the extractor and the limits of a page in the mapping.
        on_problem: as in `to_document`.
        dates: reads the time.

    Raises:
        ReadError: the text or the id cannot be used.
    """
    get, text = record.get, record.get(names["text"])
    if isinstance(text, str):
        page = _NO_PAGE
        if not text.isascii():  # a string stores this, so that the test takes no time
            _check_unicode(text, names["text"], place)
    else:
        text, page = _find_text(record, names, place, options)
    check_words(text, place, options.limits)
    if page.note:
        on_problem("html", page.note, place)
    # Most rows have few fields: no function is called for a field that is missing.
    published = None
    if (time := get(names["published"])) is not None:
        published = dates.read(time)
        if published is None and not is_missing(time) and time != "":
            on_problem(UNSETTLED if dates.unsettled else "published", time, place)
    own_id = _to_id(get(names["id"]), place)
    title = "" if (value := get(names["title"])) is None else _to_label(value, "title", place, on_problem)
    source = "" if (value := get(names["source"])) is None else _to_label(value, "source", place, on_problem)
    url = "" if (value := get(names["url"])) is None else _to_label(value, "url", place, on_problem)
    if page is not _NO_PAGE:
        title, source, url = title or page.title, source or page.source, url or page.url
        published = published or page.published
    declared = _declared(record, names, credits, place, page) if credits or page is not _NO_PAGE else None
    return text, own_id, title, source, url, published, path, declared


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
    problems = FieldProblems()
    first_rows, rows = ([], rows) if context.head.keys else split_head(rows)
    if first_rows and _is_of_report(first_rows[0][1]):
        raise ReadError(place.path, "is a report of dedup, and no input; give it to dedup apply, or to dedup eval")
    names, dates = decide_head((row for _, row in first_rows), context.fields, context.head)
    seen, prefix, path, options = names.seen, f"{place.id}:", place.path, context.options
    try:
        for number, row in chain(first_rows, rows):
            try:
                if not isinstance(row, dict):
                    reason = f"is JSON but not an object ({type(row).__name__}); give one object a line"
                    raise ReadError(place.path, reason)
                if not row.keys() <= seen:
                    names.see(row)
                record = names.flat(row) if names.nested else row
                name = f"{prefix}{number}"
                fields = _fields_of(record, names.keys, names.credits, name, path, options, problems, dates)
                if fields[1] is name and context.ids is not None:
                    fields = _named_row(fields, context.ids, place, number)
            except Exception as error:
                context.on_skip(skip_of(error, place.path, number))
                continue
            if context.numbers is not None:
                context.numbers.append(number)
            yield fields
    finally:
        problems.tell(place.path, context.on_problem)
        for problem in alias_problems(names, place.path):
            context.on_problem(problem)
        if dates.day_first is not None and dates.shown_by:
            order = "day" if dates.day_first else "month"
            context.on_problem(FieldProblem(place.path, ORDER, 1, quoted(dates.shown_by, limits.MAX_QUOTED), order))


def _is_of_report(row: object) -> bool:
    """Whether a row is the header of a report."""
    return isinstance(row, dict) and str(row.get("schema")).startswith("dedup.report/")


def _named_row(fields: _Fields, ids: RowIds, place: Place, number: int) -> _Fields:
    """The fields of a row without id, with an id. Raises `ReadError` if there is no name for the row."""
    text, _, title, source, url, published, path, declared = fields
    return text, name_row(ids, place, number, text, url), title, source, url, published, path, declared


def _to_label(value: object, name: str, place: str, on_problem: Callable[[str, object, str], object]) -> str:
    """A title, source or address as text. A value that is not text, a number or an object with a name is a problem."""
    if isinstance(value, str) and value.isascii():
        return value
    value = plain(value)
    if isinstance(value, str):
        _check_unicode(value, name, place)
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < limits.ID_BOUND:
        return str(value)
    if value is not None:
        on_problem(name, value, place)
    return ""


def _find_text(
    record: Mapping[str, Any], names: Mapping[str, str], place: str, options: ReadOptions
) -> tuple[str, ExtractedPage]:
    """The text of a record whose text is not a string: of its page, or of the key ``text`` in place of another name.

    Args:
        record: the record.
        names: our name of each field -> its key in the record.
        place: names the record in errors.
        options: have the extractor and the limits of the page.

    Raises:
        ReadError: the record has no text, or its page cannot be extracted.
    """
    for key in dict.fromkeys((names["text"], "text")):
        value = record.get(key)
        if isinstance(value, str):
            _check_unicode(value, key, place)
            return value, _NO_PAGE
        if not is_missing(value):
            break
    pages = [record.get(key) for key in dict.fromkeys((names["html"], "html"))] if is_missing(value) else []
    if isinstance(value, Mapping):
        pages = [value.get("rendered")]  # as WordPress has it
    for html in pages:
        if isinstance(html, str):
            _check_unicode(html, names["html"], place)
            page = PAGES.extract(html, place, options.extractor, options.limits)
            return page.text, page
    raise _unusable_text_error(record, names, place)


def _unusable_text_error(record: Mapping[str, Any], names: Mapping[str, str], place: str) -> ReadError:
    """The error on a record without text."""
    text_name, html_name = names["text"], names["html"]
    text, html = record.get(text_name), record.get(html_name)
    if text_name not in record and html_name not in record:
        return no_text_error(record, names, place)
    name, value = (html_name, html) if is_missing(text) and not is_missing(html) else (text_name, text)
    kind = "null" if value is None else "missing" if is_missing(value) else f"of type {type(value).__name__}"
    return ReadError(place, f"{name!r} is {kind}; give a string (an empty one for a document without text)")


def _declared(
    record: Mapping[str, Any], names: Mapping[str, str], credits: Iterable[str], place: str, page: ExtractedPage
) -> PageFields | None:
    """Return the data that a record or its page declares of the page; None for nothing.

    Args:
        record: the record.
        names: our name of each field -> its key in the record.
        credits: as in `_fields_of`.
        place: names the record in errors.
        page: the page of the record.
    """
    declared = None if page is _NO_PAGE else page_fields(page)
    for name in credits:
        if (value := record.get(names[name])) is not None and (label := _to_label(value, name, place, _ignore)):
            declared = replace(declared or NO_PAGE_FIELDS, **{name: label})
    return declared


def no_text_error(record: Mapping[str, Any], names: Mapping[str, str], place: str) -> ReadError:
    """The error for a row or a table without text and page.

    Args:
        record: a mapping with the keys of the row or the columns of the table.
        names: our name of each field -> its key.
        place: the name of the row or the table.
    """
    return ReadError(
        place,
        f"has neither {names['text']!r} nor {names['html']!r}; its keys are {list_names(record) or 'none'}; "
        "name the one that holds the text: --field text=NAME, or fields={'text': 'NAME'}",
    )


def _to_id(value: object, place: str) -> str:
    """The id of a document as text; its place if the id is missing or empty."""
    if isinstance(value, str) and value and value.isascii():
        return value
    if not isinstance(value, (str, list)):
        value = plain(value)
    if value is None or value == "":
        return place
    if isinstance(value, str):
        _check_unicode(value, "id", place)
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) >= limits.ID_BOUND:
            raise ReadError(place, "id is a number of more than 1,000 digits; give a string or a shorter number")
        return str(value)
    if isinstance(value, float) and value.is_integer():  # a table makes whole numbers so, where some are missing
        return str(int(value))
    raise ReadError(place, f"id is {quoted(value, limits.MAX_QUOTED)}; give a string or a whole number")


def _check_unicode(text: str, name: str, place: str) -> None:
    """Raise `ReadError` for a text that cannot be encoded."""
    if is_unicode(text):
        return
    try:
        text.encode()
    except UnicodeEncodeError as error:
        code = ord(text[error.start])
        raise ReadError(
            place, f"{name!r} holds a lone surrogate (\\u{code:04x}) at character {error.start}; write it as UTF-8"
        ) from error
