"""Slow, obvious twin of `core.stories.by_hand.stories`: sets, loops, and average link of all units at once."""

from collections.abc import Callable, Sequence

from dedup.core.stories.reference.clustering import average_link
from dedup.core.thresholds import ONE

Pair = tuple[int, int]


def group_by_hand(
    same: Sequence[Pair],
    apart: Sequence[Pair],
    texts: Sequence[int],
    share: Callable[[int, int], int],
    threshold: int,
) -> list[tuple[set[int], float]]:
    """Group documents to stories, with the pairs of a person held. Return them with their weakest average share.

    Args:
        same: pairs of documents that are one story.
        apart: pairs of documents that are two.
        texts: the text of each document.
        share: the share of two different texts.
        threshold: the share from which two texts are copies.
    """
    documents = range(len(texts))
    groups = _join([{document} for document in documents], same)
    by_text = [(a, b) for a in documents for b in documents if texts[a] == texts[b]]
    named = {document for pair in (*same, *apart) for document in pair}
    units = []
    for whole in _join(groups, by_text):
        if not any(a in whole and b in whole for a, b in apart):
            units.append(whole)
            continue
        unnamed = sorted(whole - named)
        units += [group for group in groups if group <= whole and group & named]
        units += [
            {document for document in unnamed if texts[document] == text} for text in {texts[row] for row in unnamed}
        ]
    units.sort(key=lambda unit: min((texts[document], document) for document in unit))

    def share_of(a: int, b: int) -> int:
        """Return the share of the nearest texts of two units, below 0 for units that are apart."""
        pairs = [(document, other) for document in units[a] for other in units[b]]
        if any(pair in pairs or pair[::-1] in pairs for pair in apart):
            return -1
        of_texts = [sorted((texts[document], texts[other])) for document, other in pairs]
        return max(ONE if text == other else share(text, other) for text, other in of_texts)

    labels = average_link(len(units), share_of, threshold)
    stories: dict[int, set[int]] = {}
    for unit, label in zip(units, labels, strict=True):
        stories.setdefault(label, set()).update(unit)
    return [(story, _weakest({texts[document] for document in story}, share)) for story in stories.values()]


def _weakest(texts: set[int], share: Callable[[int, int], int]) -> float:
    """Return the least average share of a text with the others, 1.0 for one text."""
    averages = [
        sum(share(min(text, other), max(text, other)) for other in texts - {text}) / (len(texts) - 1) / ONE
        for text in (texts if len(texts) > 1 else ())
    ]
    return min(averages, default=1.0)


def _join(sets: list[set[int]], pairs: Sequence[Pair]) -> list[set[int]]:
    """Join sets that pairs link."""
    joined = [set(documents) for documents in sets]
    for a, b in pairs:
        linked = [documents for documents in joined if a in documents or b in documents]
        joined = [documents for documents in joined if documents not in linked] + [set().union(*linked)]
    return joined
