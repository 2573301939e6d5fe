"""``dedup cluster`` without the library: the arguments of the library, the output, and the exit code."""

import csv
import gzip
import json
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dedup.cli import main
from dedup.errors import InputError
from dedup.results import Report
from dedup.settings import Settings
from dedup.types import Look, Member, Note, Stage, Stats, Story

STEPS = """
The documents of each story: --members. Why they are one story: --explain.
The copies as a list: --drop FILE. A page to look through: --output report.html.
"""

SUMMARY = "3 documents are 2 articles: 1 copy in 1 story, 1 alone.\n"

FOUND = Report((Story(Member("a.txt"), (Member("b.txt", "exact"),)),), (Member("c.txt"),), 3)


def test_table_is_the_default(command: Any) -> None:
    """Without options a table goes to standard output and nothing to standard error."""
    result = command("cluster", "news")
    assert (0, "") == (result.exit_code, result.stderr)
    assert result.stdout.startswith(f"{SUMMARY}\n#  story ")
    assert result.stdout.endswith(STEPS)


@pytest.mark.parametrize("format", ["jsonl", "json", "csv"])
def test_other_formats(command: Any, format: str) -> None:
    """In other formats the results go to standard output and the summary to standard error."""
    result = command("cluster", "news", "--format", format)
    assert (0, SUMMARY) == (result.exit_code, result.stderr)
    assert SUMMARY not in result.stdout
    assert "b.txt" in result.stdout


def test_arguments_of_the_library(command: Any) -> None:
    """Paths, also a lone -, names of fields and settings reach the library as typed."""
    command("cluster", "news", "-", "--field", "text=body", "--field", "id=guid=x", "--k", "64")
    assert [(("news", "-"), {"text": "body", "id": "guid=x"}, Settings(k=64))] == command.calls


def test_scans_on_demand(command: Any, tmp_path: Path) -> None:
    """--scanned, and scanned = true in a settings file, set the option for scanned texts."""
    (tmp_path / "scans.toml").write_text("scanned = true\n")
    for options in ([], ["--scanned"], ["--config", str(tmp_path / "scans.toml")]):
        command("cluster", "news", *options)
    assert [False, True, True] == [settings.scanned for _, _, settings in command.calls]


def test_no_articles(command: Any) -> None:
    """Texts that are no articles have a heading in the table, a row with --singletons, and a count of their own."""
    command.report = replace(FOUND, singletons=(*FOUND.singletons, Member("d.txt", no_article="a notice")), documents=4)
    counts = "4 documents are 2 articles: 1 copy in 1 story, 1 alone, 1 no article.\n"
    table = command("cluster", "news").stdout
    assert table.startswith(counts)
    assert table.endswith(f"\nNo articles, and nobody's copies: 1\n  a notice: d.txt\n{STEPS}")
    rows = [json.loads(row) for row in command("cluster", "news", "--format", "jsonl").stdout.splitlines()]
    assert ([["a.txt", "b.txt"]], 1) == (
        [[member["id"] for member in row["members"]] for row in rows[1:-1]],
        rows[-1]["no_articles"],
    )
    result = command("cluster", "news", "--format", "csv", "--singletons")
    *_, last = csv.reader(result.stdout.splitlines())
    assert ("d.txt", "a notice") == (last[1], last[-1])
    assert counts == result.stderr


def test_singletons(command: Any) -> None:
    """--singletons lists the documents without copies."""
    assert "c.txt" not in command("cluster", "news").stdout
    assert "c.txt" in command("cluster", "news", "--singletons").stdout


def test_skipped_inputs(skipping: Any) -> None:
    """A run with skipped inputs names each with its reason, writes its results, and ends with 3."""
    result = skipping("cluster", "news", "--format", "jsonl")
    assert 3 == result.exit_code
    expected = f"{SUMMARY}Skipped 2 inputs:\n  feed.jsonl:7: not valid JSON\n  lost: there is no such file\n"
    assert expected == result.stderr
    assert json.loads(result.stdout.splitlines()[-1])["complete"]


def test_skipped_inputs_in_the_table(skipping: Any) -> None:
    """The table on standard output names each skipped input once."""
    result = skipping("cluster", "news")
    assert (3, "") == (result.exit_code, result.stderr)
    assert 1 == result.stdout.count("feed.jsonl:7: not valid JSON")


def test_nothing_at_all(skipping: Any) -> None:
    """If no input can be read, the report is complete, and the exit code is 3."""
    skipping.report = replace(skipping.report, stories=(), singletons=(), documents=0)
    result = skipping("cluster", "lost", "--format", "json")
    assert (3, True) == (result.exit_code, json.loads(result.stdout)["complete"])


def test_notes_do_not_fail(command: Any) -> None:
    """A note is printed and does not change the exit code."""
    command.report = replace(command.report, notes=(Note("b.txt", "its id was changed"),))
    result = command("cluster", "news", "--format", "csv")
    assert (0, f"{SUMMARY}1 note:\n  b.txt: its id was changed\n") == (result.exit_code, result.stderr)


