"""The tree of a page -> what the page declares of itself: title, site, addresses, people, times, language.

trafilatura and htmldate find title, site, address and day. Tags and JSON-LD are read here, in one pass over the tree.
"""

import datetime
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from dedup.core.stories.newsrooms import host, newsroom
from dedup.formats import limits
from dedup.formats.fields.dates import parse_time
from dedup.formats.pages.json_ld import article_of, is_json, names_in, reference

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]  # lxml ships no types

DATES: Final[dict[str, Any]] = {
    "original_date": True,
    "extensive_search": False,
    "max_date": "2100-01-01",
    "deferred_url_extractor": True,
}
"""The options with which htmldate finds the time.

The running text is not searched: a wrong time is worse than none. A day in the address counts if the page declares no
time: an address may name the day of the event. The last day is fixed: with today, the default, the
same page gives another time tomorrow.
"""

_SPARING_TAGS: Final = ({"name": "author", "content": "No One"}, {"name": "keywords", "content": "none"})
"""Tags that a page has while trafilatura looks for title, site and time.

trafilatura searches a whole page for authors and keywords if no tag names them. The search takes half of its time, and
its result is not used here.
"""

_STAMP: Final = re.compile(r'"datePublished"\s{0,9}:\s{0,9}"([^"]{8,40})"')
_SAVED: Final = re.compile(r"<!-- saved from url=\(\d{4}\)(\S{1,2000}) -->")
_DATE_LENGTH: Final = len("2024-01-31")

_AUTHORS: Final = ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "byl")
_LANGUAGES: Final = ("content-language", "og:locale", "dc.language", "dcterms.language", "inlanguage")
_MODIFIED: Final = ("article:modified_time", "datemodified", "og:updated_time", "dcterms.modified", "last-modified")
_PUBLISHERS: Final = ("dc.publisher", "dcterms.publisher", "publisher", "copyright-holder")
_ORIGINALS: Final = ("syndication-source", "original-source")
"""The keys of tags, the most reliable first, in small letters."""


class PageMetadata(NamedTuple):
    """The data of a page. `dedup.types.Document` explains the fields."""

    title: str
    source: str
    url: str
    published: datetime.datetime | None
    canonical_url: str
    syndicated_from: str
    publisher: str
    author: str
    language: str
    modified: datetime.datetime | None


class _Tags(NamedTuple):
    """The tags of a page.

    - ``metas``: the contents of meta tags, by their key in small letters.
    - ``links``: the addresses of ``rel=canonical`` and ``rel=syndication-source`` and the like, by ``rel``.
    - ``scripts``: the texts of JSON-LD.
    - ``base``: the address that relative addresses start from, empty for none.
    - ``saved``: the address that a browser saved the page from, empty for none.
    """

    metas: dict[str, list[str]]
    links: dict[str, str]
    scripts: list[str]
    base: str
    saved: str

    def first(self, keys: tuple[str, ...]) -> str:
        """Return the first content under the first of the keys that has one."""
        return next((content for key in keys for content in self.metas.get(key, ())), "")


def read_metadata(tree: "HtmlElement", page: str) -> PageMetadata:
    """Return what a page declares of itself.

    Args:
        tree: the tree of the page, which does not change.
        page: the source of the page.
    """
    tags = _collect_tags(tree, page)
    article = article_of(tags.scripts)
    about = _ask_trafilatura(tree)
    canonical = _resolve(_canonical_of(tags, article), tags.base or tags.saved or about.url or "")
    home = _home_elsewhere(tags, canonical)
    site = about.sitename or ""
    if home and (not site or site == host(about.url or "").removeprefix("www.")):
        site = host(home).removeprefix("www.")
    original = tags.first(_ORIGINALS) or tags.links.get("syndication-source") or tags.links.get("original-source")
    original = original or reference(article.get("isBasedOn"))
    times = (*tags.metas.get("article:published_time", ()), *tags.metas.get("datepublished", ()))
    return PageMetadata(
        title=about.title or "",
        source=site or about.hostname or "",
        url=home or about.url or canonical,
        published=_publication_time(tree, tags.scripts, times, about.date),
        canonical_url=canonical,
        syndicated_from=_shorten(_resolve(original, canonical) if "/" in original else original),
        publisher=_shorten(", ".join(names_in(article.get("publisher"))[:1]) or tags.first(_PUBLISHERS)),
        author=_shorten(", ".join(_authors_of(tags, article))),
        language=_language_of(tree, tags, article),
        modified=parse_time(tags.first(_MODIFIED)) or parse_time(article.get("dateModified")),
    )


def _ask_trafilatura(tree: "HtmlElement") -> Any:
    """Return what trafilatura says of a page.

    Meanwhile the tree has the tags `_SPARING_TAGS`, and no JSON-LD that would take trafilatura too long.
    """
    import trafilatura  # the import takes a second, so it is not at the top
    from lxml import etree  # type: ignore[import-untyped]  # lxml ships no types

    head = tree.find("head")
    added = [] if head is None else [etree.SubElement(head, "meta", attributes) for attributes in _SPARING_TAGS]
    emptied = [(script, script.text) for script in _slow_scripts(tree)]
    try:
        for script, _ in emptied:
            script.text = None
        return trafilatura.extract_metadata(tree, date_config=dict(DATES))
    finally:
        for element in added:
            head.remove(element)
        for script, text in emptied:
            script.text = text


