"""RSS and Atom: each entry is one document, through feedparser. No network is used.

An entry with content gives its content. Other entries give their title and summary.
"""

import calendar
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.columns import DocumentColumns
from dedup.formats.fields.dates import parse_time
from dedup.formats.files.stream import read_whole
from dedup.formats.pages import charset
from dedup.formats.pages.fragments import has_markup, text_of
from dedup.formats.places import Place, ReadContext, quoted
from dedup.formats.record import documents_of_rows
from dedup.types import Note, Skip

_UTF8: Final = {"content-type": "application/xml; charset=utf-8"}
"""The header of a server, which tells feedparser the encoding."""

_ROOT: Final = re.compile(r"<([A-Za-z_][\w.:-]*)")
_ENDS: Final = ("</rss>", "</feed>", "</rdf>")
_OPEN_ENTRY: Final = re.compile(r"<(?:item|entry)\b[^>]*>(?!.*</(?:item|entry)\s*>)", re.DOTALL)
_OTHERS: Final = {
    "urlset": "a sitemap",
    "sitemapindex": "a sitemap",
    "opml": "a list of feeds",
    "html": "a page of HTML",
}


def read(pieces: Iterator[bytes], place: Place, context: ReadContext, _first: int = 1) -> Iterator[DocumentColumns]:
    """Read the documents in the entries of a feed, in their order. A repeated entry is passed over.

    Args:
        pieces: the decompressed bytes.
        place: the file.
        context: takes skips, notes and problems. Its names of fields are not used, for a feed has its own.

    Raises:
        ReadError: the file is too large, is not text, or is no feed.
    """
    text = charset.decode_page(read_whole(pieces, place, context.limits, "record_bytes"), place.path)
    feed, entries = _parse(text, place, context)
    return documents_of_rows(_rows(feed, entries, place, context), place, context.without_fields())


def _parse(text: str, place: Place, context: ReadContext) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    """The data of a feed, and its entries."""
    import feedparser  # type: ignore[import-untyped]  # the import takes .2 s, and feedparser ships no types

    # A stream, for feedparser takes a string for an address or the name of a file.
    parsed = feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),
        response_headers=_UTF8,
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    entries: list[Mapping[str, Any]] = [dict(entry) for entry in parsed.entries]
    if not parsed.get("version") and not entries:
        root = _ROOT.search(text)
        name = root[1].rpartition(":")[2].lower() if root else ""
        kind = _OTHERS.get(name, f"XML with the root {quoted(name, limits.MAX_QUOTED)}" if name else "not XML")
        raise ReadError(place.path, f"is {kind}, not RSS or Atom; leave it out, or convert it to JSON Lines")
    if parsed.bozo:
        if text.rstrip()[-99:].lower().replace("rdf:rdf", "rdf").endswith(_ENDS):
            reason = f"is not well-formed XML ({parsed.bozo_exception}); what could be read was read"
            context.on_note(Note(place.path, reason))
        else:
            if _OPEN_ENTRY.search(text, max(text.rfind("<item"), text.rfind("<entry"), 0)):
                entries = entries[:-1]
            reason = "breaks off before its end; fetch it again; the whole entries were read"
            context.on_skip(Skip(place.path, reason))
    return dict(parsed.feed), entries


def _rows(
    feed: Mapping[str, Any], entries: list[Mapping[str, Any]], place: Place, context: ReadContext
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The number of each entry, and its values by our names of fields."""
    ids: set[str] = set()
    counts: Counter[str] = Counter()
    home = _address(feed.get("link"), "")
    for number, entry in enumerate(entries, 1):
        url = _address(entry.get("feedburner_origlink"), home) or _address(entry.get("link"), home)
        id = entry.get("id") or url
        if id in ids:
            counts["with the guid of an earlier entry: passed over"] += 1
            continue
        if id:
            ids.add(id)
        title = " ".join(text_of(entry.get("title") or "").split())
        name, content = _content(entry)
        if not content:
            summary = text_of(entry.get("summary") or "")
            content = "\n".join(part for part in (title, summary) if part)
            if not content:
                counts["without a word: passed over"] += 1
                continue
            counts["without text: only title and link"] += not summary
        row = {"id": id, name: content, "title": title, "url": url}
        yield number, row | {"source": _site(entry, home, url), "published": _time(entry)}
    for reason, count in counts.items():
        if count:
            context.on_note(Note(place.path, f"{count:,} {'entry' if count == 1 else 'entries'} {reason}"))


def _content(entry: Mapping[str, Any]) -> tuple[str, str]:
    """The field that the content of an entry belongs to, and the content: the first that is text, or an empty one."""
    for content in entry.get("content", ()):
        kind, value = content.get("type", ""), content.get("value", "")
        if kind.endswith(("html", "html+xml", "plain")) and value.strip():
            return "html" if kind != "text/plain" and has_markup(value) else "text", value
    return "text", ""


def _time(entry: Mapping[str, Any]) -> object:
    """The time of an entry: an aware ``datetime`` if the value can be read, else the value."""
    for name in ("published", "updated", "created"):
        if value := entry.get(name):
            parsed = entry.get(f"{name}_parsed")  # in UTC; feedparser reads more forms than `parse_time`
            return parse_time(value) or parse_time(calendar.timegm(parsed) if parsed else None) or value
    return None


def _site(entry: Mapping[str, Any], home: str, url: str) -> str:
    """The host of the feed that an entry came from, of its own feed, or of its address."""
    source = entry.get("source", {})
    addresses = (_address(source.get(name), home) for name in ("link", "href"))
    return next((host for address in (*addresses, home, url) if (host := _host(address))), "")


def _address(value: object, base: str) -> str:
    """An absolute address of the web; empty for another value."""
    try:
        address = urljoin(base, value.strip()) if isinstance(value, str) else ""
        return address if urlsplit(address).scheme in {"http", "https"} else ""
    except ValueError:  # a bracket in a host
        return ""


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
