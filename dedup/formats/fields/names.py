"""Keys of rows -> the key that holds each field of a document. People name a field in many ways.

The keys of one file are decided once, so that two rows of a file never take one field from two columns.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from dedup.errors import SettingsError

CREDITS: Final = ("canonical_url", "syndicated_from", "publisher")
"""The fields that name the original of a document. No note counts the values that cannot be used."""

FIELDS: Final = ("id", "text", "html", "title", "source", "url", "published", *CREDITS)
"""The fields that a row may have. Other keys of a row are passed over."""

OF_PAGES: Final = ("author", "language", "modified")
"""The fields of a `Document` that come from its page, or from the program that makes the document, and from no row."""

TEASERS: Final = ("abstract", "description", "summary", "snippet")
"""Names of less than the whole text. They are taken last, and not where there is a page."""

ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "id": (
        *("guid", "uuid", "uid", "article id", "doc id", "document id", "news id", "story id", "post id"),
        *("item id", "identifier"),
    ),
    "text": (
        *("body", "content", "article", "article text", "article body", "article content", "full text", "main text"),
        *("body text", "content text", "text content", "news text", "news content", "news body", "story text", "story"),
        *("post content", "document", "document text", "raw text", "plain text", "clean text", "cleaned text"),
        *("full content", "raw content", "text body", "paragraphs", "transcript", "message"),
        *TEASERS,
    ),
    "html": (
        "content html",
        "html content",
        "body html",
        "html body",
        "raw html",
        "page html",
        "article html",
        "page source",
    ),
    "title": (
        *("headline", "heading", "article title", "news title", "web title", "page title", "post title", "story title"),
        *("full title", "title full", "subject"),
    ),
    "source": (
        *("source name", "publisher", "publication", "outlet", "newspaper", "news source", "publisher name"),
        *("publication name", "news outlet", "media name", "site name", "site", "website", "source domain"),
        *("domain", "hostname", "host", "feed", "feed name", "feed title", "provider"),
    ),
    "url": (
        *("canonical url", "link", "href", "permalink", "uri", "web url", "article url", "article link", "page url"),
        *("news url", "story url", "original url", "document identifier", "short url"),
    ),
    "published": (
        *("published at", "date published", "publish date", "published date", "date publish", "publication date"),
        *("pub date", "web publication date", "publish time", "published time", "published on", "post date"),
        *("posted at", "posted", "article date", "news date", "date", "date time", "timestamp", "time", "created at"),
        *("created", "date created", "creation date", "seen date"),
    ),
}
"""Other names of each field, in the order of choice. Case, spaces, ``_``, ``-`` and ``.`` of a name do not count."""

_MAX_KEYS: Final = 1000
"""Keys of a file that may name fields. A file can have another key in each row."""

_IGNORED: Final = re.compile(r"[\s_.\ufeff-]+")


def folded(name: str) -> str:
    """A name without case, spaces and marks between its words, which do not count."""
    return _IGNORED.sub("", name).casefold()


_RANKS: Final = {
    folded(alias): (field, rank)
    for field, aliases in ALIASES.items()
    for rank, alias in reversed([*enumerate((field, *aliases))])  # the first of two equal names holds
}
"""The field of each folded name, and the rank of the name; our own name has rank 0. `CREDITS` have no other names."""


class FieldNames:
    """The key of each field in the rows of one file or frame.

    A field gets its key when a row with one of the names comes first, and keeps it. Our own name goes first, then the
    order of `ALIASES`. A name that the user gives always holds.
    """

    def __init__(self, fields: Mapping[str, str] | None = None, decided: Mapping[str, str] | None = None) -> None:
        """Start with no rows.

        Args:
            fields: our names of fields -> the user's names of keys. A name such as ``fields.body`` names the key
                ``body`` of the object ``fields``, if there is no key of the whole name.
            decided: our names of fields -> the keys that earlier rows of the file have decided.
        """
        self.given = dict(fields or {})
        """Our names of fields -> the user's names of keys."""
        taken = set(self.given.values())
        self._decided = {name: key for name, key in (decided or {}).items() if key not in taken} | self.given
        self._others: dict[str, list[str]] = {}
        self.nested = [key for key in self.given.values() if "." in key]
        """The names of the user that may name values in objects."""
        self.keys = {name: name for name in FIELDS} | self._decided
        """Our names of all fields -> the keys of the rows."""
        self.seen: set[object] = set()
        """The keys of the rows so far."""
        self.credits = [name for name in CREDITS if name in self.given]
        """The fields of `CREDITS` that the rows so far have, or the user has named."""

    def see(self, keys: Iterable[object]) -> None:
        """Decide the keys of fields that have none yet, by the keys of rows."""
        if len(self.seen) > _MAX_KEYS:
            self.credits = list(CREDITS)
            return
        new = [key for key in keys if key not in self.seen]
        self.seen.update(new)
        named = set(self.given.values())
        ranked = sorted(
            (rank, key != field, key, field)
            for key in new
            if isinstance(key, str) and key not in named and (place := _RANKS.get(folded(key)))
            for field, rank in [place]
        )
        for _, _, key, field in ranked:
            if field in self.given:
                continue
            if self._decided.setdefault(field, key) != key and key != field:
                self._others.setdefault(field, []).append(key)
        if "html" in self._decided and folded(self._decided.get("text", "")) in TEASERS and "text" not in self.given:
            del self._decided["text"]
        self.keys = {name: name for name in FIELDS} | self._decided
        self.credits = [name for name in CREDITS if name in self.given or self.keys[name] in self.seen]

    @property
    def decided(self) -> dict[str, str]:
        """Our names of fields -> the keys that the rows so far have decided, without the user's."""
        return {name: key for name, key in self._decided.items() if name not in self.given}

    @property
    def aliases(self) -> dict[str, tuple[str, list[str]]]:
        """The fields that are read from a key of another name: the key, and the keys that could be the field too."""
        return {name: (key, self._others.get(name, [])) for name, key in self.decided.items() if folded(key) != name}

    def flat(self, row: Mapping[Any, Any]) -> Mapping[Any, Any]:
        """The row, with the values in its objects that the user has named as ``fields.body``."""
        if not self.nested:
            return row
        values = {key: _value_at(row, key) for key in self.nested if key not in row}
        return {**row, **values} if values else row


