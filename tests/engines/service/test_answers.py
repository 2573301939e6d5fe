"""Lines of JSON to answers, beside what no index of files does."""

import json
import types

import pytest

from dedup import Decision, Document, Index, IndexProblem, Settings
from dedup.engines.service import answers
from dedup.engines.service.answers import add_lines


def lines_of(*ids: str) -> list[bytes]:
    """Lines of documents."""
    return [json.dumps({"id": id, "text": "Any text."}).encode() for id in ids]


def index_that(fail):
    """An index that fails on documents of some ids."""

    def add_many(documents):
        for document in documents:
            fail(document.id)
        return [Decision(document.id, "s1", "original", document.id) for document in documents]

    return types.SimpleNamespace(settings=Settings(), add_many=add_many)


def test_a_document_on_which_the_index_fails_costs_the_others_nothing(caplog):
    """If a batch fails because of one document, this document has the status 500 and the others are added."""

    def fail(id: str) -> None:
        if id == "bad":
            raise ZeroDivisionError("by bad luck")

    rows = [json.loads(answer.line) for answer in add_lines(index_that(fail), {}, lines_of("a", "bad", "b"))]
    assert ["a", "bad", "b"] == [row["id"] for row in rows]
    assert [None, 500, None] == [row.get("status") for row in rows]
    assert "by bad luck" in rows[1]["error"] and "by bad luck" in caplog.text


def test_a_line_on_which_the_reader_fails_costs_the_others_nothing(monkeypatch):
    """If the service fails to read one line, this line has the status 500 and the others are added."""

    def read(row, *arguments, **named):
        if row["id"] == "bad":
            raise ZeroDivisionError("by bad luck")
        return Document(row["text"], id=row["id"])

    monkeypatch.setattr(answers, "to_document", read)
    rows = [json.loads(answer.line) for answer in add_lines(index_that(len), {}, lines_of("a", "bad", "b"))]
    assert [("a", None), ("bad", 500), ("b", None)] == [(row["id"], row.get("status")) for row in rows]


def test_an_index_that_cannot_be_written_answers_nothing():
    """An error of the index or of the disk is raised, and no line is answered."""
    for error in (IndexProblem("full"), OSError("gone")):

        def fail(id: str, error: Exception = error) -> None:
            raise error

        with pytest.raises(type(error)):
            add_lines(index_that(fail), {}, lines_of("a"))


def test_the_fields_of_a_document_arrive(tmp_path, prose):
    """A line has the fields of a document by their names, its path too."""
    row = {
        "id": 7,
        "text": prose(1),
        "headline": "A title",
        "source": "wire.example",
        "url": "https://wire.example/7",
        "published": "2026-03-01T10:00:00Z",
        "path": "feeds/7.txt",
    }
    with Index.open(tmp_path / "news.dedup") as index:
        add_lines(index, {}, [json.dumps(row).encode()])
        document = index.get("7")
    assert ("feeds/7.txt", "A title") == (document.path, document.title)
    assert ("wire.example", 2026) == (document.source, document.published.year)
