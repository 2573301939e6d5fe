"""``dedup cluster``: lists of ids, the limit of copies, quiet runs, annotations, and settings of a project file."""

import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dedup.settings import Settings
from dedup.types import Member, Note, Skip


def test_keep_and_drop(command: Any, tmp_path: Path) -> None:
    """--keep and --drop write an id a line. Together they are all documents, and no article is to keep."""
    command.report = replace(
        command.report, singletons=(Member("c.txt"), Member("wall.txt", no_article="a notice")), documents=4
    )
    keep, drop = tmp_path / "keep.txt", tmp_path / "drop.txt"
    result = command("cluster", "news", "--keep", str(keep), "--drop", str(drop))
    assert (0, "--drop" in result.stdout) == (result.exit_code, False)
    assert ("a.txt\nc.txt\nwall.txt\n", "b.txt\n") == (keep.read_text(), drop.read_text())


def test_nothing_to_drop(command: Any, tmp_path: Path) -> None:
    """A run without copies writes an empty list, and its table names no list."""
    command.report = replace(command.report, stories=(), documents=1)
    result = command("cluster", "news", "--drop", str(tmp_path / "drop.txt"))
    assert "" == (tmp_path / "drop.txt").read_text()
    assert "--drop" not in command("cluster", "news").stdout + result.stdout


def test_a_list_on_standard_output(command: Any, tmp_path: Path) -> None:
    """A list on standard output comes alone, with NUL bytes if wanted; --output writes the report beside it."""
    output = "--output", str(tmp_path / "stories.jsonl")
    assert "b.txt\n" == command("cluster", "news", "--drop", "-").stdout
    assert "b.txt\n" == command("cluster", "news", "--drop", "-", *output).stdout
    assert "a.txt\0c.txt\0" == command("cluster", "news", "--keep", "-", "--null", *output).stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["--keep", "-", "--drop", "-", "--output", "stories.jsonl"],
        ["--keep", "ids.txt", "--drop", "./ids.txt"],
        ["--output", "ids.txt", "--drop", "ids.txt"],
        ["--null"],
        ["--drop", "lost/ids.txt"],
        ["--max-copies", "-1"],
    ],
)
def test_wrong_use(command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    """Two results in one place, and places that cannot be written, are an error before any work."""
    monkeypatch.chdir(tmp_path)
    assert (2, []) == (command("cluster", "news", *arguments).exit_code, command.calls)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("id", ["a\nb", "a\rb"])
def test_an_id_with_a_line_end(command: Any, tmp_path: Path, id: str) -> None:
    """An id with a line end needs --null. Without it nothing is replaced, and the error says so."""
    command.report = replace(command.report, singletons=(Member(id),))
    keep, output = tmp_path / "keep.txt", tmp_path / "stories.jsonl"
    keep.write_text("old")
    arguments = "cluster", "news", "--keep", str(keep), "--output", str(output)
    result = command(*arguments)
    assert (2, True) == (result.exit_code, "has a line end or a NUL byte, so nothing was written" in result.stderr)
    assert "give --null" in result.stderr
    assert ("old", False) == (keep.read_text(), output.exists())
    assert 0 == command(*arguments, "--null").exit_code
    assert ["a.txt", id, ""] == keep.read_bytes().decode().split("\0")


def test_a_list_never_replaces_an_input(tmp_path: Path) -> None:
    """A list that would replace an article is refused before any input is read."""
    from click.testing import CliRunner

    from dedup.cli import main

    (tmp_path / "a.txt").write_text("An article.")
    result = CliRunner().invoke(main, ["cluster", str(tmp_path), "--drop", str(tmp_path / "a.txt")])
    assert (2, "An article.") == (result.exit_code, (tmp_path / "a.txt").read_text())
    assert "is one of the inputs" in result.stderr


def test_lists_are_written_though_the_reader_leaves(spawn: Callable[..., Any], tmp_path: Path) -> None:
    """A reader that closes standard output early costs no list."""
    body = """
members = tuple(Member(f"copy-{number}", "exact") for number in range(50_000))
return Report((Story(Member("a"), members),), (), 50_001)
""".strip()
    drop = tmp_path / "drop.txt"
    process = spawn(body, "cluster", "news", "--drop", str(drop), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.read(10)
    process.stdout.close()
    assert (b"", 0) == (process.stderr.read(), process.wait())
    process.stderr.close()
    assert 50_000 == len(drop.read_text().splitlines())


@pytest.mark.parametrize(("most", "code"), [("0", 1), ("1", 0), ("9", 0)])
def test_max_copies(command: Any, tmp_path: Path, most: str, code: int) -> None:
    """--max-copies N exits with 1 above N, after everything is written."""
    drop = tmp_path / "drop.txt"
    result = command("cluster", "news", "--max-copies", most, "--drop", str(drop))
    assert (code, "b.txt\n") == (result.exit_code, drop.read_text())
    assert (code == 1) == ("1 copies are more than --max-copies 0" in result.stderr)


def test_quiet(command: Any) -> None:
    """--quiet prints no counts and notes on standard error. Skipped inputs are errors, and stay."""
    command.report = replace(command.report, notes=(Note("b.txt", "its id was changed"),))
    for flag in ("-q", "--quiet"):
        result = command("cluster", "news", "--format", "jsonl", flag)
        assert (0, "") == (result.exit_code, result.stderr)
        assert "its id was changed" not in command("cluster", "news", flag).stdout
    command.report = replace(command.report, skipped=(Skip("feed.jsonl", "not valid JSON", 7),))
    result = command("cluster", "news", "--format", "csv", "-q")
    assert (3, "Skipped 1 input:\n  feed.jsonl:7: not valid JSON\n") == (result.exit_code, result.stderr)


def test_github(command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--format github prints annotations, and appends a summary to the file that the workflow names, if any."""
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    result = command("cluster", "news", "--format", "github")
    assert result.stdout.startswith("::notice title=Copy::b.txt is a copy of a.txt (exact, ")
    assert summary.read_text().startswith("before\n### Copies of news articles\n")
    before = summary.read_text()
    command("cluster", "news", "--format", "jsonl")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    assert 0 == command("cluster", "news", "--format", "github").exit_code
    assert before == summary.read_text()


def test_project_file(command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--config pyproject.toml reads [tool.dedup]. A project file that nobody names is not read."""
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text("[project]\nname = 'x'\n[tool.dedup]\nk = 64\n")
    command("cluster", "news", "--config", "pyproject.toml")
    command("cluster", "news")
    assert [Settings(k=64), Settings()] == [settings for _, _, settings in command.calls]


@pytest.mark.parametrize("text", ["[project]\nname = 'x'\n", "tool = 3\n", "[tool]\ndedup = 3\n"])
def test_project_file_without_settings(command: Any, tmp_path: Path, text: str) -> None:
    """A project file without the table is an error that names the heading."""
    (tmp_path / "pyproject.toml").write_text(text)
    result = command("cluster", "news", "--config", os.fspath(tmp_path / "pyproject.toml"))
    assert (2, True) == (result.exit_code, "has no table [tool.dedup]" in result.stderr)


def test_an_unknown_suffix_names_the_option(command: Any) -> None:
    """--output with an unknown suffix names the option that gives the format."""
    assert "--format NAME" in command("cluster", "news", "--output", "stories.xml").stderr
