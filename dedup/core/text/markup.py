"""Entities and tags that stand in the text of a feed or of a careless extractor, taken out."""

import html
import re
from typing import Final

from dedup.core.text.tables.markup_tags import BLOCK, INLINE

_INLINE: Final = frozenset(INLINE.split())
_TAG: Final = re.compile(rf"</?({'|'.join(f'{INLINE} {BLOCK}'.split())})(?:\s[^<>]*)?/?>", re.I)
_OPENING: Final = re.compile(r"<!--|<(script|style|template)\b", re.I)
_CLOSING: Final = {
    name: re.compile(rf"</{name}\s*>", re.I) if name else re.compile("-->")
    for name in ("", "script", "style", "template")
}
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.I)


def without_entities(text: str) -> str:
    """``text`` with what entities stand for. Entities of entities are read too where the text has no tags, or has
    escaped ones: a feed escapes twice."""
    if "&" not in text or not _ENTITY.search(text):
        return text
    for _ in range(2 if "&lt;/" in text or "<" not in text else 1):
        text = _ENTITY.sub(_character, text)
    return text


def _character(entity: re.Match[str]) -> str:
    return html.unescape(entity.group())


def without_tags(text: str) -> str:
    """``text`` without comments, scripts and the tags of HTML; a tag of a block ends the line.

    Other words between ``<`` and ``>`` stay. Time is linear.
    """
    if "<" not in text:
        return text
    if _TAG.search(text):
        return _TAG.sub(_line_end, _without_hidden(text))
    return text


def _line_end(tag: re.Match[str]) -> str:
    return "" if tag.group(1).lower() in _INLINE else "\n"


def _without_hidden(text: str) -> str:
    """``text`` with a space for each comment, script, style and template."""
    parts, begin, place = [], 0, 0
    open_ended: set[str] = set()  # kinds that no closing tag follows any more
    while opening := _OPENING.search(text, place):
        place, kind = opening.end(), (opening.group(1) or "").lower()
        closing = None if kind in open_ended else _CLOSING[kind].search(text, place)
        if closing:
            parts += [text[begin : opening.start()], " "]
            begin = place = closing.end()
        else:
            open_ended.add(kind)
    return "".join([*parts, text[begin:]])
