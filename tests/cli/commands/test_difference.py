"""``dedup diff``: the gate, and arguments that are no reports."""

import json

from click.testing import CliRunner

from dedup.cli import main

TEXT = "The harbour board approved the merger of the two ferry lines on Tuesday, after a vote of nine to four. " * 3


def run(*arguments):
    """The result of a command line."""
    return CliRunner().invoke(main, list(map(str, arguments)))


def test_a_gate(tmp_path):
    """With ``--fail-on-change`` the exit code is 1 for a change, and 0 for none. Any format of reports is read."""
    feed = tmp_path / "feed.jsonl"
    rows = [{"id": "a", "text": TEXT}, {"id": "b", "text": TEXT}]
    feed.write_text(json.dumps(rows[0]), "utf-8")
    assert 0 == run("cluster", feed, "--singletons", "--output", tmp_path / "old.jsonl").exit_code
    feed.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    assert 0 == run("cluster", feed, "--output", tmp_path / "new.parquet").exit_code
    result = run("diff", tmp_path / "old.jsonl", tmp_path / "new.parquet")
    assert (0, True) == (result.exit_code, "1 story is created\n  a (2 documents)\n" in result.stdout)
    assert 1 == run("diff", tmp_path / "old.jsonl", tmp_path / "new.parquet", "--fail-on-change").exit_code
    assert 0 == run("diff", tmp_path / "new.parquet", tmp_path / "new.parquet", "--fail-on-change").exit_code


def test_a_file_that_is_no_report(tmp_path):
    """A file that is no report, or is missing, is named with the cure, and the exit code is 2."""
    feed = tmp_path / "feed.jsonl"
    feed.write_text(json.dumps({"id": "a", "text": TEXT}), "utf-8")
    for path, reason in ((feed, "--format jsonl"), (tmp_path / "none.jsonl", "No such file")):
        result = run("diff", path, path)
        assert (2, True, True) == (result.exit_code, path.name in result.stderr, reason in result.stderr)
