"""Style sheets -> the values that they give to an element, for the properties that can hide text.

Rules are looked up by the tag, the classes and the id of an element, so the time is linear.
"""

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from dedup.core.text.styles.declarations import QUOTED, can_hide, read_declarations, without_comments
from dedup.core.text.styles.media import counts, is_screen
from dedup.core.text.styles.selectors import Compound, Element, read_selector, specificity, subject_key
from dedup.core.text.styles.visibility import may_hide

_MOST_CHECKS: Final = 1_000_000
"""Comparisons of elements with selectors of several parts, on one page. Further such rules do not count. A rule of a
tag, a class, an id, or a tag with a class or an id needs no comparison."""

_MARK: Final = re.compile(rf"/\*.*?(?:\*/|\Z)|{QUOTED}|\\.|\burl\([^\"'()]*\)|[;{{}}]", re.S)
_PLAIN_RULE: Final = re.compile(r"([^{}()\"'\\/;@]*+)\{((?:[^{}(\"'\\/]|/(?!\*)|\((?=[^{}()\"'\\]*[()]))*+)\}")
"""A rule without strings, escapes and comments, and without a brace in brackets."""

_MARKUP: Final = re.compile(r"<!--|-->|<!\[CDATA\[|\]\]>")

Rank = tuple[bool, bool, tuple[int, int, int], int]
"""The rank of a value: important, of the element itself, the specificity of the selector, the order. The highest rank
counts."""

Ranked = dict[str, tuple[Rank, str]]
"""A property -> its rank and its value."""


_NO_VALUES: Final[Ranked] = {}


class Rule(NamedTuple):
    """A selector of several parts, with all ``keys`` of them, and its values."""

    parts: tuple[Compound, ...]
    keys: frozenset[str]
    values: Ranked


class KeyRules:
    """The rules for elements of one key: of a tag, a class or an id.

    Args:
        key: the key.
        rules: the selector, the declarations and the number of each rule.
    """

    def __init__(self, key: str, rules: Iterable[tuple[str, str, int]]) -> None:
        self.by_tag: dict[str, Ranked] = {}
        """The values of elements of a tag; of any tag for an empty name."""
        self.others: list[Rule] = []
        """Rules of other selectors."""
        for selector, css, order in rules:
            values = read_declarations(css)
            if values and (parts := read_selector(selector)):
                self._add(key, parts, values, order)

    def _add(self, key: str, parts: tuple[Compound, ...], values: Mapping[str, tuple[bool, str]], order: int) -> None:
        """Add a rule."""
        more = [name for name in parts[-1].keys if name != key]
        if len(parts) == 1 and not parts[0].attributes and (not more or (len(more) == 1 and more[0][0] not in "#.")):
            of_selector = self.by_tag.setdefault("".join(more), {})
        else:
            of_selector = {}
            self.others.append(Rule(parts, frozenset(name for part in parts for name in part.keys), of_selector))
        rank = specificity(parts)
        keep_best(of_selector, {name: ((flag, False, rank, order), value) for name, (flag, value) in values.items()})


class StyleSheets:
    """The rules of a page. They are read when an element first asks for them.

    Args:
        sheets: the media and the text of each style element, in their order.
    """

    def __init__(self, sheets: Iterable[tuple[str, str]]) -> None:
        self._rules: dict[str, list[tuple[str, str, int]]] = {}
        self._read: dict[str, KeyRules] = {}
        self._hiding: dict[str, KeyRules] = {}
        order = 0
        for media, text in sheets:
            if can_hide(text) and is_screen(media):
                for selectors, css in _rules_of(_MARKUP.sub(" ", text) if "<!" in text else text):
                    order += 1
                    for selector in selectors.split(","):
                        if (key := subject_key(selector)) is not None:
                            self._rules.setdefault(key, []).append((selector, css, order))

    def __bool__(self) -> bool:
        return bool(self._rules)

    def of_element(self, element: Element, *, hiding: bool = False) -> Iterator[KeyRules]:
        """Yield the rules of each key of an element, or only those that may hide text."""
        read = self._hiding if hiding else self._read
        for key in ("", *element.keys):
            if key in self._rules:
                if key not in read:
                    read[key] = KeyRules(key, [rule for rule in self._rules[key] if not hiding or _may_hide(rule[1])])
                yield read[key]


@functools.lru_cache(maxsize=1 << 13)
def _may_hide(css: str) -> bool:
    """Whether declarations may hide text."""
    return may_hide(read_declarations(css))


@functools.lru_cache(maxsize=4)
def read_sheets(sheets: tuple[tuple[str, str], ...]) -> StyleSheets:
    """Return the rules of style elements. Those of the last pages are kept: pages of one site have equal ones."""
    return StyleSheets(sheets)


