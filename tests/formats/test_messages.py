"""Skips and problems of many rows are few messages."""

from dedup.formats.messages import ProblemGroups, SkipGroups
from dedup.formats.places import FieldProblem
from dedup.settings import DEFAULT_LIMITS
from dedup.types import Skip


def test_one_reason_is_one_skip_with_a_count_and_the_first_line():
    """Skips of one file and reason are one skip, whatever numbers and values their reasons quote."""
    skips = SkipGroups()
    assert [True, False, False, True] == [
        skips.add(Skip("a", "is not UTF-8: byte 0xE9 at offset 7; convert it", 9)),
        skips.add(Skip("a", "is not UTF-8: byte 0xDF at offset 70; convert it", 3)),
        skips.add(Skip("a", "is not UTF-8: byte 0xE9 at offset 7; convert it", 4, count=5)),
        skips.add(Skip("b", "is not UTF-8: byte 0xE9 at offset 7; convert it", 1)),
    ]
    assert [("a", 3, 7), ("b", 1, 1)] == [(skip.path, skip.line, skip.count) for skip in skips.skips()]


def test_other_reasons_stay_apart():
    """Skips of two reasons are two skips, in the order of their lines."""
    skips = SkipGroups()
    skips.add(Skip("a", "is not JSON: Expecting value", 5))
    skips.add(Skip("a", "'text' is null; give a string", 2))
    assert [2, 5] == [skip.line for skip in skips.skips()]


def test_a_million_bad_files_are_few_skips():
    """The files of one reason are listed up to a cap, and the last skip counts the others."""
    skips = SkipGroups()
    for number in range(5 * DEFAULT_LIMITS.skips):
        skips.add(Skip(f"{number}.txt", "is empty"))
    assert DEFAULT_LIMITS.skips + 1 == len(skips)
    assert 5 * DEFAULT_LIMITS.skips == sum(skip.count for skip in skips.skips())


def test_documents_of_a_program_are_one_skip_a_reason():
    """Places of documents are not files: a reason is one skip."""
    skips = SkipGroups(by_file=False)
    for number in range(9):
        skips.add(Skip(str(number), "'text' is null; give a string"))
    assert [Skip("0", "'text' is null; give a string", count=9)] == skips.skips()


def test_problems_of_several_files_are_one_note():
    """Values of one field that cannot be used are one note of a run."""
    problems = ProblemGroups()
    problems.add(FieldProblem("a", "published", 2, "a:1: 'soon'"))
    problems.add(FieldProblem("b", "published", 1, "b:1: 'later'"))
    (note,) = problems.notes()
    assert ("a", True) == (note.about, note.reason.startswith("published in 3 documents: not a time, left out"))
    assert note.reason.endswith("(a:1: 'soon')")
