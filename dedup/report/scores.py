"""Scores to a table for people or to JSON, and the remarks that a reader of the scores needs.

Figures have four digits in both formats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO

from dedup.formats.typed.labels import POSITIVE
from dedup.json_rows import encode
from dedup.report.score_rows import FIRST, scores_object
from dedup.report.terminal import Utf8Stream, count, harmless

if TYPE_CHECKING:
    from dedup.core.evaluation.scores import Measures
    from dedup.engines.evaluation import Blame, ClusterScores, PairScores, Scores
    from dedup.results import Report


_PARTS = 5
"""Parts of a story or a true cluster that the table shows. The JSON has all."""

_HEAD = f"{'':<21}{'precision':>9}{'recall':>9}{'F1':>9}"


def write(scores: Scores, report: Report, truth: str, stream: BinaryIO, format: str) -> None:
    """Write ``scores`` to ``stream``.

    Args:
        scores: the scores of ``report``
        report: the report that was scored
        truth: the path of the file of labels
        stream: a binary stream
        format: one of `FORMATS`
    """
    FORMATS[format](scores, report, truth, stream)


def remarks(scores: Scores) -> Iterator[str]:
    """Yield the reasons why the scores may mean something else than a reader thinks: ids without a document, documents
    without a label, no positive pair."""
    if scores.absent:
        where = (
            f"in the report, which leaves out {count(scores.unlisted, 'singleton', 'singletons')}"
            if scores.unlisted
            else "among the documents"
        )
        ids = _first_ids(scores.absent)
        yield f"{len(scores.absent)} of {scores.ids} ids of the truth are not {where}; they count as singletons: {ids}"
    if scores.set_aside:
        subject = count(len(scores.set_aside), "document is", "documents are")
        yield f"{subject} set aside as no article though the truth knows copies: {_first_ids(scores.set_aside)}"
    if scores.unlabelled:
        subject = count(len(scores.unlabelled), "document has", "documents have")
        yield f"{subject} no cluster in the truth, and no part in the cluster scores: {_first_ids(scores.unlabelled)}"
    if scores.pairs and not scores.pairs.counts.true:
        yield f"no pair has the label {POSITIVE!r}, so all count as negatives; give it to pairs that belong together"


def _first_ids(ids: tuple[str, ...]) -> str:
    more = f" and {len(ids) - FIRST} more" if len(ids) > FIRST else ""
    return ", ".join(map(harmless, ids[:FIRST])) + more


def _write_table(scores: Scores, _report: Report, _truth: str, stream: BinaryIO) -> None:
    Utf8Stream(stream).writelines(f"{line}\n" for line in _table_lines(scores))


def _table_lines(scores: Scores) -> Iterator[str]:
    # The figures come last, because a terminal shows the last lines.
    if scores.clusters:
        for merge in scores.clusters.merges:
            yield f"{count(merge.pairs, 'wrong pair', 'wrong pairs')} in story {harmless(merge.name)}"
            yield from _part_lines(merge, "cluster")
        for miss in scores.clusters.misses:
            yield f"{count(miss.pairs, 'missed pair', 'missed pairs')} of cluster {harmless(miss.name)}"
            yield from _part_lines(miss, "story")
        yield from _cluster_lines(scores.clusters)
    if scores.pairs:
        yield from _pair_lines(scores.pairs)
    if scores.coverage:
        yield from _cluster_lines(scores.coverage, "event")
    yield _HEAD
    if scores.clusters:
        yield _measures_line("pairs", scores.clusters.pairwise)
        yield _measures_line("B-cubed", scores.clusters.b_cubed)
    if scores.pairs:
        yield _measures_line("labelled pairs", scores.pairs.pairwise)
    if scores.coverage:
        yield _measures_line("coverage", scores.coverage.pairwise)
    if scores.clusters:
        yield f"{'adjusted Rand index':<39}{scores.clusters.adjusted_rand:>9.4f}"


def _measures_line(name: str, measures: Measures) -> str:
    return f"{name:<21}" + "".join(f"{measure:>9.4f}" for measure in measures)


def _cluster_lines(clusters: ClusterScores, kind: str = "true cluster") -> Iterator[str]:
    counts = clusters.counts
    documents = count(clusters.documents, "document", "documents")
    true = count(clusters.true_clusters, kind, f"{kind}s")
    yield f"{documents} in {true}, {clusters.found_clusters} found"
    yield f"{count(counts.true, 'true pair', 'true pairs')}, {counts.predicted} found, {counts.both} of them true"
    yield ""


def _pair_lines(pairs: PairScores) -> Iterator[str]:
    counts = pairs.counts
    yield f"{count(pairs.labelled, 'labelled pair', 'labelled pairs')}, {pairs.ignored} of them ignored"
    yield f"{counts.true} labelled {POSITIVE}, {counts.predicted} found, {counts.both} of them {POSITIVE}"
    if any(row.type for row in pairs.types):
        width = max(21, *(len(harmless(row.type)) for row in pairs.types))
        yield f"{'':<{width}}{'copies found':>14}{'others joined':>15}"
        for row in pairs.types:
            copies = f"{row.together}/{row.positive}" if row.positive else "-"
            joined = f"{row.joined}/{row.negative}" if row.negative else "-"
            yield f"{harmless(row.type) or '(no type)':<{width}}{copies:>14}{joined:>15}"
    yield ""


def _part_lines(blame: Blame, kind: str) -> Iterator[str]:
    for name, ids in blame.parts[:_PARTS]:
        yield f"  {len(ids)} in {kind} {harmless(name)}: {_first_ids(ids)}"
    more = blame.parts[_PARTS:]
    if more:
        yield f"  {sum(len(ids) for _, ids in more)} in {len(more)} more"
    yield ""


def _write_json(scores: Scores, report: Report, truth: str, stream: BinaryIO) -> None:
    stream.write(encode(scores_object(scores, report, truth)) + b"\n")


FORMATS: Mapping[str, Callable[[Scores, Report, str, BinaryIO], None]] = {"table": _write_table, "json": _write_json}
"""Each format and the function that writes it."""
