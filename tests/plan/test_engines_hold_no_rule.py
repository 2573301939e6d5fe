"""Engines that walk the plan bring rows together. They hold no rule and no number that decides."""

import ast

import pytest

from tests.test_architecture import PACKAGE, imported, tree

ENGINES = sorted(path for folder in ("plan", "spark") for path in (PACKAGE / "engines" / folder).rglob("*.py"))
RULES = {"text", "misprints", "sketch", "candidates", "pairs", "sites", "stories", "evaluation"}
each_engine_module = pytest.mark.parametrize(
    "path", ENGINES, ids=lambda path: str(path.relative_to(PACKAGE / "engines"))
)


@each_engine_module
def test_no_rule_is_imported(path):
    """An engine imports the plan, and no room of the core that holds a rule."""
    rooms = [name.split(".")[2] for _, name in imported(path, tree(path)) if name.startswith("dedup.core.")]
    assert set() == RULES & set(rooms)


@each_engine_module
def test_no_number_decides(path):
    """The functions of an engine have no number other than 0 and 1. What bounds its work is a constant with a name."""
    functions = [node for node in ast.walk(tree(path)) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    numbers = [
        (node.lineno, node.value)
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and node.value not in (0, 1)
    ]
    assert [] == numbers
