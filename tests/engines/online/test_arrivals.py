"""New documents are compared with their candidates in an index."""

import numpy as np

from dedup import Document, Index
from dedup.engines.online.comparison.arrivals import ArrivalJudge
from dedup.index.records import Change
from dedup.index.store import Store


def test_forged_signatures_match_nothing(path, prose):
    """A document with the keys of another text is no match, because the shingles themselves are compared."""
    with Index.open(path, reviews=0) as index:
        index.add(Document(prose(1), id="a"))
        index.add(Document(prose(2), id="b"))
    with Store.open(path, mode="w") as store:
        judge = ArrivalJudge(store.settings)
        read = judge.read([Document(prose(1), id="a")])
        batch = judge.key(
            read, np.zeros(read.read.hashes.size, np.bool_), np.zeros(1, np.int64), np.zeros(0, np.uint64)
        )
        store.commit(Change(postings=judge.postings(batch, np.array([store.number("b")]))))
    with Index.open(path, reviews=0) as index:
        decision = index.add(Document(prose(1) + " more", id="c"))
        assert ("s1", ["a"]) == (decision.story, [match.id for match in decision.matches])
