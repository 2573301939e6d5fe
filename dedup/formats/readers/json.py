"""JSON: the objects of an array, of a list in one object, or of a file with one object after the other.

A bad object costs that object only. JSON Feed is an object with the list ``items``.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.columns import DocumentColumns
from dedup.formats.files import decoding
from dedup.formats.places import Place, ReadContext, quoted
from dedup.formats.record import documents_of_rows, keys_of_fields
from dedup.formats.syntax.json_values import JsonValue, find_lists, split_json
from dedup.types import Skip

_FEED: Final = "https://jsonfeed.org/version/"
_FEED_NAMES: Final = {"text": "content_text", "html": "content_html", "published": "date_published"}
"""Our names of fields -> the names of JSON Feed, where they differ."""


def read(pieces: Iterator[bytes], place: Place, context: ReadContext, _first: int = 1) -> Iterator[DocumentColumns]:
    """Read the documents in the objects of a file, in their order.

    Args:
        pieces: the decompressed bytes.
        place: the file.
        context: the names of fields; takes skips and problems.

    Raises:
        ReadError: the bytes break off, are not JSON from the beginning, or hold several lists of objects.
    """
    values = split_json(
        decoding.recode(pieces, place.path, context.on_problem), place.path, context.limits.document_bytes
    )
    return documents_of_rows(_rows(values, place, context), place, context)


def _rows(values: Iterator[JsonValue], place: Place, context: ReadContext) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The number of each object, and the object. A value that is no object is a skip."""
    for number, value in enumerate(values, 1):
        if value.alone and not _is_document(value.value, context):
            lists = find_lists(value.data)
            if len(lists) > 1:
                names = ", ".join(quoted(name, limits.MAX_QUOTED) for name, _ in lists[: limits.MAX_NAMED])
                cure = f"take one out: jq -c '.{max(lists, key=_size)[0]}[]'"
                raise ReadError(place.path, f"is one object with several lists of objects: {names}; {cure}")
            if lists:
                rows = _rows(split_json(iter([lists[0][1]]), place.path, context.limits.document_bytes), place, context)
                yield from ((number, _from_json_feed(row, value.value)) for number, row in rows)
                return
        if value.problem is not None:
            context.on_skip(Skip(place.path, value.problem.reason, number))
        elif not isinstance(value.value, dict):
            reason = f"is JSON but not an object ({type(value.value).__name__}); give one object an element"
            context.on_skip(Skip(place.path, reason, number))
        else:
            yield number, value.value


def _is_document(value: object, context: ReadContext) -> bool:
    """Whether an object has a text of its own."""
    if not isinstance(value, dict):
        return False
    keys = keys_of_fields(value, context.fields)
    return any(isinstance(value[keys[name]], str) for name in ("text", "html") if name in keys)


def _from_json_feed(item: Mapping[str, Any], feed: object) -> Mapping[str, Any]:
    """An item of a JSON Feed with our names of fields too; the item itself if the object is no JSON Feed."""
    if not isinstance(feed, dict) or not str(feed.get("version")).startswith(_FEED):
        return item
    values = {name: item[theirs] for name, theirs in _FEED_NAMES.items() if theirs in item}
    home = feed.get("home_page_url")
    site = urlsplit(home).hostname if isinstance(home, str) else None
    return {"source": site, **values, **item}


def _size(named_list: tuple[str, bytes]) -> int:
    """The bytes of a list in an object: the longest one holds the documents most often."""
    return len(named_list[1])
