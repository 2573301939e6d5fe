"""Writers that die: no acknowledged commit is lost, no document is invented, and readers do not notice."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[1] / "helpers" / "index_crashing.py"


def crash(folder: Path, *arguments: str) -> None:
    """Run the program, which contains the assertions."""
    run = subprocess.run(
        [sys.executable, PROGRAM, arguments[0], folder, *arguments[1:]], capture_output=True, text=True
    )
    assert (0, "") == (run.returncode, run.stderr), run.stderr


@pytest.mark.parametrize("rounds", ["15", pytest.param("200", marks=pytest.mark.long)])
def test_a_writer_that_is_killed(tmp_path, rounds):
    """A writer is killed at random moments, while four processes read, and no acknowledged commit is lost."""
    crash(tmp_path, "kill", rounds)


def test_a_writer_that_ends_at_each_named_point(tmp_path):
    """A writer ends at each of `index.disk.files.POINTS`, and reaches all of them."""
    crash(tmp_path, "points")


def test_files_that_may_not_grow(tmp_path):
    """With a limit on the size of files, as on a full disk, the writer raises an error and loses no commit."""
    crash(tmp_path, "full")
