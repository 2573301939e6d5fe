"""``dedup eval`` with the library's run taken out: what it is handed, what is told where, and the exit code."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import dedup.report.scores
from dedup.cli.commands.evaluate import FORMATS
from dedup.settings import Settings
from dedup.types import Member, Note, Report, Story

SUMMARY = "3 documents, 1 story, 1 copy; 2 originals\n"

Truth = Callable[..., str]


@pytest.fixture
def evaluation(command: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """``dedup``, where `eval` finds the story of a.txt and b.txt, and c.txt alone."""
    monkeypatch.setattr(sys.modules["dedup.cli.commands.evaluate"], "run", command.run)
    return command


@pytest.fixture
def truth(tmp_path: Path) -> Truth:
    """A function from rows to the path of a file of them."""

    def write(*rows: dict[str, Any]) -> str:
        path = tmp_path / "truth.jsonl"
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
        return str(path)

    return write


def clusters(**labels: str) -> list[dict[str, str]]:
    """Rows of clusters for the pages a.txt, b.txt, ..."""
    return [{"id": f"{name}.txt", "cluster": label} for name, label in labels.items()]


def pair(a: str, b: str, label: str, **more: str) -> dict[str, str]:
    """A row of a pair."""
    return {"a": f"{a}.txt", "b": f"{b}.txt", "label": label, **more}


def test_table(evaluation: Any, truth: Truth) -> None:
    """The table names what is worst and ends with the figures; the summary goes to standard error."""
    result = evaluation("eval", "news", "--truth", truth(*clusters(a="x", b="y", c="y")))
    assert (0, SUMMARY) == (result.exit_code, result.stderr)
    expected = """\
1 wrong pair in story a.txt
  1 in cluster x: a.txt
  1 in cluster y: b.txt

1 missed pair of cluster y
  1 in story a.txt: b.txt
  1 in story c.txt: c.txt

3 documents in 2 true clusters, 2 found
1 true pair, 1 found, 0 of them true

                     precision   recall       F1
