"""Two documents of an index to their comparison: by what the index knows of their sites, and by its stories."""

import numpy as np

from dedup.comparison_types import Comparison
from dedup.core.stories.decision import TEXT
from dedup.engines.explanations.pairs import DecidedCollection, compare_pairs
from dedup.engines.explanations.texts import GivenTexts
from dedup.engines.online.comparison.batch import distinct_pairs
from dedup.engines.online.comparison.in_memory import InMemoryTexts
from dedup.engines.online.learning.sites import Learning
from dedup.engines.stages.stories import group_documents
from dedup.errors import InputError
from dedup.index.disk.decision_codec import StoredDecision
from dedup.index.store import Store


def compare_stored(store: Store, ids: tuple[str, str], learning: Learning) -> Comparison:
    """Compare two documents of an index.

    Args:
        store: the index.
        ids: the ids of the documents.
        learning: the sites of the index. They learn from the comparison, and the caller takes that back.

    Raises:
        InputError: the index has no document of an id, or the ids are equal.
    """
    numbers = store.numbers(list(ids))
    for id in ids:
        if id not in numbers:
            raise InputError(f"the index has no document with the id {id!r}")
    if ids[0] == ids[1]:
        raise InputError(f"{ids[0]!r} is one document: give two ids")
    stored = store.documents([numbers[id] for id in ids])
    stored.sort(key=lambda entry: entry.number != numbers[ids[0]])
    in_memory = InMemoryTexts(store.settings)
    in_memory.read([entry.document for entry in stored])
    texts = in_memory.texts()
    are_digests = [StoredDecision.read(entry.decision).is_digest for entry in stored]
    digests, one_group = np.zeros(len(texts.rows), np.bool_), np.zeros(len(texts.rows), np.int64)
    digests[texts.text[are_digests]] = True
    pair = distinct_pairs(texts.text[np.array([[0, 1]])])
    verified = in_memory.compare(texts, pair, digests, one_group, learning)
    grouped = group_documents(texts, verified, store.settings)
    if grouped.story[0] != grouped.story[1]:  # nothing of the two joins them: their story may have other documents
        grouped = grouped._replace(evidence=np.full(2, TEXT, np.int8))
    stories = [entry.story or -row for row, entry in enumerate(stored, 1)]
    hand = store.hand_words.among({id: row for row, id in enumerate(texts.members.ids)}, 2)
    grouped = grouped._replace(story=np.array(stories))
    source = GivenTexts([stored[row].document.text for row in texts.first.tolist()], store.settings.seed)
    collection = DecidedCollection(texts, verified, grouped, source, store.settings, hand)
    return next(comparison for _, comparison in compare_pairs(collection, np.array([[0, 1]])))
