"""Rows of plain values make the documents that they make one by one."""

import json

import pytest

from dedup.formats import record
from dedup.formats.fields.names import FieldNames
from dedup.formats.fields.plain_rows import columns_of_plain_rows
from dedup.formats.places import NO_OPTIONS, Place

PLAIN = {
    "ids of strings": [{"id": "a", "text": "one"}, {"id": "\u00e9", "text": "tw\u00f6"}],
    "ids of numbers": [{"id": 7, "text": "one"}, {"id": -8, "text": "two"}],
    "some ids": [{"id": "", "text": "one"}, {"text": ""}, {"id": None, "text": "three"}],
    "other names": [{"headline": "A", "body": "one", "link": "b"}, {"body": "two", "outlet": None}],
    "times": [{"text": "one", "date": "2024-05-06T07:08:09Z"}, {"text": "two", "date": ""}, {"text": "three"}],
}
ODD = {
    "a text that is a number": [{"text": "one"}, {"text": 2}],
    "no text": [{"text": "one"}, {"html": "<p>two</p>"}],
    "an id that is a list": [{"id": ["a"], "text": "one"}],
    "an id of both kinds": [{"id": 1, "text": "one"}, {"id": "1", "text": "two"}],
    "a title in an object": [{"title": {"name": "A"}, "text": "one"}],
    "a written time": [{"date": "6 May 2024", "text": "one"}],
    "no time": [{"date": "soon", "text": "one"}, {"date": "9999-01-01", "text": "two"}],
    "half a character": [{"title": "\ud800", "text": "one"}, {"id": "\ud800", "text": "two"}, {"text": "\ud800"}],
    "no object": [{"text": "one"}, ["two"], None],
    "an original": [{"text": "one", "canonical_url": "https://a.example/b"}],
    "a name that comes later": [{"title": "A", "text": "one"}, {"headline": "B", "summary": "two"}],
}


@pytest.mark.parametrize("rows", [*PLAIN.values(), *ODD.values()], ids=[*PLAIN, *ODD])
def test_rows_together_are_the_rows_one_by_one(put, hear, monkeypatch, rows):
    """Documents, skips and notes are equal, whether rows are read together or one by one."""
    path = put("a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    together = hear(path)
    monkeypatch.setattr(record, "columns_of_plain_rows", lambda *_: None)
    assert hear(path) == together


@pytest.mark.parametrize("rows", PLAIN.values(), ids=PLAIN)
def test_plain_rows_are_read_together(rows):
    """No value of plain rows needs a closer look."""
    names = FieldNames()
    names.see(dict.fromkeys(key for row in rows for key in row))
    columns = columns_of_plain_rows(
        rows, 1, names, Place("a.jsonl", "a.jsonl", "a.jsonl", ".jsonl"), NO_OPTIONS.limits.tokens
    )
    assert columns is not None
    assert len(rows) == len(columns)
