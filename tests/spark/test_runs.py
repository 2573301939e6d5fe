"""The folder of a job belongs to one run: other inputs and settings are refused, and no run is left of no documents."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import dedup
from dedup.cli import main
from dedup.errors import SettingsError, WorkError

pytestmark = pytest.mark.spark

TEXT = "The harbour board approved the merger of the two ferry lines on Tuesday after a long vote. " * 3
ROWS = [("a", TEXT), ("b", f"Menu. {TEXT}"), ("c", None)]


@pytest.fixture
def cluster(spark, tmp_path):
    """A job on rows of a frame, always in one folder. Gives the ids and the lines of progress."""
    from dedup.engines.spark import cluster

    def run(rows, parts=2, columns="id string, text string", **settings):
        lines = []
        frame = spark.createDataFrame(rows, columns).repartition(parts)
        report = cluster(frame, folder=str(tmp_path / "stories"), on_progress=lines.append, **settings)
        return sorted(row["id"] for row in report.select("id").collect()), lines

    return run


@pytest.fixture
def stop(monkeypatch):
    """Let a job die after it has read its inputs."""

    def die(*_arguments):
        raise WorkError("stopped here")

    with monkeypatch.context() as patch:
        patch.setattr("dedup.engines.spark.job.walk", die)
        yield patch.undo


@pytest.fixture
def command(spark, monkeypatch, tmp_path):
    """``dedup cluster --engine spark`` in a folder, in the session of the tests."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(type(spark), "stop", lambda _session: None)

    def run(*paths):
        arguments = ("cluster", "--engine", "spark", "--master", "local[2]", *paths, "--output", "stories")
        return CliRunner().invoke(main, arguments, catch_exceptions=False)

    return run


def test_a_frame_of_other_rows_never_gets_the_stories_of_a_run_before(cluster, stop, tmp_path):
    """A run that was cut short, and one that is complete, are for the same rows in any order, and for no other rows.

    A complete result stays, with its skipped rows.
    """
    with pytest.raises(WorkError, match="stopped here"):
        cluster(ROWS)
    with pytest.raises(SettingsError, match=r"has inputs 3 rows of .*, and this one has inputs 2 rows of id string"):
        cluster(ROWS[:2])
    with pytest.raises(SettingsError, match="inputs 3 rows"):
        cluster([("a", TEXT), ("b", None), ("c", f"Menu. {TEXT}")])
    stop()
    ids, lines = cluster(ROWS[::-1], parts=1)
    assert ["a", "b"] == ids
    assert not [line for line in lines if ", read" in line]
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "stories").rglob("*")}
    ids, lines = cluster(ROWS)
    assert ["a", "b"] == ids
    assert [f"{tmp_path}/stories is complete already: the result stays; delete the folder to run it again"] == lines
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "stories").rglob("*")}
    with pytest.raises(SettingsError, match="inputs 3 rows"):
        cluster(ROWS[:2])
    with pytest.raises(SettingsError, match=r"has containment 0\.3, and this one has containment 0\.5: "):
        cluster(ROWS, containment=0.5)
    assert ["rows of part"] == [skip.path[:12] for skip in dedup.load(tmp_path / "stories").skipped]


def test_a_run_without_a_complete_stage_binds_nobody(cluster, stop, monkeypatch):
    """After a run that died while it read its inputs, other settings are taken."""
    with monkeypatch.context() as patch:
        patch.setattr("dedup.engines.spark.driver.Driver.frame_counts", lambda *_arguments: 1 / 0)
        with pytest.raises(WorkError, match=r"^stage read: ZeroDivisionError"):
            cluster(ROWS, containment=0.5)
    with pytest.raises(WorkError, match="stopped here"):
        cluster(ROWS)


def test_rows_with_maps_are_told_apart(cluster, stop):
    """A column of maps, which Spark hashes in no way, is compared too."""
    columns = "id string, text string, title map<string, string>"
    with pytest.raises(WorkError, match="stopped here"):
        cluster([("a", TEXT, {"en": "Ferry"})], columns=columns)
    with pytest.raises(SettingsError, match="inputs 1 rows"):
        cluster([("a", TEXT, {"en": "Harbour"})], columns=columns)


def test_a_run_that_reads_no_document_says_why_and_leaves_no_run(command, tmp_path):
    """The command names each reason and exits with 3, as on one machine. It runs once the input is there."""
    Path("feed.jsonl").write_text("{broken\n")
    failed = command("feed.jsonl", "nowhere")
    assert 3 == failed.exit_code, failed.output
    assert "feed.jsonl:1: is not JSON" in failed.stderr
    assert "nowhere: cannot be found" in failed.stderr
    assert not [*Path("stories").iterdir()]
    Path("feed.jsonl").write_text(json.dumps({"id": "a", "text": TEXT}))
    again = command("feed.jsonl")
    assert 0 == again.exit_code, again.output
    again = command("feed.jsonl")
    assert 0 == again.exit_code, again.output
    assert "is complete already" in again.stderr
    other = command("feed.jsonl", "nowhere")
    assert 2 == other.exit_code, other.output
    assert "has inputs not found 0" in other.stderr


def test_a_frame_without_texts_says_why(cluster):
    """The error names the first rows and their reasons."""
    with pytest.raises(dedup.InputError, match=r"no document can be read: rows of part \d+:1: .*; and 2 more"):
        cluster([(str(number), None) for number in range(5)], parts=1)


def test_spark_does_not_start_for_inputs_that_are_not_there(monkeypatch, tmp_path):
    """The reason and exit code 3 come at once."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("dedup.engines.spark.session.start", pytest.fail)
    result = CliRunner().invoke(main, ["cluster", "--engine", "spark", "nowhere", "--output", "stories"])
    assert 3 == result.exit_code, result.output
    assert "nowhere: cannot be found" in result.stderr
    assert not Path("stories").exists()


@pytest.mark.parametrize(
    ("folder", "problem"),
    [
        ("a.jsonl", "a.jsonl is a file: give a folder"),
        ("a.jsonl/stories", "a.jsonl/stories cannot be opened: Not a directory; give another folder"),
        ("s3a://bucket/stories", "add its package, which for s3a:// is spark-submit --packages org.apache.hadoop:hado"),
        ("no-such-host://x/stories", "Hadoop has no file system for no-such-host://x/stories"),
    ],
)
def test_a_folder_that_cannot_be_written_is_named(spark, monkeypatch, tmp_path, folder, problem):
    """A file, and an address of which Hadoop knows nothing, are errors with their cure."""
    from dedup.engines.spark import cluster

    monkeypatch.chdir(tmp_path)
    Path("a.jsonl").write_text("")
    with pytest.raises(SettingsError, match=problem):
        cluster(spark.createDataFrame(ROWS, "id string, text string"), folder=folder)
