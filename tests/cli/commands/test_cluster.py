"""``dedup cluster`` with the library taken out: what it is handed, what is printed where, and the exit code."""

import csv
import gzip
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dedup.cli import main
from dedup.errors import InputError
from dedup.settings import Settings
from dedup.types import Look, Member, Note, Report, Stage, Stats, Story

SUMMARY = "3 documents, 1 story, 1 copy; 2 originals\n"

FOUND = Report((Story(Member("a.txt"), (Member("b.txt", "exact"),)),), (Member("c.txt"),), 3)


def test_table_is_the_default(command: Any) -> None:
    """Without options a table goes to standard output and nothing to standard error."""
    result = command("cluster", "news")
    assert (0, "") == (result.exit_code, result.stderr)
    assert result.stdout.startswith("a.txt ")
    assert result.stdout.endswith(SUMMARY)


@pytest.mark.parametrize("format", ["jsonl", "json", "csv"])
def test_other_formats(command: Any, format: str) -> None:
    """In the other formats the results go to standard output and the summary to standard error."""
    result = command("cluster", "news", "--format", format)
    assert (0, SUMMARY) == (result.exit_code, result.stderr)
    assert SUMMARY not in result.stdout
    assert "b.txt" in result.stdout


def test_what_the_library_is_handed(command: Any) -> None:
    """Paths, names of fields and settings arrive as they were typed, a lone - among them."""
    command("cluster", "news", "-", "--field", "text=body", "--field", "id=guid=x", "--k", "64")
    assert [(("news", "-"), {"text": "body", "id": "guid=x"}, Settings(k=64))] == command.calls


def test_scans_on_demand(command: Any, tmp_path: Path) -> None:
    """--scanned, and scanned = true in a settings file, let misprints be read as words; nothing else does."""
    (tmp_path / "scans.toml").write_text("scanned = true\n")
    for options in ([], ["--scanned"], ["--config", str(tmp_path / "scans.toml")]):
        command("cluster", "news", *options)
    assert [False, True, True] == [settings.scanned for _, _, settings in command.calls]


def test_no_articles(command: Any) -> None:
    """Texts that are no articles stand under the table's last heading, and in rows with --singletons, with the reason;
    they count as documents and as nothing that could be dropped."""
    command.found = replace(FOUND, singletons=(*FOUND.singletons, Member("d.txt", no_article="a notice")), documents=4)
    told = "4 documents, 1 story, 1 copy; 2 originals, 1 no article\n"
    table = command("cluster", "news").stdout
    assert table.endswith(f"\nNo articles, and nobody's copies: 1\n  a notice: d.txt\n\n{told}")
    rows = [json.loads(row) for row in command("cluster", "news", "--format", "jsonl").stdout.splitlines()]
    assert ([["a.txt", "b.txt"]], 1) == (
        [[member["id"] for member in row["members"]] for row in rows[1:-1]],
        rows[-1]["no_articles"],
    )
    result = command("cluster", "news", "--format", "csv", "--singletons")
    *_, last = csv.reader(result.stdout.splitlines())
    assert ("d.txt", "a notice") == (last[1], last[-1])
    assert told == result.stderr


def test_singletons(command: Any) -> None:
    """--singletons lists the documents that are nobody's copy."""
    assert "c.txt" not in command("cluster", "news").stdout
    assert "c.txt" in command("cluster", "news", "--singletons").stdout


def test_skipped_inputs(skipping: Any) -> None:
    """A run that skipped inputs names each with its reason, writes its results, and exits with 3."""
    result = skipping("cluster", "news", "--format", "jsonl")
    assert 3 == result.exit_code
    expected = f"{SUMMARY}Skipped 2 inputs:\n  feed.jsonl:7: not valid JSON\n  lost: there is no such file\n"
    assert expected == result.stderr
    assert json.loads(result.stdout.splitlines()[-1])["complete"]


def test_skipped_inputs_in_the_table(skipping: Any) -> None:
    """On standard output the table names the skipped inputs itself, once."""
    result = skipping("cluster", "news")
    assert (3, "") == (result.exit_code, result.stderr)
    assert 1 == result.stdout.count("feed.jsonl:7: not valid JSON")


def test_nothing_at_all(skipping: Any) -> None:
    """Where no input could be read there is still a complete report, and the exit code is 3."""
    skipping.found = replace(skipping.found, stories=(), singletons=(), documents=0)
    result = skipping("cluster", "lost", "--format", "json")
    assert (3, True) == (result.exit_code, json.loads(result.stdout)["complete"])


def test_notes_do_not_fail(command: Any) -> None:
    """A note is printed and changes no exit code."""
    command.found = replace(command.found, notes=(Note("b.txt", "its id was changed"),))
    result = command("cluster", "news", "--format", "csv")
    assert (0, f"{SUMMARY}1 note:\n  b.txt: its id was changed\n") == (result.exit_code, result.stderr)


