"""Jobs on Spark that take minutes: many articles, one large bucket, executors and drivers that are killed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import dedup
from dedup.formats import discover
from dedup.settings import Settings
from tests.helpers import hard_sets, plan_pages

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "dedup", "cluster", "--engine", "spark", "feed.jsonl", "--output", "stories")
CLUSTER = "local-cluster[2,1,1024]"
SECONDS = 600


def stories_of(report) -> dict[str, tuple]:
    """The story and the relation of each document."""
    return {row["id"]: (row["story"], row["relation"], row["containment"]) for row in report.to_dicts()}


@pytest.fixture
def feed(tmp_path):
    """Pages of all kinds, as JSON Lines in a folder of their own."""
    pages = plan_pages.pages(5, 400)
    rows = [page | {"published": str(page["published"])} if "published" in page else page for page in pages]
    path = tmp_path / "feed.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return path


def begin(folder: Path, master: str) -> subprocess.Popen:
    """A command that runs in a folder, with all its processes in one group."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [*COMMAND, "--master", master],
        cwd=folder,
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_for_stage(folder: Path, stage: str, job: subprocess.Popen) -> None:
    """Wait until a stage has begun to write."""
    ends = time.monotonic() + SECONDS
    while not list((folder / "stories").glob(f"_*_{stage}")):
        assert job.poll() is None and time.monotonic() < ends, stage
        time.sleep(0.05)


def executors_of(job: subprocess.Popen) -> list[int]:
    """The processes of executors that a command has started."""
    found = subprocess.run(["pgrep", "-s", str(job.pid), "-f", "CoarseGrainedExecutorBackend"], capture_output=True)
    return [int(line) for line in found.stdout.split()]


def test_a_large_bucket_is_cut_into_parts_of_one_size(spark, tmp_path, monkeypatch):
    """Of 20,000 documents a tenth is one story: reports are equal, and no large part has thrice the median."""
    from dedup.engines.spark.driver import Driver
    from dedup.engines.spark.job import cluster_files

    path = hard_sets.write_lines(tmp_path / "feed.jsonl", hard_sets.crowd(2_000, 18_000))
    task_counts, parts = Driver.task_counts, []

    def noted(self, *arguments):
        counts = task_counts(self, *arguments)
        parts.append(sorted(task.read for task in counts if task.read))
        return counts

    monkeypatch.setattr(Driver, "task_counts", noted)
    places = discover([str(path)], on_skip=pytest.fail, on_note=lambda _note: None)
    cluster_files(spark, places, str(tmp_path / "stories"), Settings())
    assert stories_of(dedup.cluster(dedup.read(path))) == stories_of(dedup.load(tmp_path / "stories"))
    assert all(rows[-1] <= 3 * rows[len(rows) // 2] for rows in parts if len(rows) > 1 and rows[-1] > 10_000)


def test_a_job_whose_driver_is_killed_goes_on(feed):
    """After ``kill -9`` in three stages the same command ends with the stories of the local engine."""
    for stage in ("texts", "pairs", "leaders"):
        job = begin(feed.parent, "local[2]")
        wait_for_stage(feed.parent, stage, job)
        os.killpg(job.pid, signal.SIGKILL)
        job.wait()
    assert 0 == begin(feed.parent, "local[2]").wait(SECONDS)
    assert stories_of(dedup.cluster(dedup.read(feed))) == stories_of(dedup.load(feed.parent / "stories"))


def test_a_job_whose_executors_are_killed_gives_the_same_stories(feed):
    """An executor is killed while pairs are verified, and one while stories are made: Spark does their tasks again."""
    job = begin(feed.parent, CLUSTER)
    for stage in ("pairs", "stories"):
        wait_for_stage(feed.parent, stage, job)
        os.kill(executors_of(job)[0], signal.SIGKILL)
    assert 0 == job.wait(SECONDS)
    assert stories_of(dedup.cluster(dedup.read(feed))) == stories_of(dedup.load(feed.parent / "stories"))
