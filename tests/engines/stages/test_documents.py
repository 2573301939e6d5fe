"""Documents that `cluster` takes, the ids that it gives them, and the documents that it skips."""

import datetime

import pytest

import dedup
from dedup import Document, InputError
from dedup.engines.stages.documents import TASK_CHARACTERS, DocumentIntake


def ids(report):
    """Return the ids of all documents of a report without copies, in its order."""
    return [member.id for member in report.singletons]


def test_documents_mappings_and_texts_are_documents(prose):
    """The three kinds of input may be mixed, and one text in all three kinds is one story."""
    report = dedup.cluster([Document(prose(1), id="a"), {"text": prose(1), "id": "b"}, prose(1)])
    assert [["a", "b", "2"]] == [sorted((m.id for m in story.members), key="ab2".index) for story in report.stories]


def test_a_mapping_may_hold_a_page():
    """A mapping with ``html`` in place of ``text`` is read as a page."""
    body = " ".join(f"<p>The harbour master said ferry number {n} would sail on Monday at dawn.</p>" for n in range(9))
    page = f"<html><head><title>Ferries</title></head><body><article>{body}</article></body></html>"
    report = dedup.cluster([{"html": page}])
    assert ["Ferries"] == [member.title for member in report.singletons]


def test_the_report_has_the_fields_of_a_document(prose):
    """The report has the source, time, title and path of a document."""
    time = datetime.datetime(2026, 1, 2, 3, 4, tzinfo=datetime.UTC)
    document = Document(prose(1), "a", "Ferry sails", "courier.example", "https://courier.example/1", time, "a.txt")
    (member,) = dedup.cluster([document]).singletons
    assert ("a", "courier.example", time, "Ferry sails", "a.txt") == (
        member.id,
        member.source,
        member.published,
        member.title,
        member.path,
    )


def test_nothing_in_nothing_out():
    """No documents make an empty report."""
    report = dedup.cluster([])
    assert ((), (), 0, (), ()) == (
        report.stories,
        report.singletons,
        report.documents,
        report.skipped,
        report.notes,
    )


def test_a_document_without_an_id_gets_its_number(prose):
    """The id of a document without one is its place in the input, from 0, for each kind of document."""
    documents = [Document(prose(0)), {"text": prose(1)}, prose(2), {"text": prose(3), "id": None}]
    assert ["0", "1", "2", "3"] == ids(dedup.cluster(documents))


def test_a_number_is_an_id(prose):
    """The id of a mapping may be a whole number."""
    assert ["17"] == ids(dedup.cluster([{"text": prose(1), "id": 17}]))


def test_an_id_that_is_used_before_gets_a_number(prose):
    """Each document has an id of its own, and a note says how many ids were changed."""
    documents = [Document(prose(n), id="feed") for n in range(3)]
    report = dedup.cluster(documents)
    assert ["feed", "feed#2", "feed#3"] == ids(report)
    assert ["ids"] == [note.about for note in report.notes]
    assert report.notes[0].reason.startswith("2 ids were used before and got a number, such as 'feed#2'")


def test_a_new_name_is_not_one_that_was_given(prose):
    """The number behind a repeated id makes an id that is free, in each order of input."""
    documents = [Document(prose(n), id=id) for n, id in enumerate(["a", "a#2", "a", "a#2", "a"])]
    assert ["a", "a#2", "a#3", "a#2#2", "a#4"] == ids(dedup.cluster(documents))


def test_a_row_given_twice_is_two_documents_of_one_story(prose):
    """A document that comes twice is an exact copy of itself under another id, and a note says so."""
    report = dedup.cluster([Document(prose(1), id="a"), Document(prose(1), id="a")])
    (story,) = report.stories
    assert ("a", ["a#2"], "exact") == (story.id, [copy.id for copy in story.copies], story.copies[0].relation)
    assert 1 == len(report.notes)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"words": "x"}, "has neither 'text' nor 'html'"),
        ({}, "has neither 'text' nor 'html'"),
        ({"text": None}, "'text' is null"),
        ({"text": 5}, "'text' is of type int"),
        ({"text": "x", "id": ["a"]}, "id is ['a']"),
        ("a \ud800 b", "lone surrogate"),
        ({"text": "a \udfff b"}, "lone surrogate"),
        (Document("a \udc80 b", id="x"), "lone surrogate"),
        (Document(None), "'text' is null"),
        (Document(b"bytes"), "'text' is of type bytes"),
        (Document("x", id=1.5), "id is 1.5"),
    ],
    ids=str,
)
def test_a_document_that_cannot_be_used_is_skipped(bad, reason, prose):
    """A skip names the place and the reason of a bad document, and the others are clustered."""
    report = dedup.cluster([prose(1), bad, prose(1)])
    assert ["1"] == [skip.path for skip in report.skipped]
    assert reason in report.skipped[0].reason
    assert (2, ["0", "2"]) == (report.documents, [member.id for member in report.stories[0].members])


def test_a_document_with_fields_of_other_types_is_mended_as_a_mapping_would_be(prose):
    """A time as text and an id that is a number are converted in a `Document` as in a mapping."""
    document = Document(prose(1), id=7, title=None, source=None, published="2026-01-02T03:04:05Z")
    (member,) = dedup.cluster([document]).singletons
    time = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    assert ("7", "", "", time) == (member.id, member.title, member.source, member.published)


@pytest.mark.parametrize("wrong", [5, None, b"bytes", ["text"], 1.5])
def test_an_item_that_is_no_document_is_an_error(wrong, prose):
    """An item that is no document is an error that names its place and its type."""
    with pytest.raises(InputError, match=f"document 1 is of type {type(wrong).__name__}: give a Document"):
        dedup.cluster([prose(1), wrong])


def test_documents_are_read_once_and_freed():
    """Memory holds only the documents of a few tasks at a time."""
    alive = 0
    most = 0

    class Watched(str):
        def __del__(self):
            nonlocal alive
            alive -= 1

    def stream():
        nonlocal alive, most
        for number in range(200):
            text = Watched(f"{number:03} " * 20_000)
            alive += 1
            most = max(most, alive)
            yield Document(text)
            del text

    report = dedup.cluster(stream(), workers=1)
    assert 200 == report.documents
    of_task = 1 + TASK_CHARACTERS // (4 * 20_000)
    assert most <= 3 * of_task  # two tasks show whether several processes are needed, and the next one grows
    assert 0 == alive


@pytest.mark.parametrize("text", ["", "x", "x" * (TASK_CHARACTERS // 3), "x" * (2 * TASK_CHARACTERS)])
def test_a_task_is_bounded_for_texts_of_every_length(text):
    """Tasks of empty documents end too, and a document larger than a task is a task."""
    count = 40_000 if len(text) < 9 else 9
    sizes = [len(task.rows) for task in DocumentIntake().requests(text for _ in range(count))]
    assert max(sizes) <= 1 + TASK_CHARACTERS // max(len(text), 100)
    assert count == sum(sizes)
