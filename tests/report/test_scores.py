"""Scores as a table and as JSON, and their remarks."""

import io
import json
from typing import Any

from dedup.engines.evaluation import score
from dedup.formats.typed.labels import Label, Truth
from dedup.report.scores import remarks, write
from dedup.results import Report
from dedup.types import Member, Skip, Story

REPORT = Report(
    stories=(Story(Member("a"), (Member("b", "exact"),)),),
    singletons=(Member("c"),),
    documents=3,
    skipped=(Skip("lost", "there is no such file"),),
    inputs=("news",),
    settings={"k": 64},
)
CROSSED = {"a": "x", "b": "y", "c": "y"}


def render(truth: Truth, format: str, report: Report = REPORT) -> str:
    """The text of the scores of a report against labels."""
    stream = io.BytesIO()
    write(score(report, truth, 10), report, "truth.jsonl", stream, format)
    return stream.getvalue().decode()


def test_table_of_pairs() -> None:
    """The table counts labelled pairs by type: the copies found, and the other pairs joined."""
    labels = {("a", "b"): Label("dup", "near"), ("b", "c"): Label("diff", "far"), ("a", "c"): Label("ignore", "far")}
    expected = """\
3 labelled pairs, 1 of them ignored
1 labelled dup, 1 found, 1 of them dup
                       copies found  others joined
far                               -            0/1
near                            1/1              -

                     precision   recall       F1
labelled pairs          1.0000   1.0000   1.0000
"""
    assert expected == render(Truth({}, labels), "table")


def test_table_of_pairs_without_types() -> None:
    """There is a table of types if a pair has a type; a pair without one is counted as of no type."""
    labels = {("a", "b"): Label("dup", "")}
    assert "copies found" not in render(Truth({}, labels), "table")
    labels["b", "c"] = Label("diff", "far")
    rows = [line.split() for line in render(Truth({}, labels), "table").splitlines()]
    assert [["(no", "type)", "1/1", "-"], ["far", "-", "0/1"]] == rows[3:5]


def test_long_stories_are_cut_in_the_table() -> None:
    """The table shows the first ids and the first parts of a story, and counts the others; JSON has all."""
    ids = [f"{number:02}" for number in range(20)]
    report = Report((Story(Member(ids[0]), tuple(map(Member, ids[1:]))),), (), 20)
    truth = Truth({id: "x" if number < 12 else id for number, id in enumerate(ids)})
    table = render(truth, "table", report)
    assert "  12 in cluster x: 00, 01, 02, 03, 04 and 7 more\n" in table
    assert "  4 in 4 more\n" in table
    parts = json.loads(render(truth, "json", report))["merges"][0]["parts"]
    assert ids == [id for row in parts for id in row["ids"]]


def test_nothing_acts_on_the_terminal() -> None:
    """Control characters in names of clusters, types and ids are spelled out."""
    evil = "\x1b[2J"
    report = Report((Story(Member(evil), (Member("b"),)),), (Member(f"{evil}3"),), 3)
    truth = Truth({evil: evil, "b": "y", f"{evil}2": evil}, {("b", evil): Label("dup", evil)})
    for text in (render(truth, "table", report), " ".join(remarks(score(report, truth, 0)))):
        assert (False, True) == ("\x1b" in text, "\\x1b[2J" in text)


def test_json() -> None:
    """JSON holds all figures in four digits, with the name of its schema."""
    written = json.loads(render(Truth(CROSSED, {("a", "b"): Label("dup", "near")}), "json"))
    assert written.pop("version")
    assert EXPECTED == written


def test_documents_that_are_set_aside() -> None:
    """Documents that are no articles are listed, and a remark names the copies among them."""
    walls = tuple(Member(id, no_article="a notice") for id in ("c", "d", "e"))
    report = Report(REPORT.stories, walls, 5)
    truth = Truth({"a": "x", "b": "x", "c": "x", "d": "y"}, {("a", "e"): Label("dup", "")})
    written = json.loads(render(truth, "json", report))
    assert {"count": 3, "first": ["c", "d", "e"]} == written["no_articles"]
    assert {"count": 2, "first": ["c", "e"]} == written["set_aside"]
    about_copies = [remark for remark in remarks(score(report, truth, 0)) if "set aside" in remark]
    assert ["2 documents are set aside as no article though the truth knows copies: c, e"] == about_copies


def test_json_of_one_kind() -> None:
    """Scores without a label of their kind are null, without worst stories."""
    written = json.loads(render(Truth({}, {("a", "b"): Label("dup", "near")}), "json"))
    assert (None, [], []) == (written["clusters"], written["merges"], written["misses"])
    assert None is json.loads(render(Truth(CROSSED), "json"))["pairs"]


COUNTS = {"true_pairs": 1, "found_pairs": 1}
MERGE = {"story": "a", "wrong_pairs": 1, "parts": [{"cluster": "x", "ids": ["a"]}, {"cluster": "y", "ids": ["b"]}]}
MISS = {"cluster": "y", "missed_pairs": 1, "parts": [{"story": "a", "ids": ["b"]}, {"story": "c", "ids": ["c"]}]}

EXPECTED: dict[str, Any] = {
    "schema": "dedup.scores/1",
    "settings": {"k": 64},
    "inputs": ["news"],
    "truth": "truth.jsonl",
    "documents": 3,
    "clusters": {
        "documents": 3,
        "true_clusters": 2,
        "found_clusters": 2,
        **COUNTS,
        "common_pairs": 0,
        "precision": 0.0,
        "recall": 0.0,
        "f1": 0.0,
        "adjusted_rand": -0.5,
        "b_cubed": {"precision": 0.6667, "recall": 0.6667, "f1": 0.6667},
    },
    "pairs": {
        "labelled": 1,
        "ignored": 0,
        **COUNTS,
        "common_pairs": 1,
        "precision": 1.0,
        "recall": 1.0,
        "f1": 1.0,
        "types": [{"type": "near", "positive": 1, "found": 1, "negative": 0, "joined": 0}],
    },
    "merges": [MERGE],
    "misses": [MISS],
    "absent": {"count": 0, "first": []},
    "unlabelled": {"count": 0, "first": []},
    "unlisted": 0,
    "skipped": [{"path": "lost", "line": None, "reason": "there is no such file"}],
    "no_articles": {"count": 0, "first": []},
    "set_aside": {"count": 0, "first": []},
    "coverage": None,
}
