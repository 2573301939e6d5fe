"""The difference between two runs of benchmarks."""

import json
from pathlib import Path
from typing import Any

import pytest
from difference import main


def gate(path: Path, **ratios: float) -> str:
    """The path of a file as the gate writes it."""
    rows = [{"name": name, "least": 1.0, "aim": 2.5, "ratio": ratio, "spread": 0.05} for name, ratio in ratios.items()]
    path.write_text(json.dumps(rows))
    return str(path)


def timed(path: Path, machine: str, **seconds: float) -> str:
    """The path of a file as pytest-benchmark writes it."""
    rows = [{"fullname": name, "stats": {"median": median, "iqr": median / 50}} for name, median in seconds.items()]
    path.write_text(json.dumps({"machine_info": {"cpu": {"brand_raw": machine}}, "benchmarks": rows}))
    return str(path)


def test_ratios(tmp_path: Path, capsys: Any) -> None:
    """A higher ratio is faster; a change within the spread of both runs is noise; a figure can be new or gone."""
    old = gate(tmp_path / "old.json", news=1.5, posts=0.2, job=0.3, left=1.0)
    new = gate(tmp_path / "new.json", news=1.58, posts=0.05, job=0.45, added=1.0)
    assert 0 == main([old, new])
    rows = [line.split("  ") for line in capsys.readouterr().out.splitlines()]
    assert [
        ["ratio", "old", "new", "change", "floor", "aim", "verdict"],
        ["news", "1.50", "1.58", "+5%", "1.00", "2.50", "within noise"],
        ["posts", "0.20", "0.05", "-75%", "1.00", "2.50", "slower"],
        ["job", "0.30", "0.45", "+50%", "1.00", "2.50", "faster"],
        ["added", "1.00", "1.00", "2.50", "new"],
        ["left", "1.00", "1.00", "2.50", "gone"],
    ] == [[cell.strip() for cell in row if cell.strip()] for row in rows]


def test_times(tmp_path: Path, capsys: Any) -> None:
    """A lower time is faster, and a note says that the machines differ. The summary is a table of Markdown."""
    old = timed(tmp_path / "old.json", "one", a=0.002, b=3e-5)
    new = timed(tmp_path / "new.json", "two", a=0.001, b=6e-5)
    assert 0 == main([old, new, "--format", "github"])
    lines = capsys.readouterr().out.splitlines()
    assert "| time | old | new | change | verdict |" == lines[2]
    assert ["| a | 2 ms | 1 ms | -50% | faster |", "| b | 30 us | 60 us | +100% | slower |"] == lines[4:6]
    assert "The machines differ (one, two), so the times say little." == lines[-1]


@pytest.mark.parametrize("content", ["", "[1]", "{}", '[{"name": "a"}]'])
def test_other_files(tmp_path: Path, capsys: Any, content: str) -> None:
    """A file of another kind is named, with the cure, and the exit code is 2."""
    (tmp_path / "other.json").write_text(content)
    new = gate(tmp_path / "new.json", news=1.0)
    assert 2 == main([str(tmp_path / "other.json"), new])
    assert "other.json is no file of gate.py --json or pytest --benchmark-json" in capsys.readouterr().err
    assert 2 == main([timed(tmp_path / "times.json", "one", a=1.0), new])
    assert "are of two kinds" in capsys.readouterr().err
