"""Arguments that are not many documents: each is one clear error with its cure."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from datasets import Dataset, DatasetDict

import dedup
from dedup import Document, InputError
from dedup.formats.program.documents import numbered_documents


class SparkFrame:
    """A table of a library that is not known here: it has columns, and its iteration gives their names."""

    columns = ("text",)

    def __iter__(self):
        return iter(self.columns)


def open_file():
    return Path(__file__).open("rb")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: "Ferry sails", r"type str is one text: give a list of texts; to read files, give dedup\.read"),
        (lambda: Path("news"), r"is a path: to read files, give dedup\.read\('PATH'\)"),
        (lambda: b"Ferry", "type bytes is no text: decode it"),
        (lambda: Document("Ferry"), "is one document: give a list"),
        (lambda: {"text": "Ferry"}, r"is one mapping: give \[mapping\] if it is a document"),
        (lambda: {"text": ["Ferry"]}, "holds columns: give a DataFrame"),
        (
            lambda: DatasetDict(train=Dataset.from_dict({"text": ["a"]})),
            r"several tables: .* as \['train'\]; there are",
        ),
        (lambda: {"a": pd.DataFrame({"text": ["a"]})}, r"several tables: choose one of them, as \['a'\]"),
        (SparkFrame, "is no list of documents, and no table that can be read"),
        (lambda: None, "type NoneType is no list of documents"),
        (lambda: 5, "type int is no list of documents"),
        (lambda: np.array("text"), "type ndarray is no list of documents: iteration over a 0-d array"),
    ],
    ids=[
        "text",
        "path",
        "bytes",
        "document",
        "mapping",
        "columns",
        "splits",
        "frames",
        "spark",
        "none",
        "number",
        "scalar",
    ],
)
@pytest.mark.parametrize("call", ["cluster", "boilerplate", "add_many"])
def test_what_is_not_many_documents_is_an_error(make, message, call, tmp_path):
    """All calls that take documents say what the argument is and what to give."""
    with dedup.Index.open(tmp_path / "news.dedup") as index:
        function = {"cluster": dedup.cluster, "boilerplate": dedup.boilerplate, "add_many": index.add_many}[call]
        with pytest.raises(InputError, match=message):
            function(make())


def test_an_open_file_is_an_error():
    """The lines of a file are no texts."""
    with open_file() as file, pytest.raises(InputError, match="is an open file: to read files"):
        dedup.cluster(file)


def test_names_of_files_are_not_texts(tmp_path):
    """A list of names, as ``glob`` gives it, is no list of texts; a text that names no file is one."""
    path = tmp_path / "news.txt"
    path.write_text("Ferry sails")
    with pytest.raises(InputError, match="document 0 names a file or folder, "):
        dedup.cluster([str(path)])
    with pytest.raises(InputError, match=r"document 0 is of type PosixPath: .*; to read files, give dedup\.read"):
        dedup.cluster([path])
    assert 3 == dedup.cluster(["other.txt", "a\0.txt", f"{'x' * 300}.txt"]).documents


@pytest.mark.parametrize(
    ("given_id", "id"),
    [("a", "a"), (7, 7), (True, 0), (7.0, 7.0), (7.5, 0), ("", 0), (None, 0), (["a"], 0)],
    ids=str,
)
def test_ids_are_those_of_the_caller(given_id, id):
    """An id is a text or a whole number; a document without such an id has its number."""
    rows, *_ = numbered_documents([{"id": given_id, "text": "x"}], {})
    assert [id] == [id for id, _ in rows]
