"""The public names: sorted, complete, documented, cheap to import, and typed."""

import ast
import importlib
import importlib.metadata
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import dedup
from dedup import errors
from dedup.version import DISTRIBUTION

FRONT = Path(dedup.__file__)
TOP = FRONT.resolve().parents[1]


def python(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run Python in a new process."""
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True)


def for_type_checkers() -> dict[str, str]:
    """Return the names and modules of all imports below ``if TYPE_CHECKING:``."""
    source = ast.parse(FRONT.read_text("utf-8"))
    block = next(node for node in source.body if isinstance(node, ast.If))
    imports = [node for node in ast.walk(block) if isinstance(node, ast.ImportFrom)]
    return {alias.asname or "": str(node.module) for node in imports for alias in node.names}


def test_the_public_names_are_sorted():
    """``__all__`` is in alphabetical order."""
    assert sorted(dedup.__all__) == list(dedup.__all__)


def test_the_public_names_are_complete():
    """``__all__``, the lazy table, the imports for type checkers and ``dir`` have equal names from equal modules."""
    assert list(dedup.__all__) == sorted(dedup._HOMES)
    assert for_type_checkers() == dedup._HOMES
    assert sorted([*dedup.__all__, "__version__"]) == dir(dedup)


@pytest.mark.parametrize("name", dedup.__all__)
def test_a_public_name_is_documented(name):
    """A public name comes from its module and has its own docstring."""
    value = getattr(dedup, name)
    assert getattr(importlib.import_module(dedup._HOMES[name]), name) is value
    assert value.__doc__
    assert not value.__doc__.startswith(f"{name}(")  # Dataclasses and NamedTuples get such a docstring by default.


def test_a_name_that_is_none_is_an_attribute_error():
    """An unknown name raises the error of Python, so that ``hasattr`` and ``from ... import`` work."""
    with pytest.raises(AttributeError, match="has no attribute 'clusters_of_grapes'"):
        _ = dedup.clusters_of_grapes


def test_the_import_of_the_package_costs_nothing():
    """``import dedup`` imports no library, not even numpy."""
    heavy = "numpy", "scipy", "xxhash", "lxml", "click", "datasketch"
    code = f"import dedup, sys; print([name for name in {heavy!r} if name in sys.modules])"
    assert "[]\n" == python("-c", code).stdout


def test_documents_of_a_program_import_no_library_of_tables():
    """Neither ``import dedup`` nor a job on mappings imports a library of data frames or a reader's library."""
    heavy = "pandas", "polars", "pyarrow", "datasets", "duckdb", "trafilatura"
    code = f"""if True:
        import dedup, sys
        dedup.cluster([{{"text": "one"}}, {{"text": "two"}}], workers=1)
        print([name for name in {heavy!r} if name in sys.modules])
    """
    assert "[]\n" == python("-c", code).stdout


def test_a_usual_job_does_not_import_scipy():
    """Only a story of many documents needs scipy, which takes long to import."""
    code = """if True:
        import dedup, sys
        text = ' '.join(map(str, range(99)))
        print(dedup.cluster([text, text + ' end'], workers=1).copies, 'scipy' in sys.modules)
    """
    assert "1 False\n" == python("-c", code).stdout


def test_the_types_ship():
    """The package has ``py.typed``, and the wheel has the whole package."""
    assert FRONT.with_name("py.typed").is_file()
    build = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {"packages": ["dedup"]} == build


def test_the_package_runs_as_a_module():
    """``python -m dedup --version`` prints the version of the distribution."""
    assert f"dedup {dedup.__version__}\n" == python("-m", "dedup", "--version").stdout


def test_the_version_is_that_of_the_project():
    """``dedup.__version__`` is the version of ``pyproject.toml``, found by the name of the distribution."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["name"] == DISTRIBUTION
    if not list(importlib.metadata.distributions(name=DISTRIBUTION)):
        pytest.skip("runs from a source tree that is not installed")
    assert project["version"] == dedup.__version__


def test_the_version_of_a_tree_that_is_not_installed_is_unknown(monkeypatch):
    """The version is unknown if no distribution of this name is installed."""
    monkeypatch.setattr("dedup.version.DISTRIBUTION", "news-dedup-that-nobody-has")
    assert "unknown" == dedup.__version__


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (errors.IndexMissing, FileNotFoundError),
        (errors.InputError, ValueError),
        (errors.ReadError, ValueError),
        (errors.SettingsError, ValueError),
        (errors.WorkError, RuntimeError),
    ],
)
def test_an_error_is_the_built_in_error_that_a_user_expects(error, builtin):
    """A user can catch an error as the built-in error and as ours."""
    assert issubclass(error, builtin)
    assert issubclass(error, errors.DedupError)


def test_a_missing_index_is_a_file_not_found_with_our_message(tmp_path):
    """An index that does not exist raises a `FileNotFoundError` whose message says what to do."""
    with pytest.raises(FileNotFoundError, match="there is no index: see to the path") as caught:
        dedup.Index.open(tmp_path / "news.dedup", mode="r")
    assert type(caught.value) is dedup.IndexMissing
    assert (str(caught.value), None) == (caught.value.args[0], caught.value.errno)


def test_wrong_settings_and_documents_are_value_errors():
    """A setting out of its range and an item that is no document raise a `ValueError` with our message."""
    with pytest.raises(ValueError, match=r"^k = 3 is out of range: give"):
        dedup.Settings(k=3)
    with pytest.raises(ValueError, match="give a Document, a mapping, or its text"):
        dedup.cluster([3.5], workers=1)
