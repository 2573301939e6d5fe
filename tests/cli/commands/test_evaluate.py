"""``dedup eval`` without the run of the library: its arguments, the output, and the exit code."""

import json
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import dedup.report.scores
from dedup.cli.commands.evaluate import FORMATS
from dedup.results import Report
from dedup.settings import Settings
from dedup.types import Member, Note, Story

SUMMARY = "3 documents are 2 articles: 1 copy in 1 story, 1 alone.\n"

Truth = Callable[..., str]


@pytest.fixture
def evaluation(command: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """``dedup``, where `eval` gets the story of a.txt and b.txt, and c.txt as a singleton."""
    monkeypatch.setattr(import_module("dedup.cli.commands.evaluate"), "run", command.run)
    return command


@pytest.fixture
def truth(tmp_path: Path) -> Truth:
    """A function that writes rows of labels and returns the path."""

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
    """The table names the worst stories and ends with the figures; the summary goes to standard error."""
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
    scores = json.loads(result.stdout)
    assert ("dedup.scores/1", 3, 1.0) == (scores["schema"], scores["documents"], scores["clusters"]["f1"])


def test_worst(evaluation: Any, truth: Truth) -> None:
    """--worst limits the worst stories that are named; 0 names none, and -1 is a usage error."""
    file = truth(*clusters(a="x", b="y", c="y"))
    assert "wrong pair in" not in evaluation("eval", "news", "--truth", file, "--worst", "0").stdout
    assert 2 == evaluation("eval", "news", "--truth", file, "--worst", "-1").exit_code


def test_arguments_of_the_library(evaluation: Any, truth: Truth) -> None:
    """Paths, names of fields and settings reach the library as from `dedup cluster`."""
    evaluation("eval", "news", "-", "--truth", truth(*clusters(a="x")), "--field", "text=body", "--k", "64")
    assert [(("news", "-"), {"text": "body"}, Settings(k=64))] == evaluation.calls


def test_absent_ids(evaluation: Any, truth: Truth) -> None:
    """Ids of the labels without a document count as singletons; a remark has their number and the first ids."""
    lost = {f"lost{number}": "x" for number in range(7)}
    result = evaluation("eval", "news", "--truth", truth(*clusters(a="x", b="x", c="z", **lost)), "--format", "json")
    first = ", ".join(f"lost{number}.txt" for number in range(5))
    remark = f"7 of 10 ids of the truth are not among the documents; they count as singletons: {first} and 2 more\n"
    assert SUMMARY + remark == result.stderr
    scores = json.loads(result.stdout)
    assert (7, first.split(", ")) == (scores["absent"]["count"], scores["absent"]["first"])
    assert (36, 1) == (scores["clusters"]["true_pairs"], scores["clusters"]["found_pairs"])


def test_unlabelled_documents(evaluation: Any, truth: Truth) -> None:
    """Documents without a label have no part in the cluster scores, and a remark names them."""
    result = evaluation("eval", "news", "--truth", truth(*clusters(a="x", c="x")))
    remark = "1 document has no cluster in the truth, and no part in the cluster scores: b.txt\n"
    assert SUMMARY + remark == result.stderr
    assert "2 documents in 1 true cluster, 2 found\n" in result.stdout


def test_no_positive_pair(evaluation: Any, truth: Truth) -> None:
    """A remark says that no pair has the label for copies, which may have another name."""
    result = evaluation("eval", "news", "--truth", truth(pair("a", "b", "same")))
    assert (0, True) == (result.exit_code, "no pair has the label 'dup', so all count as negatives;" in result.stderr)


def test_gate(evaluation: Any, truth: Truth) -> None:
    """Below --min-f1 the exit code is 1, a line has the distance, and the results are printed."""
    file = truth(*clusters(a="x", b="x", c="x"))  # precision 1, recall 1/3
    result = evaluation("eval", "news", "--truth", file, "--min-f1", "0.6")
    assert (1, f"{SUMMARY}F1 0.5 is below --min-f1 0.6, by 0.1\n") == (result.exit_code, result.stderr)
    assert "pairs                   1.0000   0.3333   0.5000" in result.stdout
    for enough in ("0", "0.5"):
        result = evaluation("eval", "news", "--truth", file, "--min-f1", enough)
        assert (0, SUMMARY) == (result.exit_code, result.stderr)


def test_gate_on_pairs(evaluation: Any, truth: Truth) -> None:
    """The gate is on the F1 of clusters, or on the F1 of labelled pairs if there are no clusters."""
    wrong = pair("a", "b", "diff"), pair("a", "c", "dup")
    assert 1 == evaluation("eval", "news", "--truth", truth(*wrong), "--min-f1", "0.1").exit_code
    file = truth(*wrong, *clusters(a="x", b="x", c="y"))
    assert 0 == evaluation("eval", "news", "--truth", file, "--min-f1", "1").exit_code


def test_perfect_means_perfect(evaluation: Any, truth: Truth) -> None:
    """The gate compares the exact F1, not its four digits."""
    ids = [f"{number:03}" for number in range(400)]
    evaluation.report = Report((Story(Member(ids[0]), tuple(map(Member, ids[1:]))),), (Member("x"), Member("y")), 402)
    rows = [{"id": id, "cluster": "all"} for id in ids] + [{"id": id, "cluster": "two"} for id in "xy"]
    result = evaluation("eval", "news", "--truth", truth(*rows), "--min-f1", "1")
    assert "pairs                   1.0000   1.0000   1.0000" in result.stdout
    assert (1, True) == (result.exit_code, "F1 0.999994 is below --min-f1 1, by 6.266e-06" in result.stderr)


@pytest.mark.parametrize("value", ["1.01", "-0.1", "nan", "inf", "much"])
def test_gate_out_of_range(evaluation: Any, truth: Truth, value: str) -> None:
    """A gate outside 0 to 1 is a usage error before any work."""
    result = evaluation("eval", "news", "--truth", truth(*clusters(a="x")), "--min-f1", value)
    assert (2, "", []) == (result.exit_code, result.stdout, evaluation.calls)
    assert "Invalid value for '--min-f1'" in result.stderr


def test_skipped_inputs(skipping: Any, evaluation: Any, truth: Truth) -> None:
    """With skipped inputs the exit code is 3, or 1 if the gate is broken too; JSON names the inputs."""
    file = truth(*clusters(a="x", b="x", c="x"))
    for gate, code in (("0.5", 3), ("0.6", 1)):
        result = evaluation("eval", "news", "--truth", file, "--min-f1", gate, "--format", "json")
        assert (code, True) == (result.exit_code, "Skipped 2 inputs:\n  feed.jsonl:7: not valid JSON" in result.stderr)
        assert ["feed.jsonl", "lost"] == [skip["path"] for skip in json.loads(result.stdout)["skipped"]]


def test_notes(evaluation: Any, truth: Truth) -> None:
    """Notes of the run are printed and do not change the exit code."""
    evaluation.report = replace(evaluation.report, notes=(Note("b.txt", "its id was changed"),))
    result = evaluation("eval", "news", "--truth", truth(*clusters(a="x", b="x", c="y")))
    assert (0, f"{SUMMARY}1 note:\n  b.txt: its id was changed\n") == (result.exit_code, result.stderr)


def test_no_articles(evaluation: Any, truth: Truth) -> None:
    """A remark names documents that are set aside and have copies by the labels; JSON names all set aside."""
    walls = tuple(Member(f"{name}.txt", no_article="a notice") for name in "cde")
    evaluation.report = replace(evaluation.report, singletons=walls, documents=5)
    file = truth(*clusters(a="x", b="x", c="x", d="y", e="z"))
    remark = "5 documents are 1 article: 1 copy in 1 story, 0 alone, 3 no articles.\n"
    remark += "1 document is set aside as no article though the truth knows copies: c.txt\n"
    result = evaluation("eval", "news", "--truth", file, "--format", "json")
    assert (0, remark) == (result.exit_code, result.stderr)
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
    """A bad row of labels is a usage error with file, line and cure, before any work."""
    file = truth(*clusters(a="x"), row)
    result = evaluation("eval", "news", "--truth", file)
    assert (2, "", []) == (result.exit_code, result.stdout, evaluation.calls)
    assert f"Error: {file}:2: " in result.stderr
    assert reason in result.stderr


@pytest.mark.parametrize("arguments", [[], ["--truth", "lost.jsonl"], ["--truth", "."], ["--format", "csv"]])
def test_mistyped(evaluation: Any, arguments: list[str]) -> None:
    """No labels, missing labels, a folder as labels, and an unknown format are usage errors."""
    result = evaluation("eval", "news", *arguments)
    assert (2, []) == (result.exit_code, evaluation.calls)


def test_formats() -> None:
    """--format takes the formats that can be written."""
    assert FORMATS == tuple(dedup.report.scores.FORMATS)


@pytest.fixture
def earlier(evaluation: Any, tmp_path: Path) -> Callable[..., str]:
    """A function that writes a report by ``dedup cluster`` with options, and returns the path."""

    def write(*options: str) -> str:
        path = str(tmp_path / "stories.jsonl")
        assert 0 == evaluation("cluster", "news", "--output", path, *options).exit_code
        evaluation.calls.clear()
        return path

    return write


@pytest.mark.parametrize("options", [(), ("--singletons",)])
def test_earlier_report(evaluation: Any, truth: Truth, earlier: Callable[..., str], options: tuple[str, ...]) -> None:
    """A report has the scores of the run that wrote it, and nothing is clustered."""
    file = truth(*clusters(a="x", b="y", c="y"))
    expected = evaluation("eval", "news", "--truth", file).stdout
    report = earlier(*options)
    result = evaluation("eval", report, "--truth", file)
    assert (0, expected, []) == (result.exit_code, result.stdout, evaluation.calls)
    remark = (
        "1 of 3 ids of the truth are not in the report, which leaves out 1 singleton; they count as singletons: c.txt\n"
    )
    assert SUMMARY + ("" if options else remark) == result.stderr


def test_earlier_report_takes_no_settings(evaluation: Any, truth: Truth, earlier: Callable[..., str]) -> None:
    """A report with settings, or among other paths, is a usage error."""
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


@pytest.mark.parametrize("name", ["stories.json", "stories.csv"])
def test_reports_of_other_formats(command: Any, tmp_path: Path, name: str) -> None:
    """A report as JSON is scored as one of JSON Lines. One as CSV is an error that names the right format."""
    (tmp_path / "truth.jsonl").write_text('{"id": "a.txt", "cluster": "x"}\n{"id": "b.txt", "cluster": "x"}\n')
    command("cluster", "news", "--output", str(tmp_path / name))
    result = command("eval", str(tmp_path / name), "--truth", str(tmp_path / "truth.jsonl"), "-q")
    if name == "stories.json":
        assert (0, "") == (result.exit_code, result.stderr)
        assert "1.0" in result.stdout
    else:
        assert (2, True) == (result.exit_code, "is a report as CSV" in result.stderr)
        assert "--format jsonl" in result.stderr


def test_events(evaluation: Any, truth: Truth) -> None:
    """Labels of events give the scores of coverage, in the table and in JSON."""
    labels = truth(*({"id": f"{name}.txt", "event": event} for name, event in (("a", "x"), ("b", "x"), ("c", "x"))))
    table = evaluation("eval", "news", "--truth", labels).stdout
    assert "3 documents in 1 event, 2 found\n3 true pairs, 1 found, 1 of them true\n" in table
    assert f"coverage{1:22.4f}{1 / 3:9.4f}{0.5:9.4f}\n" in table
    scores = json.loads(evaluation("eval", "news", "--truth", labels, "--format", "json").stdout)
    assert (None, 0.5) == (scores["clusters"], scores["coverage"]["f1"])
