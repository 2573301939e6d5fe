"""New documents are compared with their candidates in an index."""

import numpy as np

from dedup import Document, Index
from dedup.engines.online.comparison.arrivals import ArrivalJudge
from dedup.engines.online.comparison.keyed import KeyedDocuments
from dedup.engines.online.learning.sites import Learning
from dedup.index.records import Change
from dedup.index.store import Store


def test_forged_signatures_match_nothing(path, prose):
    """A document with the keys of another text is no match, because the shingles themselves are compared."""
    with Index.open(path, reviews=0) as index:
        index.add(Document(prose(1), id="a"))
        index.add(Document(prose(2), id="b"))
    with Store.open(path, mode="w") as store:
        judge = ArrivalJudge(store.settings)
        batch = KeyedDocuments(judge, judge.read([Document(prose(1), id="a")]), Learning()).take(0, 1)
        store.commit(Change(postings=judge.postings(batch, np.array([store.number("b")]))))
    with Index.open(path, reviews=0) as index:
        decision = index.add(Document(prose(1) + " more", id="c"))
        assert ("s1", ["a"]) == (decision.story, [match.id for match in decision.matches])
