"""Declarations of CSS -> the values of the properties that can hide text.

A declaration that is not valid does not count, as in a browser.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Final

NUMBER: Final = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?"
QUOTED: Final = r""""(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?"""
"""A number and a string of CSS, as patterns. The end of a line ends a string."""

_MARK: Final = re.compile(rf"{QUOTED}|\\.|[;(){{}}\[\]]", re.S)
_COMMENT: Final = re.compile(rf"({QUOTED}|\\.)|/\*.*?(?:\*/|\Z)", re.S)
_ESCAPE: Final = re.compile(r"\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[ \t\r\n\f])?|([^\n]))")
_IMPORTANT: Final = re.compile(r"!\s*important\Z")
_LAST_POINT: Final = 0x10FFFF
_MOST_CHARACTERS: Final = 500
"""Characters of a value that counts: the values that hide text are short."""

_ALWAYS: Final = r"inherit|initial|unset|revert|revert-layer|(?:var|env|calc|min|max|clamp)\(.*\)"
_LENGTH: Final = rf"(?:{NUMBER}(?:%|[a-z]+)|[+-]?0*\.?0+)"
_POSITIVE: Final = rf"(?!-){_LENGTH}"
_OUTER: Final = "block|inline|flow|flow-root|table|flex|grid|ruby|math|list-item|run-in"
_DISPLAY: Final = (
    rf"(?:{_OUTER})(?: (?:{_OUTER}))*|none|contents|inline-(?:block|table|flex|grid)|(?:table|ruby)-[a-z-]+|"
    r"-(?:webkit|moz|ms)-[a-z-]+"
)
_SIZE: Final = rf"{_POSITIVE}|auto|none|(?:min|max|fit)-content|stretch|-(?:webkit|moz)-[a-z-]+|fit-content\(.*\)"
_FLOW: Final = "(?:visible|hidden|clip|scroll|auto|overlay)"
_SIZES: Final = r"(?:x+-)?(?:small|large)|medium|smaller|larger"
_FUNCTIONS: Final = r"[-a-z]+(?:\(.*)?"
_COLOR: Final = r"[a-z]+|#[0-9a-f]{3,8}|[a-z-]+\(.*\)"

_PATTERNS: Final = {
    "display": _DISPLAY,
    "visibility": "visible|hidden|collapse",
    "content-visibility": "visible|hidden|auto",
    **dict.fromkeys(("opacity", "zoom"), rf"{NUMBER}%?|normal"),
    "font-size": rf"{_POSITIVE}|{_SIZES}|math",
    "text-indent": rf"{_LENGTH}(?: hanging| each-line)*",
    "position": "static|relative|absolute|fixed|sticky|-webkit-sticky",
    "float": "none|left|right|inline-start|inline-end",
    "overflow": f"{_FLOW}(?: {_FLOW})?",
    **dict.fromkeys(("width", "height", "max-width", "max-height", "min-width", "min-height"), _SIZE),
    **dict.fromkeys(("left", "top", "right", "bottom", "margin-left", "margin-top"), rf"{_LENGTH}|auto"),
    **dict.fromkeys(("padding-left", "padding-right", "padding-top", "padding-bottom"), _POSITIVE),
    **dict.fromkeys(("clip", "clip-path", "transform", "filter"), _FUNCTIONS),
    **dict.fromkeys(("scale", "translate"), r"none|[-+.\d\s%a-z]+"),
    **dict.fromkeys(("color", "-webkit-text-fill-color"), _COLOR),
    "background-clip": "[a-z, -]+",
    **dict.fromkeys(("animation-name", "text-shadow"), ".+"),
}
_VALID: Final = {name: re.compile(rf"(?:{pattern}|{_ALWAYS})\Z", re.S) for name, pattern in _PATTERNS.items()}
"""A property -> its valid values."""

_PREFIXED: Final = ("opacity", "transform", "filter", "clip-path", "animation-name", "background-clip", "animation")
_ALIASES: Final = {
    **dict.fromkeys(("overflow-x", "overflow-y", "overflow-inline", "overflow-block"), "overflow"),
    **{f"{bound}inline-size": f"{bound}width" for bound in ("", "max-", "min-")},
    **{f"{bound}block-size": f"{bound}height" for bound in ("", "max-", "min-")},
    **{
        f"{box}-{side}": f"{name}{edge}"
        for box, name in (("inset", ""), ("margin", "margin-"), ("padding", "padding-"))
        for side, edge in (
            ("inline-start", "left"),
            ("inline-end", "right"),
            ("block-start", "top"),
            ("block-end", "bottom"),
        )
    },
    **{f"-webkit-{name}": name for name in _PREFIXED},
}
"""Other names of properties, for text from left to right."""

_SIDES: Final = {
    f"{box}{axis}": tuple(f"{name}{edge}" for edge in edges)
    for box, name in (("inset", ""), ("margin", "margin-"), ("padding", "padding-"))
    for axis, edges in (
        ("", ("top", "right", "bottom", "left")),
        ("-inline", ("left", "right")),
        ("-block", ("top", "bottom")),
    )
}
"""A shorthand -> its properties, in the order of its values."""

