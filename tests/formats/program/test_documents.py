"""Documents of a program, and arguments that are not many documents: each is one clear error with its cure."""

import datetime
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest
from datasets import Dataset, DatasetDict
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup import Document, InputError, ReadError
from dedup.formats import to_document
from dedup.formats.program.documents import fields_of, numbered_documents, to_plain_document

TEXTS = ("id", "title", "source", "url", "canonical_url", "syndicated_from", "publisher", "author", "language")
ODD = (None, "", 5, 7.0, True, float("nan"), pd.NA, pd.NaT, b"x", "\ud800", "\ud83d\ude00", ["a"], {"name": "N"})
TIMES = (
    pd.Timestamp("2024-05-06 07:08:09.123456789", tz="UTC"),
    datetime.date(2024, 5, 6),
    "2024-05-06T07:08:09Z",
    *(datetime.datetime(year, 1, 1) for year in (1, 1599, 1600, 2024, 9999)),
)


class Article(Document, frozen=True):
    """A document of a program, with a field of its own."""

    section: str = ""


def make_documents(texts, times, path):
    """Return the strategy of documents with such texts, times and paths."""
    values = dict.fromkeys(TEXTS, texts) | dict.fromkeys(("published", "modified"), times)
    return st.sampled_from([Document, Article]).flatmap(lambda kind: st.builds(kind, text=texts, path=path, **values))


usual_times = st.none() | st.datetimes(timezones=st.none() | st.timezones())
usual_documents = make_documents(st.text(max_size=4), usual_times, st.text(max_size=4))
odd_texts = st.text(max_size=3) | st.sampled_from([*ODD, np.str_("a"), np.str_("ä"), np.int64(8)])
odd_documents = make_documents(
    odd_texts, usual_times | st.sampled_from([*ODD, *TIMES]), st.sampled_from(["", "a/\udc80", None, Path("a/b"), 5])
)


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


def converted(document):
    """Return the document that the reader of rows makes of the fields of a document, or its error as text."""
    try:
        return to_document(fields_of(document, "the document"), "#1", whole=True)
    except ReadError as error:
        return str(error)


@given(usual_documents)
def test_a_document_is_what_its_fields_are(document):
    """A document needs no mapping of its fields. It is the document that the reader of rows makes of them."""
    plain = to_plain_document(document)
    assert Document is type(plain)
    assert converted(document) == msgspec.structs.replace(plain, id=plain.id or "#1")


@given(usual_documents | odd_documents, st.sampled_from(Document.__struct_fields__), odd_texts)
def test_a_document_with_values_of_other_types_is_left_to_the_reader_of_rows(document, name, value):
    """A document with values of any type is the document that the reader makes of its fields, or is left to it."""
    document = msgspec.structs.replace(document, **{name: value})
    plain = to_plain_document(document)
    assert plain is None or converted(document) == msgspec.structs.replace(plain, id=plain.id or "#1")


def test_the_fields_of_a_page_are_converted():
    """Author, language and time of the last change of a document are converted as its other fields are."""
    time = datetime.datetime(2024, 5, 6, 7, tzinfo=datetime.UTC)
    document = converted(Document("t", author=["Jane Roe"], language=None, modified="2024-05-06T07:00Z"))
    assert ("Jane Roe", "", time) == (document.author, document.language, document.modified)
    assert ("", "", None) == msgspec.structs.astuple(converted(Document("t", author=["A", 5], modified="soon")))[-3:]
    assert "'author' holds a lone surrogate" in converted(Document("t", author="\ud800"))
