"""A comparison of two documents: a table for people, one object of JSON with the fields of `Comparison`, or a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO, Final, Literal

import msgspec
from rich.cells import cell_len
from rich.text import Text

from dedup.comparison_types import Comparison, Ground, HandPair, Side
from dedup.core.pairs.rules import EQUAL, RULES, SHARE, PairRule
from dedup.core.thresholds import FIGURE_COST, PASSAGE_COST
from dedup.json_rows import encode
from dedup.report.reasons import REASONS
from dedup.report.schema import with_digits
from dedup.report.terminal import Utf8Stream, count, harmless, one_line, percent, terminal_width

if TYPE_CHECKING:
    from dedup.comparison_types import Difference, Span

SCHEMA: Final = "dedup.comparison/1"

_RULES: Final = {rule.name: rule for rule in RULES}
_NARROWEST: Final = 60
_AROUND: Final = 3
"""Words that are shown on each side of a difference."""
_LONG: Final = 200
"""Characters around a difference in which these words are looked for."""
_PASSAGE: Final = 5
"""Words of a passage that is counted in the table."""


class ComparisonObject(Comparison, frozen=True):
    """The comparison of two documents: the fields of `dedup.Comparison`. Places are in characters of a text."""

    schema: Literal["dedup.comparison/1"]


def write(comparison: Comparison, stream: BinaryIO, format: str, limit: int) -> None:
    """Write a comparison.

    Args:
        comparison: the comparison
        stream: a binary stream
        format: one of `FORMATS`
        limit: the differences that a table shows, 0 for all
    """
    FORMATS[format](comparison, stream, limit)


def _write_json(comparison: Comparison, stream: BinaryIO, _limit: int) -> None:
    stream.write(encode(comparison_object(comparison)) + b"\n")


def comparison_object(comparison: Comparison) -> ComparisonObject:
    """Return a comparison as one object. Measures have four digits."""
    return ComparisonObject(**msgspec.structs.asdict(with_digits(comparison)), schema=SCHEMA)


def _write_table(comparison: Comparison, stream: BinaryIO, limit: int) -> None:
    width = max(_NARROWEST, terminal_width())
    Utf8Stream(stream).writelines(f"{line}\n" for line in table_lines(comparison, width, limit))


def table_lines(comparison: Comparison, width: int, limit: int) -> Iterator[str]:
    """Yield the lines of the table.

    Args:
        comparison: the comparison
        width: columns of the terminal
        limit: the differences that are shown, 0 for all
    """
    if not comparison.boilerplate_known:
        yield from ("Boilerplate is not known: two documents alone are compared", "with their menus. Give --among.", "")
    yield from _wrapped(_verdict(comparison), width)
    for name, side in (("A", comparison.a), ("B", comparison.b)):
        yield from _side_lines(name, side, width)
    yield ""
    answered = [ground for ground in comparison.grounds if ground.passed is not None]
    yield from (_ground_line(ground, width) for ground in answered)
    names = {ground.name for ground in answered}
    if RULES[SHARE].name in names and RULES[EQUAL].name not in names:
        cost = f"A passage counts its words less {PASSAGE_COST}; a replaced figure costs {FIGURE_COST} words more."
        yield from _wrapped(cost, width, indent=6)
    yield from ([""] if answered else [])
    yield from _measures(comparison, width)
    yield from _difference_lines(comparison, width, limit)
    yield from _ruling_lines(comparison, width)


def _verdict(comparison: Comparison) -> str:
    """Return the verdict with the reason that gave it."""
    match (comparison.match, comparison.same_story):
        case (True, None):
            verdict = "A match"
        case (False, None):
            verdict = "No match"
        case (True, True):
            verdict = "One story"
        case (False, False):
            verdict = "Two different articles"
        case (True, False):
            verdict = "A match, but two stories"
        case _:
            verdict = "One story, though this pair is no match"
    return f"{verdict}: {_reason(comparison)}."


def _reason(comparison: Comparison) -> str:
    """Return why a pair was decided."""
    for ground in comparison.grounds:
        if ground.name == comparison.decided and ground.passed is not None:
            return _ground_sentence(ground, _RULES[ground.name])
    return REASONS.get(comparison.decided, one_line(comparison.decided))


def failed_rules(comparison: Comparison) -> list[str]:
    """Return each rule that the pair does not pass, with the value and the bound."""
    failed = [(ground, _RULES[ground.name]) for ground in comparison.grounds if ground.passed is False]
    return [f"{rule.title} {', '.join(_value_and_bound(ground, rule))}" for ground, rule in failed]


def rule_title(name: str) -> str:
    """Return the value that a rule asks for in a few words. A reason that is no rule goes by its name."""
    return _RULES[name].title if name in _RULES else name


def _ground_sentence(ground: Ground, rule: PairRule) -> str:
    """Return a rule with the value that it found."""
    if rule.name == "equal":
        return "the words of both are equal"
    value, bound = _value_and_bound(ground, rule)
    value = f"{value} {rule.counted}" if rule.unit == "count" else value
    return f"{rule.title} {value}, {bound}" if ground.passed else f"{rule.title} {value}, where {bound} is asked for"


def _value_and_bound(ground: Ground, rule: PairRule) -> tuple[str, str]:
    """Return the value and the bound in words. Shares are rounded down, with the digits that tell them apart."""
    value, bound = ground.value or 0.0, ground.bound or 0.0
    if rule.unit == "count":
        return f"{value:,.0f}", f"{ground.sense} {bound:,.0f}"
    return percent(value, bound), f"{ground.sense} {percent(bound, bound)}"


def _ground_line(ground: Ground, width: int) -> str:
    """Return a rule as a line of the table."""
    rule = _RULES[ground.name]
    value, bound = _value_and_bound(ground, rule)
    line = f"  {'yes' if ground.passed else 'no':<4}{rule.title:<23}{value:>9}  {bound}"
    of = f"{ground.counts[0]:,} of {ground.counts[1]:,} {rule.counted}" if ground.counts else ""
    if rule.name == "equal":
        return f"  {'yes':<4}{rule.title}"
    return f"{line:<56}{of}".rstrip() if of and 56 + len(of) <= width else line


def _side_lines(name: str, side: Side, width: int) -> Iterator[str]:
    """Yield the id of a document, and what is compared of it, on one line if it fits."""
    places = len(side.boilerplate)
    left_out = f"boilerplate in {count(places, 'place', 'places')}" if places else "no boilerplate"
    facts = f"{count(side.words, 'word', 'words')}, {left_out}"
    line = f"{name}  {harmless(side.id)}"
    if len(line) + 3 + len(facts) <= width:
        yield f"{line}   {facts}"
    else:
        yield from (line, f"   {facts}")


def _measures(comparison: Comparison, width: int) -> Iterator[str]:
    """Yield how much the two share, and how they met."""
    in_b, in_a = comparison.containment
    long = sum(passage.words >= _PASSAGE for passage in comparison.passages)
    parts = [
        f"{percent(in_b)} of A is in B, {percent(in_a)} of B in A",
        f"{count(long, 'passage', 'passages')} of five words or more",
        f"{count(comparison.replaced_figures, 'figure', 'figures')} replaced",
    ]
    met = comparison.met
    if met is None:
        parts.append("they share too few keys to be a candidate")
    else:
        parts.append(f"met by {met.bands} of {met.of_bands} bands and {met.sampled} sampled shingles")
    yield from _wrapped("; ".join(parts), width, indent=2)


def _difference_lines(comparison: Comparison, width: int, limit: int) -> Iterator[str]:
    """Yield the differences, those that a reader looks for first."""
    order = ("figure", "date", "negation", "name", "words")
    differences = sorted(comparison.differences, key=lambda difference: order.index(difference.kind))
    if differences:
        yield ""
    shown = differences[: limit or None]
    for difference in shown:
        yield f"  {difference.kind:<10}{_in_context(comparison, difference, width - 12)}".rstrip()
    if len(shown) < len(differences):
        yield f"  ... {len(differences) - len(shown):,} more: --limit 0 shows all"


def _ruling_lines(comparison: Comparison, width: int) -> Iterator[str]:
    """Yield the row that overrules the verdict, to copy. Two documents alone are in no job that could take it."""
    if comparison.same_story is not None and comparison.decided == "by hand":
        yield ""
        way = "for an index: dedup index rule INDEX A B --forget"
        yield from _wrapped(f"To take this back, take the row of the two out of the file of --pairs ({way}).", width)
    elif comparison.same_story is not None:
        pair = HandPair(comparison.a.id, comparison.b.id, not comparison.same_story)
        way = f"for an index: dedup index rule INDEX A B --{'same' if pair.same else 'apart'}"
        yield ""
        yield from _wrapped(f"To overrule this, add to the file of --pairs ({way}):", width)
        yield harmless(encode(pair).decode())


def _in_context(comparison: Comparison, difference: Difference, width: int) -> str:
    """Return a difference with the words around it in A, and what B has in place of it."""
    words, other = (
        one_line(side.text[slice(*place)]) or "nothing"
        for side, place in ((comparison.a, difference.a), (comparison.b, difference.b))
    )
    for count_around in range(_AROUND, -1, -1):
        before, behind = _around(comparison.a.text, difference.a, count_around)
        line = f"{before} [{words}] {behind} -> [{other}]".replace("]  ->", "] ->").strip()
        if cell_len(line) <= width:
            return line
    shortened = Text(line)
    shortened.truncate(width, overflow="ellipsis")
    return shortened.plain


def _around(text: str, span: Span, words: int) -> tuple[str, str]:
    """Return some ``words`` before a place, and some behind it."""
    start, end = span
    before = text[max(0, start - _LONG) : start].split()
    behind = text[end : end + _LONG].split()
    return one_line(" ".join(before[len(before) - words :])), one_line(" ".join(behind[:words]))


def _wrapped(text: str, width: int, indent: int = 0) -> Iterator[str]:
    """Yield a text in lines of at most ``width`` columns, but for longer words."""
    line = ""
    for word in text.split(" "):
        if line and indent + len(line) + 1 + len(word) > width:
            yield " " * indent + line
            line = ""
        line = f"{line} {word}" if line else word
    yield " " * indent + line


def _write_html(comparison: Comparison, stream: BinaryIO, _limit: int) -> None:
    from dedup.report.page import write_pair  # a table needs no page

    write_pair(with_digits(comparison), stream)


FORMATS: Final[dict[str, Callable[[Comparison, BinaryIO, int], None]]] = {
    "table": _write_table,
    "json": _write_json,
    "html": _write_html,
}
"""The formats of a comparison."""
