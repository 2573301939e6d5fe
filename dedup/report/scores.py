"""Scores as a table for people or as JSON, schema ``dedup.scores/1``; and what their reader should be told beside them.

Figures have four digits in both. Keys of the JSON are only ever added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, BinaryIO

from dedup.formats.labels import POSITIVE
from dedup.report.schema import encode, skips
from dedup.report.terminal import Utf8Stream, count, harmless
from dedup.version import version

if TYPE_CHECKING:
    from dedup.core.evaluation.scores import Measures
    from dedup.engines.evaluation import Blame, ClusterScores, PairScores, Scores
    from dedup.types import Report


SCHEMA = "dedup.scores/1"

_FEW = 5
"""Ids of a part, parts of a story, and ids in a remark that people are shown; JSON has every id of a story."""

_HEAD = f"{'':<21}{'precision':>9}{'recall':>9}{'F1':>9}"


def write(scores: Scores, report: Report, truth: str, stream: BinaryIO, format: str) -> None:
    """Write the ``scores`` of ``report`` against the file ``truth`` to ``stream``, in one of `FORMATS`."""
    FORMATS[format](scores, report, truth, stream)


def remarks(scores: Scores) -> Iterator[str]:
    """What may not be scored as its reader thinks: ids without a document, documents without a label, no positives."""
    if scores.absent:
        where = (
            f"in the report, which leaves out {count(scores.unlisted, 'singleton', 'singletons')}"
            if scores.unlisted
            else "among the documents"
        )
        ids = _few(scores.absent)
        yield f"{len(scores.absent)} of {scores.ids} ids of the truth are not {where}; they count as singletons: {ids}"
    if scores.set_aside:
        them = count(len(scores.set_aside), "document is", "documents are")
        yield f"{them} set aside as no article though the truth knows copies: {_few(scores.set_aside)}"
    if scores.unlabelled:
        them = count(len(scores.unlabelled), "document has", "documents have")
        yield f"{them} no cluster in the truth, and no part in the cluster scores: {_few(scores.unlabelled)}"
    if scores.pairs and not scores.pairs.counts.true:
        yield f"no pair has the label {POSITIVE!r}, so all count as negatives; give it to pairs that belong together"


def _few(ids: tuple[str, ...]) -> str:
    more = f" and {len(ids) - _FEW} more" if len(ids) > _FEW else ""
    return ", ".join(map(harmless, ids[:_FEW])) + more


def _table(scores: Scores, _report: Report, _truth: str, stream: BinaryIO) -> None:
    Utf8Stream(stream).writelines(f"{line}\n" for line in _lines(scores))


def _lines(scores: Scores) -> Iterator[str]:
    # The figures come last, where a terminal shows them.
    if scores.clusters:
        for blame in scores.clusters.merges:
            yield f"{count(blame.pairs, 'wrong pair', 'wrong pairs')} in story {harmless(blame.name)}"
            yield from _parts(blame, "cluster")
        for blame in scores.clusters.misses:
            yield f"{count(blame.pairs, 'missed pair', 'missed pairs')} of cluster {harmless(blame.name)}"
            yield from _parts(blame, "story")
        yield from _sizes(scores.clusters)
    if scores.pairs:
        yield from _types(scores.pairs)
    yield _HEAD
    if scores.clusters:
        yield _figures("pairs", scores.clusters.pairwise)
        yield _figures("B-cubed", scores.clusters.b_cubed)
    if scores.pairs:
        yield _figures("labelled pairs", scores.pairs.pairwise)
    if scores.clusters:
        yield f"{'adjusted Rand index':<39}{scores.clusters.adjusted_rand:>9.4f}"


def _figures(name: str, measures: Measures) -> str:
    return f"{name:<21}" + "".join(f"{measure:>9.4f}" for measure in measures)


def _sizes(clusters: ClusterScores) -> Iterator[str]:
    counts = clusters.counts
    documents = count(clusters.documents, "document", "documents")
    true = count(clusters.true_clusters, "true cluster", "true clusters")
    yield f"{documents} in {true}, {clusters.found_clusters} found"
    yield f"{count(counts.true, 'true pair', 'true pairs')}, {counts.found} found, {counts.both} of them true"
    yield ""


def _types(pairs: PairScores) -> Iterator[str]:
    counts = pairs.counts
    yield f"{count(pairs.labelled, 'labelled pair', 'labelled pairs')}, {pairs.ignored} of them ignored"
    yield f"{counts.true} labelled {POSITIVE}, {counts.found} found, {counts.both} of them {POSITIVE}"
    if any(each.type for each in pairs.types):
        width = max(21, *(len(harmless(each.type)) for each in pairs.types))
        yield f"{'':<{width}}{'copies found':>14}{'others joined':>15}"
        for each in pairs.types:
            found = f"{each.found}/{each.positive}" if each.positive else "-"
            joined = f"{each.joined}/{each.negative}" if each.negative else "-"
            yield f"{harmless(each.type) or '(no type)':<{width}}{found:>14}{joined:>15}"
    yield ""


def _parts(blame: Blame, kind: str) -> Iterator[str]:
    for part in blame.parts[:_FEW]:
        yield f"  {len(part.ids)} in {kind} {harmless(part.name)}: {_few(part.ids)}"
    rest = blame.parts[_FEW:]
    if rest:
        yield f"  {sum(len(part.ids) for part in rest)} in {len(rest)} more"
    yield ""


def _json(scores: Scores, report: Report, truth: str, stream: BinaryIO) -> None:
    clusters = scores.clusters
    merges, misses = (clusters.merges, clusters.misses) if clusters else ((), ())
    row = {
        "schema": SCHEMA,
        "version": version(),
        "settings": dict(report.settings),
        "inputs": list(report.inputs),
        "truth": truth,
        "documents": report.documents,
        "clusters": None if clusters is None else _cluster_row(clusters),
        "pairs": None if scores.pairs is None else _pair_row(scores.pairs),
        "merges": [_blame_row(blame, "story", "wrong_pairs", "cluster") for blame in merges],
        "misses": [_blame_row(blame, "cluster", "missed_pairs", "story") for blame in misses],
        "absent": _left_out(scores.absent),
        "unlabelled": _left_out(scores.unlabelled),
        "unlisted": scores.unlisted,
        "skipped": skips(report.skipped),
        "no_articles": _left_out(tuple(member.id for member in report.no_articles)),
        "set_aside": _left_out(scores.set_aside),
    }
    stream.write(encode(row) + b"\n")


def _cluster_row(clusters: ClusterScores) -> dict[str, Any]:
    return {
        "documents": clusters.documents,
        "true_clusters": clusters.true_clusters,
        "found_clusters": clusters.found_clusters,
        "true_pairs": clusters.counts.true,
        "found_pairs": clusters.counts.found,
        "common_pairs": clusters.counts.both,
        **_measures(clusters.pairwise),
        "adjusted_rand": round(clusters.adjusted_rand, 4),
        "b_cubed": _measures(clusters.b_cubed),
    }


def _pair_row(pairs: PairScores) -> dict[str, Any]:
    return {
        "labelled": pairs.labelled,
        "ignored": pairs.ignored,
        "true_pairs": pairs.counts.true,
        "found_pairs": pairs.counts.found,
        "common_pairs": pairs.counts.both,
        **_measures(pairs.pairwise),
        "types": [asdict(each) for each in pairs.types],
    }


def _measures(measures: Measures) -> dict[str, float]:
    return {name: round(value, 4) for name, value in measures._asdict().items()}


def _blame_row(blame: Blame, name: str, pairs: str, part: str) -> dict[str, Any]:
    parts = [{part: each.name, "ids": list(each.ids)} for each in blame.parts]
    return {name: blame.name, pairs: blame.pairs, "parts": parts}


def _left_out(ids: tuple[str, ...]) -> dict[str, Any]:
    return {"count": len(ids), "first": list(ids[:_FEW])}


FORMATS: Mapping[str, Callable[[Scores, Report, str, BinaryIO], None]] = {"table": _table, "json": _json}
"""Each format and the function that writes it."""
