"""Modules of the current folder are not run by the processes that a job starts."""

import subprocess
import sys
from pathlib import Path

import pytest

import dedup
from tests.helpers.html_pages import page
from tests.helpers.limited import SENTENCE, run_limited

LIBRARY = str(Path(dedup.__file__).parents[1])

START = f"import sys; sys.path[:] = ['', *sys.path, {LIBRARY!r}]; import dedup; "
TEXTS = START + "print(dedup.cluster(['word%d ' % n * 3 + 'x' * 3000 for n in range(30_000)], workers=2).documents)"
PAGES = START + "print(dedup.cluster(dedup.read('page.html')).documents)"


@pytest.fixture
def folder(tmp_path):
    """A folder with modules that write a file when they are run."""
    for name in ("sitecustomize", "usercustomize", "numpy", "msgspec", "trafilatura"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'run')!r}, 'a').write({name!r})")
    (tmp_path / "page.html").write_text(page(body=f"<p>{SENTENCE}</p>"))
    return tmp_path


@pytest.mark.parametrize(("name", "program"), [("30000", TEXTS), ("1", PAGES)], ids=["workers", "pages"])
def test_workers_run_no_module_of_the_current_folder(folder, name, program):
    """A program with '' in its path starts workers, and nothing of the folder is run by them."""
    done = run_limited(program=f"import numpy, msgspec, trafilatura; {program}", cwd=folder, megabytes=4_000)
    assert (0, name) == (done.code, done.out.strip())
    assert not (folder / "run").exists()


def test_the_command_runs_no_module_of_the_current_folder(folder):
    """The installed command does not look for modules in the current folder."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "dedup", "cluster", "page.html"], cwd=folder, capture_output=True, check=False
    )
    assert 0 == done.returncode
    assert not (folder / "run").exists()
