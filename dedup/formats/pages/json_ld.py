"""Texts of JSON-LD -> the news article that they describe (schema.org), as one mapping of its properties."""

import json
import re
from collections import deque
from typing import Any, Final

from dedup.formats import limits

_AROUND: Final = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)?\s*;?\s*$")
"""Marks that hide a script from old browsers, and a semicolon behind it."""

_ARTICLES: Final = ("Article", "BlogPosting", "Report", "LiveBlogPosting")
"""Ends of the types of articles, as of ``NewsArticle`` and ``https://schema.org/ReportageNewsArticle``."""


def article_of(scripts: list[str]) -> dict[str, Any]:
    """Return the properties of the first news article in JSON-LD, or of the first other article; ``{}`` for none.

    Broken JSON-LD counts as none. At most ``limits.MAX_JSON_LD`` objects are looked at.
    """
    other: dict[str, Any] = {}
    for script in scripts:
        try:
            value = json.loads(_AROUND.sub("", script), strict=False)
        except (ValueError, RecursionError):
            continue
        queue, seen = deque([value]), 0
        while queue and seen < limits.MAX_JSON_LD:
            item = queue.popleft()
            seen += 1
            if isinstance(item, list):
                queue.extend(item)
            elif isinstance(item, dict):
                types = _types_of(item)
                if any(type.endswith("NewsArticle") for type in types):
                    return item
                if not other and any(type.endswith(_ARTICLES) for type in types):
                    other = item
                queue.extend(child for key, child in item.items() if key in ("@graph", "mainEntity", "itemListElement"))
    return other


def is_json(script: str) -> bool:
    """Return whether a script of JSON-LD is JSON."""
    try:
        json.loads(script, strict=False)
    except (ValueError, RecursionError):
        return False
    return True


def _types_of(item: dict[str, Any]) -> list[str]:
    types = item.get("@type")
    return [type for type in (types if isinstance(types, list) else [types]) if isinstance(type, str)]


def names_in(value: Any) -> list[str]:
    """Return the names of people or organisations: strings, objects with a name, or lists of these."""
    values = value if isinstance(value, list) else [value]
    names = [item.get("name") if isinstance(item, dict) else item for item in values[: limits.MAX_JSON_LD]]
    flat = (name for item in names for name in (item if isinstance(item, list) else [item]))
    return [" ".join(name.split()) for name in flat if isinstance(name, str) and name.strip()]


def reference(value: Any) -> str:
    """Return the address or the name in a property, which is a string, an object with an address or name, or a list."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            item = next((item[key] for key in ("url", "@id", "name") if isinstance(item.get(key), str)), "")
        if isinstance(item, str) and item.strip():
            return item.strip()
    return ""
