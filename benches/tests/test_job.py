"""The whole job: the library call on the copies, and the command on a folder of them, with the quality beside the time.

Each benchmark also runs as a test (`--benchmark-disable`). Run `pytest benches/test_job.py`; MB/s are in `extra_info`.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from measure.steps import Rate
from synthetic.copies import Sample
from synthetic.workloads import megabytes

import dedup
from dedup.results import Report

ROOT = Path(__file__).resolve().parents[2]

RECALL = 0.99
"""Share of the copies that must be in the story of their original, with the default settings."""

pytestmark = pytest.mark.benchmark(group="the whole job")


def _check(stories: list[set[str]], samples: tuple[Sample, ...]) -> None:
    """No two articles share a story that are not of one, and nearly every copy is with its original."""
    truth = {sample.document.id: sample for sample in samples}
    home = {member: number for number, story in enumerate(stories) for member in story}
    originals = {sample.story: home.get(sample.document.id) for sample in samples if sample.kind == "original"}
    for story in stories:
        assert len({truth[member].story for member in story}) == 1, sorted(story)
    copies = [sample for sample in samples if sample.kind not in ("original", "unrelated")]
    found = [home.get(sample.document.id, -1) == originals[sample.story] for sample in copies]
    assert sum(found) / len(found) >= RECALL


def test_cluster(benchmark: Any, samples: tuple[Sample, ...], rate: Rate) -> None:
    """`dedup.cluster` finds the copies and joins nothing else."""
    documents = [sample.document for sample in samples]
    report: Report = benchmark.pedantic(dedup.cluster, args=(documents,), rounds=3)
    rate(megabytes([document.text for document in documents]), "MB")
    assert len(documents) == report.documents
    assert not report.skipped
    _check([{member.id for member in story.members} for story in report.stories], samples)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, samples: tuple[Sample, ...]) -> Path:
    """A folder of text files, one for each of the copies, in the folders of their sites."""
    root = tmp_path_factory.mktemp("copies")
    for sample in samples:
        home = root / (sample.document.source or "elsewhere")
        home.mkdir(exist_ok=True)
        (home / f"{sample.document.id}.txt").write_text(sample.document.text, encoding="utf-8")
    return root


def test_command(benchmark: Any, folder: Path, samples: tuple[Sample, ...], rate: Rate) -> None:
    """`dedup cluster FOLDER` does the same from files, the start of Python included."""

    def run() -> str:
        command = [sys.executable, "-m", "dedup", "cluster", str(folder), "--format", "jsonl"]
        return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout

    rows = [json.loads(line) for line in benchmark.pedantic(run, rounds=3).splitlines()]
    rate(megabytes([sample.document.text for sample in samples]), "MB")
    assert len(samples) == rows[-1]["documents"]
    assert rows[-1]["complete"]
    stories = [{Path(member["id"]).stem for member in row["members"]} for row in rows if row["type"] == "story"]
    _check(stories, samples)