_NAMES: Final = frozenset((*_VALID, *_ALIASES, *_SIDES, "font", "background", "animation"))
_FONT: Final = re.compile(rf"(?<!\S)({_POSITIVE}|{_SIZES})(?:\s*/\s*\S+)?\s+\S")
_RELEVANT: Final = re.compile(
    r"\\|display|visib|opac|zoom|font|indent|position|float|overflow|width|height|size|left|top|right|bottom|inset|"
    r"margin|padding|clip|transform|filter|scale|translate|color|background|animation|shadow",
    re.I,
)


_HIDING: Final = (
    *("(", "\\", "none", "hidden", "collapse", "opac", "zoom", "font", "indent", "overflow", "position", "scale"),
    *("transl", "transp", ":-", " -", "\t-", "\n-"),
)
"""Parts of words of which a style sheet has one if it hides text. Colors with opacity may do so too."""

_CLEAR: Final = re.compile("#(?:[0-9a-f]{3}0(?![0-9a-f])|[0-9a-f]{8})")


def can_hide(css: str) -> bool:
    """Whether rules of CSS may hide text: a sheet of paddings and colors hides none. The answer costs little."""
    small = css.lower()
    return any(part in small for part in _HIDING) or _CLEAR.search(small) is not None


def is_relevant(css: str) -> bool:
    """Whether a text of CSS may name a property that can hide text."""
    return _RELEVANT.search(css) is not None


def without_comments(css: str) -> str:
    """Replace each comment of CSS by a space. An open comment ends with the text."""
    return _COMMENT.sub(lambda match: match[1] or " ", css) if "/*" in css else css


def unescape(name: str) -> str:
    """Decode the escapes of a name of CSS."""
    return _ESCAPE.sub(_decode_escape, name) if "\\" in name else name


def _decode_escape(escape: re.Match[str]) -> str:
    """Return the character of an escape."""
    if escape[1] is None:
        return escape[2]
    point = int(escape[1], 16)
    return chr(point) if 0 < point <= _LAST_POINT and not 0xD800 <= point < 0xE000 else "\ufffd"


def read_declarations(css: str) -> Mapping[str, tuple[bool, str]]:
    """Read declarations, in linear time.

    Args:
        css: the declarations without the braces around them.

    Returns:
        The last valid value of each property that can hide text, in small letters, with whether it is important. An
        important value goes before values that are not.
    """
    if not is_relevant(css):
        return {}
    return _read_cached(css) if len(css) <= _SHORT else _read(css)


def _read(css: str) -> Mapping[str, tuple[bool, str]]:
    """Read declarations."""
    values: dict[str, tuple[bool, str]] = {}
    for declaration in _declarations(without_comments(css)):
        written, colon, text = declaration.partition(":")
        name = unescape(written.strip()).lower()
        if not colon or name not in _NAMES or len(text) > _MOST_CHARACTERS:
            continue
        value = " ".join(unescape(text).lower().split())
        plain = _IMPORTANT.sub("", value).rstrip() if "!" in value else value
        is_important = len(plain) < len(value)
        for longhand, part in _expand(name, plain):
            valid = _VALID.get(longhand)
            if valid is not None and valid.match(part) and is_important >= values.get(longhand, (False, ""))[0]:
                values[longhand] = is_important, part
    return values


_SHORT: Final = 200
"""Characters of declarations that are kept for the next time: the pages of a site have many of them in common."""

_read_cached: Final = functools.lru_cache(maxsize=1 << 13)(_read)


def _declarations(css: str) -> Iterator[str]:
    """Yield what stands between semicolons, strings and brackets apart."""
    start = depth = 0
    for mark in _MARK.finditer(css):
        sign = mark[0]
        if sign == ";" and not depth:
            yield css[start : mark.start()]
            start = mark.end()
        elif sign in ("(", "[", "{"):
            depth += 1
        elif sign in (")", "]", "}"):
            depth = max(depth - 1, 0)
    yield css[start:]


def _expand(name: str, value: str) -> Iterator[tuple[str, str]]:
    """Yield the properties of a declaration with their values."""
    name = _ALIASES.get(name, name)
    if name in _SIDES:
        parts, names = value.split(), _SIDES[name]
        if 1 <= len(parts) <= len(names):
            for side, longhand in enumerate(names):
                opposite = side - 2 if len(parts) > 1 and side > 1 else 0  # a side without a value has that one's
                yield longhand, parts[side if side < len(parts) else opposite]
    elif name == "font":
        size = _FONT.search(value)
        yield "font-size", size[1] if size else value
    elif name == "background":
        yield "background-clip", "text" if "text" in value.split() else "border-box"
    elif name == "animation":
        yield "animation-name", value
    else:
        yield name, value