pairs                   0.0000   0.0000   0.0000
B-cubed                 0.6667   0.6667   0.6667
adjusted Rand index                      -0.5000
"""
    assert expected == result.stdout


def test_json(evaluation: Any, truth: Truth) -> None:
    """JSON is one object on standard output; the summary goes to standard error."""
    result = evaluation("eval", "news", "--truth", truth(*clusters(a="x", b="x", c="y")), "--format", "json")
    assert (0, SUMMARY) == (result.exit_code, result.stderr)
    found = json.loads(result.stdout)
    assert ("dedup.scores/1", 3, 1.0) == (found["schema"], found["documents"], found["clusters"]["f1"])


def test_worst(evaluation: Any, truth: Truth) -> None:
    """--worst says how many are named, 0 names none."""
    file = truth(*clusters(a="x", b="y", c="y"))
    assert "wrong pair in" not in evaluation("eval", "news", "--truth", file, "--worst", "0").stdout
    assert 2 == evaluation("eval", "news", "--truth", file, "--worst", "-1").exit_code


def test_what_the_library_is_handed(evaluation: Any, truth: Truth) -> None:
    """Paths, names of fields and settings arrive as `dedup cluster` hands them over."""
    evaluation("eval", "news", "-", "--truth", truth(*clusters(a="x")), "--field", "text=body", "--k", "64")
    assert [(("news", "-"), {"text": "body"}, Settings(k=64))] == evaluation.calls


def test_absent_ids(evaluation: Any, truth: Truth) -> None:
    """Ids of the truth that no document has are singletons, and are told: how many, and the first of them."""
    lost = {f"lost{number}": "x" for number in range(7)}
    result = evaluation("eval", "news", "--truth", truth(*clusters(a="x", b="x", c="z", **lost)), "--format", "json")
    first = ", ".join(f"lost{number}.txt" for number in range(5))
    told = f"7 of 10 ids of the truth are not among the documents; they count as singletons: {first} and 2 more\n"
    assert SUMMARY + told == result.stderr
    found = json.loads(result.stdout)
    assert (7, first.split(", ")) == (found["absent"]["count"], found["absent"]["first"])
    assert (36, 1) == (found["clusters"]["true_pairs"], found["clusters"]["found_pairs"])


def test_unlabelled_documents(evaluation: Any, truth: Truth) -> None:
    """Documents without a row have no part in the cluster scores, and are told."""
    result = evaluation("eval", "news", "--truth", truth(*clusters(a="x", c="x")))
    told = "1 document has no cluster in the truth, and no part in the cluster scores: b.txt\n"
    assert SUMMARY + told == result.stderr
    assert "2 documents in 1 true cluster, 2 found\n" in result.stdout


def test_no_positive_pair(evaluation: Any, truth: Truth) -> None:
    """Pairs of which none has the label for copies are told, as the label may be called otherwise."""
    result = evaluation("eval", "news", "--truth", truth(pair("a", "b", "same")))
    assert (0, True) == (result.exit_code, "no pair has the label 'dup', so all count as negatives;" in result.stderr)


def test_gate(evaluation: Any, truth: Truth) -> None:
    """Below --min-f1 the exit code is 1 and the distance is told; results are printed all the same."""
    file = truth(*clusters(a="x", b="x", c="x"))  # precision 1, recall 1/3
    result = evaluation("eval", "news", "--truth", file, "--min-f1", "0.6")
    assert (1, f"{SUMMARY}F1 0.5 is below --min-f1 0.6, by 0.1\n") == (result.exit_code, result.stderr)
    assert "pairs                   1.0000   0.3333   0.5000" in result.stdout
    for enough in ("0", "0.5"):
        result = evaluation("eval", "news", "--truth", file, "--min-f1", enough)
        assert (0, SUMMARY) == (result.exit_code, result.stderr)


def test_gate_on_pairs(evaluation: Any, truth: Truth) -> None:
    """Where only pairs are labelled the gate is on their F1; where clusters are as well, on that of the clusters."""
    wrong = pair("a", "b", "diff"), pair("a", "c", "dup")
    assert 1 == evaluation("eval", "news", "--truth", truth(*wrong), "--min-f1", "0.1").exit_code
    file = truth(*wrong, *clusters(a="x", b="x", c="y"))
    assert 0 == evaluation("eval", "news", "--truth", file, "--min-f1", "1").exit_code


def test_perfect_means_perfect(evaluation: Any, truth: Truth) -> None:
    """The gate looks at F1 itself, not at its four digits."""
    ids = [f"{number:03}" for number in range(400)]
    evaluation.found = Report((Story(Member(ids[0]), tuple(map(Member, ids[1:]))),), (Member("x"), Member("y")), 402)
    rows = [{"id": id, "cluster": "all"} for id in ids] + [{"id": id, "cluster": "two"} for id in "xy"]
    result = evaluation("eval", "news", "--truth", truth(*rows), "--min-f1", "1")
    assert "pairs                   1.0000   1.0000   1.0000" in result.stdout
    assert (1, True) == (result.exit_code, "F1 0.999994 is below --min-f1 1, by 6.266e-06" in result.stderr)


@pytest.mark.parametrize("value", ["1.01", "-0.1", "nan", "inf", "much"])
def test_gate_out_of_range(evaluation: Any, truth: Truth, value: str) -> None:
    """A gate that is no share is a usage error before any work."""
    result = evaluation("eval", "news", "--truth", truth(*clusters(a="x")), "--min-f1", value)
    assert (2, "", []) == (result.exit_code, result.stdout, evaluation.calls)
    assert "Invalid value for '--min-f1'" in result.stderr


def test_skipped_inputs(skipping: Any, evaluation: Any, truth: Truth) -> None:
    """Where inputs were skipped the exit code is 3, and 1 if the gate is broken as well; JSON names them."""
    file = truth(*clusters(a="x", b="x", c="x"))
    for gate, code in (("0.5", 3), ("0.6", 1)):
        result = evaluation("eval", "news", "--truth", file, "--min-f1", gate, "--format", "json")
        assert (code, True) == (result.exit_code, "Skipped 2 inputs:\n  feed.jsonl:7: not valid JSON" in result.stderr)
        assert ["feed.jsonl", "lost"] == [skip["path"] for skip in json.loads(result.stdout)["skipped"]]


def test_notes(evaluation: Any, truth: Truth) -> None:
    """Notes of the run are told and change no exit code."""
    evaluation.found = replace(evaluation.found, notes=(Note("b.txt", "its id was changed"),))
    result = evaluation("eval", "news", "--truth", truth(*clusters(a="x", b="x", c="y")))
    assert (0, f"{SUMMARY}1 note:\n  b.txt: its id was changed\n") == (result.exit_code, result.stderr)


def test_no_articles(evaluation: Any, truth: Truth) -> None:
    """Documents that are set aside are told if the truth knows copies of them; JSON names all of them."""
    walls = tuple(Member(f"{name}.txt", no_article="a notice") for name in "cde")
    evaluation.found = replace(evaluation.found, singletons=walls, documents=5)
    file = truth(*clusters(a="x", b="x", c="x", d="y", e="z"))
    told = "5 documents, 1 story, 1 copy; 1 original, 3 no articles\n"
    told += "1 document is set aside as no article though the truth knows copies: c.txt\n"
    result = evaluation("eval", "news", "--truth", file, "--format", "json")
    assert (0, told) == (result.exit_code, result.stderr)
    scores = json.loads(result.stdout)
    assert {"count": 3, "first": ["c.txt", "d.txt", "e.txt"]} == scores["no_articles"]
    assert {"count": 1, "first": ["c.txt"]} == scores["set_aside"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"id": "b.txt"}, 'has an id but no cluster; give {"id", "cluster"} or {"a", "b", "label"}'),
        ({"id": "a.txt", "cluster": "y"}, "'a.txt' is 'x' in an earlier row and 'y' here; take one of the rows out"),
        ({"a": "a.txt", "b": "b.txt", "label": True}, "got `bool` - at `$.label`; give"),
    ],
)
def test_bad_truth(evaluation: Any, truth: Truth, row: dict[str, Any], reason: str) -> None:
    """A bad row of the truth is a usage error with file, line and cure, before any work."""
    file = truth(*clusters(a="x"), row)
    result = evaluation("eval", "news", "--truth", file)
    assert (2, "", []) == (result.exit_code, result.stdout, evaluation.calls)
    assert f"Error: {file}:2: " in result.stderr
    assert reason in result.stderr


@pytest.mark.parametrize("arguments", [[], ["--truth", "lost.jsonl"], ["--truth", "."], ["--format", "csv"]])
def test_mistyped(evaluation: Any, arguments: list[str]) -> None:
    """A truth that is not given, not there or a folder, and a format that is none, are usage errors."""
    result = evaluation("eval", "news", *arguments)
    assert (2, []) == (result.exit_code, evaluation.calls)


def test_the_same_formats() -> None:
    """The formats that --format takes are those that there are."""
    assert FORMATS == tuple(dedup.report.scores.FORMATS)


@pytest.fixture
def earlier(evaluation: Any, tmp_path: Path) -> Callable[..., str]:
    """A function from options to the path of a report that ``dedup cluster`` wrote."""

    def write(*options: str) -> str:
        path = str(tmp_path / "stories.jsonl")
        assert 0 == evaluation("cluster", "news", "--output", path, *options).exit_code
        evaluation.calls.clear()
        return path

    return write


@pytest.mark.parametrize("options", [(), ("--singletons",)])
def test_earlier_report(evaluation: Any, truth: Truth, earlier: Callable[..., str], options: tuple[str, ...]) -> None:
    """A report is scored as the run that wrote it, and nothing is clustered."""
    file = truth(*clusters(a="x", b="y", c="y"))
    expected = evaluation("eval", "news", "--truth", file).stdout
    report = earlier(*options)
    result = evaluation("eval", report, "--truth", file)
    assert (0, expected, []) == (result.exit_code, result.stdout, evaluation.calls)
    told = (
        "1 of 3 ids of the truth are not in the report, which leaves out 1 singleton; they count as singletons: c.txt\n"
    )
    assert SUMMARY + ("" if options else told) == result.stderr


def test_earlier_report_takes_no_settings(evaluation: Any, truth: Truth, earlier: Callable[..., str]) -> None:
    """Settings cannot change what an earlier run found, nor can other paths be added to it."""
    file, report = truth(*clusters(a="x")), earlier()
    for more in (["--k", "64"], ["--field", "text=body"], ["news"]):
        result = evaluation("eval", report, *more, "--truth", file)
        assert (2, "", []) == (result.exit_code, result.stdout, evaluation.calls)
        assert f"{report} is a report" in " ".join(result.stderr.split())


def test_broken_report(evaluation: Any, truth: Truth, earlier: Callable[..., str]) -> None:
    """A report that was cut short is a usage error."""
    report = Path(earlier())
    report.write_bytes(b"".join(report.read_bytes().splitlines(keepends=True)[:-1]))
    result = evaluation("eval", str(report), "--truth", truth(*clusters(a="x")))
    assert (2, True) == (result.exit_code, f"{report}: has no footer" in result.stderr)
