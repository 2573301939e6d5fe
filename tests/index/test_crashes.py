"""Writers that die: nothing that was acknowledged is lost, nothing is invented, and readers do not notice."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[1] / "helpers" / "index_crashing.py"


def crash(folder: Path, *what: str) -> None:
    """Run the program, which asserts what must hold."""
    run = subprocess.run([sys.executable, PROGRAM, what[0], folder, *what[1:]], capture_output=True, text=True)
    assert (0, "") == (run.returncode, run.stderr), run.stderr


@pytest.mark.parametrize("rounds", ["30", pytest.param("200", marks=pytest.mark.long)])
def test_a_writer_that_is_killed(tmp_path, rounds):
    """Killed at random moments, while four others read."""
    crash(tmp_path, "kill", rounds)


def test_a_writer_that_ends_at_each_named_point(tmp_path):
    """It ends at every one of `index.disk.files.POINTS`, and all of them come up."""
    crash(tmp_path, "points")


def test_files_that_may_not_grow(tmp_path):
    """No file may be larger than so many bytes, as on a full disk: the writer says so, and loses nothing."""
    crash(tmp_path, "full")
