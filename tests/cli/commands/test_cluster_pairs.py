"""``dedup cluster --pairs``: the word of a person on pairs, from a file."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dedup.cli import main

TEXT = "The harbour board approved the merger of the two ferry lines on Tuesday, after a vote of nine to four. " * 2


def run(folder: Path, *rows: object) -> Result:
    """The result of a job with a file of pairs."""
    feed, pairs = folder / "feed.jsonl", folder / "pairs.jsonl"
    feed.write_text("\n".join(json.dumps({"id": id, "text": f"{TEXT} {id}"}) for id in ("a", "b", "c")), "utf-8")
    pairs.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return CliRunner().invoke(main, ["cluster", str(feed), "--pairs", str(pairs)])


def test_a_pair_that_is_apart(tmp_path: Path) -> None:
    """One pair parts a story."""
    assert "3 documents are 1 article: 2 copies in 1 story" in run(tmp_path, {"a": "a", "b": "a2", "same": True}).stdout
    assert "3 documents are 2 articles: 1 copy in 1 story" in run(tmp_path, {"a": "a", "b": "b", "same": False}).stdout


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([{"a": "a", "b": "b"}], "has not a, b and same"),
        ([{"a": "a", "b": "a", "same": True}], "is a pair of 'a' and itself"),
        ([{"a": "a", "b": "b", "same": True}, {"a": "b", "b": "a", "same": False}], "are one in one row and two"),
        ([], "holds no pair"),
        (
            [
                {"a": "a", "b": "b", "same": True},
                {"a": "b", "b": "c", "same": True},
                {"a": "c", "b": "a", "same": False},
            ],
            "pairs contradict each other: 'c' and 'a'",
        ),
    ],
)
def test_wrong_pairs(tmp_path: Path, rows: list[object], reason: str) -> None:
    """A row that is no pair, and pairs that contradict each other, are named, and the exit code is 2."""
    result = run(tmp_path, *rows)
    assert (2, True) == (result.exit_code, reason in result.stderr)
