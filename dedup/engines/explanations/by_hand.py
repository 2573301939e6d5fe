"""The word of a person on pairs, by ids, to pairs of documents of a job."""

from collections.abc import Hashable, Mapping, Sequence

from dedup.comparison_types import HandPair
from dedup.core.collection import Collection
from dedup.core.stories.by_hand.pairs import HandPairs
from dedup.core.stories.by_hand.words import HandWords
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
    words = HandWords(pairs)
    if not words:
        return None, []
    numbers: dict[str, int] = {}
    for number, id in enumerate(texts.members.ids):
        numbers.setdefault(str(caller_ids.get(id, id)), number)
        numbers.setdefault(id, number)
    notes = [Note("pairs", f"{len(pairs):,} decided by a person")]
    missing = [id for id in words.ids() if id not in numbers]
    if missing:
        notes.append(Note("pairs", f"{len(missing):,} of their documents are not there, such as {missing[0]!r}"))
    return words.among(numbers, len(texts.members)), notes
