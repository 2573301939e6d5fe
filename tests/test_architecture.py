"""The shape of the house: which room may import which, how large a module gets, what shows at the top."""

import ast
import fnmatch
import functools
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import dedup

PACKAGE = Path(dedup.__file__).resolve().parent
TOP = PACKAGE.parent
MODULES = sorted(PACKAGE.rglob("*.py"))
NAMES = [str(path.relative_to(PACKAGE)) for path in MODULES]

ORDERS = {
    "dedup": (
        "errors version unicode_files regular_files array_types strings types members comparison_types explanation "
        "index_types json_rows result_tables parquet_schema results settings core formats index engines report cli"
    ),
    "dedup.core": (
        "arrays thresholds text urls misprints sketch candidates pairs explanations sites stories items related "
        "evaluation collection stages plan"
    ),
    "dedup.formats": (
        "limits guard columns places fields ids messages files syntax pages heads record arrow_columns readers writers "
        "registry members surveys chunks cutter inputs sample discover program typed"
    ),
    "dedup.formats.pages": "charset hidden flat fragments json_ld extractors metadata messages extract server process",
    "dedup.index": (
        "error_mapping records live disk postings changes state migrations session open_index check repair export "
        "commit erase reader store"
    ),
    "dedup.engines": (
        "pool tasks notes plan stages explanations run_header spark coverage local sketches evaluation difference "
        "estimate limits report_copies kept_files kept_rows online compare service scrapy"
    ),
    "dedup.report": (
        "terminal reasons schema page summary comparison writers table registry parquet_files load boilerplate "
        "score_rows scores difference index_rows stats estimate schemas"
    ),
    "dedup.cli": (
        "exit_codes output progress_columns progress interrupt time_options options jobs spark_jobs index_jobs "
        "compare_jobs index_upkeep service_jobs apply_jobs commands app submit"
    ),
}
"""The parts of the package and of its rooms. Each part may import the parts before it, and itself."""

PURE = {"collections", "dataclasses", "enum", "fractions", "functools", "itertools", "math", "re", "statistics"}
PURE |= {"heapq", "html", "sys", "typing", "unicodedata"}
LIBRARIES = {"ftfy", "msgspec", "numpy", "publicsuffixlist", "scipy", "w3lib", "xxhash"}
SHOWN = {"pyproject.toml", "dedup", "benches", "tests", "corpus", "README.md", "CHANGELOG.md", "LICENSE"}

MODULE_LINES = 350
FUNCTION_LINES = 50
FOLDER_MODULES = 16

TABLES = PACKAGE / "core" / "text" / "tables"
"""Data without code, of any length."""

POINTING = {
    *("all that", "it", "its", "one more", "so many", "that", "the same", "these", "they", "this one", "those", "what"),
    *("whatever", "which", "who", "whoever", "whom"),
}
"""Words that point at something else. No docstring begins with such a word."""

EMPTY_NAMES = {
    *(
        "asked",
        "each",
        "every",
        "found",
        "given",
        "held",
        "kept",
        "known",
        "laid",
        "near",
        "one",
        "own",
        "rest",
        "said",
    ),
    *("some", "there", "those", "told", "wanted"),
}
"""Names that do not say what a variable holds."""

PUBLIC_FIELDS = {PACKAGE / name for name in ("types.py", "index_types.py", "json_rows.py", "report/score_rows.py")}
"""Modules whose fields are keys of reports, so that their names stay."""

each_module = pytest.mark.parametrize("path", MODULES, ids=NAMES)
each_core_module = pytest.mark.parametrize(
    "path",
    [path for path in MODULES if PACKAGE / "core" in path.parents],
    ids=lambda path: str(path.relative_to(PACKAGE / "core")),
)


@functools.cache
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


def part(name: str, room: str) -> str | None:
    """The part of a ``room`` that a module of this name belongs to; None for a module of no part."""
    if not name.startswith(f"{room}."):
        return None
    return name.removeprefix(f"{room}.").split(".")[0]


def upward(path: Path, source: ast.Module) -> list[str]:
    """The imports of a module that lead to a later part of any room."""
    wrong = []
    home = dotted(path)
    for room, order in ORDERS.items():
        parts = order.split()
        mine = part(home, room)
        place = parts.index(mine) if mine in parts else -1 if mine is None else len(parts)
        for line, name in imported(path, source):
            theirs = part(name, room)
            public = name == room == "dedup" and mine in parts
            if mine is not None and (public or (theirs in parts and parts.index(theirs) > place)):
                wrong.append(f"{path.relative_to(TOP)}:{line} imports {name}")
    return wrong


@each_module
def test_imports_run_one_way(path):
    """No module imports a later part of its room, or of the package."""
    assert [] == upward(path, tree(path))


@pytest.mark.parametrize(
    "line",
    [
        "import dedup.cli",
        "from dedup.formats import read_all",
        "from ...formats.inputs import read_all",
        "from ... import formats",
        "from dedup import formats",
        "from dedup import cluster",
        "def f():\n    from dedup.report import write",
        "if TYPE_CHECKING:\n    from dedup.engines.local import cluster",
    ],
)
def test_an_import_that_runs_up_is_seen(line):
    """The test above sees an upward import however it is spelled."""
    assert 1 == len(upward(PACKAGE / "core" / "text" / "folding.py", ast.parse(line)))


@pytest.mark.parametrize(
    "line",
    ["from dedup.core.text import digits", "from . import digits", "from ...errors import InputError", "import numpy"],
)
def test_an_import_of_a_room_below_or_of_the_same_room_is_let_through(line):
    """The test above lets imports down, sideways and out of the package pass."""
    assert [] == upward(PACKAGE / "core" / "text" / "folding.py", ast.parse(line))


