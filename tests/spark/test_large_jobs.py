"""Jobs on Spark that take minutes: many articles, one large bucket, executors and drivers that are killed."""

import json
import os
import signal
import subprocess
import sys
import time
from itertools import chain
from pathlib import Path

import pytest
from measure.processes import family, held
from synthetic.articles import make

import dedup
from dedup.errors import WorkError
from dedup.formats import discover
from dedup.settings import Settings
from dedup.types import Story
from tests.helpers import hard_sets, plan_pages

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "dedup", "cluster", "--engine", "spark", "--output", "stories")
CLUSTER = "local-cluster[2,1,1024]"
SECONDS = 1200
MEGABYTE = 1 << 20


def stories_of(report) -> dict[str, tuple]:
    """The story of each document, and all that the report says of the document."""
    stories = chain(report.stories, map(Story, report.singletons))
    return {member.id: (story.id, story.weakest, member) for story in stories for member in story.members}


@pytest.fixture
def feed(tmp_path):
    """Pages of all kinds and near copies of one text, as JSON Lines in a folder of their own."""
    pages = [*plan_pages.pages(4, 400), *plan_pages.crowd(1_200)]
    rows = [page | {"published": str(page["published"])} if "published" in page else page for page in pages]
    path = tmp_path / "feed.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return path


def run(spark, feed, folder):
    """A job on a file in a session."""
    from dedup.engines.spark.job import cluster_files

    places = discover([str(feed)], on_skip=pytest.fail, on_note=lambda _note: None)
    return cluster_files(spark, places, str(folder), Settings())


def begin(folder: Path, feed: Path, master: str) -> subprocess.Popen:
    """A command that runs in a folder, with all its processes in one session. Its messages go to a file there."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with (folder / "messages").open("ab") as messages:
        return subprocess.Popen(
            [*COMMAND, "--master", master, str(feed)],
            cwd=folder,
            env=environment,
            start_new_session=True,
            stdout=messages,
            stderr=messages,
        )


def is_there(folder: Path, pattern: str) -> bool:
    """Whether the folder of a job has a file or a folder."""
    return any((folder / "stories").glob(f"_[0-9][0-9]_{pattern}"))


def wait_for(folder: Path, pattern: str, job: subprocess.Popen) -> None:
    """Wait until the folder of a job has a file or a folder."""
    ends = time.monotonic() + SECONDS
    while not is_there(folder, pattern):
        assert job.poll() is None and time.monotonic() < ends, pattern
        time.sleep(0.02)


def processes_of(parent: int, name: str) -> list[int]:
    """The processes with a name in their command that a process and its children have started."""
    return [process for process in family(parent) if name in Path(f"/proc/{process}/cmdline").read_text()]


def kill_executors(job: subprocess.Popen, folder: Path, stage: str) -> None:
    """Kill the executors that run a stage. They are stopped first, so that the stage cannot end before."""
    executors = processes_of(job.pid, "CoarseGrainedExecutorBackend")
    for executor in executors:
        os.kill(executor, signal.SIGSTOP)
    time.sleep(1)
    assert executors and not is_there(folder, f"{stage}/_counts.json")
    for executor in executors:
        os.kill(executor, signal.SIGKILL)


def test_a_large_bucket_is_cut_into_parts_of_one_size(spark, tmp_path, monkeypatch):
    """Of 20,000 documents a tenth is one story: reports are equal, and no large part has thrice the median.

    No Python process of an executor takes more than 300 MB, so that is what the largest part takes at most.
    """
    from dedup.engines.spark.driver import Driver

    feed = hard_sets.write_lines(tmp_path / "feed.jsonl", hard_sets.crowd(2_000, 18_000))
    task_counts, parts = Driver.task_counts, []

    def noted(self, *arguments):
        counts = task_counts(self, *arguments)
        parts.append(sorted(task.read for task in counts if task.read))
        return counts

    monkeypatch.setattr(Driver, "task_counts", noted)
    run(spark, feed, tmp_path / "stories")
    peaks: dict[int, int] = {}
    held(os.getpid(), peaks)
    memory = [peaks[worker] for worker in processes_of(os.getpid(), "pyspark.daemon")]
    assert stories_of(dedup.cluster(dedup.read(feed))) == stories_of(dedup.load(tmp_path / "stories"))
    assert all(rows[-1] <= 3 * rows[len(rows) // 2] for rows in parts if len(rows) > 1 and rows[-1] > 10_000)
    assert 0 < max(memory) < 300 * MEGABYTE


def test_an_error_in_each_stage_loses_no_complete_stage(spark, feed, monkeypatch):
    """Each stage fails once, after it has written its files. The same call goes on, and the report is the local one."""
    from dedup.engines.spark.operators import SparkOperators

    compute, computed = SparkOperators._compute, []

    def compute_and_fail(self, stage, *arguments):
        counts = compute(self, stage, *arguments)
        computed.append(stage.name)
        if computed.count(stage.name) == 1:
            raise WorkError(f"stage {stage.name}, part 0: KilledError: here")
        return counts

    monkeypatch.setattr(SparkOperators, "_compute", compute_and_fail)
    folder = feed.parent / "stories"
    while not (folder / "_SUCCESS").exists():
        failing = len(set(computed))
        try:
            run(spark, feed, folder)
        except WorkError as error:
            assert "KilledError: here" in str(error)
            assert failing < len(set(computed))
    assert {"numbers", "sites", "late bands", "components", "stories", "more stories"} <= set(computed)
    assert stories_of(dedup.cluster(dedup.read(feed))) == stories_of(dedup.load(folder))


def test_a_job_whose_driver_is_killed_goes_on(feed):
    """After ``kill -9`` in three stages the same command ends with the stories of the local engine."""
    folder = feed.parent
    for stage in ("order", "candidates", "labels"):
        job = begin(folder, feed, "local[2]")
        wait_for(folder, f"{stage}/_counts.json", job)
        os.killpg(job.pid, signal.SIGKILL)
        job.wait()
    assert 0 == begin(folder, feed, "local[2]").wait(SECONDS)
    assert stories_of(dedup.cluster(dedup.read(feed))) == stories_of(dedup.load(folder / "stories"))


def test_many_articles_on_executors_that_are_killed(tmp_path):
    """100,000 articles: executors are killed while they verify pairs, and while they make stories.

    Spark does the tasks again. The report is that of the local engine.
    """
    feed = make(tmp_path, "lines", 100_000).documents
    job = begin(tmp_path, feed, CLUSTER)
    for stage, begin_of_stage in (("pairs", "pairs"), ("stories", "linked_texts/_counts.json")):
        wait_for(tmp_path, begin_of_stage, job)
        kill_executors(job, tmp_path, stage)
    assert 0 == job.wait(SECONDS)
    assert 4 == (tmp_path / "messages").read_text().count("Lost executor")
    assert stories_of(dedup.cluster(dedup.read(feed))) == stories_of(dedup.load(tmp_path / "stories"))
