"""The benches of many cores and of many articles run at tiny sizes, and their arithmetic is right."""

import json
from pathlib import Path

import large
import pytest
import scale
import scaling


@pytest.mark.parametrize(
    ("serial", "cores", "seconds", "speedup"),
    [(22, 2, 70, 1.7), (22, 8, 34, 3.5), (22, 64, 23.5, 5.0), (8, 32, 11, 9.5), (2, 8, 14, 7.0), (2, 64, 3.5, 28)],
)
def test_more_cores_help_by_the_shared_time_alone(serial: int, cores: int, seconds: float, speedup: float) -> None:
    """The law of Amdahl for a million articles whose workers take 96 microseconds each."""
    assert seconds == pytest.approx(scaling.seconds_on(cores, serial, 96))
    assert speedup == pytest.approx(scaling.speedup_on(cores, serial, 96), rel=0.02)


@pytest.mark.long
def test_the_scaling_bench_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each stage has a cost, workers do some of the reading, and both tables are printed."""
    rows = tmp_path / "rows.json"
    options = ["--sizes", "300,3e3", "--rounds", "1", "--folder", str(tmp_path / "made"), "--json", str(rows)]
    assert scaling.main(options) == 0
    slopes = {row["stage"]: row for row in json.loads(rows.read_text())}
    assert ["reading", "stories", "writing"] == [slopes[stage]["stage"] for stage in ("reading", "stories", "writing")]
    assert slopes["reading"]["workers"] > 0
    printed = capsys.readouterr().out
    assert "| us a document, 300 to 3,000 articles | parent | workers |" in printed
    assert "| 1,000,000 articles, serial us | 2 cores | 8 cores | 32 cores | 64 cores |" in printed


def test_a_job_that_grows_too_fast_is_told() -> None:
    """Costs that are linear break no bound; a square does, and so does memory above the bound."""
    linear = [
        large.Row(size, 1.0, size / 1e3, 10_000_000 + size * 1_000, 0, 1.0, 10**11, 0, 0)
        for size in (1_000, 10_000, 30_000, 100_000)
    ]
    assert [1, 1] == pytest.approx(list(large.exponents(linear).values()), abs=0.05)
    assert [] == large.broken(linear, large.exponents(linear))
    square = [row._replace(processor=row.documents**2 / 1e6, memory=row.memory * 50) for row in linear]
    memory, time = large.broken(square, large.exponents(square))
    assert memory.startswith("100,000 articles take 5,500 MB of memory")
    assert time.startswith("processor time grows")
    assert "memory = 10 MB and 1,000 bytes an article" == large.line(linear)


def test_a_job_that_takes_more_than_its_estimate_is_told() -> None:
    """Memory and temporary files above what ``--dry-run`` says of them break a bound."""
    row = large.Row(10_000, 1.0, 1.0, 6_000_000, 9_000_000, 1.0, 6_000_000, 9_000_000, 9_000_000)
    assert [] == large.broken([row], {})
    memory, disk = large.broken([row._replace(told_memory=5_000_000, most_stored=8_000_000)], {})
    assert "10,000 articles take 6 MB of memory, and --dry-run says 5" == memory
    assert "10,000 articles take 9 MB of temporary files, and --dry-run says 8" == disk


@pytest.mark.long
def test_the_bench_of_many_articles_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three sizes and the fixed cost have a row each, and the estimate is of ten million articles."""
    monkeypatch.setattr(large, "START", 20)
    monkeypatch.setattr(scale, "START", 20)
    monkeypatch.setattr(large, "MOST_EXPONENT", 9.0)
    rows = tmp_path / "rows.json"
    assert large.main(["--documents", "1e3", "--folder", str(tmp_path / "made"), "--json", str(rows)]) == 0
    assert [20, 100, 333, 1_000] == [row["documents"] for row in json.loads(rows.read_text())]
    printed = capsys.readouterr().out
    assert "--dry-run of 10,000,000 articles:" in printed
    assert "documents   about 10," in printed or "documents   about 9," in printed
