"""A run that finds no document in its inputs says so, and ends with 3."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from dedup.cli import main

COMMANDS = [["cluster"], ["boilerplate"], ["eval", "--truth", "truth.jsonl"]]
EMPTY = ["csv", "json", "jsonl", "mbox", "warc", "parquet", "xml", "zip", "eml"]


@pytest.fixture
def inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of inputs without a document, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    for folder in ("empty", "pictures", "hidden"):
        Path(folder).mkdir()
    Path("pictures/a.jpg").write_bytes(b"x")
    Path("hidden/.a.txt").write_text("words")
    Path("truth.jsonl").write_text('{"id": "a", "cluster": "x"}\n')
    for suffix in EMPTY:
        Path(f"empty.{suffix}").write_bytes(b"")
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("name", ["empty", "pictures", "hidden", "-", "lost", *(f"empty.{suffix}" for suffix in EMPTY)])
def test_no_document_ends_with_3(inputs: Path, command: list[str], name: str) -> None:
    """An empty folder, other files only, empty standard input, and an empty file of many documents end with 3."""
    result = CliRunner().invoke(main, [*command, name], input="", catch_exceptions=False)
    assert (3, True) == (result.exit_code, f"There is no document in {name}: " in result.output)


@pytest.mark.parametrize("command", COMMANDS[:2], ids=lambda command: command[0])
def test_an_empty_text_is_a_document(inputs: Path, command: list[str]) -> None:
    """An empty file of text is a document without words, so that the exit code is 0."""
    Path("a.txt").write_bytes(b"")
    assert 0 == CliRunner().invoke(main, [*command, "a.txt"], catch_exceptions=False).exit_code
