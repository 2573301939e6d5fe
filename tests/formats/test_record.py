"""Mappings -> documents, and mappings that are not documents."""

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from msgspec.structs import asdict

from dedup.errors import ReadError
from dedup.formats import to_document
from dedup.types import Document

TIME = datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC)


def test_a_mapping_is_a_document():
    """A mapping with all fields gives a document with all fields."""
    record = {"id": "1", "text": "t", "title": "T", "source": "S", "url": "U", "published": TIME, "other": 5}
    expected = Document(text="t", id="1", title="T", source="S", url="U", published=TIME)
    assert expected == to_document(record, "#1")


def test_a_mapping_of_a_whole_document():
    """Only a mapping that stands for a document has a path, an author, a language and a time of the last change."""
    document = Document("t", "1", path="p", author="A", language="de", modified=TIME)
    assert document == to_document(asdict(document), "#1", whole=True)
    assert Document("t", "1") == to_document(asdict(document), "#1")


def test_names_of_credits_are_other_names():
    """A mapping without source and address has them from the keys of its credits, whatever other keys it has."""
    record = {"text": "t", "canonical_url": "https://wire.example/a", "publisher": "Press"}
    document = to_document(record, "#1")
    assert ("https://wire.example/a", "Press") == (document.url, document.source)
    assert document == to_document(record | {"other": 5}, "#1")


@pytest.mark.parametrize("id", [None, ""])
def test_without_an_id_the_place_is_the_id(id):
    """A mapping without an id, or with an empty id, has its place as its id."""
    assert "#1" == to_document({"text": "t", "id": id}, "#1").id


def test_an_empty_text_is_a_text():
    """An empty text is a document without text, not an error."""
    assert "" == to_document({"text": ""}, "#1").text


def test_text_goes_before_html():
    """The text counts in a mapping with text and html."""
    assert "t" == to_document({"text": "t", "html": "<p>h</p>"}, "#1").text


def test_numbers_are_labels():
    """A number for a source or title becomes text."""
    document = to_document({"text": "t", "source": 42, "title": 7.5}, "#1")
    assert ("42", "7.5") == (document.source, document.title)


def test_labels_of_other_types_are_problems():
    """A source that is not text is left out and reported."""
    problems = []
    record = {"text": "t", "source": {"rank": 1}}
    document = to_document(record, "#1", on_problem=lambda *problem: problems.append(problem))
    assert ("", [("source", {"rank": 1}, "#1")]) == (document.source, problems)


def test_the_error_names_place_keys_and_cure():
    """A mapping without text raises an error with its place, its keys and the cure."""
    with pytest.raises(ReadError) as caught:
        to_document({"words": "t", 5: "x"}, "#3", {"html": "page"})
    assert (
        "#3: has neither 'text' nor 'page'; its keys are 'words', 5; name the one that holds the text: "
        "--field text=NAME, or fields={'text': 'NAME'}"
    ) == str(caught.value)


def test_errors_are_short_whatever_the_keys():
    """The message on a mapping of a thousand long keys is short."""
    with pytest.raises(ReadError) as caught:
        to_document({f"{number}" * 100: 1 for number in range(1000)}, "#1")
    assert len(str(caught.value)) < 1200


def test_a_row_names_its_original():
    """A row's own fields go before those of its page, and a value that is no text is left out without a note."""
    html = "<html><head><meta name='dc.publisher' content='Press'></head><body><p>Words.</p></body></html>"
    row = {"html": html, "canonical_url": "https://wire.example/a", "syndicated_from": ["The Wire", 5]}
    problems: list[object] = []
    document = to_document(row, "a", on_problem=lambda *problem: problems.append(problem))
    assert ("https://wire.example/a", "", "Press") == (
        document.canonical_url,
        document.syndicated_from,
        document.publisher,
    )
    assert [] == problems


def test_a_list_of_one_text_is_the_text():
    """A title or source that is a list of one text is that text, and of several is left out."""
    document = to_document({"text": "t", "title": ["T"], "source": ["S", "U"]}, "#1")
    assert ("T", "") == (document.title, document.source)


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NaT, pd.NA, np.datetime64("NaT"), Decimal("NaN")], ids=repr)
def test_a_missing_value_is_no_value(missing):
    """A missing value of any library is no value in each field, and no problem."""
    record = {"text": "t", "id": missing, "title": missing, "source": missing, "url": missing, "published": missing}
    assert Document("t", "#1") == to_document(record, "#1", on_problem=pytest.fail)


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA], ids=repr)
def test_a_missing_text_is_an_error(missing):
    """A row whose text is missing is no document, and its page is read where it has one."""
    with pytest.raises(ReadError, match=r"'text' is (null|missing); give a string"):
        to_document({"text": missing}, "#1")
    assert "words" in to_document({"text": missing, "html": "<p>words of a page</p>"}, "#1").text


def test_the_page_in_an_object_is_the_text():
    """Posts of WordPress hold a page in an object."""
    record = {"id": 7, "content": {"rendered": "<p>The words of the post.</p>"}, "title": {"rendered": "A post"}}
    document = to_document(record, "#1")
    assert ("7", "A post", "The words of the post.") == (document.id, document.title, document.text.strip())


def test_values_of_databases_are_unpacked():
    """Ids and times of an export of MongoDB are read."""
    record = {"_id": {"$oid": "5f"}, "body": "t", "created_at": {"$date": {"$numberLong": "1704164645000"}}}
    document = to_document(record, "#1")
    assert ("5f", "2024-01-02T03:04:05+00:00") == (document.id, document.published.isoformat())


def test_times_of_numpy_are_read():
    """A time of numpy is a time."""
    published = to_document({"text": "t", "published": np.datetime64("2024-01-02T03:04:05", "ns")}, "#1").published
    assert "2024-01-02T03:04:05+00:00" == published.isoformat()
