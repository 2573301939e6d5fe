"""The results of a plan to a report."""

import datetime
from collections.abc import Sequence

import numpy as np

from dedup.array_types import Indices
from dedup.core.arrays.names import number_names
from dedup.core.arrays.ragged import counts_of
from dedup.core.arrays.tables import Table
from dedup.core.plan import EVIDENCE, REASONS, RELATIONS
from dedup.core.related.records import coverage_records
from dedup.core.stages.counts import (
    FEW_TEXTS,
    LIVE,
    MENDED,
    OVERSIZED,
    PREFERRED,
    RENAMED_IDS,
    RULED,
    SPLIT,
    UNCUT,
    counted_numbers,
    sum_counts,
)
from dedup.core.thresholds import fingerprint
from dedup.engines.notes import (
    note_few_texts,
    note_large_stories,
    note_live_addresses,
    note_mended,
    note_missing_sources,
    note_new_ids,
    note_oversized,
    note_unused_rulings,
)
from dedup.results import Report
from dedup.settings import Settings
from dedup.types import Coverage, Member, Note, Ruling, Skip, Story


def make_coverage(coverage: Table, rewrites: Table) -> tuple[Coverage, ...]:
    """Return the coverage of a job.

    Args:
        coverage: the stories in a coverage.
        rewrites: the rewrites among them.
    """
    coverage = coverage.take(coverage["num"].argsort())
    rewrites = rewrites.take(np.lexsort((rewrites["b"], rewrites["a"])))
    pairs = np.stack((rewrites["a"], rewrites["b"]), axis=1)
    ids, scores = coverage.lists("id").texts(), coverage["score"]
    return coverage_records(coverage["num"], ids, coverage["coverage"], scores, pairs, rewrites["cosine"])


def make_report(
    results: Table,
    counts: Table,
    settings: Settings,
    skipped: Sequence[Skip] = (),
    notes: Sequence[Note] = (),
    seconds: float = 0,
    rulings: Sequence[Ruling] = (),
) -> Report:
    """Return the report of a job.

    Args:
        results: the table of results.
        counts: the table of counts.
        settings: the settings of the job.
        skipped: the inputs that were not read.
        notes: the messages of reading.
        seconds: seconds of the job by the clock.
        rulings: the rulings of the user on blocks.
    """
    stories, singletons, joined_by = _make_records(results)
    ids = results.take(results["place"].argsort()).lists("id").texts()
    return Report(
        stories=stories,
        singletons=singletons,
        documents=len(results),
        skipped=tuple(skipped),
        notes=(*notes, *make_notes(counts, settings, rulings)),
        settings=settings.shown(),
        seconds=seconds,
        thresholds=fingerprint(),
        ids=tuple(ids),
        joined_by=joined_by,
    )


def make_notes(counts: Table, settings: Settings, rulings: Sequence[Ruling]) -> list[Note]:
    """Return the notes on the bounds that the job reached, on its settings, and on rulings.

    Args:
        counts: the table of counts.
        settings: the settings of the job.
        rulings: the rulings of the user on blocks.
    """
    nothing = 0, 0
    sums = sum_counts(counts)
    return [
        *note_new_ids(sums.get(RENAMED_IDS, nothing)[0]),
        *note_mended(sums.get(MENDED, nothing)[0]),
        *note_oversized(*sums.get(OVERSIZED, nothing), settings.max_bucket),
        *note_missing_sources(settings.prefer, counted_numbers(counts, PREFERRED)),
        *note_large_stories(sums.get(SPLIT, nothing)[0], sums.get(UNCUT, nothing)[0]),
        *note_live_addresses(sums.get(LIVE, nothing)[0]),
        *note_unused_rulings(rulings, counted_numbers(counts, RULED)),
        *note_few_texts(sums.get(FEW_TEXTS, nothing)[0]),
    ]


def _make_records(results: Table) -> tuple[tuple[Story, ...], tuple[Member, ...], dict[str, str]]:
    """Return the stories of two documents or more, the largest first, and the other documents, in the order of input.

    The third value is, as in `dedup.results.Report`, what joined the documents whose text did not.

    Args:
        results: the table of results.
    """
    order = _order_by_story(results)
    results = results.take(order)
    starts = results["canonical"].nonzero()[0]
    sizes = counts_of(starts, len(results))
    members = _make_members(results)
    stories = [
        Story(members[start], tuple(members[start + 1 : start + size]), weakest, opening=opening)
        for start, size, weakest, opening in zip(
            starts.tolist(),
            sizes.tolist(),
            results["weakest"][starts].tolist(),
            results.lists("opening").take(starts).texts(),
            strict=True,
        )
        if size > 1
    ]
    stories.sort(key=lambda story: (-story.size, story.id))
    alone = starts[sizes == 1]
    alone = alone[results["place"][alone].argsort()]
    others = results.take((sizes > 1).repeat(sizes) & (results["evidence"] != EVIDENCE.index("text")))
    evidence = (EVIDENCE[number] for number in others["evidence"].tolist())
    joined_by = dict(zip(others.lists("id").texts(), evidence, strict=True))
    return tuple(stories), tuple(members[row] for row in alone.tolist()), joined_by


def _order_by_story(results: Table) -> Indices:
    """Return the rows story by story, each story in the order of its documents."""
    return np.lexsort((results["rank"], number_names(results.lists("story").texts())))


def _make_members(results: Table) -> list[Member]:
    """Return the record of each document."""
    texts = [results.lists(name).texts() for name in ("id", "source", "published", "title", "path", "credit", "home")]
    numbers = [results[name].tolist() for name in ("relation", "containment", "resemblance", "no_article")]
    return [
        Member(
            id,
            RELATIONS[relation],
            containment,
            resemblance,
            source,
            datetime.datetime.fromisoformat(published) if published else None,
            title,
            path,
            credit,
            REASONS[reason],
            home,
        )
        for id, source, published, title, path, credit, home, relation, containment, resemblance, reason in zip(
            *texts, *numbers, strict=True
        )
    ]
