"""Scores to the object of schema ``dedup.scores/1``. Figures have four digits. Keys are only added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from dedup.report.schema import SkipRow, skip_rows
from dedup.version import version

if TYPE_CHECKING:
    from dedup.core.evaluation.scores import Measures
    from dedup.engines.evaluation import Blame, ClusterScores, PairScores, Scores
    from dedup.results import Report


SCHEMA: Final = "dedup.scores/1"

FIRST: Final = 5
"""Ids that an `IdsRow` names."""


class MeasuresRow(msgspec.Struct, frozen=True):
    """Precision, recall and F1."""

    precision: float
    recall: float
    f1: float


class ClusterScoresRow(msgspec.Struct, frozen=True):
    """Scores over the documents that have a true cluster. ``precision``, ``recall`` and ``f1`` are of pairs."""

    documents: int
    true_clusters: int
    found_clusters: int
    true_pairs: int
    found_pairs: int
    common_pairs: int
    precision: float
    recall: float
    f1: float
    adjusted_rand: float
    b_cubed: MeasuresRow


class TypeRow(msgspec.Struct, frozen=True):
    """Labelled pairs of one type: ``found`` of the ``positive`` and ``joined`` of the ``negative`` are in one story."""

    type: str
    positive: int
    found: int
    negative: int
    joined: int


class PairScoresRow(msgspec.Struct, frozen=True):
    """Scores over labelled pairs. A pair that is not listed is a negative."""

    labelled: int
    ignored: int
    true_pairs: int
    found_pairs: int
    common_pairs: int
    precision: float
    recall: float
    f1: float
    types: list[TypeRow]


class ClusterPartRow(msgspec.Struct, frozen=True):
    """Documents of one true cluster."""

    cluster: str
    ids: list[str]


class StoryPartRow(msgspec.Struct, frozen=True):
    """Documents of one story."""

    story: str
    ids: list[str]


class MergeRow(msgspec.Struct, frozen=True):
    """A story that joins wrong pairs, and its documents by true cluster, the largest part first."""

    story: str
    wrong_pairs: int
    parts: list[ClusterPartRow]


class MissRow(msgspec.Struct, frozen=True):
    """A true cluster with missed pairs, and its documents by story, the largest part first."""

    cluster: str
    missed_pairs: int
    parts: list[StoryPartRow]


class IdsRow(msgspec.Struct, frozen=True):
    """How many ids there are, and the first five."""

    count: int
    first: list[str]


class ScoresObject(msgspec.Struct, frozen=True):
    """The scores of a report against a file of labels.

    ``clusters`` or ``pairs`` is null if the file has no such label. ``absent`` are ids of the labels without a
    document, ``unlabelled`` documents without a cluster. ``unlisted`` counts the documents that the report counts and
    does not name. ``no_articles`` are documents that are set aside, ``set_aside`` those of them with copies by the
    labels. ``coverage`` are the scores of coverage over the documents that have an event, null if none has one.
    """

    schema: Literal["dedup.scores/1"]
    version: str
    settings: dict[str, Any]
    inputs: list[str]
    truth: str
    documents: int
    clusters: ClusterScoresRow | None
    pairs: PairScoresRow | None
    merges: list[MergeRow]
    misses: list[MissRow]
    absent: IdsRow
    unlabelled: IdsRow
    unlisted: int
    skipped: list[SkipRow]
    no_articles: IdsRow
    set_aside: IdsRow
    coverage: ClusterScoresRow | None


def scores_object(scores: Scores, report: Report, truth: str) -> ScoresObject:
    """Return the scores as one object.

    Args:
        scores: the scores of ``report``
        report: the report that was scored
        truth: the path of the file of labels
    """
    clusters = scores.clusters
    merges, misses = (clusters.merges, clusters.misses) if clusters else ((), ())
    return ScoresObject(
        schema=SCHEMA,
        version=version(),
        settings=dict(report.settings),
        inputs=list(report.inputs),
        truth=truth,
        documents=report.documents,
        clusters=None if clusters is None else _cluster_row(clusters),
        pairs=None if scores.pairs is None else _pair_row(scores.pairs),
        merges=[MergeRow(merge.name, merge.pairs, _cluster_parts(merge)) for merge in merges],
        misses=[MissRow(miss.name, miss.pairs, _story_parts(miss)) for miss in misses],
        absent=_ids_row(scores.absent),
        unlabelled=_ids_row(scores.unlabelled),
        unlisted=scores.unlisted,
        skipped=skip_rows(report.skipped),
        no_articles=_ids_row([member.id for member in report.no_articles]),
        set_aside=_ids_row(scores.set_aside),
        coverage=None if scores.coverage is None else _cluster_row(scores.coverage),
    )


def _cluster_row(clusters: ClusterScores) -> ClusterScoresRow:
    return ClusterScoresRow(
        documents=clusters.documents,
        true_clusters=clusters.true_clusters,
        found_clusters=clusters.found_clusters,
        true_pairs=clusters.counts.true,
        found_pairs=clusters.counts.predicted,
        common_pairs=clusters.counts.both,
        **_round_measures(clusters.pairwise),
        adjusted_rand=round(clusters.adjusted_rand, 4),
        b_cubed=MeasuresRow(**_round_measures(clusters.b_cubed)),
    )


def _pair_row(pairs: PairScores) -> PairScoresRow:
    return PairScoresRow(
        labelled=pairs.labelled,
        ignored=pairs.ignored,
        true_pairs=pairs.counts.true,
        found_pairs=pairs.counts.predicted,
        common_pairs=pairs.counts.both,
        **_round_measures(pairs.pairwise),
        types=[TypeRow(row.type, row.positive, row.together, row.negative, row.joined) for row in pairs.types],
    )


def _cluster_parts(merge: Blame) -> list[ClusterPartRow]:
    return [ClusterPartRow(name, list(ids)) for name, ids in merge.parts]


def _story_parts(miss: Blame) -> list[StoryPartRow]:
    return [StoryPartRow(name, list(ids)) for name, ids in miss.parts]


def _round_measures(measures: Measures) -> dict[str, float]:
    return {name: round(value, 4) for name, value in measures._asdict().items()}


def _ids_row(ids: Sequence[str]) -> IdsRow:
    return IdsRow(len(ids), list(ids[:FIRST]))
