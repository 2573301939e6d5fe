"""Scores of a report: each figure by brute force, the worst stories, and ids without a label or a document."""

from dataclasses import replace
from itertools import combinations
from statistics import mean

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dedup.engines.evaluation import Blame, ClusterPart, TypeCount, score
from dedup.errors import InputError
from dedup.formats.typed.labels import Label, Truth
from dedup.results import Report
from dedup.types import Coverage, Member, Story

IDS = [f"d{number}" for number in range(12)]
PARTITIONS = st.dictionaries(st.sampled_from(IDS), st.sampled_from("uvwxyz"))
LABELS = st.sampled_from([Label("dup", "near"), Label("dup", ""), Label("ignore", "near"), Label("diff", "near")])
PAIRS = st.dictionaries(st.sampled_from(list(combinations(IDS, 2))), LABELS)


def report_of(*groups: str, unlisted: int = 0) -> Report:
    """Return a report of stories whose ids are words; a group of one id is a singleton."""
    members = [tuple(map(Member, group.split())) for group in groups]
    return Report(
        stories=tuple(Story(group[0], group[1:]) for group in members if len(group) > 1),
        singletons=tuple(group[0] for group in members if len(group) == 1),
        documents=sum(map(len, members)) + unlisted,
    )


def report_of_labels(labels: dict[str, str]) -> Report:
    """Return a report with a story for each label."""
    groups: dict[str, list[str]] = {}
    for id, label in labels.items():
        groups.setdefault(label, []).append(id)
    return report_of(*map(" ".join, groups.values()))


def together(labels: dict[str, str]) -> set[tuple[str, str]]:
    """Return the pairs of ids with one label."""
    return {(a, b) for a, b in combinations(IDS, 2) if a in labels and labels[a] == labels.get(b)}


def measured(true: set[tuple[str, str]], joined: set[tuple[str, str]]) -> object:
    """Return precision, recall and F1."""
    precision = len(true & joined) / len(joined) if joined else 1.0
    recall = len(true & joined) / len(true) if true else 1.0
    return pytest.approx(
        (precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0)
    )


@settings(deadline=None)
@given(PARTITIONS.filter(bool), PARTITIONS)
def test_clusters_equal_brute_force(true: dict[str, str], stories: dict[str, str]) -> None:
    """Only documents with a label count, and an id without a document is a story of its own."""
    assume(not stories or stories.keys() & true.keys())
    labelled = {id: stories.get(id, f"alone {id}") for id in true}
    clusters = score(report_of_labels(stories), Truth(true), 12).clusters
    assert clusters is not None
    assert measured(together(true), together(labelled)) == clusters.pairwise
    assert (len(true), len(set(true.values())), len(set(labelled.values()))) == (
        clusters.documents,
        clusters.true_clusters,
        clusters.found_clusters,
    )
    with_it = {id: {other for other in true if labelled[other] == labelled[id]} for id in true}
    precision = mean(mean(true[other] == true[id] for other in with_it[id]) for id in true)
    assert pytest.approx(precision) == clusters.b_cubed.precision
    wrong, missed = together(labelled) - together(true), together(true) - together(labelled)
    assert len(wrong) == sum(blame.pairs for blame in clusters.merges)
    assert len(missed) == sum(blame.pairs for blame in clusters.misses)


def test_pairs_of_a_sample() -> None:
    """Of a sample of pairs to label only the pairs that are listed count."""
    labels = {("a", "b"): Label("dup", ""), ("c", "d"): Label("no", ""), ("a", "c"): Label("ignore", "")}
    report = report_of("a b e f", "c d g")
    sample = score(report, Truth({}, labels, is_sample=True), 0).pairs
    assert sample is not None
    assert (1, 1, 2) == (sample.counts.both, sample.counts.true, sample.counts.predicted)
    whole = score(report, Truth({}, labels), 0).pairs
    assert whole is not None
    assert 9 == whole.counts.predicted


@settings(deadline=None)
@given(PAIRS.filter(bool), PARTITIONS)
def test_pairs_equal_brute_force(labels: dict[tuple[str, str], Label], stories: dict[str, str]) -> None:
    """Each pair counts except for ignored pairs, and a pair without a label is a negative."""
    assume(not stories or any(id in stories for pair in labels for id in pair))
    pairs = score(report_of_labels(stories), Truth({}, labels), 0).pairs
    assert pairs is not None
    true = {pair for pair, label in labels.items() if label.label == "dup"}
    ignored = {pair for pair, label in labels.items() if label.label == "ignore"}
    assert measured(true, together(stories) - ignored) == pairs.pairwise
    assert (len(labels), len(ignored)) == (pairs.labelled, pairs.ignored)
    negative = set(labels) - true - ignored
    for kind in pairs.types:
        of_type = {pair for pair, label in labels.items() if label.type == kind.type}
        sets = (
            true & of_type,
            true & of_type & together(stories),
            negative & of_type,
            negative & of_type & together(stories),
        )
        assert TypeCount(kind.type, *map(len, sets)) == kind
    assert sorted({labels[pair].type for pair in true | negative}) == [kind.type for kind in pairs.types]


