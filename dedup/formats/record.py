"""A mapping of names to values -> one document: rows of JSON, and mappings that a program hands over."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dedup.errors import ReadError, SettingsError
from dedup.formats import limits
from dedup.formats.dates import parse_time
from dedup.formats.pages.extract import ExtractedPage, extract
from dedup.formats.places import FieldProblem, quoted
from dedup.types import Document, Note

FIELDS = ("id", "text", "html", "title", "source", "url", "published")
"""What a row may give of a document; anything else in it is passed over."""

_LABEL = "not text, left out; give a string"
_REASONS = {
    "published": "not a time, left out; give ISO 8601, RFC 2822, or seconds since 1970",
    "title": _LABEL,
    "source": _LABEL,
    "url": _LABEL,
    "html": "its whole text was taken, with what boilerplate it has",
}
"""What a note says of the values of a field that could not be used."""

_NO_PAGE: Final = ExtractedPage("")
_OWN: Final = {name: name for name in FIELDS}


@dataclass(slots=True)
class FieldProblems:
    """What the rows of a lot hold that could not be used: counted by field while they are read, told once."""

    _counts: dict[str, int] = field(default_factory=dict)
    _first: dict[str, str] = field(default_factory=dict)

    def __call__(self, name: str, value: object, place: str) -> None:
        """Count one value of the field ``name`` in the document at ``place``."""
        self._counts[name] = self._counts.get(name, 0) + 1
        self._first.setdefault(name, f"{place}: {quoted(value, limits.MAX_QUOTED)}")

    def tell(self, path: str, on_problem: Callable[[FieldProblem], object]) -> None:
        """One for each field."""
        for name, count in self._counts.items():
            on_problem(FieldProblem(path, name, count, self._first[name]))


def problem_notes(odd: Iterable[FieldProblem]) -> list[Note]:
    """One note a file and field, of files that may have been read in lots."""
    counts: dict[tuple[str, str], int] = {}
    first: dict[tuple[str, str], str] = {}
    for one in odd:
        counts[one.path, one.name] = counts.get((one.path, one.name), 0) + one.many
        first.setdefault((one.path, one.name), one.first)
    notes = []
    for (path, name), count in counts.items():
        what = "1 document" if count == 1 else f"{count:,} documents"
        notes.append(Note(path, f"{name} in {what}: {_REASONS[name]} ({first[path, name]})"))
    return notes


def _ignore(_name: str, _value: object, _place: str) -> None:
    """Tell nobody."""


def checked_fields(fields: Mapping[str, str] | None) -> Mapping[str, str]:
    """The caller's names for our fields; raises `SettingsError` for one that is not ours."""
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
    """The document that a mapping describes; raises `ReadError` if its text or id cannot be used.

    ``place`` names it in errors, and is its id if it has none. ``fields`` maps our names to the mapping's, as in
    ``{"text": "body"}``. A time or title that cannot be used is left out and told: ``on_problem(name, value, place)``.
    """
    names = {**_OWN, **fields} if fields else _OWN
    get = record.get
    text = get(names["text"])
    if isinstance(text, str):
        page = _NO_PAGE
        if not text.isascii():  # which every string knows of itself
            _check(text, names["text"], place)
    else:
        page = _page(record, names, place)
        text = page.text
    if page.note:
        on_problem("html", page.note, place)
    # Most rows have few fields: nothing is called for one that is not there.
    time = get(names["published"])
    published = None if time is None else parse_time(time)
    if published is None and time is not None and time != "":
        on_problem("published", time, place)
    own_id = _id(get(names["id"]), place)
    title = "" if (found := get(names["title"])) is None else _label(found, "title", place, on_problem)
    source = "" if (found := get(names["source"])) is None else _label(found, "source", place, on_problem)
    url = "" if (found := get(names["url"])) is None else _label(found, "url", place, on_problem)
    if page is not _NO_PAGE:
        title, source, url = title or page.title, source or page.source, url or page.url
        published = published or page.published
    return Document(text, own_id, title, source, url, published, path)


def _label(found: object, name: str, place: str, on_problem: Callable[[str, object, str], object]) -> str:
    if isinstance(found, str):
        if not found.isascii():
            _check(found, name, place)
        return found
    if isinstance(found, (int, float)) and not isinstance(found, bool):
        return str(found)
    on_problem(name, found, place)
    return ""


def _page(record: Mapping[str, Any], names: Mapping[str, str], place: str) -> ExtractedPage:
    """The page of a record whose text is no string."""
    text_name, html_name = names["text"], names["html"]
    text, html = record.get(text_name), record.get(html_name)
    if text is None and isinstance(html, str):
        _check(html, html_name, place)
        return extract(html, place)
    if text_name not in record and html_name not in record:
        keys = ", ".join(quoted(key, limits.MAX_QUOTED) for key in list(record)[: limits.MAX_NAMED]) or "none"
        more = ", …" if len(record) > limits.MAX_NAMED else ""
        raise ReadError(
            place,
            f"has neither {text_name!r} nor {html_name!r}; its keys are {keys}{more}; "
            "name the one that holds the text: --field text=NAME, or fields={'text': 'NAME'}",
        )
    name, wrong = (html_name, html) if text is None and html is not None else (text_name, text)
    kind = "null" if wrong is None else f"of type {type(wrong).__name__}"
    raise ReadError(place, f"{name!r} is {kind}; give a string (an empty one for a document without text)")


def _id(found: object, place: str) -> str:
    if found is None or found == "":
        return place
    if isinstance(found, str):
        if not found.isascii():
            _check(found, "id", place)
        return found
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    raise ReadError(place, f"id is {quoted(found, limits.MAX_QUOTED)}; give a string or a whole number")


def _check(text: str, name: str, place: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        code = ord(text[error.start])
        raise ReadError(
            place, f"{name!r} holds a lone surrogate (\\u{code:04x}) at character {error.start}; write it as UTF-8"
        ) from error
