"""A report and the labels of its documents to scores, and to the worst stories.

The core counts. Here ids become numbers, and numbers become names again.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dedup.array_types import Indices
from dedup.core.evaluation import scores as core
from dedup.core.evaluation.scores import Measures, PairCounts
from dedup.errors import InputError
from dedup.formats.limits import MAX_QUOTED
from dedup.formats.places import quoted
from dedup.formats.typed.labels import IGNORE, POSITIVE, Truth
from dedup.results import Report


class ClusterPart(NamedTuple):
    """Documents of one cluster that are in one story. ``name`` is that of the true cluster or of the story."""

    name: str
    ids: tuple[str, ...]


class Blame(NamedTuple):
    """The errors of a story, or of a true cluster.

    - ``name``: the name of the story or of the true cluster.
    - ``pairs``: the pairs that the story joins wrongly, or the pairs of the cluster that were missed.
    - ``parts``: the documents of the story by true cluster, or of the cluster by story, the largest part first.
    """

    name: str
    pairs: int
    parts: tuple[ClusterPart, ...]


@dataclass(frozen=True, slots=True)
class ClusterScores:
    """Scores over the documents that have a true cluster."""

    documents: int
    true_clusters: int
    found_clusters: int
    counts: PairCounts
    pairwise: Measures
    adjusted_rand: float
    b_cubed: Measures
    merges: tuple[Blame, ...]
    misses: tuple[Blame, ...]


@dataclass(slots=True)
class TypeCount:
    """Counts of the labelled pairs of one ``type``.

    - ``positive``: the positive pairs.
    - ``together``: the positive pairs that are in one story.
    - ``negative``: the negative pairs.
    - ``joined``: the negative pairs that are in one story.
    """

    type: str
    positive: int = 0
    together: int = 0
    negative: int = 0
    joined: int = 0


@dataclass(frozen=True, slots=True)
class PairScores:
    """Scores over labelled pairs. A pair of the report without a label is a negative."""

    labelled: int
    ignored: int
    counts: PairCounts
    pairwise: Measures
    types: tuple[TypeCount, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores for each kind of label.

    - ``clusters``: the scores over clusters, None if no document has a true cluster.
    - ``pairs``: the scores over pairs, None if no pair has a label.
    - ``coverage``: the scores of coverage over events, None if no document has an event.
    - ``ids``: the number of ids that have labels.
    - ``absent``: the ids with labels that no document has.
    - ``unlabelled``: the documents without a true cluster.
    - ``unlisted``: the number of documents that the report counts but does not name.
    - ``set_aside``: the documents that the report sets aside as no articles, although they have copies by their labels.
    """

    clusters: ClusterScores | None
    pairs: PairScores | None
    ids: int
    absent: tuple[str, ...]
    unlabelled: tuple[str, ...]
    unlisted: int
    set_aside: tuple[str, ...]
    coverage: ClusterScores | None = None

    @property
    def f1(self) -> float:
        """The pairwise F1 over clusters, or over labelled pairs if no document has a true cluster."""
        scores = self.clusters or self.pairs
        return scores.pairwise.f1 if scores else 1.0


def score(report: Report, truth: Truth, worst: int) -> Scores:
    """Score a report against labels.

    Args:
        report: the report.
        truth: the labels.
        worst: the number of stories that are named at most, those with the most wrong pairs; and of clusters.

    Returns:
        The scores.

    Raises:
        InputError: no label names a document that the report lists.
    """
    stories = _story_of_documents(report)
    named = dict.fromkeys((*truth.clusters, *truth.events, *(id for pair in truth.pairs for id in pair)))
    if stories and stories.keys().isdisjoint(named):
        label, id = quoted(next(iter(named)), MAX_QUOTED), quoted(next(iter(stories)), MAX_QUOTED)
        raise InputError(
            f"no label names a document: the labels have ids as {label}, the documents as {id}; label those"
        )
    return Scores(
        clusters=_score_clusters(stories, truth.clusters, worst) if truth.clusters else None,
        pairs=_score_pairs(report, stories, truth) if truth.pairs else None,
        ids=len(named),
        absent=tuple(id for id in named if id not in stories),
        unlabelled=tuple(id for id in stories if id not in truth.clusters) if truth.clusters else (),
        unlisted=report.documents - len(stories),
        set_aside=_find_set_aside(report, truth),
        coverage=_score_clusters(_cover(report, stories), truth.events, worst) if truth.events else None,
    )


def _cover(report: Report, stories: dict[str, str]) -> dict[str, str]:
    """Return the first story of the coverage of each document, or its story, by the id of the document."""
    first = {story: coverage.stories[0] for coverage in report.coverage for story in coverage.stories}
    return {id: first.get(story, story) for id, story in stories.items()}