class StyledElements:
    """The open elements of a page, and what its rules say of the innermost one.

    Args:
        sheets: the rules of the page.
    """

    def __init__(self, sheets: StyleSheets) -> None:
        self._sheets = sheets
        self._elements: list[Element] = []
        self._counts: dict[str, int] = {}  # how many of the open elements have a key
        self._checks = _MOST_CHECKS

    def open(self, element: Element) -> None:
        """Open an element in the innermost one."""
        self._elements.append(element)
        for key in element.keys:
            self._counts[key] = self._counts.get(key, 0) + 1

    def close(self) -> None:
        """Close the innermost element."""
        for key in self._elements.pop().keys:
            self._counts[key] -= 1
            if not self._counts[key]:
                del self._counts[key]

    def may_hide_anywhere(self, tag: str, element: Element) -> bool:
        """Whether a rule may hide an element with such keys, in some place and with some attributes."""
        return self._may_hide(tag, element, lambda rule: element.keys.issuperset(rule.parts[-1].keys))

    def may_hide(self, tag: str) -> bool:
        """Whether a rule may hide the innermost element, whose name is ``tag``."""
        return self._may_hide(tag, self._elements[-1], self._concerns)

    def _may_hide(self, tag: str, element: Element, concerns: Callable[[Rule], bool]) -> bool:
        """Whether a rule that may hide text concerns an element."""
        return any(
            "" in rules.by_tag or tag in rules.by_tag or any(concerns(rule) for rule in self._counted(rules.others))
            for rules in self._sheets.of_element(element, hiding=True)
        )

    def _counted(self, rules: Sequence[Rule]) -> Sequence[Rule]:
        """Count the checks of rules; return no rules after too many checks."""
        self._checks -= len(rules)
        return rules if self._checks > 0 else ()

    def values(self, tag: str, style: Mapping[str, tuple[bool, str]]) -> Mapping[str, str]:
        """Return the values of the properties of the innermost element.

        Args:
            tag: its name.
            style: the values of its own style.
        """
        best = {name: ((flag, True, (0, 0, 0), 0), value) for name, (flag, value) in style.items()}
        for rules in self._sheets.of_element(self._elements[-1]):
            keep_best(best, rules.by_tag.get("", _NO_VALUES))
            keep_best(best, rules.by_tag.get(tag, _NO_VALUES))
            for rule in self._counted(rules.others):
                if self._concerns(rule):
                    keep_best(best, rule.values)
        return {name: value for name, (_, value) in best.items()}

    def _concerns(self, rule: Rule) -> bool:
        """Whether a rule of several parts concerns the innermost element."""
        return rule.keys <= self._counts.keys() and self._fits(rule.parts, len(rule.parts) - 1, len(self._elements) - 1)

    def _fits(self, parts: Sequence[Compound], last: int, place: int) -> bool:
        """Whether the parts up to ``parts[last]`` concern the open element at a place and those around it."""
        self._checks -= 1
        if self._checks <= 0 or not parts[last].fits(self._elements[place]):
            return False
        if not last:
            return True
        places = range(place - 1, max(place - 2, -1) if parts[last].is_child else -1, -1)
        return any(self._fits(parts, last - 1, outer) for outer in places)


def keep_best(values: Ranked, others: Ranked) -> None:
    """Set the values of properties that have no value of a higher rank."""
    for name, ranked in others.items():
        if name not in values or ranked[0] >= values[name][0]:
            values[name] = ranked


class _Block:
    """An open block: the ``selectors`` of a rule, which are empty for a group of rules, and its ``declarations``."""

    def __init__(self, selectors: str, is_left_out: bool) -> None:
        self.selectors, self.is_left_out = selectors, is_left_out
        self.declarations: list[str] = []


def _rules_of(css: str) -> Iterator[tuple[str, str]]:
    """Yield the selectors and the declarations of each rule that counts. A rule in a rule does not count."""
    start = position = 0
    blocks = [_Block("", False)]
    while True:
        if start == position and not blocks[-1].selectors:
            while rule := _PLAIN_RULE.match(css, start):
                start = position = rule.end()
                if not blocks[-1].is_left_out:
                    yield rule[1], rule[2]
        mark = _MARK.search(css, position)
        if mark is None:
            break
        position, sign = mark.end(), mark[0]
        if sign not in ("{", "}", ";"):
            continue
        text, start = css[start : mark.start()], mark.end()
        block = blocks[-1]
        if sign == "{":
            inner = without_comments(text).strip()
            if inner.startswith("@"):
                blocks.append(_Block("", bool(block.selectors) or block.is_left_out or not counts(inner)))
            else:
                blocks.append(_Block(inner, bool(block.selectors) or block.is_left_out))
            continue
        block.declarations.append(text)
        if sign == "}" and len(blocks) > 1:
            blocks.pop()
            if block.selectors and not block.is_left_out:
                yield block.selectors, ";".join(block.declarations)
    if blocks[-1].selectors and not blocks[-1].is_left_out:  # the end of the sheet closes what is open
        yield blocks[-1].selectors, ";".join([*blocks[-1].declarations, css[start:]])