def test_interrupted(command: Any, tmp_path: Path) -> None:
    """An interrupted run prints a message, ends with 130, and leaves no file."""
    command.error = KeyboardInterrupt()
    result = command("cluster", "news", "--output", str(tmp_path / "stories.json"))
    assert (130, "Interrupted.\n", "") == (result.exit_code, result.stderr, result.stdout)
    assert [] == list(tmp_path.iterdir())


def test_errors_of_the_library(command: Any) -> None:
    """An error of the library is one line and exit code 2, without a traceback."""
    command.error = InputError("document 3 has no text: give text or html")
    result = command("cluster", "news")
    assert (2, "Error: document 3 has no text: give text or html\n") == (result.exit_code, result.stderr)


def test_output_file(command: Any, tmp_path: Path) -> None:
    """--output writes the file in the format of its suffix, and the summary goes to standard error."""
    for name in ("stories.jsonl", "stories.json", "stories.csv", "stories.txt"):
        result = command("cluster", "news", "--output", str(tmp_path / name))
        assert (0, "", SUMMARY) == (result.exit_code, result.stdout, result.stderr)
        assert "a.txt" in (tmp_path / name).read_text()
    assert json.loads((tmp_path / "stories.json").read_text())["complete"]
    assert (tmp_path / "stories.csv").read_bytes().startswith(b"\xef\xbb\xbfstory,id,")


def test_format_overrides_the_suffix(command: Any, tmp_path: Path) -> None:
    """--format goes before the suffix of --output."""
    command("cluster", "news", "--output", str(tmp_path / "stories.dat"), "--format", "json")
    assert json.loads((tmp_path / "stories.dat").read_text())["complete"]


def test_empty_run_to_a_file(command: Any, tmp_path: Path) -> None:
    """A run without stories writes its file, and a run without documents replaces no file."""
    file = tmp_path / "stories.json"
    for documents, stories in ((1, []), (0, ["of before"])):
        command.report = Report(stories=(), singletons=(), documents=documents)
        file.write_text('{"stories": ["of before"]}')
        command("cluster", "news", "--output", str(file))
        assert stories == json.loads(file.read_text())["stories"]


@pytest.mark.parametrize("name", ["cluster", "eval"])
def test_workers(command: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    """--workers N reaches the library; without it the library gets None."""
    monkeypatch.setattr(import_module("dedup.cli.commands.evaluate"), "run", command.run)
    truth = tmp_path / "truth.jsonl"
    truth.write_text('{"id": "a.txt", "cluster": "x"}\n')
    labels = ["--truth", str(truth)] if name == "eval" else []
    assert 0 == command(name, "news", *labels, "--workers", "3").exit_code
    assert 3 == command.workers
    assert 0 == command(name, "news", *labels).exit_code
    assert command.workers is None


@pytest.mark.parametrize("count", ["0", "-1", "1.5", "all"])
def test_no_workers(command: Any, count: str) -> None:
    """An impossible number of workers is a usage error before any work."""
    assert (2, []) == (command("cluster", "news", "--workers", count).exit_code, command.calls)


def test_stats(command: Any) -> None:
    """--stats adds a table to standard error, after the summary, and does not change the results."""
    stages = Stats(3, 2, 500, 2, (Stage("reading", 1.5, 2.25, 3_000, 4_000, 90_000_000, 0),), (Look(7, 9, 8, 6, 3),))
    command.report = replace(command.report, stats=stages, seconds=1.75)
    plain, measured = (command("cluster", "news", "--format", "csv", *flag) for flag in ([], ["--stats"]))
    assert (0, plain.stdout) == (measured.exit_code, measured.stdout)
    assert measured.stderr.startswith(plain.stderr)
    assert "reading" in measured.stderr and "reading" not in plain.stderr


def dry_run(*arguments: str, stdin: bytes | None = None) -> list[str]:
    """The first words of the lines of a dry run, which ends with 0 and an empty standard error."""
    result = CliRunner().invoke(main, ["cluster", *arguments, "--dry-run"], input=stdin, catch_exceptions=False)
    assert (0, "") == (result.exit_code, result.stderr)
    return [line.split()[0] for line in result.stdout.splitlines()]


LINES = ["inputs", "documents", "memory", "disk", "time", "workers", "bands", "overlaps"]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.txt"])
def test_dry_run(tmp_path: Path, name: str) -> None:
    """--dry-run prints the cost of a run, for a folder or a file of any kind, and writes nothing."""
    data = b'{"text": "A ferry sails, and sails."}\n' * 9
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    output = tmp_path / "stories.csv"
    assert LINES == dry_run(str(tmp_path), "--output", str(output))
    assert LINES == dry_run(str(tmp_path / name))
    assert not output.exists()


def test_dry_run_of_nothing(tmp_path: Path) -> None:
    """--dry-run of an empty folder has all lines; of standard input it has a note, and reads nothing."""
    assert LINES == dry_run(str(tmp_path))
    assert ["Standard", *LINES[-3:]] == dry_run("-", stdin=b"nonsense")


def test_dry_run_without_inputs(tmp_path: Path) -> None:
    """--dry-run names a missing path, as a run does."""
    result = CliRunner().invoke(main, ["cluster", str(tmp_path / "lost"), "--dry-run"])
    assert 0 == result.exit_code
    assert "Skipped 1 input:" in result.stderr
