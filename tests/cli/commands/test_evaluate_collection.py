"""``dedup eval`` in processes of its own, on the labelled collection."""

import json
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGES = ROOT / "corpus" / "pages"
TRUTH = ROOT / "corpus" / "truth.jsonl"


def dedup_process(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """The outcome of ``dedup`` with ``arguments`` in a process of its own."""
    return subprocess.run([sys.executable, "-m", "dedup", *arguments], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def clustered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of ``dedup cluster`` on the labelled collection."""
    path = tmp_path_factory.mktemp("clustered") / "stories.jsonl"
    assert 0 == dedup_process("cluster", str(PAGES), "--singletons", "--output", str(path)).returncode
    return path


def test_the_collection(clustered: Path) -> None:
    """The scores on the labelled collection equal a count of all pairs of pages in the report, one by one."""
    result = dedup_process("eval", str(PAGES), "--truth", str(TRUTH), "--min-f1", "0", "--format", "json")
    assert 0 == result.returncode
    rows = map(json.loads, clustered.read_text().splitlines())
    story = {member["id"]: row["story"] for row in rows if row["type"] == "story" for member in row["members"]}
    true = {row["id"]: row["cluster"] for row in map(json.loads, TRUTH.read_text().splitlines())}
    both = [(true[a] == true[b], story[a] == story[b]) for a, b in combinations(true, 2)]
    precision = both.count((True, True)) / sum(joined for _, joined in both)
    recall = both.count((True, True)) / sum(same for same, _ in both)
    expected = {"precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall)}
    scores = json.loads(result.stdout)["clusters"]
    assert {name: round(value, 4) for name, value in expected.items()} == {name: scores[name] for name in expected}
    again = dedup_process("eval", str(clustered), "--truth", str(TRUTH), "--format", "json")
    assert scores == json.loads(again.stdout)["clusters"]
    table = dedup_process("eval", str(clustered), "--truth", str(TRUTH))
    assert f"pairs{precision:>25.4f}{recall:>9.4f}{expected['f1']:>9.4f}\n" in table.stdout


def test_the_gate_on_the_collection(tmp_path: Path) -> None:
    """Wrong labels, all pages in one cluster, break the gate: results, a line, and exit code 1."""
    wrong = tmp_path / "wrong.jsonl"
    rows = map(json.loads, TRUTH.read_text().splitlines())
    wrong.write_text("".join(json.dumps({"id": row["id"], "cluster": "all"}) + "\n" for row in rows))
    result = dedup_process("eval", str(PAGES), "--truth", str(wrong), "--min-f1", "0.5")
    assert (1, True) == (result.returncode, " is below --min-f1 0.5, by " in result.stderr.splitlines()[-1])
    assert "adjusted Rand index" in result.stdout


def test_the_gate_out_of_range() -> None:
    """A gate above 1 is a usage error."""
    result = dedup_process("eval", str(PAGES), "--truth", str(TRUTH), "--min-f1", "1.01")
    assert (2, "") == (result.returncode, result.stdout)
    assert "Invalid value for '--min-f1': 1.01 is out of range: give 0 to 1" in result.stderr


@pytest.mark.parametrize("arguments", [["eval", "--help"], ["eval", "news"]])
def test_quick_start(arguments: list[str]) -> None:
    """Help and usage errors load neither numpy, scipy, trafilatura, lxml nor rich."""
    script = f"""
import atexit, sys
heavy = ("numpy", "scipy", "trafilatura", "lxml", "rich")
atexit.register(lambda: print(*[name for name in heavy if name in sys.modules], file=sys.stderr))
sys.path.insert(0, {str(ROOT)!r})
sys.argv = ["dedup", *{arguments!r}]
from dedup.cli import main
main()
"""
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "" == result.stderr.splitlines()[-1]
