"""What changed in the stories between two reports."""

from hypothesis import given
from hypothesis import strategies as st

from dedup.engines.difference import KINDS, StoryChange, compare_reports
from dedup.results import Report
from dedup.types import Member, Story


def report(*stories, settings=None, thresholds="", unlisted=0):
    """A report of stories, each a text of the ids of its documents, of one letter each, the canonical one first."""
    several = tuple(Story(Member(ids[0]), tuple(map(Member, ids[1:]))) for ids in stories if len(ids) > 1)
    alone = tuple(Member(ids) for ids in stories if len(ids) == 1)
    documents = sum(map(len, stories)) + unlisted
    return Report(several, alone, documents, settings=settings or {}, thresholds=thresholds)


def changes(old, new):
    """The changes between two reports."""
    return list(compare_reports(old, new).changes)


def test_equal_reports_have_no_change():
    """Reports of the same stories differ in nothing, and all stories are unchanged."""
    difference = compare_reports(report("abc", "de", "f"), report("de", "acb", "f"))
    assert ((), 2, (2, 2), (3, 3), (6, 6)) == (
        difference.changes,
        difference.unchanged,
        difference.stories,
        difference.copies,
        difference.documents,
    )


def test_stories_are_created_and_gone():
    """Documents that were alone make a story, and a story falls apart; its documents are not listed again."""
    assert changes(report("ab", "c", "d"), report("a", "b", "cd")) == [
        StoryChange("created", "c", 2),
        StoryChange("gone", "a", 2),
    ]


def test_stories_merge():
    """A story of documents of two stories names both, and goes on under the name of the first one."""
    assert changes(report("abc", "de"), report("abcde")) == [StoryChange("merged", "a", 5, sources=("a", "d"))]


def test_a_story_splits():
    """The larger part goes on, and the other part begins a story that names where it comes from."""
    assert changes(report("abcde"), report("abc", "de")) == [StoryChange("split", "d", 2, sources=("a",))]


def test_the_canonical_document_changes():
    """A story with another leader names both leaders."""
    assert changes(report("abc"), report("bac")) == [StoryChange("canonical_changed", "b", 3, "b", ("a",))]


def test_documents_move():
    """A document goes to another story, to a story from being alone, or away from a story."""
    assert changes(report("abc", "def", "g", "hij"), report("ab", "defcg", "hi", "j")) == [
        StoryChange("moved", "d", 5, "c", ("a",)),
        StoryChange("moved", "d", 5, "g", ("",)),
        StoryChange("moved", "", 1, "j", ("h",)),
    ]


def test_documents_come_and_go():
    """A document of a story that one collection alone has is added or removed; others alone are no change."""
    assert changes(report("abc", "z"), report("abx", "y")) == [
        StoryChange("added", "a", 3, "x"),
        StoryChange("removed", "a", 3, "c"),
    ]


def test_a_document_that_a_report_leaves_out_is_alone():
    """A report without singletons does not say which documents it has, so a document that it does not list is alone."""
    difference = compare_reports(report("ab", unlisted=2), report("abc", "d"))
    assert (StoryChange("moved", "a", 3, "c", ("",)),) == difference.changes
    assert (2, 0) == difference.unlisted


def test_settings_and_rules_that_differ_are_named():
    """The difference names settings with other values, and says whether other numbers decided."""
    old, new = report("ab", settings={"k": 64, "seed": 1}, thresholds="x"), report("ab", settings={"k": 128, "seed": 1})
    assert {"k": (64, 128)} == compare_reports(old, new).settings
    assert compare_reports(old, new).same_rule
    assert not compare_reports(old, report("ab", thresholds="y")).same_rule


partitions = st.lists(st.integers(0, 3), min_size=8, max_size=8)


def stories_of(labels):
    """A report of the documents ``a`` to ``h`` with these labels."""
    stories = {}
    for id, label in zip("abcdefgh", labels, strict=True):
        stories[label] = stories.get(label, "") + id
    return report(*stories.values())


@given(partitions, partitions)
def test_there_is_no_change_if_and_only_if_all_stories_stay(before, now):
    """Reports without a change have the same stories, and changes come by kind, the largest story first."""
    difference = compare_reports(stories_of(before), stories_of(now))
    same = difference.unchanged == difference.stories[0] == difference.stories[1]
    assert same == (not difference.changes)
    order = [(KINDS.index(change.kind), -change.size) for change in difference.changes]
    assert sorted(order) == order
