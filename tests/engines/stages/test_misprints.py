"""Scanned texts, with the setting for them: misprinted copies are found, and clean texts stay as they are."""

import random

import pytest

import dedup
from dedup.engines.stages import misprints
from dedup.types import Document

SCANNED = dedup.Settings(scanned=True)

LETTERS = "abcdefghijklmnopqrstuvwxyz"
FORMS = ["".join(random.Random(number).choices(LETTERS, k=3 + number % 8)) for number in range(900)]


def article(number):
    """An article of 250 words and some figures, the same for each number."""
    rng = random.Random(f"article {number}")
    return " ".join(str(rng.randrange(10, 9999)) if rng.random() < 0.03 else rng.choice(FORMS) for _ in range(250))


def scanned(text, number, share=0.2):
    """The text with one character changed in a share of its words."""
    rng = random.Random(f"scan {number}")
    words = text.split()
    for index, word in enumerate(words):
        if rng.random() < share:
            place = rng.randrange(len(word))
            words[index] = word[:place] + rng.choice(LETTERS) + word[place + 1 :]
    return " ".join(words)


ARTICLES = [Document(article(number), id=f"a{number}") for number in range(40)]
SCANS = [Document(scanned(article(number), number), id=f"s{number}") for number in range(10)]


def stories(documents):
    """The ids of each story of two documents or more."""
    return {frozenset(member.id for member in story.members) for story in dedup.cluster(documents, SCANNED).stories}


def test_misprinted_copies_are_found():
    """Every article is in one story with its scan, and with nothing else."""
    assert {frozenset((f"a{number}", f"s{number}")) for number in range(10)} == stories(ARTICLES + SCANS)


def test_two_scans_of_one_article_are_found():
    """Two scans that are misread in different places are copies; at one word in five, nine in ten of them."""
    others = [Document(scanned(article(number), -1 - number), id=f"t{number}") for number in range(10)]
    copies = {frozenset((f"s{number}", f"t{number}")) for number in range(10)}
    found = stories(ARTICLES[10:] + SCANS + others)
    assert found <= copies
    assert len(found) >= 9


def test_lightly_scanned_copies_are_mended():
    """Where one word in fifty is misread, no text shows it alone, but a note says that the collection does."""
    lightly = [Document(scanned(article(number), number, 0.02), id=f"l{number}") for number in range(40)]
    report = dedup.cluster([*lightly, *ARTICLES], SCANNED)
    assert 40 == len(report.stories)
    assert ["reading"] == [note.about for note in report.notes]


def test_one_scan_among_many_is_told():
    """A single scan is found among clean texts, and a note says so: the two texts agree where either is misread."""
    report = dedup.cluster([*ARTICLES, SCANS[3]], SCANNED)
    assert [{"a3", "s3"}] == [{member.id for member in story.members} for story in report.stories]
    reason = "2 texts look scanned: their misprints were read as the words that other copies have"
    assert [reason] == [note.reason for note in report.notes if note.about == "reading"]


def test_clean_texts_are_not_told_to_be_scanned():
    """Clean texts bring no note, and no story."""
    report = dedup.cluster(ARTICLES, SCANNED)
    assert ((), ()) == (report.stories, report.notes)


def test_misprints_count_without_the_setting():
    """By default no text is read otherwise than it stands: a heavily misprinted copy is found by nobody."""
    report = dedup.cluster([*ARTICLES, *SCANS])
    assert ((), ()) == (report.stories, report.notes)


def test_no_article_changes_by_the_setting():
    """Copies of clean texts are the same stories with the setting and without it."""
    documents = [*ARTICLES, *(Document(f"{article(number)} indeed", id=f"c{number}") for number in range(10))]
    assert dedup.cluster(documents, SCANNED).stories == dedup.cluster(documents).stories


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_input_makes_no_difference(seed):
    """Shuffled, the same documents have the same stories."""
    documents = [*ARTICLES, *SCANS]
    random.Random(seed).shuffle(documents)
    assert stories(ARTICLES + SCANS) == stories(documents)


def test_scans_with_other_figures_are_apart():
    """A scan of a report with all of its nine figures replaced is not a copy of it."""
    words = article(2).split()
    assert 9 == sum(word.isdigit() for word in words)
    other = " ".join(str(int(word) + 1111) if word.isdigit() else word for word in words)
    assert set() == stories([*ARTICLES, Document(scanned(other, 77), id="other")])


def test_contexts_in_parts_find_the_same_copies(monkeypatch):
    """However few contexts are looked at together, each scan is found."""
    monkeypatch.setattr(misprints, "_PART", 3000)
    monkeypatch.setattr(misprints, "_LOT", 700)
    assert {frozenset((f"a{number}", f"s{number}")) for number in range(10)} == stories(ARTICLES + SCANS)
