"""Stories of an index keep their numbers after any comparison, and a reader can replay their events."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.stories.story_ids import NONE, assign_story_ids, find_leaving, story_events


def place(
    before: list[int], labels: list[int], split: bool = False
) -> tuple[list[int], list[tuple[str, int, int, int]]]:
    """The stories of documents and the events. New stories are numbered from 100."""
    was = np.array(before, np.int64)
    placed = assign_story_ids(was, np.array(labels, np.int64), 100, split)
    return placed.stories.tolist(), [tuple(event) for event in story_events(was, placed, np.arange(len(before)))]


def test_documents_that_belong_to_nothing_begin_stories():
    """Each new label is a new story, which its first document creates and its other documents join."""
    assert (
        [100, 101, 100],
        [("created", 100, 0, NONE), ("created", 101, 1, NONE), ("joined", 100, 2, NONE)],
    ) == place([NONE, NONE, NONE], [1, 0, 1])


def test_a_copy_joins():
    """A document with the label of a story joins the story, and nothing else happens."""
    assert ([7, 7, 7], [("joined", 7, 2, NONE)]) == place([7, 7, NONE], [0, 0, 0])


def test_the_older_story_goes_on():
    """Two stories under one label become the story of the lower number."""
    assert ([3, 3, 3], [("merged", 7, NONE, 3), ("joined", 3, 2, NONE)]) == place([7, 3, NONE], [0, 0, 0])


def test_some_documents_do_not_split_a_story():
    """If stories may not split, all documents of a story stay together."""
    assert ([7, 7, 7], []) == place([7, 7, 7], [0, 0, 1])


def test_a_story_splits():
    """If stories may split, the smaller group becomes a new story or joins the story of its label."""
    assert ([7, 7, 100], [("split", 7, 2, 100)]) == place([7, 7, 7], [0, 0, 1], split=True)
    assert ([7, 7, 9, 9], [("split", 7, 2, 9)]) == place([7, 7, 7, 9], [0, 0, 1, 1], split=True)


def test_parts_without_a_leader_leave():
    """Of a story that parts, the parts stay that have the leader or another document that stays; other stories stay."""
    stories, labels = np.array([7, 7, 7, 7, 7, 9, NONE]), np.array([0, 1, 1, 2, 3, 1, 1])
    stays = np.array([True, False, False, False, True, False, False])
    leaving = find_leaving(stories, labels, stories == 7, stays)
    assert [False, True, True, True, False, False, False] == leaving.tolist()


@given(st.lists(st.tuples(st.integers(-1, 4), st.integers(0, 4)), max_size=12), st.booleans())
def test_what_happens_can_be_followed(documents, split):
    """Replayed events give the stories of now, which equal the labels if stories may split and are whole if not."""
    before = [story for story, _ in documents]
    now, events = place(before, [label for _, label in documents], split)
    replayed = dict(enumerate(before))
    for kind, story, document, other in events:
        if kind == "merged":
            replayed = {number: other if was == story else was for number, was in replayed.items()}
        else:
            assert replayed[document] == (story if kind == "split" else NONE)
            replayed[document] = other if kind == "split" else story
    assert replayed == dict(enumerate(now))
    for a, (was_a, label_a) in enumerate(documents):
        for b, (was_b, label_b) in enumerate(documents):
            if split:
                assert (label_a == label_b) == (now[a] == now[b])
            elif was_a == was_b != NONE:
                assert now[a] == now[b]


def test_no_documents_have_no_stories():
    """A comparison without documents has no stories, none of them new."""
    placed = assign_story_ids(np.zeros(0, np.int64), np.zeros(0, np.int64), 100, split=True)
    assert ([], []) == (placed.names.tolist(), placed.new)