def _slow_scripts(tree: "HtmlElement") -> Iterator["HtmlElement"]:
    """Yield the scripts of data that are not JSON, from the one on with which they pass the cap."""
    size = 0
    for script in tree.iter("script"):
        if "json" in (script.get("type") or "") and script.text and not is_json(script.text):
            size += len(script.text)
            if size > limits.MAX_BROKEN_JSON_LD:
                yield script


def _collect_tags(tree: "HtmlElement", page: str) -> _Tags:
    """Return the tags of a page, in one pass over its tree."""
    metas: dict[str, list[str]] = {}
    links: dict[str, str] = {}
    scripts: list[str] = []
    base = ""
    for element in tree.iter("meta", "link", "script", "base"):
        get = element.get
        if element.tag == "meta":
            key = get("property") or get("name") or get("itemprop") or get("http-equiv")
            if key and (content := (get("content") or "").strip()):
                metas.setdefault(key.strip().lower(), []).append(content)
        elif element.tag == "link":
            if href := (get("href") or "").strip():
                for rel in (get("rel") or "").lower().split():
                    links.setdefault(rel, href)
        elif element.tag == "script":
            if (get("type") or "").strip().lower() == "application/ld+json":
                scripts.append(element.text or "")
        else:
            base = base or (get("href") or "").strip()
    saved = _SAVED.search(page, 0, limits.MAX_HEAD_BYTES)
    return _Tags(metas, links, scripts, base if _is_address(base) else "", saved[1] if saved else "")


def _canonical_of(tags: _Tags, article: dict[str, Any]) -> str:
    """Return the address that a page declares as canonical, as it stands there."""
    return (
        tags.links.get("canonical")
        or tags.first(("og:url",))
        or reference(article.get("mainEntityOfPage"))
        or reference(article.get("url"))
    )


def _resolve(address: str, base: str) -> str:
    """Return an absolute address, or ``""`` if there is none."""
    try:
        address = urljoin(base, address.strip()) if address.strip() else ""
    except ValueError:  # brackets of IPv6 that are none
        return ""
    return address if _is_address(address) and len(address) <= limits.MAX_URL else ""


def _is_address(text: str) -> bool:
    """Return whether a text is an absolute address of the web."""
    try:
        return urlsplit(text).scheme in ("http", "https") and bool(host(text))
    except ValueError:
        return False


def _home_elsewhere(tags: _Tags, canonical: str) -> str:
    """Return the address of a page whose canonical address is at another site; ``""`` for any other page."""
    if not canonical:
        return ""
    other = newsroom(host(canonical))
    for address in (tags.saved, tags.first(("og:url",))):
        if _is_address(address) and newsroom(host(address)) != other:
            return address
    return ""


def _authors_of(tags: _Tags, article: dict[str, Any]) -> list[str]:
    """Return the names of the authors of a page."""
    names = names_in(article.get("author")) or next(
        (contents for key in _AUTHORS if (contents := tags.metas.get(key))), []
    )
    return list(dict.fromkeys(name.removeprefix("By ") for name in names if "://" not in name))


def _language_of(tree: "HtmlElement", tags: _Tags, article: dict[str, Any]) -> str:
    """Return the language that a page declares, as in ``de-AT``."""
    declared = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or tree.get("xml:lang")
    inside = article.get("inLanguage")
    language = declared or tags.first(_LANGUAGES) or (inside if isinstance(inside, str) else "")
    return language.split(",")[0].strip().replace("_", "-") if len(language) <= limits.MAX_LABEL else ""


def _shorten(label: str) -> str:
    """Return a label in one line, cut to the length that a document keeps."""
    return " ".join(label.split())[: limits.MAX_LABEL]


def _publication_time(
    tree: "HtmlElement", scripts: list[str], times: tuple[str, ...], day: str | None
) -> datetime.datetime | None:
    """Return the first full time stamp within one day of ``day``, which trafilatura gives; else ``day``.

    Args:
        tree: the tree of the page.
        scripts: its JSON-LD.
        times: the times that its tags declare.
        day: the day that trafilatura gives.
    """
    date = parse_time(day)
    for stamp in (*times, *_stamps_in(tree, scripts)):
        time = parse_time(stamp) if len(stamp) > _DATE_LENGTH else None
        if time is not None and (date is None or abs(time.date() - date.date()) <= datetime.timedelta(days=1)):
            return time
    return date


def _stamps_in(tree: "HtmlElement", scripts: list[str]) -> Iterator[str]:
    """Yield the times of publication in JSON-LD and in the time elements of a page."""
    for script in scripts:
        yield from _STAMP.findall(script)
    for element in tree.iterfind(".//time[@datetime]"):
        yield element.get("datetime") or ""