def test_interrupted(command: Any, tmp_path: Path) -> None:
    """An interrupted run says so, exits with 130, and leaves no file behind."""
    command.error = KeyboardInterrupt()
    result = command("cluster", "news", "--output", str(tmp_path / "stories.json"))
    assert (130, "Interrupted.\n", "") == (result.exit_code, result.stderr, result.stdout)
    assert [] == list(tmp_path.iterdir())


def test_errors_of_the_library(command: Any) -> None:
    """An error that the library raises on purpose is one line and exit code 2, not a traceback."""
    command.error = InputError("document 3 has no text: give text or html")
    result = command("cluster", "news")
    assert (2, "Error: document 3 has no text: give text or html\n") == (result.exit_code, result.stderr)


def test_output_file(command: Any, tmp_path: Path) -> None:
    """--output writes the file in the format of its suffix, prints nothing, and sums up on standard error."""
    for name in ("stories.jsonl", "stories.json", "stories.csv", "stories.txt"):
        result = command("cluster", "news", "--output", str(tmp_path / name))
        assert (0, "", SUMMARY) == (result.exit_code, result.stdout, result.stderr)
        assert "b.txt" in (tmp_path / name).read_text()
    assert json.loads((tmp_path / "stories.json").read_text())["complete"]
    assert (tmp_path / "stories.csv").read_text().startswith("story,id,")


def test_format_overrides_the_suffix(command: Any, tmp_path: Path) -> None:
    """--format has the last word over the suffix of --output."""
    command("cluster", "news", "--output", str(tmp_path / "stories.dat"), "--format", "json")
    assert json.loads((tmp_path / "stories.dat").read_text())["complete"]


def test_empty_run_to_a_file(command: Any, tmp_path: Path) -> None:
    """A run that found nothing writes its file all the same."""
    command.found = Report(stories=(), singletons=(), documents=0)
    command("cluster", "news", "--output", str(tmp_path / "stories.json"))
    assert [] == json.loads((tmp_path / "stories.json").read_text())["stories"]


@pytest.mark.parametrize("name", ["cluster", "eval"])
def test_workers(command: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    """--workers N reaches the library; without it that finds a number itself."""
    monkeypatch.setattr(sys.modules["dedup.cli.commands.evaluate"], "run", command.run)
    truth = tmp_path / "truth.jsonl"
    truth.write_text('{"id": "a.txt", "cluster": "x"}\n')
    labels = ["--truth", str(truth)] if name == "eval" else []
    assert 0 == command(name, "news", *labels, "--workers", "3").exit_code
    assert 3 == command.workers
    assert 0 == command(name, "news", *labels).exit_code
    assert command.workers is None


@pytest.mark.parametrize("count", ["0", "-1", "1.5", "all"])
def test_no_workers(command: Any, count: str) -> None:
    """A number of workers that cannot be is a usage error before any work."""
    assert (2, []) == (command("cluster", "news", "--workers", count).exit_code, command.calls)


def test_stats(command: Any) -> None:
    """--stats adds a table to standard error, after the summary, and leaves the results as they are."""
    stages = Stats(3, 2, 500, 2, (Stage("reading", 1.5, 2.25, 3_000, 4_000, 90_000_000, 0),), (Look(7, 9, 8, 6, 3),))
    command.found = replace(command.found, stats=stages, seconds=1.75)
    plain, told = (command("cluster", "news", "--format", "csv", *flag) for flag in ([], ["--stats"]))
    assert (0, plain.stdout) == (told.exit_code, told.stdout)
    assert told.stderr.startswith(plain.stderr)
    assert "reading" in told.stderr and "reading" not in plain.stderr


def dry(*arguments: str, stdin: bytes | None = None) -> list[str]:
    """What a dry run prints; it ends well and says nothing else."""
    result = CliRunner().invoke(main, ["cluster", *arguments, "--dry-run"], input=stdin, catch_exceptions=False)
    assert (0, "") == (result.exit_code, result.stderr)
    return [line.split()[0] for line in result.stdout.splitlines()]


SAID = ["inputs", "documents", "memory", "disk", "time", "workers", "bands", "overlaps"]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.txt"])
def test_dry_run(tmp_path: Path, name: str) -> None:
    """--dry-run says what a run takes, of a folder or a file of any kind, and writes nothing."""
    data = b'{"text": "A ferry sails, and sails."}\n' * 9
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    output = tmp_path / "stories.csv"
    assert SAID == dry(str(tmp_path), "--output", str(output))
    assert SAID == dry(str(tmp_path / name))
    assert not output.exists()


def test_dry_run_of_nothing(tmp_path: Path) -> None:
    """An empty folder takes nothing much; standard input cannot be looked at, which is said, and it is not read."""
    assert SAID == dry(str(tmp_path))
    assert ["Standard", *SAID[-3:]] == dry("-", stdin=b"nonsense")


def test_dry_run_without_inputs(tmp_path: Path) -> None:
    """A path that is not there is told, as a run would tell it."""
    result = CliRunner().invoke(main, ["cluster", str(tmp_path / "lost"), "--dry-run"])
    assert 0 == result.exit_code
    assert "Skipped 1 input:" in result.stderr
