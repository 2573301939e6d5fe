"""``dedup cluster`` with the library taken out: what it is handed, what is printed where, and the exit code."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dedup.errors import InputError
from dedup.settings import Settings
from dedup.types import Note, Report

SUMMARY = "3 documents, 1 story, 1 copy; 2 originals\n"


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
