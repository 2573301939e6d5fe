"""The README's examples run as they stand; its two set-up commands are run by ``.ci/run``."""

import gzip
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dedup.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
SHELL = [block for block in re.findall(r"```sh\n(.*?)```", README, re.S) if block.startswith("dedup ")]
PYTHON = re.findall(r"```python\n(.*?)```", README, re.S)


@pytest.fixture
def place(tmp_path):
    """A folder with the collection, a feed, and this interpreter's ``dedup`` first in the path."""
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    rows = [{"id": "a", "body": "one feed item"}, {"id": "b", "body": "another feed item"}]
    (tmp_path / "feed.jsonl.gz").write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    return tmp_path


def test_the_readme_has_examples_of_each_door():
    """There are commands to cluster, to score and to keep an index, and Python for stories, the index, sketches and
    datasketch."""
    commands = " ".join(SHELL)
    assert (True, True) == ("dedup cluster corpus/pages" in commands, "dedup eval corpus/pages" in commands)
    assert set(main.commands["index"].commands) - {"remove"} == set(re.findall(r"dedup index (\w+) ", commands))
    doors = ["cluster(", "Index.open(", "signatures(", "to_datasketch("]
    assert doors == [name for name in doors if any(f"dedup.{name}" in code for code in PYTHON)]


def test_commands_run(place):
    """Every command line ends with 0, in the order of the README, in one folder."""
    bin = place / "bin"
    bin.mkdir()
    (bin / "dedup").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dedup "$@"\n')
    (bin / "dedup").chmod(0o755)
    environment = os.environ | {"PATH": f"{bin}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    for line in "".join(SHELL).splitlines():
        command = ["bash", "-euo", "pipefail", "-c", line]
        done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True)
        assert (line, 0) == (line, done.returncode), done.stderr


@pytest.mark.parametrize("code", PYTHON)
def test_python_runs(code):
    """Every piece of Python runs on its own, with its assertions."""
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, check=True, capture_output=True)
    assert "dedup" in code
