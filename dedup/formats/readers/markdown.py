"""A Markdown file is one document: its text without the markup, with title, site and time of its front matter.

The reader is light on purpose: the tokenizer takes punctuation for separators, so that only addresses, images, HTML
tags and front matter matter. markdown-it-py finds the same words, takes ten times as long (2.5 s for 0.5 MB), and 8 s
for 100 KB of ``![``. Each pattern takes time linear in the text: its classes exclude their own opener, or its repeats
are possessive.
"""

import html
import re
from collections.abc import Iterator

from dedup.formats.columns import DocumentColumns, columns_of_rows
from dedup.formats.fields.dates import parse_time
from dedup.formats.files import decoding
from dedup.formats.files.stream import read_whole
from dedup.formats.guard import check_words
from dedup.formats.messages import FieldProblems
from dedup.formats.places import Place, ReadContext

_KEYS = {
    "title": "title",
    "source": "source",
    "site": "source",
    "url": "url",
    "canonical": "url",
    "date": "published",
    "published": "published",
}
"""The field of a document for each key of front matter."""

_FRONT = re.compile(r"---[ \t]*+\n(.*?\n)??(?:---|\.\.\.)[ \t]*+(?:\n|\Z)", re.DOTALL)
_FRONT_LINE = re.compile(r"[A-Za-z_][\w .-]*+:(?:\s|\Z)|[ \t]|-[ \t]|#|\Z")
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]++(.+)$|^(?=\S)(.+)\n(?:=+|-{2,})[ \t]*+$", re.MULTILINE)
_TARGET = r"\([^()\n]*+(?:\([^()\n]*+\)[^()\n]*+)*+\)"

_ZEROS = re.compile(r"&#0++(?=\d)")
_LONG_NUMBER = re.compile(r"&#\d{8,};?")
"""A numeric entity of no character. Python refuses to read a number of thousands of digits."""

_RULES = tuple(
    (re.compile(pattern, re.MULTILINE), replacement)
    for pattern, replacement in (
        (r"^ {0,3}(?:`{3,}|~{3,}).*$", ""),  # marks of a fenced block
        (r"<!--(?:[^<>]|<(?!!))*+>", ""),
        (r"</?+[A-Za-z][A-Za-z0-9-]*+(?:\s[^<>]*+)?+/?>", ""),  # tags, not <https://...>
        (rf"!\[[^\[\]]*+\](?:{_TARGET}|\[[^\[\]\n]*+\])", ""),  # images
        (rf"\[([^\[\]]*+)\](?:{_TARGET}|\[[^\[\]\n]*+\])", r"\1"),  # links
        (r"^ {0,3}\[[^\[\]\n]++\]:[ \t]*+\S++.*$", ""),  # targets of reference links
        (r"^ {0,3}#{1,6}(?:[ \t]++|$)", ""),  # heading marks
        (r"[ \t]#++[ \t]*+$", ""),
        (r"^ {0,3}(?:=++|-{2,}+|\*{3,}+|_{3,}+)[ \t]*+$", ""),  # underlines of headings, rules
        (r"^[ \t]*+>[> \t]*+", ""),  # quotations
        (r"(?<![\w*_~\\])(?:[*_]{1,3}|~~)(?=\S)", ""),  # marks that open emphasis
        (r"(?<=[^\s*_~\\])(?:[*_]{1,3}|~~)(?!\w)", ""),  # marks that close emphasis
        (r"`++", ""),
        (r"\\([!-/:-@\[-`{-~])", r"\1"),
    )
)


def read(pieces: Iterator[bytes], place: Place, context: ReadContext, _first: int = 1) -> Iterator[DocumentColumns]:
    """Read the one document of a Markdown file. Its title is in the front matter, or else is the first heading.

    Args:
        pieces: the decompressed bytes.
        place: the file.
        context: takes the problem of a time that cannot be used, and the note on a guessed charset.

    Raises:
        ReadError: the file is too large, or is not text.
    """
    data = read_whole(pieces, place, context.limits)
    front, body = _split_front_matter(decoding.decode_text(data, place.path, context.on_problem).replace("\r\n", "\n"))
    problems = FieldProblems()
    published = parse_time(front.get("published"))
    if published is None and front.get("published"):
        problems("published", front["published"], place.id)
    title = front.get("title") or _first_heading(body)
    text = plain(body)
    check_words(text, place.path, context.limits)
    row = text, place.id, title, front.get("source", ""), front.get("url", ""), published, place.path
    yield columns_of_rows([row])
    problems.tell(place.path, context.on_problem)


def plain(text: str) -> str:
    """Remove the marks of Markdown. A link becomes its text; images and HTML tags go."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return html.unescape(_LONG_NUMBER.sub("\N{REPLACEMENT CHARACTER}", _ZEROS.sub("&#", text)))


def _split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """The fields in the front matter, and the text after it."""
    match = _FRONT.match(text)
    lines = (match[1] or "").splitlines() if match else []
    if match is None or not all(_FRONT_LINE.match(line) for line in lines):
        return {}, text  # the text begins with a rule, not with front matter
    values: dict[str, str] = {}
    for line in lines:
        key, _, value = line.partition(":")
        if (name := _KEYS.get(key.strip().lower())) is not None and line[0] not in " \t":
            values.setdefault(name, _strip_quotes(value.strip()))
    return values, text[match.end() :]


def _strip_quotes(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _first_heading(body: str) -> str:
    match = _HEADING.search(body)
    return "" if match is None else " ".join(plain(match[1] or match[2]).split())
