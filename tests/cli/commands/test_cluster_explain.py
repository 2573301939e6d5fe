"""``dedup cluster --explain`` and ``--to-label``: reasons, and pairs for a person to label."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from dedup.cli import main

CORPUS = Path(__file__).parents[3] / "corpus" / "pages"
TEXT = "The harbour board approved the merger of the two ferry lines on Tuesday, after a vote of nine to four. " * 2


def run(*arguments: str) -> Result:
    """The result of a command line."""
    return CliRunner().invoke(main, ["cluster", *arguments])


def write_feed(folder: Path) -> str:
    """Writes a feed of two copies and another page, and returns its name."""
    rows = [{"id": "a", "text": TEXT}, {"id": "b", "text": f"{TEXT} More."}, {"id": "c", "text": "A fox was seen."}]
    feed = folder / "feed.jsonl"
    feed.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return str(feed)


def test_the_table_says_why(tmp_path: Path) -> None:
    """Below the original stands why it leads, in the list of the documents."""
    result = run(write_feed(tmp_path), "--explain")
    assert 0 == result.exit_code
    assert "leads: its id comes first, and all else is equal; next b\n" in result.stdout
    assert "leads" not in run(write_feed(tmp_path), "--members").stdout


def test_the_table_says_why_a_document_is_no_match_with_the_original(tmp_path: Path) -> None:
    """Below a copy that is no match with the original stand the rule that it fails, and the document that joins it."""
    lines = run(str(CORPUS), "--explain").stdout.splitlines()
    place = next(number for number, line in enumerate(lines) if "morning-crumbs.example/forty-necklace" in line)
    assert [
        "not by the canonical document: words that count 21 %, at least 30 %",
        "but longest passage with fenbank-herald.example/necklace.html",
    ] == [line.strip() for line in lines[place + 1 : place + 3]]


def test_options_of_the_table_are_for_the_table(tmp_path: Path) -> None:
    """--members and --limit are wrong use with another format, and --limit holds in the table."""
    feed = write_feed(tmp_path)
    for option in (["--members"], ["--limit", "3"]):
        result = run(feed, *option, "--format", "jsonl")
        assert (2, True) == (result.exit_code, f"{option[0]} is for the table" in result.stderr)
    assert "  c" in run(feed, "--singletons", "--limit", "1").stdout


def test_json_lines_have_texts_and_comparisons(tmp_path: Path) -> None:
    """Behind a story come its texts and its comparisons, and the command reads its own report."""
    output = tmp_path / "stories.jsonl"
    assert 0 == run(write_feed(tmp_path), "--explain", "--output", str(output)).exit_code
    rows = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    assert ["header", "story", "text", "text", "comparison", "footer"] == [row["type"] for row in rows]
    assert ("member", "a", "b", "") == (rows[4]["why"], rows[4]["a"]["id"], rows[4]["b"]["id"], rows[4]["a"]["text"])
    assert 0 == CliRunner().invoke(main, ["diff", str(output), str(output)]).exit_code


def test_a_run_that_can_be_resumed_is_not_explained(tmp_path: Path) -> None:
    """``--explain`` does not go with ``--run``, nor with Spark: the exit code is 2, and the reason is told."""
    feed = write_feed(tmp_path)
    result = run(feed, "--explain", "--run", str(tmp_path / "run"))
    assert (2, True) == (result.exit_code, "explain does not go with run" in result.stderr)
    result = run(feed, "--explain", "--engine", "spark", "--output", str(tmp_path / "out"))
    assert (2, True) == (result.exit_code, "--explain does not go with --engine spark" in result.stderr)


def test_pairs_to_label(tmp_path: Path) -> None:
    """The pairs are in the form of labels: they count for nothing until a person writes a label."""
    feed, labels = write_feed(tmp_path), tmp_path / "labels.jsonl"
    assert 0 == run(feed, "--to-label", "5", str(labels)).exit_code
    rows = [json.loads(line) for line in labels.read_text("utf-8").splitlines()]
    assert [({"a", "b"}, "ignore", True, "excerpt")] == [
        ({row["a"], row["b"]}, row["label"], row["match"], row["decided"]) for row in rows
    ]
    assert 0 == CliRunner().invoke(main, ["eval", feed, "--truth", str(labels)]).exit_code
    assert 2 == run(feed, "--to-label", "5", str(labels), "--drop", str(labels)).exit_code
    assert 2 == run(feed, "--to-label", "0", str(labels)).exit_code
