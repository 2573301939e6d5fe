"""The word of a person on pairs goes before every rule."""

import pytest

import dedup
from dedup import HandPair

WIRE = "The harbour board approved the merger of the two ferry lines on Tuesday, after a vote of nine to four. " * 2
FOX = "A fox was seen in the old mill by the river, and the miller left the door open for it all night long. " * 2
PAGES = [
    {"id": "wire", "text": WIRE},
    {"id": "copy", "text": f"{WIRE} More on page two of the paper."},
    {"id": "other copy", "text": f"{WIRE} More on page two of the paper today."},
    {"id": "fox", "text": FOX},
    {"id": "wall", "text": "..."},
]


def stories(*pairs: HandPair) -> set[frozenset[str]]:
    """The stories of the pages with the word of a person."""
    report = dedup.cluster(PAGES, workers=1, pairs=pairs)
    return {frozenset(member.id for member in story.members) for story in report}


def test_pairs_that_are_the_same() -> None:
    """Their stories are one, whatever the texts are, also for a page without a word."""
    ferry = {"wire", "copy", "other copy"}
    assert {frozenset(ferry)} == stories()
    assert {frozenset({*ferry, "fox"})} == stories(HandPair("fox", "copy", same=True))
    assert {frozenset(ferry), frozenset({"fox", "wall"})} == stories(HandPair("fox", "wall", same=True))


def test_pairs_that_are_apart() -> None:
    """The second document leaves with the one that shares more with it."""
    assert {frozenset({"copy", "other copy"})} == stories(HandPair("wire", "copy", same=False))
    together = HandPair("wire", "other copy", same=True)
    assert {frozenset({"wire", "other copy"})} == stories(HandPair("wire", "copy", same=False), together)


def test_reasons_are_by_hand() -> None:
    """The report and its explanation say that a person decided, and how little the story has in common."""
    pairs = [HandPair("fox", "copy", same=True)]
    report = dedup.cluster(PAGES, workers=1, pairs=pairs, explain=True)
    assert report.explanation is not None
    assert {"fox": "by hand", "copy": "by hand"} == report.joined_by
    assert "by hand" == report.explanation.members["fox"].decided
    assert 0.0 == report.stories[0].weakest == report.explanation.members["fox"].link
    decided = {
        pair.comparison.decided
        for pair in report.explanation.evidence(report.stories[0].id)[1]
        if "fox" in (pair.comparison.a.id, pair.comparison.b.id)
    }
    assert decided <= {"by hand", "story"}


def test_contradictions_and_unknown_documents() -> None:
    """Pairs that contradict each other are named. A pair with an unknown document counts for nothing, with a note."""
    one, two = HandPair("wire", "fox", same=True), HandPair("fox", "copy", same=True)
    with pytest.raises(dedup.InputError, match="'copy' and 'wire' are not the same, but 'copy' and 'fox', 'fox' and"):
        stories(one, two, HandPair("copy", "wire", same=False))
    report = dedup.cluster(PAGES, workers=1, pairs=[HandPair("wire", "nobody", same=True)])
    assert "1 of their documents are not there, such as 'nobody'" in [note.reason for note in report.notes]
