"""Addresses of documents -> one spelling for all spellings of a page, and its key.

A page has many addresses: with and without ``www.``, for telephones, as AMP, to print, from a newsletter. Their
spelling here is the same. Two articles of a site have two spellings.
"""

import re
from typing import Final

import xxhash

from dedup.core.text.tables import url_parts
from dedup.core.urls.suffixes import split_host

_EDITION_LABELS: Final = frozenset(url_parts.EDITION_LABELS_TABLE.split())
_EDITION_SEGMENTS: Final = frozenset(url_parts.EDITION_SEGMENTS_TABLE.split())
_INDEX_FILES: Final = frozenset(
    f"{name}.{suffix}" for name in ("default", "index") for suffix in url_parts.INDEX_SUFFIXES_TABLE.split()
)
_TRACKING: Final = frozenset(
    f"{url_parts.CAMPAIGN_TABLE}{url_parts.READER_TABLE}{url_parts.VIEWER_TABLE}{url_parts.SESSION_TABLE}".split()
)
_TRACKING_PREFIXES: Final = tuple(url_parts.TRACKING_PREFIXES_TABLE.split())
_REFERRERS: Final = frozenset(url_parts.REFERRER_TABLE.split())
_ARTICLE_PARAMETERS: Final = frozenset(url_parts.ARTICLE_PARAMETERS_TABLE.split())
_FORMS: Final = frozenset(("amp", "amphtml", "print", "printable", "printview", "print-version"))
_SET: Final = _FORMS | {"", "1", "true", "yes", "y", "on", "page"}
_EDITION_PARAMETERS: Final = {
    **dict.fromkeys(url_parts.EDITION_FLAGS_TABLE.split(), _SET),
    **dict.fromkeys(url_parts.EDITION_CHOICES_TABLE.split(), _FORMS),
}
"""Parameters that ask for another form of a page, with the values that do so."""

_PLAIN: Final = re.compile(r"[a-z0-9.-]+(?:/(?!\.)[\w~,.-]*)+", re.ASCII)
"""An address without a scheme that the library leaves as it is. Most addresses are such, and the library takes time."""

_WEB: Final = re.compile(r"(?:https?:)?//(?=[^/])", re.IGNORECASE)
_HOST_FIRST: Final = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?(?=/)")
_CACHED: Final = re.compile(
    r"(?:[\w-]+\.)?cdn\.ampproject\.org/\w+/(?:s/)?|(?:www\.)?google\.[a-z.]+/amp/(?:s/)?"
    r"|(?:www\.)?bing-amp\.com/\w+/(?:s/)?"
)
"""Addresses of copies of AMP pages. The address of the page itself follows."""

_PORT: Final = re.compile(r":(?:80|443)?$")
_PATH_SESSION: Final = re.compile(
    r";(?:jsessionid|phpsessid|sessionid|sid)=[^/;]*|(?:^|/)\([A-Za-z]\([^/()]*\)\)", re.IGNORECASE
)
_TOKEN: Final = re.compile(r"[0-9a-f]{20,}", re.IGNORECASE)
_EDITION_SUFFIX: Final = re.compile(r"\.(?:amp|print)(?=\.s?html?$|$)|(?<=\d)[-,_](?:amp|print|druck)(?=\.s?html?$)")
_SECTION: Final = re.compile(r"[A-Za-z]*")
_NUMBER: Final = re.compile(r"\d{3,}")


def url_key(*urls: str) -> int:
    """Returns 64 bits of the spelling of the first of the addresses that names a page, 0 if no address does."""
    for url in filter(None, urls):
        if spelling := normalize_url(url):
            return max(1, xxhash.xxh3_64_intdigest(spelling.encode()))
    return 0


def normalize_url(url: str) -> str:
    """Returns one spelling for all addresses of a page, without a scheme, as ``oxmoor.example/news/17?id=4``.

    The spelling is empty for what is no address of a page in the web: another scheme, a path without a host, the front
    page of a site, also with a query that names no article.
    """
    place, _, fragment = _canonicalize(_unwrap(url.strip().replace("&amp;", "&"))).partition("#")
    place, _, query = place.partition("?")
    host, _, path = place.partition("/")
    parameters = [item for item in query.split("&") if item and not _is_dropped(item)]
    segments, bang = _plain_segments(path), fragment if fragment.startswith("!") and len(fragment) > 1 else ""
    if not segments and not bang and not any(map(_names_article, parameters)):
        return ""
    spelling = f"{_plain_host(host)}/{'/'.join(segments)}"
    spelling += f"?{'&'.join(parameters)}" if parameters else ""
    return f"{spelling}#{bang}" if bang else spelling


def _unwrap(url: str) -> str:
    """Returns an address without its scheme, and that of a page in place of that of its copy in a cache of AMP pages.

    The result is empty for what is no address in the web.
    """
    scheme = _WEB.match(url)
    if scheme is None and _HOST_FIRST.match(url) is None:
        return ""
    address = url[scheme.end() :] if scheme else url
    while cached := _CACHED.match(address):
        address = address[cached.end() :]
    return address


def _canonicalize(address: str) -> str:
    """Returns an address without a scheme in the one spelling that a library gives it.

    Percent-encoding, international names and the order of parameters have one spelling then. The result is empty for an
    address that cannot be read.
    """
    if _PLAIN.fullmatch(address):
        return address
    from w3lib.url import canonicalize_url

    try:
        return canonicalize_url(f"http://{address}", keep_fragments=True).removeprefix("http://")
    except ValueError:  # a port out of range, half a surrogate, a broken address of IPv6
        return ""


def _plain_host(host: str) -> str:
    """Returns the host without user, port and final point, and without labels of editions before the site's name."""
    host = _PORT.sub("", host.rpartition("@")[2].lower()).rstrip(".")
    before, name, suffix = split_host(host)
    if not name:
        return host
    return ".".join([*(label for label in before.split(".") if label and label not in _EDITION_LABELS), name, suffix])


def _plain_segments(path: str) -> list[str]:
    """Returns the segments of a path, without those that name a form of the page.

    ``/glossary/amp`` stays: what is left of such an address has to look like that of an article.
    """
    segments = [segment for segment in _PATH_SESSION.sub("", path).split("/") if segment]
    segments = [segment for segment in segments if segment.lower() not in _INDEX_FILES]
    plain = [segment for segment in segments if segment.lower() not in _EDITION_SEGMENTS]
    if len(plain) < len(segments) and all(map(_SECTION.fullmatch, plain)):
        plain = segments
    if plain:
        plain[-1] = _EDITION_SUFFIX.sub("", plain[-1])
    return plain


def _is_dropped(parameter: str) -> bool:
    """Whether a parameter follows a reader, is a session, or asks for another form of the page."""
    name, _, value = parameter.partition("=")
    name = name.lower()
    if name in _TRACKING or name.startswith(_TRACKING_PREFIXES):
        return True
    if name in _REFERRERS:
        return _NUMBER.fullmatch(value) is None
    if name == "sid":
        return _TOKEN.fullmatch(value) is not None
    return value.lower() in _EDITION_PARAMETERS.get(name, ())


def _names_article(parameter: str) -> bool:
    """Whether a parameter may name an article. A number without a name may, too."""
    name, _, value = parameter.partition("=")
    return bool(value and name.lower() in _ARTICLE_PARAMETERS) or (name.isdigit() and not value)
