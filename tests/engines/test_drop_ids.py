"""The ids that a report says to drop and to keep."""

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

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


GIVEN_IDS = st.sampled_from(["a", "b", "7", "a#2", 7, 8, None])


@given(st.lists(st.tuples(GIVEN_IDS, st.sampled_from(["one", "two", "three", None])), min_size=1, max_size=9))
def test_ids_to_drop_and_to_keep_follow_from_the_stories(rows):
    """The ids are those that a loop over all members gives, whatever ids come twice, and so they stay as a tuple."""
    report = dedup.cluster([{"id": id, "text": text} for id, text in [*rows, ("last", "four")]], workers=1)
    copies = [copy.id for story in report.stories for copy in story.copies]
    kept, dropped = {None, *report.skipped_ids}, []
    for id in report.ids:
        if id not in copies:
            kept.add(report.caller_ids.get(id, id))
    for id in report.ids:
        if id in copies and (given := report.caller_ids.get(id, id)) not in kept and given not in dropped:
            dropped.append(given)
    staying = [report.caller_ids.get(id, id) for id in report.ids if id not in copies]
    assert (dropped, list(dict.fromkeys(staying))) == (report.drop_ids(), report.keep_ids())
    by_objects = dataclasses.replace(report, singletons=tuple(report.singletons), ids=tuple(report.ids))
    assert by_objects == report == by_objects
    for results in (Report.drop_ids, Report.keep_ids, Report.to_dicts, lambda report: report.no_articles):
        assert results(by_objects) == results(report)
