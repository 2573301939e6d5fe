"""The word of a person on pairs, by ids, to pairs of documents of a job."""

from collections.abc import Hashable, Mapping, Sequence

import numpy as np

from dedup.comparison_types import HandPair
from dedup.core.collection import Collection
from dedup.core.stories.by_hand.pairs import HandPairs, find_contradiction
from dedup.errors import InputError
from dedup.types import Note


def find_hand_pairs(
    texts: Collection, pairs: Sequence[HandPair], caller_ids: Mapping[str, Hashable]
) -> tuple[HandPairs | None, list[Note]]:
    """Return the documents of pairs, and a note on pairs whose documents are not there.

    Args:
        texts: the documents.
        pairs: the pairs, by the ids that the caller has.
        caller_ids: the ids as the caller has them, where they differ.

    Raises:
        InputError: pairs contradict each other.
    """
    if not pairs:
        return None, []
    numbers: dict[str, int] = {}
    for number, id in enumerate(texts.members.ids):
        numbers.setdefault(str(caller_ids.get(id, id)), number)
        numbers.setdefault(id, number)
    present = [pair for pair in pairs if pair.a in numbers and pair.b in numbers]
    chosen = [[(numbers[pair.a], numbers[pair.b]) for pair in present if pair.same is same] for same in (True, False)]
    hand = HandPairs(*(np.array(rows, np.int64).reshape(-1, 2) for rows in chosen))
    row = find_contradiction(hand, len(texts.members))
    if row >= 0:
        pair = [pair for pair in present if not pair.same][row]
        reason = "are not the same, but other pairs make them one story; take one of these pairs out"
        raise InputError(f"pairs contradict each other: {pair.a!r} and {pair.b!r} {reason}")
    missing = len(pairs) - len(present)
    reason = f"{missing:,} of {len(pairs):,} pairs name a document that is not there, and count for nothing"
    return hand, [Note("pairs", reason)] if missing else []