@pytest.mark.parametrize("room", ORDERS)
def test_every_part_of_a_room_is_in_its_order(room):
    """A module or folder that is not in the order of its room would escape the test of imports."""
    folder = TOP.joinpath(*room.split("."))
    parts = {path.relative_to(folder).parts[0].removesuffix(".py") for path in folder.rglob("*.py")}
    assert parts - {"__init__", "__main__"} == set(ORDERS[room].split())


@each_core_module
def test_the_core_imports_nothing_that_touches_the_world(path):
    """The core imports a few libraries of numbers and texts, a few pure modules of Python, and the rooms below it."""
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


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if path.parent.name != "reference"],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_slow_twins_are_imported_by_tests_alone(path):
    """The ``reference`` folders are for the tests: no other module of the package imports a twin."""
    assert [] == [line for line, name in imported(path, tree(path)) if ".reference" in name]


@each_module
def test_a_module_stays_readable(path):
    """A module has a docstring and at most 350 lines; tables have as many lines as they need."""
    assert ast.get_docstring(tree(path))
    assert path.is_relative_to(TABLES) or len(path.read_text("utf-8").splitlines()) <= MODULE_LINES


@each_module
def test_a_function_stays_readable(path):
    """A function has at most 50 lines, its docstring included."""
    sizes = {node.name: (node.end_lineno or 0) + 1 - node.lineno for node in functions(tree(path))}
    assert {} == {name: lines for name, lines in sizes.items() if lines > FUNCTION_LINES}


@pytest.mark.parametrize(
    "folder", sorted({path.parent for path in MODULES}), ids=lambda path: str(path.relative_to(TOP))
)
def test_a_folder_stays_readable(folder):
    """A folder has at most 16 modules of its own."""
    assert len([path for path in folder.glob("*.py") if not path.name.startswith("__")]) <= FOLDER_MODULES


def test_a_class_name_stands_in_one_module():
    """No class name stands in two modules."""
    homes: dict[str, list[str]] = {}
    for path in MODULES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, []).append(str(path.relative_to(PACKAGE)))
    assert {} == {name: paths for name, paths in homes.items() if len(paths) > 1}


@each_module
def test_variables_say_what_they_hold(path):
    """No variable, no argument and no field has a name that says nothing, but for names that users see."""
    source = tree(path)
    keys = {node.target for node in ast.walk(source) if path in PUBLIC_FIELDS and isinstance(node, ast.AnnAssign)}
    names = [(node.arg, node.lineno) for node in ast.walk(source) if isinstance(node, ast.arg)]
    for node in ast.walk(source):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node not in keys:
            names.append((node.id, node.lineno))
    assert [] == [f"{line}: {name}" for name, line in names if name in EMPTY_NAMES]


@each_module
def test_docstrings_begin_with_what_they_are_about(path):
    """No docstring begins with a word that points at something else."""
    prose = [text for text in docstrings(tree(path)) if first_words(text) & POINTING]
    assert [] == prose


def first_words(text: str) -> set[str]:
    """The first word of a text, its first two words, and its first three words."""
    words = text.lower().split()[:3]
    return {" ".join(words[: count + 1]).rstrip(",.:;") for count in range(len(words))}


def docstrings(source: ast.Module) -> Iterator[str]:
    """The docstrings of modules, classes, functions and constants."""
    for node in ast.walk(source):
        body = getattr(node, "body", None)
        for item in body if isinstance(body, list) else ():
            if (
                isinstance(item, ast.Expr)
                and isinstance(item.value, ast.Constant)
                and isinstance(item.value.value, str)
            ):
                yield item.value.value


@each_module
def test_public_functions_document_their_arguments(path):
    """A public function of three arguments or more names its arguments in a section of its docstring."""
    bare = []
    for node in ast.iter_child_nodes(tree(path)):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or node.name.startswith("_"):
            continue
        command = any("command" in ast.dump(decorator) for decorator in node.decorator_list)  # its help is for users
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        count = len([argument for argument in arguments if not argument.arg.startswith("_")])
        if count >= 3 and not command and "Args:" not in (ast.get_docstring(node) or ""):
            bare.append(node.name)
    assert [] == bare


def functions(source: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions of a module, methods too."""
    return (node for node in ast.walk(source) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))


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


NAMED = re.compile(r"`((?:dedup[./])?(?:core|formats|index|engines|report|cli)[./][\w./]*\w)`")
"""A module, or a name in a module, between backticks, with dots or as a path."""


def exists(name: str) -> bool:
    """Whether a module, a file or a name of a module exists."""
    parts = name.removeprefix("dedup").lstrip("./").removesuffix(".py").replace("/", ".").split(".")
    for count in range(len(parts), 0, -1):
        path = PACKAGE.joinpath(*parts[:count])
        if path.is_dir() or path.with_suffix(".py").is_file():
            break
        if (PACKAGE.joinpath(*parts[: count - 1]) / f"{parts[count - 1]}.{parts[-1]}").is_file():
            return True
    else:
        return False
    if count == len(parts):
        return True
    found = importlib.import_module(".".join(("dedup", *parts[:count])))
    for part in parts[count:]:
        if not hasattr(found, part) and part not in getattr(found, "__annotations__", {}):
            return False
        found = getattr(found, part, None)
    return True


@pytest.mark.parametrize(
    "path", [*MODULES, *sorted(PACKAGE.rglob("*.md"))], ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_modules_that_prose_names_exist(path):
    """A module or a name of a module that docstrings, comments and pages name exists; old names stand in one table."""
    text = path.read_text("utf-8").partition("## Older names")[0]
    names = [name for name in NAMED.findall(text) if not re.search(r"/\d+$|\.html$|NAME", name)]
    assert [] == [name for name in names if not exists(name)]
