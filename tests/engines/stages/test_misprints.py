"""Scanned texts with the option: misprinted copies are found, and clean texts do not change."""

import random

import pytest
from msgspec.structs import replace

import dedup
from dedup.engines.stages import documents as intake
from dedup.engines.stages import misprints
from dedup.types import Document
from tests.helpers.scans import article, scanned

SCANNED = dedup.Settings(scanned=True)

ARTICLES = [Document(article(number), id=f"a{number}") for number in range(40)]
SCANS = [Document(scanned(article(number), number), id=f"s{number}") for number in range(10)]


def stories(documents):
    """Return the ids of each story of two documents or more."""
    return {frozenset(member.id for member in story.members) for story in dedup.cluster(documents, SCANNED).stories}


def test_misprinted_copies_are_found():
    """Each article is in one story with its scan, and with no other document."""
    assert {frozenset((f"a{number}", f"s{number}")) for number in range(10)} == stories(ARTICLES + SCANS)


def test_two_scans_of_one_article_are_found():
    """Two scans with one misprint in five words at different places are copies in nine cases of ten."""
    second_scans = [Document(scanned(article(number), -1 - number), id=f"t{number}") for number in range(10)]
    copies = {frozenset((f"s{number}", f"t{number}")) for number in range(10)}
    pairs = stories(ARTICLES[10:] + SCANS + second_scans)
    assert pairs <= copies
    assert len(pairs) >= 9


def test_lightly_scanned_copies_are_corrected():
    """One misprint in fifty words is found by the collection, and a note says so."""
    lightly = [Document(scanned(article(number), number, 0.02), id=f"l{number}") for number in range(40)]
    report = dedup.cluster([*lightly, *ARTICLES], SCANNED)
    assert 40 == len(report.stories)
    assert ["reading"] == [note.about for note in report.notes]


def test_one_scan_among_many_is_noted():
    """A single scan is found among clean texts, and a note says so."""
    report = dedup.cluster([*ARTICLES, SCANS[3]], SCANNED)
    assert [{"a3", "s3"}] == [{member.id for member in story.members} for story in report.stories]
    reason = "2 texts look scanned: their misprints were read as the words that other copies have"
    assert [reason] == [note.reason for note in report.notes if note.about == "reading"]


def test_clean_texts_are_not_scanned():
    """Clean texts make no note and no story."""
    report = dedup.cluster(ARTICLES, SCANNED)
    assert ((), ()) == (report.stories, report.notes)


def test_misprints_count_without_the_setting():
    """Without the option a heavily misprinted copy is not found."""
    report = dedup.cluster([*ARTICLES, *SCANS])
    assert ((), ()) == (report.stories, report.notes)


def test_no_article_changes_by_the_setting():
    """Copies of clean texts make equal stories with the option and without it."""
    documents = [*ARTICLES, *(Document(f"{article(number)} indeed", id=f"c{number}") for number in range(10))]
    assert dedup.cluster(documents, SCANNED).stories == dedup.cluster(documents).stories


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_input_makes_no_difference(seed):
    """Shuffled documents have equal stories."""
    documents = [*ARTICLES, *SCANS]
    random.Random(seed).shuffle(documents)
    assert stories(ARTICLES + SCANS) == stories(documents)


def test_scans_with_other_figures_are_apart():
    """A scan with all nine figures replaced is no copy."""
    words = article(2).split()
    assert 9 == sum(word.isdigit() for word in words)
    other = " ".join(str(int(word) + 1111) if word.isdigit() else word for word in words)
    assert set() == stories([*ARTICLES, Document(scanned(other, 77), id="other")])


def test_contexts_in_parts_give_the_same_report(monkeypatch):
    """Texts are read alike if few contexts are compared together."""
    expected = dedup.cluster(ARTICLES + SCANS, SCANNED)
    monkeypatch.setattr(misprints, "_POSITIONS", 3000)
    monkeypatch.setattr(misprints, "_TOKENS", 700)
    report = dedup.cluster(ARTICLES + SCANS, SCANNED)
    assert (expected.stories, expected.notes) == (report.stories, report.notes)


def test_workers_give_the_same_report(monkeypatch):
    """A text that two workers have read counts once."""
    documents = [*ARTICLES[:9], *SCANS[:4], *(replace(scan, id=f"{scan.id} again") for scan in SCANS[:4])]
    monkeypatch.setattr(intake, "TASK_CHARACTERS", 4000)
    expected, report = (dedup.cluster(documents, SCANNED, workers=workers) for workers in (1, 2))
    assert (expected.stories, expected.notes) == (report.stories, report.notes)
