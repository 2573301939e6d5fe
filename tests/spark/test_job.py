"""A whole job on Spark gives the report of the local engine."""

import json
from pathlib import Path
from typing import Any

import pytest

import dedup
from dedup.errors import SettingsError, WorkError
from dedup.formats import discover
from dedup.settings import Settings

pytestmark = pytest.mark.spark

CORPUS = Path(__file__).resolve().parents[2] / "corpus" / "pages"


def places_of(*paths):
    """The places of files."""
    return discover(list(map(str, paths)), on_skip=pytest.fail, on_note=lambda _note: None)


def run(spark, folder, *paths, settings=None, **options):
    """A job on files."""
    from dedup.engines.spark.job import cluster_files

    return cluster_files(spark, places_of(*paths), str(folder), settings or Settings(), **options)


def rows_of(report) -> dict[str, dict]:
    """The rows of a report by id."""
    return {row["id"]: {name: value for name, value in row.items() if name != "path"} for row in report.to_dicts()}


@pytest.fixture(scope="module")
def local():
    """The report of the local engine on the corpus."""
    return dedup.cluster(dedup.read(CORPUS))


@pytest.fixture(scope="module")
def finished(spark, tmp_path_factory):
    """The folder of a job on the corpus whose driver may take no edges, its result, and the rows it took."""
    from pyspark import RDD

    from dedup.engines.spark import driver

    folder = tmp_path_factory.mktemp("corpus") / "stories"
    rows: list[int] = []

    def counting(take: Any, size: Any) -> Any:
        def counted(*arguments: Any) -> Any:
            taken = list(take(*arguments))
            rows.append(sum(map(size, taken)))
            return taken

        return counted

    with pytest.MonkeyPatch.context() as patch:
        for kind in (type(spark.range(1)), RDD):
            patch.setattr(kind, "collect", counting(kind.collect, lambda _row: 1))
        patch.setattr(driver, "read_packets", counting(driver.read_packets, lambda packet: packet.rows))
        result = run(spark, folder, CORPUS, driver_edges=0)
    return folder, result, rows


def test_the_stories_are_those_of_the_local_engine(finished, local):
    """Each document has the story, the relation and the measures that the local engine gives it."""
    report = dedup.load(finished[0])
    assert rows_of(local) == rows_of(report)
    assert [story.weakest for story in local] == pytest.approx([story.weakest for story in report])


def test_no_edge_reaches_a_driver_that_may_take_none(finished):
    """All rows that reach the driver come through its door, and are counts, checksums, bounds and notes."""
    _, result, rows = finished
    assert "edges" not in result.received
    assert sum(rows) <= sum(result.received.values())
    assert set(result.received) <= {"counts", "checksums", "bounds", "notes"}


def test_the_stages_are_gone_in_the_end(finished):
    """A folder of a finished job has the report and its facts, and no stage."""
    names = {path.name for path in finished[0].iterdir() if path.name.startswith("_")}
    assert {"_SUCCESS", "_report.json", "_run.json"} == names


def test_a_run_that_failed_goes_on_from_its_complete_stages(spark, tmp_path, local, monkeypatch):
    """After an error in a stage the same call reads the stages before it, and gives the same report."""
    from dedup.core.stages import pairs
    from dedup.engines.spark import operators

    calls = []
    compute = operators.SparkOperators._compute

    def failing(self, stage, *arguments):
        calls.append(stage.name)
        if stage.name == "pairs" and calls.count("pairs") == 1:
            raise WorkError("stage pairs, part 0: KilledError: here")
        return compute(self, stage, *arguments)

    monkeypatch.setattr(operators.SparkOperators, "_compute", failing)
    assert "pairs" in {stage.name for stage in pairs.STAGES}
    with pytest.raises(WorkError, match="stage pairs"):
        run(spark, tmp_path / "stories", CORPUS)
    before = calls.copy()
    with pytest.raises(SettingsError, match="has a run with other settings"):
        run(spark, tmp_path / "stories", CORPUS, settings=Settings(k=64))
    run(spark, tmp_path / "stories", CORPUS)
    assert not set(before[:-1]) & set(calls[len(before) :]) - {"x"}
    assert rows_of(local) == rows_of(dedup.load(tmp_path / "stories"))


def test_a_frame_gives_the_stories_of_its_rows(spark, tmp_path):
    """Rows of a frame under other names of columns become a frame of the report. The session stays as it is."""
    from dedup.engines.spark import cluster

    text = " ".join(f"word{number} of a long report on the harbour" for number in range(40))
    rows = [
        ("a", text, "Wire", None),
        ("b", text, "Daily", None),
        ("c", "Something else entirely happened here.", "", "x"),
    ]
    frame = spark.createDataFrame(rows, "id string, body string, source string, other string")
    before = dict(spark.conf.getAll)
    result = cluster(frame, folder=str(tmp_path / "stories"), fields={"text": "body"})
    stories = {row["id"]: row["story"] for row in result.collect()}
    assert stories["a"] == stories["b"] != stories["c"]
    assert before == dict(spark.conf.getAll)


def test_skipped_lines_and_notes_are_those_of_the_local_engine(spark, tmp_path):
    """A row that cannot be read is a row of the folder of skipped inputs, with its line."""
    lines = [json.dumps({"id": "a", "body": "A sentence of several words that stands alone."}), "{broken", ""]
    (tmp_path / "feed.jsonl").write_text("\n".join(lines))
    result = run(spark, tmp_path / "stories", tmp_path / "feed.jsonl")
    expected = dedup.cluster(dedup.read(tmp_path / "feed.jsonl"))
    report = dedup.load(tmp_path / "stories")
    assert 1 == result.skipped
    assert [(skip.line, skip.reason) for skip in expected.skipped] == [
        (skip.line, skip.reason) for skip in report.skipped
    ]
    assert [note.reason for note in expected.notes] == [note.reason for note in report.notes]
