"""Labels: both kinds of rows, and each fault of a row."""

import gzip
from pathlib import Path

import pytest

from dedup.errors import ReadError
from dedup.formats.typed.labels import Label, Truth, read_truth

GOOD = b'{"id": "a", "cluster": "x"}\n'


def read(folder: Path, content: bytes) -> Truth:
    path = folder / "truth.jsonl"
    path.write_bytes(content)
    return read_truth(str(path))


def test_both_kinds(tmp_path: Path) -> None:
    """Rows of clusters and rows of pairs may be mixed, and other keys and blank lines are passed over."""
    content = b"""{"id": "a", "cluster": "x", "kind": "original"}

{"b": "a", "a": "b", "label": "dup", "type": "near", "by": ["me"]}
{"a": "a", "b": "c", "label": "diff"}
{"id": "b", "cluster": "x"}
"""
    truth = read(tmp_path, content)
    assert {"a": "x", "b": "x"} == truth.clusters
    assert {("a", "b"): Label("dup", "near"), ("a", "c"): Label("diff", "")} == truth.pairs


def test_whole_numbers_are_names(tmp_path: Path) -> None:
    """A whole number names the same document as its digits."""
    truth = read(tmp_path, b'{"id": 7, "cluster": 1}\n{"id": "8", "cluster": "1"}\n{"a": 8, "b": 7, "label": "dup"}\n')
    assert ({"7": "1", "8": "1"}, [("7", "8")]) == (truth.clusters, list(truth.pairs))


@pytest.mark.parametrize("pack", [gzip.compress, b"\xef\xbb\xbf".__add__], ids=["gzip", "mark"])
def test_packed(tmp_path: Path, pack: "type[bytes]") -> None:
    """The file may be compressed under any name, or begin with a mark."""
    assert {"a": "x"} == read(tmp_path, pack(GOOD)).clusters


def test_repeated_rows(tmp_path: Path) -> None:
    """A row may repeat an earlier row."""
    pair = b'{"a": "a", "b": "b", "label": "dup"}\n{"a": "b", "b": "a", "label": "dup"}\n'
    truth = read(tmp_path, GOOD + GOOD + pair)
    assert (1, 1) == (len(truth.clusters), len(truth.pairs))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"nonsense", "JSON is malformed"),
        (b'{"id": "b", "cluster": "x"', "truncated"),
        (b'["a", "x"]', "Expected `object`, got `array`"),
        (b'{"id": "b", "cluster": null}', "has an id but no cluster"),
        (b'{"id": "b"}', "has an id but no cluster"),
        (b'{"id": true, "cluster": "x"}', "got `bool` - at `$.id`"),
        (b'{"id": 1.5, "cluster": "x"}', "got `float` - at `$.id`"),
        (b'{"id": "b", "cluster": ["x"]}', "got `array` - at `$.cluster`"),
        (b'{"cluster": "x"}', "has neither id and cluster nor a, b and label"),
        (b'{"a": "a", "b": "b"}', "has neither id and cluster nor a, b and label"),
        (b'{"a": "a", "label": "dup"}', "has neither id and cluster nor a, b and label"),
        (b'{"a": "a", "b": "b", "label": 1}', "got `int` - at `$.label`"),
        (b'{"x": ' + b"[" * 100_000 + b"}", "give"),
        (b'{"id": "\\ud800", "cluster": "x"}', "give"),
        (b'{"id": "caf\xe9", "cluster": "x"}', "is not UTF-8"),
    ],
)
def test_bad_rows(tmp_path: Path, row: bytes, reason: str) -> None:
    """A row of neither kind is an error with the file, the line, the fault and the cure."""
    with pytest.raises(ReadError) as error:
        read(tmp_path, GOOD + b"\n" + row + b"\n" + GOOD)
    assert (str(tmp_path / "truth.jsonl"), 3) == (error.value.path, error.value.line)
    assert reason in error.value.reason
    assert "give {" in error.value.reason or "convert it" in error.value.reason


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b'{"id": "a", "cluster": "y"}', "'a' is 'x' in an earlier row and 'y' here; take one of the rows out"),
        (b'{"a": "q", "b": "p", "label": "no"}', "'p and q' is 'dup' in an earlier row and 'no' here"),
        (b'{"a": 1, "b": "1", "label": "dup"}', "is a pair of '1' and itself"),
    ],
)
def test_contradictions(tmp_path: Path, row: bytes, reason: str) -> None:
    """A document in two clusters, a pair with two labels, and a pair of one document are errors."""
    with pytest.raises(ReadError) as error:
        read(tmp_path, GOOD + b'{"a": "p", "b": "q", "label": "dup"}\n' + row)
    assert (3, True) == (error.value.line, reason in error.value.reason)


@pytest.mark.parametrize("content", [b"", b"\n  \n"])
def test_empty(tmp_path: Path, content: bytes) -> None:
    """A file without a label is an error."""
    with pytest.raises(ReadError, match="holds no label; give"):
        read(tmp_path, content)
