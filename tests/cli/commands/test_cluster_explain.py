"""``dedup cluster --explain`` and ``--to-label``: reasons, and pairs for a person to label."""

import csv
import json
from pathlib import Path

import pyarrow.parquet
from click.testing import CliRunner, Result

import dedup
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
    assert "leads: its id comes first, all else is equal; next b\n" in result.stdout
    assert "Why any two are one story, or not: dedup compare A B --among PATH.\n" in result.stdout
    without = run(write_feed(tmp_path), "--members").stdout
    assert ("leads" in without, "Why they are one story: --explain.\n" in without) == (False, True)


def test_the_table_says_why_a_document_is_no_match_with_the_original(tmp_path: Path) -> None:
    """Below a copy that is no match with the original stand the rule that it fails, and the document that joins it."""
    lines = run(str(CORPUS), "--explain").stdout.splitlines()
    place = next(number for number, line in enumerate(lines) if "morning-crumbs.example/forty-necklace" in line)
    assert [
        "not by the canonical document: words that count 21 %, at least 30 %",
        "but nearest to fenbank-herald.example/necklace.html: one is whole in the other",
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


def test_tables_have_columns_of_reasons(tmp_path: Path) -> None:
    """CSV and Parquet have the reasons of JSON Lines behind their other columns, and only with ``--explain``."""
    feed, outputs = write_feed(tmp_path), [tmp_path / f"stories.{suffix}" for suffix in ("jsonl", "csv", "parquet")]
    for output in outputs:
        assert 0 == run(feed, "--explain", "--singletons", "--output", str(output)).exit_code
    stories = [row for row in map(json.loads, outputs[0].read_text("utf-8").splitlines()) if row["type"] == "story"]
    no_lead = {"canonical_rule": "", "over": ""}
    expected = [{**member, **(story["lead"] or no_lead)} for story in stories for member in story["members"]]
    with outputs[1].open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert ["by", "link", "decided", "boilerplate", "canonical_rule", "over"] == list(rows[0])[12:]
    table = pyarrow.parquet.read_table(outputs[2]).to_pylist()
    assert ["by", "link", "rule", "boilerplate", "canonical_rule", "over"] == list(table[0])[17:]
    for cells, row, of_table in zip(rows, expected, table, strict=True):
        for name in ("id", "by", "decided", "canonical_rule", "over"):
            assert row[name] == cells[name] == of_table["rule" if name == "decided" else name]
        assert (row["link"], row["boilerplate"]) == (float(cells["link"]), float(cells["boilerplate"]))
        assert (row["link"], row["boilerplate"]) == (round(of_table["link"], 4), round(of_table["boilerplate"], 4))
    assert ["a", "b", "c"] == sorted(row["id"] for row in dedup.load(outputs[2]).to_dicts())
    assert 0 == run(feed, "--output", str(outputs[2])).exit_code
    assert 17 == len(pyarrow.parquet.read_schema(outputs[2]).names)


def test_a_report_with_the_word_of_a_person_is_read_again(tmp_path: Path) -> None:
    """Parquet says that a person put documents into a story."""
    pairs, output = tmp_path / "pairs.jsonl", tmp_path / "stories.parquet"
    pairs.write_text('{"a": "a", "b": "c", "same": true}', "utf-8")
    assert 0 == run(write_feed(tmp_path), "--pairs", str(pairs), "--output", str(output)).exit_code
    assert {"a": "by hand", "c": "by hand"} == dedup.load(output).joined_by


def test_a_job_of_spark_is_not_explained(tmp_path: Path) -> None:
    """``--explain`` does not go with Spark: the exit code is 2, and the reason is told."""
    feed = write_feed(tmp_path)
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


def test_labels_are_never_overwritten(tmp_path: Path) -> None:
    """A file that has labels stays, and the exit code is 2."""
    feed, labels = write_feed(tmp_path), tmp_path / "labels.jsonl"
    labels.write_text("the work of a person")
    result = run(feed, "--to-label", "5", str(labels))
    assert (2, True) == (result.exit_code, "has labels already: give another file" in result.stderr)
    assert "the work of a person" == labels.read_text()


def test_a_quiet_run_writes_its_notes_into_the_report(tmp_path: Path) -> None:
    """--quiet leaves notes out of the table, and not out of a report for programs."""
    feed, pairs = write_feed(tmp_path), tmp_path / "pairs.jsonl"
    pairs.write_text('{"a": "a", "b": "c", "same": true}\n')
    reason = "1 decided by a person"
    assert reason not in run(feed, "--pairs", str(pairs), "-q").stdout
    assert reason in run(feed, "--pairs", str(pairs), "-q", "--format", "jsonl").stdout
