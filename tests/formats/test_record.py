"""Mappings that a program hands over."""

import datetime

import pytest

from dedup.errors import ReadError
from dedup.formats import to_document
from dedup.types import Document

TIME = datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC)


def test_a_mapping_is_a_document():
    """A mapping with everything gives a document with everything."""
    record = {"id": "1", "text": "t", "title": "T", "source": "S", "url": "U", "published": TIME, "other": 5}
    expected = Document(text="t", id="1", title="T", source="S", url="U", published=TIME, path="p")
    assert expected == to_document(record, "#1", path="p")


@pytest.mark.parametrize("found", [None, ""])
def test_without_an_id_the_place_is_the_id(found):
    """A mapping without an id, or with an empty one, is named by its place."""
    assert "#1" == to_document({"text": "t", "id": found}, "#1").id


def test_an_empty_text_is_a_text():
    """An empty text is a document without text, not an error."""
    assert "" == to_document({"text": ""}, "#1").text


def test_text_goes_before_html():
    """Where both are given, the text counts."""
    assert "t" == to_document({"text": "t", "html": "<p>h</p>"}, "#1").text


def test_numbers_are_labels():
    """A number for a source or title is taken as text."""
    assert ("42", "7.5") == (lambda found: (found.source, found.title))(
        to_document({"text": "t", "source": 42, "title": 7.5}, "#1")
    )


def test_labels_of_other_kinds_are_odd():
    """A source that is no text is left out and told, and costs nothing else."""
    told = []
    found = to_document({"text": "t", "source": {"name": "S"}}, "#1", on_problem=lambda *odd: told.append(odd))
    assert ("", [("source", {"name": "S"}, "#1")]) == (found.source, told)


def test_the_error_names_place_keys_and_cure():
    """A mapping without text raises an error with its place, its keys and what to do."""
    with pytest.raises(ReadError) as caught:
        to_document({"content": "t", 5: "x"}, "#3", {"html": "page"})
    assert (
        "#3: has neither 'text' nor 'page'; its keys are 'content', 5; name the one that holds the text: "
        "--field text=NAME, or fields={'text': 'NAME'}"
    ) == str(caught.value)


def test_errors_are_short_whatever_the_keys():
    """A thousand long keys make no thousand-line message."""
    with pytest.raises(ReadError) as caught:
        to_document({f"{number}" * 100: 1 for number in range(1000)}, "#1")
    assert len(str(caught.value)) < 1200
