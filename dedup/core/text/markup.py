"""The text of a feed or of a careless extractor -> the text without its entities and tags."""

import html
import re
from typing import Final

from dedup.core.text.styles.hidden_elements import without_hidden_elements
from dedup.core.text.tables.markup_tags import BLOCK, INLINE

_INLINE: Final = frozenset(INLINE.split())
_TAG: Final = re.compile(rf"</?({'|'.join(f'{INLINE} {BLOCK}'.split())})(?:\s[^<>]*)?/?>", re.I)
_OPENING: Final = re.compile(r"<!--|<(script|style|template|noscript)\b", re.I)
_CLOSING: Final = {
    name: re.compile(rf"</{name}\s*>", re.I) if name else re.compile("-->")
    for name in ("", "script", "style", "template", "noscript")
}
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.I)


def without_entities(text: str) -> str:
    """Replace entities by their characters.

    If the text has no tags, or has escaped tags, entities of entities are replaced too, because a feed escapes twice.
    """
    if "&" not in text or not _ENTITY.search(text):
        return text
    for _ in range(2 if "&lt;/" in text or "<" not in text else 1):
        text = _ENTITY.sub(_decode_entity, text)
    return text


def _decode_entity(entity: re.Match[str]) -> str:
    """Return the character of an entity."""
    return html.unescape(entity.group())


def without_tags(text: str) -> str:
    """Remove comments, scripts, the tags of HTML, and elements that no reader sees. A tag of a block ends the line.

    Other words between ``<`` and ``>`` stay. The time is linear.
    """
    if "<" not in text:
        return text
    if _TAG.search(text):
        return without_hidden_elements(_remove_hidden(text), _TAG, _replace_tag)
    return text


def _replace_tag(tag: re.Match[str]) -> str:
    """Return the replacement of a tag: nothing inside of a line, or the end of the line."""
    return "" if tag.group(1).lower() in _INLINE else "\n"


def _remove_hidden(text: str) -> str:
    """Replace each comment, and each element that shows nothing whatever its style is, by a space."""
    pieces, begin, position = [], 0, 0
    open_ended: set[str] = set()  # kinds of which no closing tag is left
    while opening := _OPENING.search(text, position):
        position, kind = opening.end(), (opening.group(1) or "").lower()
        closing = None if kind in open_ended else _CLOSING[kind].search(text, position)
        if closing:
            pieces += [text[begin : opening.start()], " "]
            begin = position = closing.end()
        else:
            open_ended.add(kind)
    return "".join([*pieces, text[begin:]])
