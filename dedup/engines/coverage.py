"""The stories of a job to related coverage, by the stages of the plan in the worker pool."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from dedup.array_types import Flags, Indices
from dedup.core.arrays import pair_codes
from dedup.core.arrays.ragged import chunks
from dedup.core.arrays.sorting import firsts
from dedup.core.arrays.tables import Lists, Table
from dedup.core.pairs.decision import ARTICLE, Reasons
from dedup.core.plan import RELATED
from dedup.core.related.records import coverage_records
from dedup.core.stages.counts import FEW_TEXTS, sum_counts
from dedup.core.stages.related.schemas import EVENT_TEXTS
from dedup.core.stages.stage import StageContext
from dedup.core.stories.decision import document_reasons
from dedup.core.text.block_hashes import TokenRuns, drop_runs, dropped_runs
from dedup.engines.notes import note_few_texts
from dedup.engines.plan.local import LocalOperators
from dedup.engines.plan.walk import walk
from dedup.engines.pool.tables import TableFiles
from dedup.engines.stages.job import Job
from dedup.types import Coverage, Note

_TOKENS: Final = 1 << 20
"""Tokens of texts that are stored at a time, about."""

_TEXTS: Final = 1 << 14
"""Texts that are stored at a time at most."""


def find_related(
    job: Job, reasons: Reasons, left_out: Flags, leading: Indices, workers: int
) -> tuple[tuple[Coverage, ...], list[Note]]:
    """Find which stories report one event, and which are rewrites.

    The text of the canonical document stands for its story. This process holds some texts at a time.

    Args:
        job: the job.
        reasons: ``(t,)`` why each text is no article.
        left_out: ``(m,)`` the blocks that are left out.
        leading: the canonical documents of all stories.
        workers: the number of workers.

    Returns:
        The coverage, and a note on a collection that is too small.
    """
    job.tell("related", 0, 0)
    texts, count = job.texts, leading.size
    leading = leading[document_reasons(texts.text[leading], reasons) == ARTICLE]
    leading = leading[firsts(texts.text[leading])]  # in the order of texts; a person may have parted equal texts
    numbers = texts.text[leading]
    runs = dropped_runs(texts.pages.words, texts.pages.bounds, left_out)
    files = TableFiles(job.shelves.table_descriptors(), workers)
    operators = LocalOperators(RELATED, job.team, workers, files, StageContext(job.settings))
    stored = operators.store("event_texts", _list_texts(job, leading, runs), EVENT_TEXTS)
    names = ("coverage_texts", "rewrites", "counts")
    tables = walk(RELATED, operators, {"event_texts": stored}, names)
    covered, rewrites, counts = (operators.load(tables[name]) for name in names)
    covered = covered.take(covered["num"].argsort())
    pairs = pair_codes.decode(np.sort(pair_codes.encode(rewrites["a"], rewrites["b"])))
    order = np.lexsort((rewrites["b"], rewrites["a"]))
    ids = texts.members.take(leading[np.searchsorted(numbers, covered["num"])]).ids
    records = coverage_records(
        covered["num"], ids, covered["coverage"], covered["score"], pairs, rewrites["cosine"][order]
    )
    job.tell("related", count, count)
    return records, note_few_texts(sum_counts(counts).get(FEW_TEXTS, (0, 0))[0])


def _list_texts(job: Job, documents: Indices, runs: TokenRuns) -> Iterator[Table]:
    """Yield the table of the texts of ``documents``, without their boilerplate, some texts at a time."""
    texts = job.texts.text[documents]
    for first, last in chunks(job.texts.lengths[documents], _TOKENS, _TEXTS):
        rows = slice(first, last)
        read = job.tokens.take(job.texts.rows[texts[rows]])
        without = drop_runs(read.values, read.lengths, runs.of(texts[rows]))
        yield Table({"num": texts[rows], "time": job.texts.times[documents[rows]], "tokens": Lists.of_ragged(without)})