def _find_set_aside(report: Report, truth: Truth) -> tuple[str, ...]:
    """Return the documents that are no articles by the report, and have copies by the labels."""
    sizes = Counter(truth.clusters.values())
    paired = {id for pair, label in truth.pairs.items() if label.label == POSITIVE for id in pair}
    return tuple(
        member.id
        for member in report.no_articles
        if member.id in paired or sizes[truth.clusters.get(member.id, "")] > 1
    )


def _story_of_documents(report: Report) -> dict[str, str]:
    """Return the id of the story of each document, by the id of the document. A singleton is its own story."""
    stories = {member.id: story.id for story in report.stories for member in story.members}
    return stories | {member.id: member.id for member in report.singletons}


def _score_clusters(stories: dict[str, str], clusters: dict[str, str], worst: int) -> ClusterScores:
    ids = list(clusters)
    true, true_names = _number(clusters.values())
    labels, label_names = _number(stories.get(id, id) for id in ids)  # an absent id is a story of its own
    table = core.contingency(true, labels)
    counts = core.pair_counts(table)
    return ClusterScores(
        documents=len(ids),
        true_clusters=len(true_names),
        found_clusters=len(label_names),
        counts=counts,
        pairwise=core.pairwise(counts),
        adjusted_rand=core.adjusted_rand(counts, len(ids)),
        b_cubed=core.b_cubed(table),
        merges=_blame_worst(core.wrong_pairs(table), labels, label_names, true, true_names, ids, worst),
        misses=_blame_worst(core.missed_pairs(table), true, true_names, labels, label_names, ids, worst),
    )


def _number(names: Iterable[str]) -> tuple[Indices, list[str]]:
    """Return a number from 0 for each name, and the distinct names in the order of their numbers."""
    numbers: dict[str, int] = {}
    labels = np.fromiter((numbers.setdefault(name, len(numbers)) for name in names), np.int64)
    return labels, list(numbers)


def _blame_worst(
    pairs: Indices,
    labels: Indices,
    names: list[str],
    other_labels: Indices,
    other_names: list[str],
    ids: list[str],
    worst: int,
) -> tuple[Blame, ...]:
    """Return the clusters with the most wrong pairs, and their parts. Equal counts have the order of the names.

    Args:
        pairs: ``(c,)`` the wrong pairs of each cluster.
        labels: ``(n,)`` the cluster of each document.
        names: the names of the clusters.
        other_labels: ``(n,)`` the cluster of each document in the other grouping.
        other_names: the names of the clusters of the other grouping.
        ids: the ids of the documents.
        worst: the number of clusters at most.
    """
    order = sorted(np.flatnonzero(pairs).tolist(), key=lambda label: (-int(pairs[label]), names[label]))
    blames = []
    for label in order[:worst]:
        parts: dict[str, list[str]] = {}
        for document in np.flatnonzero(labels == label).tolist():
            parts.setdefault(other_names[other_labels[document]], []).append(ids[document])
        largest_first = sorted(parts.items(), key=lambda item: (-len(item[1]), item[0]))
        blames.append(
            Blame(
                names[label],
                int(pairs[label]),
                tuple(ClusterPart(name, tuple(sorted(members))) for name, members in largest_first),
            )
        )
    return tuple(blames)


def _score_pairs(report: Report, stories: dict[str, str], truth: Truth) -> PairScores:
    together = np.array([a in stories and stories[a] == stories.get(b) for a, b in truth.pairs], np.bool_)
    positive = np.array([label.label == POSITIVE for label in truth.pairs.values()], np.bool_)
    ignored = np.array([label.label == IGNORE for label in truth.pairs.values()], np.bool_)
    sizes = np.array([story.size for story in report.stories], np.int64)
    predicted = np.count_nonzero(together) if truth.is_sample else core.pairs_within(sizes).sum()
    counts = core.labelled_counts(together, positive, ignored, int(predicted))
    return PairScores(
        labelled=len(truth.pairs),
        ignored=int(np.count_nonzero(ignored)),
        counts=counts,
        pairwise=core.pairwise(counts),
        types=_count_types(truth, together.tolist()),
    )


def _count_types(truth: Truth, together: list[bool]) -> tuple[TypeCount, ...]:
    """Return the counts of each type, by name. A type of which all pairs are ignored is left out."""
    types: dict[str, TypeCount] = {}
    for label, is_together in zip(truth.pairs.values(), together, strict=True):
        if label.label == IGNORE:
            continue
        count = types.setdefault(label.type, TypeCount(label.type))
        if label.label == POSITIVE:
            count.positive += 1
            count.together += is_together
        else:
            count.negative += 1
            count.joined += is_together
    return tuple(types[name] for name in sorted(types))
