"""A report and the truth -> how good its stories are, and which of them are worst. All that is counted is counted in
the core; here ids become numbers, and numbers names again."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dedup.array_types import Indices
from dedup.core.evaluation import scores as core
from dedup.core.evaluation.scores import Measures, PairCounts
from dedup.formats.labels import IGNORE, POSITIVE, Truth
from dedup.types import Report


class ClusterPart(NamedTuple):
    """Some documents that are together, in the true cluster or the story of that name."""

    name: str
    ids: tuple[str, ...]


class Blame(NamedTuple):
    """A story with the ``pairs`` that it joins wrongly and its parts by true cluster, or a true cluster with the
    ``pairs`` that were missed and its parts by story; the largest part first."""

    name: str
    pairs: int
    parts: tuple[ClusterPart, ...]


@dataclass(frozen=True, slots=True)
class ClusterScores:
    """The scores over the documents that have a true cluster."""

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
    """Of the pairs of one type: how many are positive, and how many of those are together; the same of negatives."""

    type: str
    positive: int = 0
    found: int = 0
    negative: int = 0
    joined: int = 0


@dataclass(frozen=True, slots=True)
class PairScores:
    """The scores over labelled pairs, every other pair of the report being a negative."""

    labelled: int
    ignored: int
    counts: PairCounts
    pairwise: Measures
    types: tuple[TypeCount, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores for each kind of label that the truth has.

    ``absent`` are the ids of the truth that no document has, of ``ids`` it has in all; ``unlabelled`` the documents
    without a true cluster; ``unlisted`` counts the documents that the report counts but does not name. ``set_aside``
    are documents that the report sets aside as no articles, though the truth knows copies of them.
    """

    clusters: ClusterScores | None
    pairs: PairScores | None
    ids: int
    absent: tuple[str, ...]
    unlabelled: tuple[str, ...]
    unlisted: int
    set_aside: tuple[str, ...]

    @property
    def f1(self) -> float:
        """The pairwise F1 over clusters, or over labelled pairs if the truth has no cluster."""
        first = self.clusters or self.pairs
        return first.pairwise.f1 if first else 1.0


def score(report: Report, truth: Truth, worst: int) -> Scores:
    """The scores of ``report``, with up to ``worst`` of the stories that join most and of the clusters missed most."""
    stories = _stories(report)
    named = dict.fromkeys((*truth.clusters, *(id for pair in truth.pairs for id in pair)))
    return Scores(
        clusters=_clusters(stories, truth, worst) if truth.clusters else None,
        pairs=_pairs(report, stories, truth) if truth.pairs else None,
        ids=len(named),
        absent=tuple(id for id in named if id not in stories),
        unlabelled=tuple(id for id in stories if id not in truth.clusters) if truth.clusters else (),
        unlisted=report.documents - len(stories),
        set_aside=_set_aside(report, truth),
    )


def _set_aside(report: Report, truth: Truth) -> tuple[str, ...]:
    """Documents that are no articles to the report, and have copies by the truth."""
    sizes = Counter(truth.clusters.values())
    paired = {id for pair, label in truth.pairs.items() if label.label == POSITIVE for id in pair}
    return tuple(
        member.id
        for member in report.no_articles
        if member.id in paired or sizes[truth.clusters.get(member.id, "")] > 1
    )


def _stories(report: Report) -> dict[str, str]:
    """The story of each document, by their ids; a singleton is its own."""
    stories = {member.id: story.id for story in report.stories for member in story.members}
    return stories | {member.id: member.id for member in report.singletons}


def _clusters(stories: dict[str, str], truth: Truth, worst: int) -> ClusterScores:
    ids = list(truth.clusters)
    true, true_names = _numbered(truth.clusters.values())
    found, found_names = _numbered(stories.get(id, id) for id in ids)  # an id that is absent is alone
    table = core.contingency(true, found)
    counts = core.pair_counts(table)
    return ClusterScores(
        documents=len(ids),
        true_clusters=len(true_names),
        found_clusters=len(found_names),
        counts=counts,
        pairwise=core.pairwise(counts),
        adjusted_rand=core.adjusted_rand(counts, len(ids)),
        b_cubed=core.b_cubed(table),
        merges=_worst(core.wrong_pairs(table), found, found_names, true, true_names, ids, worst),
        misses=_worst(core.missed_pairs(table), true, true_names, found, found_names, ids, worst),
    )


def _numbered(names: Iterable[str]) -> tuple[Indices, list[str]]:
    """A number from 0 for each name, and the distinct names in the order of their numbers."""
    numbers: dict[str, int] = {}
    labels = np.fromiter((numbers.setdefault(name, len(numbers)) for name in names), np.int64)
    return labels, list(numbers)


def _worst(
    pairs: Indices,
    labels: Indices,
    names: list[str],
    other_labels: Indices,
    other_names: list[str],
    ids: list[str],
    worst: int,
) -> tuple[Blame, ...]:
    """The clusters with the most ``pairs``, those of the least name first where they have as many, and their parts."""
    order = sorted(np.flatnonzero(pairs).tolist(), key=lambda label: (-int(pairs[label]), names[label]))
    blames = []
    for label in order[:worst]:
        parts: dict[str, list[str]] = {}
        for document in np.flatnonzero(labels == label).tolist():
            parts.setdefault(other_names[other_labels[document]], []).append(ids[document])
        largest_first = sorted(parts.items(), key=lambda part: (-len(part[1]), part[0]))
        blames.append(
            Blame(
                names[label],
                int(pairs[label]),
                tuple(ClusterPart(name, tuple(sorted(own))) for name, own in largest_first),
            )
        )
    return tuple(blames)


def _pairs(report: Report, stories: dict[str, str], truth: Truth) -> PairScores:
    together = np.array([a in stories and stories[a] == stories.get(b) for a, b in truth.pairs], np.bool_)
    positive = np.array([label.label == POSITIVE for label in truth.pairs.values()], np.bool_)
    ignored = np.array([label.label == IGNORE for label in truth.pairs.values()], np.bool_)
    sizes = np.array([story.size for story in report.stories], np.int64)
    counts = core.labelled_counts(together, positive, ignored, int(core.pairs_within(sizes).sum()))
    return PairScores(
        labelled=len(truth.pairs),
        ignored=int(np.count_nonzero(ignored)),
        counts=counts,
        pairwise=core.pairwise(counts),
        types=_types(truth, together.tolist()),
    )


def _types(truth: Truth, together: list[bool]) -> tuple[TypeCount, ...]:
    """The counts of each type that has a pair which is not ignored, by name."""
    types: dict[str, TypeCount] = {}
    for label, is_together in zip(truth.pairs.values(), together, strict=True):
        if label.label == IGNORE:
            continue
        count = types.setdefault(label.type, TypeCount(label.type))
        if label.label == POSITIVE:
            count.positive += 1
            count.found += is_together
        else:
            count.negative += 1
            count.joined += is_together
    return tuple(types[name] for name in sorted(types))