@pytest.mark.parametrize("truth", [Truth({"in/a": "x"}), Truth({}, {("in/a", "in/b"): Label("dup", "near")})])
def test_no_id_in_common_is_an_error(truth: Truth) -> None:
    """Labels of no document raise an error that shows an id of each side, also if the report leaves singletons out."""
    for report in (report_of("a b", "c"), report_of("a b", unlisted=1)):
        with pytest.raises(InputError, match="the labels have ids as 'in/a', the documents as 'a'"):
            score(report, truth, 0)


def test_worst_by_name() -> None:
    """The worst stories and the worst clusters have their parts, the largest first."""
    truth = Truth(dict(zip("abcdefgh", "xxxyyzzz", strict=True)))
    clusters = score(report_of("b a e d", "f c", "g", "h"), truth, 10).clusters
    assert clusters is not None
    assert (
        Blame("b", 4, (ClusterPart("x", ("a", "b")), ClusterPart("y", ("d", "e")))),
        Blame("f", 1, (ClusterPart("x", ("c",)), ClusterPart("z", ("f",)))),
    ) == clusters.merges
    assert (
        Blame("z", 3, (ClusterPart("f", ("f",)), ClusterPart("g", ("g",)), ClusterPart("h", ("h",)))),
        Blame("x", 2, (ClusterPart("b", ("a", "b")), ClusterPart("f", ("c",)))),
    ) == clusters.misses


def test_as_many_as_asked() -> None:
    """At most ``worst`` stories are named, and equal ones in the order of their names."""
    truth = Truth({id: id for id in "abcdef"})
    for worst in (0, 1, 2, 5):
        clusters = score(report_of("e f", "a b", "c d"), truth, worst).clusters
        assert clusters is not None
        assert list("ace")[:worst] == [blame.name for blame in clusters.merges]
        assert () == clusters.misses


def test_absent_and_unlabelled() -> None:
    """The scores name ids with labels without a document, and documents without a cluster."""
    truth = Truth({"a": "x", "lost": "x"}, {("a", "gone"): Label("dup", "")})
    scores = score(report_of("a b", "c"), truth, 0)
    assert (3, ("lost", "gone"), ("b", "c"), 0) == (scores.ids, scores.absent, scores.unlabelled, scores.unlisted)


def test_set_aside() -> None:
    """The scores name the documents that are no articles but have copies, by a cluster or a pair."""
    walls = tuple(Member(id, no_article="a notice") for id in "bcdef")
    report = Report((), (Member("a"), *walls), 6)
    labels = {("a", "d"): Label("dup", ""), ("a", "e"): Label("ignore", ""), ("a", "f"): Label("diff", "")}
    assert ("b", "d") == score(report, Truth({"a": "x", "b": "x", "c": "y"}, labels), 0).set_aside
    assert () == score(report_of("a b", "c d"), Truth({"a": "x", "c": "x"}), 0).set_aside


def test_pairs_alone() -> None:
    """Without true clusters there are no cluster scores and no unlabelled documents, and F1 is that of the pairs."""
    scores = score(report_of("a b", "c d"), Truth({}, {("a", "b"): Label("dup", "")}), 5)
    assert (None, (), pytest.approx(2 / 3)) == (scores.clusters, scores.unlabelled, scores.f1)


def test_unlisted() -> None:
    """The documents that a report counts but does not name are counted."""
    assert 4 == score(report_of("a b", unlisted=4), Truth({"a": "x"}), 0).unlisted


def test_gate_is_on_clusters_first() -> None:
    """F1 is that of the clusters if there are labels of both kinds."""
    truth = Truth({"a": "x", "b": "x"}, {("a", "b"): Label("diff", "")})
    assert 1.0 == score(report_of("a b"), truth, 0).f1


def test_coverage_is_scored_against_events() -> None:
    """Documents of stories of one coverage are together, and the copies of a story with them."""
    report = replace(report_of("a b", "c", "d", "e"), coverage=(Coverage(("a", "c"), 0.5), Coverage(("d", "e"), 0.4)))
    scores = score(report, Truth(events={"a": "x", "b": "x", "c": "x", "d": "y", "e": "z"}), 5)
    assert scores.coverage is not None
    assert scores.clusters is None
    assert (3 / 4, 1.0) == scores.coverage.pairwise[:2]
    assert (5, 3, 2) == (scores.coverage.documents, scores.coverage.true_clusters, scores.coverage.found_clusters)