def _value_at(row: Mapping[Any, Any], name: str) -> object:
    """The value of a dotted name in nested mappings; None if there is none. A number of a list is a name too."""
    value: Any = row
    for part in name.split("."):
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and len(part) < 10:
            value = value[int(part)] if int(part) < len(value) else None
        else:
            return None
    return value


@lru_cache(maxsize=256)
def _names_of_keys(keys: tuple[str, ...], fields: tuple[tuple[str, str], ...]) -> FieldNames:
    names = FieldNames(dict(fields))
    names.see(keys)
    return names


def names_of_mapping(mapping: Mapping[Any, Any], fields: Mapping[str, str] | None = None) -> FieldNames:
    """The names of the fields in one mapping, which stands alone."""
    keys = tuple(key for key in mapping if isinstance(key, str))
    return _names_of_keys(keys[:_MAX_KEYS], tuple((fields or {}).items()))


def checked_fields(fields: Mapping[str, str] | None) -> Mapping[str, str]:
    """The caller's names for our fields. Raises `SettingsError` for a key that is not a field of a document."""
    if not isinstance(fields, Mapping | None):
        raise SettingsError(f"fields are of type {type(fields).__name__}: give a mapping, as {{'text': 'body'}}")
    for name in fields or {}:
        if name not in FIELDS:
            raise SettingsError(f"field {name!r} is none of a document's; there are {', '.join(FIELDS)}")
    return dict(fields or {})
