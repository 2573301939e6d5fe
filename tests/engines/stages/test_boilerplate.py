"""The worker pool finds the sites and the boilerplate that one process finds alone."""

from dataclasses import replace
from pathlib import Path

import pytest

import dedup
from dedup.engines.stages import overrides

CORPUS = Path(__file__).parents[3] / "corpus"


@pytest.mark.parametrize("workers", [1, 2])
def test_boilerplate_in_the_pool_equals_that_of_one_process(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stories, and the blocks that are left out, are the same, with a ruling of the user too."""
    pages = CORPUS / "pages"
    expected = dedup.boilerplate(dedup.read(pages), workers=1)
    ruling = next(block for source in expected.sources for block in source.blocks if block.chrome)
    ruled = dedup.cluster(dedup.read(pages), boilerplate=[replace(ruling, chrome=False)], workers=1)
    monkeypatch.setattr(overrides, "pays_in_pool", lambda *_: True)
    assert dedup.boilerplate(dedup.read(pages), workers=workers).sources == expected.sources
    report = dedup.cluster(dedup.read(pages), boilerplate=[replace(ruling, chrome=False)], workers=workers)
    assert (report.stories, report.singletons) == (ruled.stories, ruled.singletons)


def test_a_run_goes_on_after_boilerplate_in_the_pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run takes the tables of complete stages from its folder."""
    monkeypatch.setattr(overrides, "pays_in_pool", lambda *_: True)
    reports = [dedup.cluster(dedup.read(CORPUS / "pages"), workers=2, run=tmp_path / "run") for _ in range(2)]
    expected = dedup.cluster(dedup.read(CORPUS / "pages"), workers=1)
    assert [report.stories for report in reports] == [expected.stories] * 2


def test_no_texts_in_the_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job without a word has no boilerplate."""
    monkeypatch.setattr(overrides, "pays_in_pool", lambda *_: True)
    for documents in ([], ["", " "]):
        assert dedup.boilerplate(documents, workers=1).sources == ()
