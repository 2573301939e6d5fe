"""A Markdown file is one document: its text without the markup, its front matter read for title, site and time.

Light on purpose: the tokenizer takes punctuation for separators, so only addresses, images, HTML tags and the front
matter matter. Every pattern is linear in the text: classes that exclude their own opener, or possessive repeats.
"""

import html
import re
from collections.abc import Iterator

from dedup.formats import limits
from dedup.formats.dates import parse_time
from dedup.formats.files import decoding
from dedup.formats.files.stream import read_whole
from dedup.formats.places import Place, ReadContext
from dedup.formats.record import FieldProblems
from dedup.types import Document

_KEYS = {
    "title": "title",
    "source": "source",
    "site": "source",
    "url": "url",
    "canonical": "url",
    "date": "published",
    "published": "published",
}
"""Keys of front matter, and what they are to a document."""

_FRONT = re.compile(r"---[ \t]*+\n(.*?\n)??(?:---|\.\.\.)[ \t]*+(?:\n|\Z)", re.DOTALL)
_FRONT_LINE = re.compile(r"[A-Za-z_][\w .-]*+:(?:\s|\Z)|[ \t]|-[ \t]|#|\Z")
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]++(.+)$|^(?=\S)(.+)\n(?:=+|-{2,})[ \t]*+$", re.MULTILINE)
_TARGET = r"\([^()\n]*+(?:\([^()\n]*+\)[^()\n]*+)*+\)"

_RULES = tuple(
    (re.compile(pattern, re.MULTILINE), by)
    for pattern, by in (
        (r"^ {0,3}(?:`{3,}|~{3,}).*$", ""),  # the marks of a fenced block
        (r"<!--(?:[^<>]|<(?!!))*+>", ""),
        (r"</?+[A-Za-z][A-Za-z0-9-]*+(?:\s[^<>]*+)?+/?>", ""),  # tags, not <https://...>
        (rf"!\[[^\[\]]*+\](?:{_TARGET}|\[[^\[\]\n]*+\])", ""),  # images
        (rf"\[([^\[\]]*+)\](?:{_TARGET}|\[[^\[\]\n]*+\])", r"\1"),  # links
        (r"^ {0,3}\[[^\[\]\n]++\]:[ \t]*+\S++.*$", ""),  # the targets of reference links
        (r"^ {0,3}#{1,6}(?:[ \t]++|$)", ""),  # heading marks
        (r"[ \t]#++[ \t]*+$", ""),
        (r"^ {0,3}(?:=++|-{2,}+|\*{3,}+|_{3,}+)[ \t]*+$", ""),  # underlines of headings, rules
        (r"^[ \t]*+>[> \t]*+", ""),  # quotations
        (r"(?<![\w*_~\\])(?:[*_]{1,3}|~~)(?=\S)", ""),  # emphasis opens
        (r"(?<=[^\s*_~\\])(?:[*_]{1,3}|~~)(?!\w)", ""),  # and closes
        (r"`++", ""),
        (r"\\([!-/:-@\[-`{-~])", r"\1"),
    )
)


def read(pieces: Iterator[bytes], place: Place, run: ReadContext, _first: int = 1) -> Iterator[Document]:
    """The one document of a Markdown file; its title is that of the front matter, or else the first heading."""
    data = read_whole(pieces, place, limits.MAX_DOCUMENT_BYTES)
    front, body = _front(decoding.decode_text(data, place.path).replace("\r\n", "\n"))
    odd = FieldProblems()
    published = parse_time(front.get("published"))
    if published is None and front.get("published"):
        odd("published", front["published"], place.id)
    yield Document(
        text=plain(body),
        id=place.id,
        title=front.get("title") or _title(body),
        source=front.get("source", ""),
        url=front.get("url", ""),
        published=published,
        path=place.path,
    )
    odd.tell(place.path, run.on_problem)


def plain(text: str) -> str:
    """Markdown without its marks: links as their text, no images, no tags, no addresses of links."""
    for pattern, by in _RULES:
        text = pattern.sub(by, text)
    return html.unescape(text)


def _front(text: str) -> tuple[dict[str, str], str]:
    found = _FRONT.match(text)
    lines = (found[1] or "").splitlines() if found else []
    if found is None or not all(_FRONT_LINE.match(line) for line in lines):
        return {}, text  # a rule at the top, not front matter
    values: dict[str, str] = {}
    for line in lines:
        key, _, value = line.partition(":")
        if (name := _KEYS.get(key.strip().lower())) is not None and line[0] not in " \t":
            values.setdefault(name, _unquoted(value.strip()))
    return values, text[found.end() :]


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _title(body: str) -> str:
    found = _HEADING.search(body)
    return "" if found is None else " ".join(plain(found[1] or found[2]).split())
