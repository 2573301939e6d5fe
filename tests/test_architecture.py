"""The shape of the house: which room may import which, how large a module gets, what shows at the top."""

import ast
import fnmatch
from collections.abc import Iterator
from pathlib import Path

import pytest

import dedup

PACKAGE = Path(dedup.__file__).resolve().parent
TOP = PACKAGE.parent
MODULES = sorted(PACKAGE.rglob("*.py"))
NAMES = [str(path.relative_to(PACKAGE)) for path in MODULES]

ROOMS = ("errors", "types", "settings", "core", "formats", "index", "engines", "report", "cli")
"""Each room may import those before it, and itself."""

FRONT = len(ROOMS)
"""The level of ``dedup/__init__.py`` and ``__main__.py``, which open every door and are imported by no room."""

PURE = {"collections", "dataclasses", "fractions", "functools", "itertools", "math", "re", "statistics", "typing"}
PURE |= {"html", "sys", "unicodedata"}
LIBRARIES = {"ftfy", "numpy", "scipy", "xxhash"}
SHOWN = {"pyproject.toml", "dedup", "benches", "tests", "corpus", "README.md", "CHANGELOG.md", "LICENSE"}

MODULE_LINES = 300
FUNCTION_LINES = 45

ORACLE = PACKAGE / "core" / "reference"
"""The slow versions of the core, for the tests."""

each_module = pytest.mark.parametrize("path", MODULES, ids=NAMES)
each_core_module = pytest.mark.parametrize(
    "path",
    [path for path in MODULES if PACKAGE / "core" in path.parents],
    ids=lambda path: str(path.relative_to(PACKAGE / "core")),
)


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def dotted(path: Path) -> str:
    """The name of the module in a file."""
    parts = path.relative_to(TOP).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_module(name: str) -> bool:
    path = TOP.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def imported(path: Path, source: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that a module imports anywhere in it, in functions and for type checkers too."""
    for node in ast.walk(source):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            home = dotted(path).split(".")
            up = len(home) - node.level + (path.name == "__init__.py")
            base = ".".join([*(home[:up] if node.level else []), *([node.module] if node.module else [])])
            for alias in node.names:
                name = f"{base}.{alias.name}"
                yield node.lineno, name if is_module(name) else base


def level(name: str) -> int:
    """The place of a module of the package in the order of rooms."""
    parts = name.split(".")
    return ROOMS.index(parts[1]) if len(parts) > 1 and parts[1] in ROOMS else FRONT


def upward(path: Path, source: ast.Module) -> list[str]:
    """The imports of a module that run up."""
    here = level(dotted(path))
    return [
        f"{path.relative_to(TOP)}:{line} imports {name}"
        for line, name in imported(path, source)
        if name.split(".")[0] == "dedup" and level(name) > here
    ]


def code_lines(node: ast.AST) -> int:
    """Lines that hold code: no blank ones, no comments, no docstrings."""
    lines: set[int] = set()
    prose: set[int] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant) and isinstance(part.value.value, str):
            prose.update(range(part.lineno, (part.end_lineno or part.lineno) + 1))
        elif isinstance(part, (ast.stmt, ast.expr, ast.excepthandler, ast.arg, ast.keyword, ast.alias)):
            lines.update((part.lineno, part.end_lineno or part.lineno))
    return len(lines - prose)


@each_module
def test_imports_run_one_way(path):
    """No module imports a room above its own."""
    assert [] == upward(path, tree(path))


@pytest.mark.parametrize(
    "line",
    [
        "import dedup.cli",
        "from dedup.formats import read_all",
        "from ..formats.read import read_all",
        "from .. import formats",
        "from dedup import formats",
        "from dedup import cluster",
        "def f():\n    from dedup.report import write",
        "if TYPE_CHECKING:\n    from dedup.engines.local import cluster",
    ],
)
def test_an_import_that_runs_up_is_seen(line):
    """The test above sees an upward import however it is spelled."""
    assert 1 == len(upward(PACKAGE / "core" / "text.py", ast.parse(line)))


@pytest.mark.parametrize(
    "line", ["from dedup.core import text", "from . import unicode", "from ..errors import InputError", "import numpy"]
)
def test_an_import_of_a_room_below_or_of_the_same_room_is_let_through(line):
    """The test above lets imports down, sideways and out of the package pass."""
    assert [] == upward(PACKAGE / "core" / "text.py", ast.parse(line))


def test_every_room_of_the_package_is_known():
    """A module or folder that is not in the order of rooms would escape the test of imports."""
    found = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in MODULES}
    assert set() == found - {*ROOMS, "__init__", "__main__"}


@each_core_module
def test_the_core_imports_nothing_that_touches_the_world(path):
    """The core imports numpy, scipy, xxhash, a few pure modules of the standard library, and the rooms below it."""
    outside = {name.split(".")[0] for _, name in imported(path, tree(path))} - {"dedup"}
    assert set() == outside - PURE - LIBRARIES


@each_core_module
def test_the_core_opens_and_prints_nothing(path):
    """The core calls no ``open``, ``print``, ``input``, ``eval``, ``exec``; of ``sys`` it uses the byte order alone."""
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Name) and node.id in {"open", "print", "input", "eval", "exec", "__import__"}:
            found.append(node.id)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "sys":
            found += [f"sys.{node.attr}"] if node.attr != "byteorder" else []
        if isinstance(node, ast.Attribute) and node.attr in {"memmap", "fromfile", "tofile", "load", "save", "savez"}:
            found.append(node.attr)
    assert [] == found


@pytest.mark.parametrize("path", [path for path in MODULES if path.parent != ORACLE], ids=lambda path: path.stem)
def test_the_oracle_is_imported_by_nothing(path):
    """``core.reference`` is for the tests: no other module of the package imports it."""
    assert [] == [line for line, name in imported(path, tree(path)) if name.startswith("dedup.core.reference")]


@each_module
def test_a_module_stays_readable(path):
    """A module has a docstring and at most 300 lines of code."""
    source = tree(path)
    assert ast.get_docstring(source)
    assert code_lines(source) <= MODULE_LINES


@each_module
def test_a_function_stays_readable(path):
    """A function has at most 45 lines of code."""
    functions = (node for node in ast.walk(tree(path)) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
    long = [f"{node.name}: {code_lines(node)}" for node in functions if code_lines(node) > FUNCTION_LINES]
    assert [] == long


@each_module
def test_no_shortcuts(path):
    """No bare ``except``, no ``assert``, no pickle, no ``eval`` in the package."""
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            found.append(f"{node.lineno}: bare except")
        if isinstance(node, ast.Assert):
            found.append(f"{node.lineno}: assert")
        if isinstance(node, ast.Name) and node.id in {"eval", "exec"}:
            found.append(f"{node.lineno}: {node.id}")
    pickles = {"pickle", "cPickle", "dill", "marshal", "shelve"}
    found += [f"{line}: {name}" for line, name in imported(path, tree(path)) if name.split(".")[0] in pickles]
    assert [] == found


def test_the_top_level_shows_eight_names():
    """Beside hidden and ignored files the project shows what architecture and README promise, and nothing else."""
    ignored = [line.rstrip("/") for line in (TOP / ".gitignore").read_text("utf-8").splitlines() if line]
    shown = {
        path.name
        for path in TOP.iterdir()
        if not path.name.startswith(".") and not any(fnmatch.fnmatch(path.name, pattern) for pattern in ignored)
    }
    assert SHOWN == shown
