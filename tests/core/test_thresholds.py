"""Every number that decides which texts belong together is a threshold, and stands in one module."""

import ast
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

import dedup
from dedup.core import thresholds
from dedup.settings import Settings

CORE = Path(dedup.__file__).parent / "core"

RULE = [
    "blocks",
    "boilerplate",
    "clusters",
    "copies",
    "decision",
    "digests",
    "figures",
    "headlines",
    "knowledge",
    "likeness",
    "linkage",
    "notices",
    "pages",
    "pair_facts",
    "passages",
    "recurring",
    "sites",
]
"""The modules that hold the rule."""

BOUNDS = {
    "blocks": {"_STEPS"},
    "boilerplate": {"SAMPLE"},
    "clusters": {"MAX_COMPONENT", "UNKNOWN_TIME", "_LAST", "_PIVOTS", "_REVISED", "_SAMPLE"},
    "copies": {"_SIEVE"},
    "decision": {"_CANDIDATE"},
    "digests": {"MOST_PARTS"},
    "figures": {"_SIEVE_BITS"},
    "headlines": {"_BYTE_BITS"},
    "likeness": {"UNIT"},
    "pages": {"CREDIT", "LABEL"},
    "sites": {"_FOUND_BY", "_MAX_BUCKET"},
}
"""Numbers with a name that bound the work, lay out bits, or say who leads a story."""

COUNTED = {0, 1, 2}
"""Numbers that only count places."""


def literals(source: str) -> Iterator[tuple[str, int]]:
    """Name (or an empty one) and line of each number that is no place, no bit and no number of columns."""
    tree = ast.parse(source)
    layout: set[int] = set()
    for node in ast.walk(tree):
        bits = isinstance(node, ast.BinOp) and isinstance(node.op, ast.LShift | ast.RShift | ast.BitAnd)
        wide = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "uint64"
        sized = isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in LAID_OUT
        if bits or wide or sized or isinstance(node, ast.Slice):
            layout |= {id(part) for part in ast.walk(node)}
        if isinstance(node, ast.Compare) and any(id(part) in layout for part in ast.walk(node)):
            layout |= {id(part) for part in ast.walk(node)}
    for statement in tree.body:
        named = isinstance(statement, ast.AnnAssign | ast.Assign)
        target = (statement.target if isinstance(statement, ast.AnnAssign) else statement.targets[0]) if named else None
        name = target.id if isinstance(target, ast.Name) else ""
        numbers = [
            node
            for node in ast.walk(statement)
            if isinstance(node, ast.Constant)
            and type(node.value) in (int, float)
            and id(node) not in layout
            and (node.value not in COUNTED or (named and node is statement.value))
        ]
        yield from ((name, node.lineno) for node in numbers)


LAID_OUT = {"pow", "range", "zeros"}
"""Calls whose numbers are sizes of arrays or powers of bits."""


@pytest.mark.parametrize("module", RULE)
def test_no_module_of_the_rule_holds_a_number_that_decides(module):
    """A number that decides is a threshold; a number of another kind has a name and is listed here."""
    names = [name for name, _ in literals((CORE / f"{module}.py").read_text("utf-8"))]
    assert BOUNDS.get(module, set()) == set(names)


@pytest.mark.parametrize("line", ["if share > 0.4:\n    pass", "LEAST = 7", "_MOST: Final = 0.9", "f(words, 12)"])
def test_a_literal_that_decides_is_found(line):
    """The test above sees a number in a comparison, in a call and behind a name."""
    assert {name for name, _ in literals(line)} <= {"", "LEAST", "_MOST"}
    assert 1 == len(list(literals(line)))


def test_the_rule_has_at_most_twenty_two_numbers():
    """The rule stays so short that a user can read all its numbers."""
    assert len(thresholds.numbers()) <= 22


def test_every_threshold_says_what_it_means():
    """Each threshold has its meaning in a docstring below it."""
    body = ast.parse((CORE / "thresholds.py").read_text("utf-8")).body
    told = {
        statement.target.id
        for statement, after in itertools.pairwise(body)
        if isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and isinstance(after, ast.Expr)
    }
    assert set(thresholds.numbers()) <= told


def test_the_share_of_copies_is_the_default_of_the_setting():
    """The one threshold that a user may change has the default of the setting."""
    assert Settings().containment == thresholds.COPIES


def test_another_number_has_another_hash(monkeypatch):
    """A report or an index that was made with another number shows another hash."""
    before = thresholds.fingerprint()
    monkeypatch.setattr(thresholds, "PASSAGE_COST", 19)
    assert before != thresholds.fingerprint()
