"""Selectors of CSS: tags, classes, ids, attributes, and elements around an element. No other selector is read."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from dedup.core.text.styles.declarations import unescape

_NAME: Final = r"(?>(?:[-A-Za-z0-9_]|[^\x00-\x7f]|\\[0-9a-fA-F]{1,6}+\s?|\\[^\n0-9a-fA-F])+)"
_ATTRIBUTE: Final = rf"\[\s*{_NAME}\s*(?:=\s*(?:\"[^\"]*\"|'[^']*'|{_NAME})\s*)?\]"
_SIMPLE: Final = re.compile(rf"\*|({_NAME})|([#.]{_NAME})|({_ATTRIBUTE})")
_COMPOUND: Final = re.compile(rf"(?:\*|{_NAME})?(?:[#.]{_NAME}|{_ATTRIBUTE})*\Z")
_COMBINATOR: Final = re.compile(r"\s*(>)\s*|\s+")
_NAME_ALONE: Final = re.compile(r"[#.]?[-A-Za-z0-9_]+\Z")
_USUAL: Final = re.compile(r"(?:[-A-Za-z0-9_.#]++[\s>]++)*+(?=.)([-A-Za-z0-9_]*)([.#][-A-Za-z0-9_]+)*\Z")
"""A selector without escapes and attributes, with the tag and the last class or id of its subject."""

_UNREAD: Final = re.compile("[:+~()]")
_MOST_CHARACTERS: Final = 300
"""Characters of a selector that is read."""


class Element(NamedTuple):
    """An element: its ``keys`` (its tag, its id with ``#``, its classes with ``.``) and its ``attributes``."""

    keys: frozenset[str]
    attributes: Mapping[str, str]


class Compound(NamedTuple):
    """A part of a selector, for one element.

    - ``keys``: keys that the element must have.
    - ``attributes``: names and values of attributes that it must have; None for any value.
    - ``is_child``: whether the element must stand directly in the element of the part before.
    """

    keys: tuple[str, ...]
    attributes: tuple[tuple[str, str | None], ...]
    is_child: bool

    def fits(self, element: Element) -> bool:
        """Whether an element is one of those that the part means."""
        return element.keys.issuperset(self.keys) and all(
            name in element.attributes and value in (None, element.attributes[name]) for name, value in self.attributes
        )


def read_element(tag: str, attributes: Mapping[str, str]) -> Element:
    """Return an element with its keys."""
    keys = {tag, *(f".{name}" for name in attributes.get("class", "").split())}
    if id := attributes.get("id"):
        keys.add(f"#{id}")
    return Element(frozenset(keys), attributes)


def read_selector(selector: str) -> tuple[Compound, ...]:
    """Return the parts of a selector, the subject last; none for a selector that is not read."""
    selector = selector.strip()
    if len(selector) > _MOST_CHARACTERS or ("\\" not in selector and _UNREAD.search(selector)):
        return ()
    if _NAME_ALONE.match(selector):
        return (Compound((selector if selector[0] in "#." else selector.lower(),), (), False),)
    parts: list[Compound] = []
    texts = _COMBINATOR.split(selector)  # each second one is a combinator
    for text, combinator in zip(texts[::2], [None, *texts[1::2]], strict=True):
        if not text or not _COMPOUND.match(text):
            return ()
        parts.append(_read_compound(text, combinator == ">"))
    return tuple(parts)


def subject_key(selector: str) -> str | None:
    """Return a key that each element has that a selector concerns: its last class or id, else its tag.

    Returns:
        An empty key for elements of any tag; None for a selector that is not read.
    """
    selector = selector.strip()
    if len(selector) > _MOST_CHARACTERS:
        return None
    if usual := _USUAL.match(selector):
        return usual[2] or usual[1].lower()
    parts = read_selector(selector)
    if not parts:
        return None
    keys = parts[-1].keys
    return next((key for key in reversed(keys) if key[0] in "#."), "".join(keys))


def specificity(parts: tuple[Compound, ...]) -> tuple[int, int, int]:
    """Return the number of ids, of classes and attributes, and of tags in a selector."""
    signs = [key[0] for part in parts for key in part.keys]
    ids, classes = signs.count("#"), signs.count(".")
    return ids, classes + sum(len(part.attributes) for part in parts), len(signs) - ids - classes


def _read_compound(text: str, is_child: bool) -> Compound:
    """Read a part of a selector."""
    keys: list[str] = []
    attributes: list[tuple[str, str | None]] = []
    for tag, key, attribute in _SIMPLE.findall(text):
        if tag:
            keys.append(unescape(tag).lower())
        elif key:
            keys.append(key[0] + unescape(key[1:]))
        elif attribute:
            name, equals, value = attribute[1:-1].partition("=")
            value = value.strip()
            plain = value[1:-1] if value[:1] in ("'", '"') else unescape(value)
            attributes.append((name.strip().lower(), plain if equals else None))
    return Compound(tuple(keys), tuple(attributes), is_child)
