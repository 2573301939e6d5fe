"""Rows of Parquet and of Arrow make the same stories, answers and estimates as JSON Lines of the same rows."""

import json
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import dedup
from dedup import Index, Settings
from dedup.engines.estimate import estimate
from dedup.formats import discover, limits, read_all

KINDS = ["jsonl", "parquet", "arrow"]


@pytest.fixture
def folder(tmp_path, prose, monkeypatch):
    """A folder for each kind of file, with the same rows: copies, damage to repair, missing values, and a null."""
    monkeypatch.setattr(limits, "BATCH_BYTES", 20_000)
    texts = [f"{prose(number % 40)}\nSigns &amp; <b>marks</b> of {number % 3}." for number in range(120)]
    rows = [
        {"id": f"r{number}", "text": text, "title": f"Title {number % 40}", "source": "S" if number % 2 else None}
        for number, text in enumerate(texts)
    ]
    rows[7]["text"] = None
    for kind in KINDS:
        (tmp_path / kind).mkdir()
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "jsonl" / "a.jsonl").write_text(lines)
    table = pa.Table.from_pylist(rows)
    pq.write_table(table, tmp_path / "parquet" / "a.parquet", row_group_size=50)
    with pa.ipc.new_file(tmp_path / "arrow" / "a.arrow", table.schema) as writer:
        writer.write_table(table, max_chunksize=30)
    return tmp_path


def inputs(path, **options):
    """The inputs below a path, and the list that gets their skips and notes."""
    reports = []
    places = discover(path, on_skip=reports.append, on_note=reports.append)
    return read_all(places, on_skip=reports.append, on_note=reports.append, **options), reports


@pytest.mark.parametrize("workers", [1, 2])
def test_stories_are_those_of_json_lines(folder, workers):
    """The stories of a table are those of its rows as JSON Lines, in one process and in several."""
    stories = {}
    for kind in KINDS:
        documents, reports = inputs(folder / kind)
        report = dedup.cluster(documents, workers=workers)
        members = [[(member.id, member.relation) for member in story.members] for story in report.stories]
        stories[kind] = members, len(report.singletons), [report.line for report in reports]
    assert stories["jsonl"] == stories["parquet"] == stories["arrow"]
    assert ([8], 39) == (stories["jsonl"][2], len(stories["jsonl"][0]) + stories["jsonl"][1] - 1)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_index_answers_as_for_json_lines(folder, workers):
    """An index gives the rows of a table the same decisions as the rows of JSON Lines, and stores the same texts."""
    answers = {}
    for kind in KINDS:
        documents, reports = inputs(folder / kind, ids="path")
        with Index.open(folder / f"{kind} index", workers=workers, clock=lambda: 1.0, reviews=0) as index:
            decisions = [decision for batch in index.add_stream(documents) for decision in batch]
            texts = [index.get(decision.id).text for decision in decisions]
        rows = sorted((decision.id, decision.relation) for decision in decisions)
        answers[kind] = rows, texts, [report.line for report in reports]
    assert answers["jsonl"] == answers["parquet"] == answers["arrow"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_estimate_counts_the_rows(folder, kind):
    """The estimate of a small table counts its documents and its text."""
    places = discover(folder / kind, on_skip=pytest.fail, on_note=pytest.fail)
    result = estimate(places, {}, Settings(), 1)
    assert (119, 0.0) == (result.documents, result.spread)


def test_an_estimate_of_a_large_row_group(tmp_path):
    """The estimate counts the rows of a row group that is larger than the sample."""
    texts = [random.Random(number).randbytes(2000).hex() for number in range(2000)]
    pq.write_table(pa.table({"text": texts}), tmp_path / "a.parquet", compression="none", use_dictionary=False)
    places = discover(tmp_path, on_skip=pytest.fail, on_note=pytest.fail)
    result = estimate(places, {}, Settings(), 1)
    assert result.seen < result.stored / 2
    assert pytest.approx(2000, rel=0.1) == result.documents
