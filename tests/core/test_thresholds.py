"""Thresholds: all numbers that decide which texts belong together stand in one module."""

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
    *sorted(path for folder in ("pairs", "sites", "stories", "items") for path in (CORE / folder).glob("*.py")),
    *(CORE / "text" / f"{module}.py" for module in ("blocks", "figures", "headlines", "notices")),
]
"""The modules that hold the rule."""

BOUNDS: dict[str, set[str]] = {
    "items": set(),
    "pairs": {"SEED", "_CANDIDATE", "_LONG", "_SIEVE", "_SPARSE", "_TURNS", "_WIDTH"},
    "sites": {
        *("BLOCKS", "CREDIT", "EVERY", "KEPT", "LABEL", "MAX_BUCKET", "RUN_SHARE", "RUN_WORDS", "SAMPLE"),
        *("SLICE_BITS", "UNIT", "_FEW", "_FOUND_BY", "_HASH_BITS", "_NARROW"),
    },
    "stories": {
        *("HEAD", "LONGEST", "LONGEST_NAME", "MAX_COMPONENT", "MOST_PARTS"),
        *(
            "_FEW",
            "_GROWTH",
            "_HEAD",
            "_LAST",
            "_LETTER_BYTES",
            "_LONGEST_DATELINE",
            "_MOST",
            "_PIVOTS",
            "_RADIUS",
            "_READ",
            "_REVISED",
            "_SAMPLE",
        ),
        "_WORD",
    },
    "text": {"_BYTE_BITS", "_SIEVE_BITS", "_STEPS"},
}
"""Names of numbers that bound the work, lay out bits, choose the canonical document, or tell frames of a site that an
index does not know yet (`core.sites.frames`), for each folder of the rule."""

COUNTED = {0, 1, 2}
"""Numbers that only count positions."""


def literals(source: str) -> Iterator[tuple[str, int]]:
    """Yield the name (or an empty name) and the line of each number that is no position, no bit, and no number of
    columns."""
    tree = ast.parse(source)
    layout: set[int] = set()
    for node in ast.walk(tree):
        bits = isinstance(node, ast.BinOp) and isinstance(node.op, ast.LShift | ast.RShift | ast.BitAnd)
        wide = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "uint64"
        sized = isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in LAID_OUT
        if bits or wide or sized or isinstance(node, ast.Slice):
            layout |= {id(child) for child in ast.walk(node)}
        if isinstance(node, ast.Compare) and any(id(child) in layout for child in ast.walk(node)):
            layout |= {id(child) for child in ast.walk(node)}
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
"""Calls whose numbers are sizes of arrays or powers of two."""


@pytest.mark.parametrize("path", RULE, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_module_of_the_rule_holds_a_number_that_decides(path):
    """A number of a module of the rule is a threshold, or it has a name in the list of bounds."""
    names = {name for name, _ in literals(path.read_text("utf-8"))}
    assert set() == names - BOUNDS[path.parent.name]


@pytest.mark.parametrize("folder", BOUNDS)
def test_the_list_of_bounds_is_up_to_date(folder):
    """Every name in the list of bounds is the name of a number of the folder."""
    paths = [path for path in RULE if path.parent.name == folder]
    assert BOUNDS[folder] == {name for path in paths for name, _ in literals(path.read_text("utf-8"))}


@pytest.mark.parametrize("line", ["if share > 0.4:\n    pass", "LEAST = 7", "_MOST: Final = 0.9", "f(words, 12)"])
def test_a_literal_that_decides_is_seen(line):
    """The test sees a number in a comparison, in a call and behind a name."""
    assert {name for name, _ in literals(line)} <= {"", "LEAST", "_MOST"}
    assert 1 == len(list(literals(line)))


def test_the_rule_has_at_most_twenty_five_numbers():
    """The rule has so few numbers that a user can read all of them."""
    assert len(thresholds.numbers()) <= 25


def test_every_threshold_says_what_it_means():
    """Each threshold has a docstring below it."""
    body = ast.parse((CORE / "thresholds.py").read_text("utf-8")).body
    documented = {
        statement.target.id
        for statement, after in itertools.pairwise(body)
        if isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and isinstance(after, ast.Expr)
    }
    assert set(thresholds.numbers()) <= documented


def test_the_share_of_copies_is_the_default_of_the_setting():
    """The threshold that a user may change is the default of the setting."""
    assert Settings().containment == thresholds.COPIES


def test_another_number_has_another_hash(monkeypatch):
    """A changed number changes the hash."""
    before = thresholds.fingerprint()
    monkeypatch.setattr(thresholds, "PASSAGE_COST", 19)
    assert before != thresholds.fingerprint()
