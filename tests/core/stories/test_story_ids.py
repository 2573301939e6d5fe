"""Stories of an index keep their names whatever a look finds, and what happens to them can be followed."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.stories.story_ids import NONE, assign_story_ids, story_events


def placed(
    before: list[int], labels: list[int], split: bool = False
) -> tuple[list[int], list[tuple[str, int, int, int]]]:
    """The stories of documents and what has happened; new stories are numbered from 100."""
    was = np.array(before, np.int64)
    found = assign_story_ids(was, np.array(labels, np.int64), 100, split)
    return found.stories.tolist(), [tuple(each) for each in story_events(was, found, np.arange(len(before)))]


def test_documents_that_belong_to_nothing_begin_stories():
    """Each new label is a new story, in the order of documents; the first document creates it, others join."""
    assert (
        [100, 101, 100],
        [("created", 100, 0, NONE), ("created", 101, 1, NONE), ("joined", 100, 2, NONE)],
    ) == placed([NONE, NONE, NONE], [1, 0, 1])


def test_a_copy_joins():
    """A document that is with those of a story joins it, and nothing else happens."""
    assert ([7, 7, 7], [("joined", 7, 2, NONE)]) == placed([7, 7, NONE], [0, 0, 0])


def test_the_older_story_goes_on():
    """Two stories that turn out to be one are the one of the lower number."""
    assert ([3, 3, 3], [("merged", 7, NONE, 3), ("joined", 3, 2, NONE)]) == placed([7, 3, NONE], [0, 0, 0])


def test_some_documents_do_not_split_a_story():
    """Where stories may not split, the lesser part stays with the greater one."""
    assert ([7, 7, 7], []) == placed([7, 7, 7], [0, 0, 1])


def test_a_story_splits():
    """Where they may, the lesser part is a new story, or goes to the one that it was found with."""
    assert ([7, 7, 100], [("split", 7, 2, 100)]) == placed([7, 7, 7], [0, 0, 1], split=True)
    assert ([7, 7, 9, 9], [("split", 7, 2, 9)]) == placed([7, 7, 7, 9], [0, 0, 1, 1], split=True)


@given(st.lists(st.tuples(st.integers(-1, 4), st.integers(0, 4)), max_size=12), st.booleans())
def test_what_happens_can_be_followed(documents, split):
    """Following what has happened from the stories before gives the stories now, which are those of the labels where
    they may split, and no finer than those before where they may not."""
    before = [story for story, _ in documents]
    now, happened = placed(before, [label for _, label in documents], split)
    followed = dict(enumerate(before))
    for kind, story, document, other in happened:
        if kind == "merged":
            followed = {each: other if was == story else was for each, was in followed.items()}
        else:
            assert followed[document] == (story if kind == "split" else NONE)
            followed[document] = other if kind == "split" else story
    assert followed == dict(enumerate(now))
    for a, (was_a, label_a) in enumerate(documents):
        for b, (was_b, label_b) in enumerate(documents):
            if split:
                assert (label_a == label_b) == (now[a] == now[b])
            elif was_a == was_b != NONE:
                assert now[a] == now[b]
