"""Related coverage of a job on Spark: that of a job on one machine."""

import json

import pytest

import dedup
from dedup.formats import discover
from dedup.settings import Settings
from tests.helpers.event_pages import event_pages

pytestmark = pytest.mark.spark


@pytest.mark.parametrize("parts", [1, 5])
def test_a_job_on_spark_has_the_coverage_of_one_machine(spark, tmp_path, parts):
    """The folder of a job with related coverage is read with the coverage, the stories and the notes of one machine."""
    from dedup.engines.spark import job

    pages = [page for seed in (3, 4) for page in event_pages(seed, 60)]
    pages = [page | {"id": f"{page['id']} {number}"} for number, page in enumerate(pages)]
    (tmp_path / "pages.jsonl").write_text("".join(json.dumps(page) + "\n" for page in pages), "utf-8")
    local = dedup.cluster(dedup.read(str(tmp_path / "pages.jsonl")), related=True)
    folder = str(tmp_path / "result")
    places = discover([str(tmp_path / "pages.jsonl")], on_skip=pytest.fail, on_note=lambda _note: None)
    job.cluster_files(spark, places, folder, Settings(related=True), parts=parts)
    report = dedup.load(folder)
    assert len(local.coverage) > 2
    assert local.coverage == report.coverage
    assert [story.id for story in local.stories] == [story.id for story in report.stories]
