"""The ids that a report says to drop and to keep."""

import dedup
from dedup.results import Report
from dedup.types import Member, Story


def test_copies_are_dropped_and_the_others_stay(prose):
    """Each story keeps its canonical document; ids have the order of input."""
    report = dedup.cluster(
        [{"id": id, "text": text} for id, text in zip("dabc", map(prose, (1, 2, 1, 3)), strict=True)]
    )
    assert (["d"], ["a", "b", "c"]) == (report.drop_ids(), report.keep_ids())


def test_a_document_without_an_id_is_named_by_its_place(prose):
    """Places are whole numbers, with which a list can be indexed."""
    texts = [prose(1), prose(2), prose(1)]
    report = dedup.cluster(texts)
    assert ([2], [0, 1]) == (report.drop_ids(), report.keep_ids())


def test_a_number_comes_back_as_a_number(prose):
    """The id of a mapping keeps its type."""
    report = dedup.cluster([{"id": 17, "text": prose(1)}, {"id": 4, "text": prose(1)}])
    assert ([17], [4]) == (report.drop_ids(), report.keep_ids())


def test_an_id_that_names_a_row_to_keep_is_not_dropped(prose):
    """Two rows of one id are two documents. To drop the id would drop both."""
    rows = [{"id": "a", "text": prose(1)}, {"id": "a", "text": prose(1)}, {"id": "b", "text": prose(1)}]
    report = dedup.cluster(rows)
    assert (["b"], ["a"]) == (report.drop_ids(), report.keep_ids())


def test_an_id_that_names_a_skipped_row_is_not_dropped(prose):
    """A row that cannot be read stays, also if its id is that of a copy."""
    rows = [{"id": "a", "text": prose(1)}, {"id": "b", "text": prose(1)}, {"id": "b", "text": None}]
    assert [] == dedup.cluster(rows).drop_ids()


def test_a_report_without_the_order_of_input_has_the_order_of_its_stories():
    """A report of a file knows its members alone."""
    report = Report((Story(Member("b"), (Member("a"),)),), (Member("c"),), 3)
    assert (["a"], ["b", "c"]) == (report.drop_ids(), report.keep_ids())
