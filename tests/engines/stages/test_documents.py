"""What `cluster` takes for documents, what it calls them, and what it does with those it cannot use."""

import datetime

import pytest

import dedup
from dedup import Document, InputError
from dedup.engines.stages.documents import LOT_CHARACTERS, DocumentIntake


def ids(report):
    """The ids of all documents, which no test here lets be copies, in the order of the report."""
    return [member.id for member in report.singletons]


def test_documents_mappings_and_texts_are_documents(prose):
    """The three kinds of input may be mixed, and one text in all three is one story."""
    report = dedup.cluster([Document(prose(1), id="a"), {"text": prose(1), "id": "b"}, prose(1)])
    assert [["a", "b", "2"]] == [sorted((m.id for m in story.members), key="ab2".index) for story in report.stories]


def test_a_mapping_may_hold_a_page():
    """A mapping with ``html`` in place of ``text`` is read as a page."""
    body = " ".join(f"<p>The harbour master said ferry number {n} would sail on Monday at dawn.</p>" for n in range(9))
    page = f"<html><head><title>Ferries</title></head><body><article>{body}</article></body></html>"
    report = dedup.cluster([{"html": page}])
    assert ["Ferries"] == [member.title for member in report.singletons]


def test_what_a_document_says_of_itself_is_in_the_report(prose):
    """Source, time, title and path of a document come out as they went in."""
    time = datetime.datetime(2026, 1, 2, 3, 4, tzinfo=datetime.UTC)
    given = Document(prose(1), "a", "Ferry sails", "courier.example", "https://courier.example/1", time, "a.txt")
    (member,) = dedup.cluster([given]).singletons
    assert ("a", "courier.example", time, "Ferry sails", "a.txt") == (
        member.id,
        member.source,
        member.published,
        member.title,
        member.path,
    )


def test_nothing_in_nothing_out():
    """No documents make an empty report and no error."""
    report = dedup.cluster([])
    assert ((), (), 0, (), ()) == (
        report.stories,
        report.singletons,
        report.documents,
        report.skipped,
        report.notes,
    )


def test_a_document_without_an_id_gets_its_number(prose):
    """Ids that are not given are places in the input, from 0, in a mapping and a text as well."""
    given = [Document(prose(0)), {"text": prose(1)}, prose(2), {"text": prose(3), "id": None}]
    assert ["0", "1", "2", "3"] == ids(dedup.cluster(given))


def test_a_number_is_an_id(prose):
    """A mapping's id may be a whole number, as databases give it."""
    assert ["17"] == ids(dedup.cluster([{"text": prose(1), "id": 17}]))


def test_an_id_that_is_used_before_gets_a_number(prose):
    """Every document keeps an id of its own, and a note tells how many were changed."""
    given = [Document(prose(n), id="feed") for n in range(3)]
    report = dedup.cluster(given)
    assert ["feed", "feed#2", "feed#3"] == ids(report)
    assert ["ids"] == [note.about for note in report.notes]
    assert report.notes[0].reason.startswith("2 ids were used before and got a number, such as 'feed#2'")


def test_a_new_name_is_not_one_that_was_given(prose):
    """The number behind a repeated id passes over ids that are taken, in whichever order they come."""
    given = [Document(prose(n), id=id) for n, id in enumerate(["a", "a#2", "a", "a#2", "a"])]
    assert ["a", "a#2", "a#3", "a#2#2", "a#4"] == ids(dedup.cluster(given))


def test_a_row_given_twice_is_two_documents_of_one_story(prose):
    """The same document with the same id twice is an exact copy of itself under another name, and is told."""
    report = dedup.cluster([Document(prose(1), id="a"), Document(prose(1), id="a")])
    (story,) = report.stories
    assert ("a", ["a#2"], "exact") == (story.id, [copy.id for copy in story.copies], story.copies[0].relation)
    assert 1 == len(report.notes)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"body": "x"}, "has neither 'text' nor 'html'"),
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
    """One bad document is named with its place and its reason, and all others are clustered."""
    report = dedup.cluster([prose(1), bad, prose(1)])
    assert ["1"] == [skip.path for skip in report.skipped]
    assert reason in report.skipped[0].reason
    assert (2, ["0", "2"]) == (report.documents, [member.id for member in report.stories[0].members])


def test_a_document_with_fields_of_other_types_is_mended_as_a_mapping_would_be(prose):
    """Python does not check a `Document`: a time as text or an id that is a number are no reason to fail at the end."""
    given = Document(prose(1), id=7, title=None, source=None, published="2026-01-02T03:04:05Z")
    (member,) = dedup.cluster([given]).singletons
    time = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    assert ("7", "", "", time) == (member.id, member.title, member.source, member.published)


@pytest.mark.parametrize("wrong", [5, None, b"bytes", ["text"], 1.5])
def test_what_is_no_document_is_an_error(wrong, prose):
    """An item that cannot be meant as a document is a mistake of the program, told with its place and its type."""
    with pytest.raises(InputError, match=f"document 1 is of type {type(wrong).__name__}: give a Document"):
        dedup.cluster([prose(1), wrong])


def test_documents_are_read_once_and_let_go():
    """The input is a stream: of many documents only those of some lots are in memory together."""
    held = 0
    most = 0

    class Watched(str):
        def __del__(self):
            nonlocal held
            held -= 1

    def stream():
        nonlocal held, most
        for number in range(200):
            text = Watched(f"{number:03} " * 20_000)
            held += 1
            most = max(most, held)
            yield Document(text)
            del text

    report = dedup.cluster(stream(), workers=1)
    assert 200 == report.documents
    a_lot = 1 + LOT_CHARACTERS // (4 * 20_000)
    assert most <= 3 * a_lot  # two tell whether there is work for several processes, and the next is gathered
    assert 0 == held


@pytest.mark.parametrize("text", ["", "x", "x" * (LOT_CHARACTERS // 3), "x" * (2 * LOT_CHARACTERS)])
def test_a_lot_is_bounded_for_texts_of_every_length(text):
    """Lots end though documents have no text, and a document larger than a lot is one."""
    count = 40_000 if len(text) < 9 else 9
    sizes = [len(lot.rows) for lot in DocumentIntake().requests(text for _ in range(count))]
    assert max(sizes) <= 1 + LOT_CHARACTERS // max(len(text), 100)
    assert count == sum(sizes)
