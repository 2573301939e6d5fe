"""The stories of a job to related coverage, by the stages of the plan in the worker pool."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from dedup.array_types import Flags, Indices
from dedup.core.arrays import pair_codes
from dedup.core.arrays.ragged import chunks, counts_of, ranges
from dedup.core.arrays.sorting import first_of_equals, firsts
from dedup.core.arrays.tables import Table
from dedup.core.pairs.decision import ARTICLE, Reasons
from dedup.core.plan import SCORES
from dedup.core.related.candidates import find_candidates
from dedup.core.related.numbers import LEAST_TEXTS
from dedup.core.related.rarity import Rarity, count_slots, in_sample, tell_rarity
from dedup.core.related.records import coverage_records
from dedup.core.stages.related.schemas import RARITY
from dedup.core.stages.related.vectors import LIST, rarity_table
from dedup.core.stages.result_schemas import PAIRS
from dedup.core.stages.stage import StageContext
from dedup.core.stories.decision import document_reasons
from dedup.core.text.block_hashes import TokenRuns, drop_runs, dropped_runs
from dedup.engines.notes import note_few_texts
from dedup.engines.plan.local import LocalOperators
from dedup.engines.plan.walk import walk
from dedup.engines.pool.tables import TableFiles, TableSlices
from dedup.engines.stages.job import Job
from dedup.engines.tasks.tasks import ListVectors
from dedup.types import Coverage, Note

_TOKENS: Final = 1 << 20
"""Tokens of the texts of a task, about."""

_TEXTS: Final = 1 << 14
"""Texts of a task at most."""


def find_related(
    job: Job, reasons: Reasons, left_out: Flags, leading: Indices, workers: int
) -> tuple[tuple[Coverage, ...], list[Note]]:
    """Find which stories report one event, and which are rewrites.

    The text of the canonical document stands for its story. Workers read the texts, some at a time.
    Candidates take some 1.2 kilobytes of memory a story, and vectors 13 bytes a rare term in temporary files.

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
    if numbers.size < LEAST_TEXTS:
        job.tell("related", count, count)
        return (), note_few_texts(numbers.size)
    files = TableFiles(job.shelves.table_descriptors(), workers)
    operators = LocalOperators((LIST, *SCORES), job.team, workers, files, StageContext(job.settings))
    rarity = operators.store("rarity", [rarity_table(_tell_rarity(job, leading, runs))], RARITY)
    tasks = _vector_tasks(job, leading, runs, operators.rows(rarity), operators.cuts(LIST))
    vectors, lookups = operators.ask(LIST, tasks)
    related = operators.store("related", [_find_candidates(operators.load(lookups))], PAIRS)
    names = ("coverage_texts", "rewrites")
    tables = walk(SCORES, operators, {"vectors": vectors, "related": related}, names)
    covered, rewrites = (operators.load(tables[name]) for name in names)
    covered = covered.take(covered["num"].argsort())
    pairs = pair_codes.decode(np.sort(pair_codes.encode(rewrites["a"], rewrites["b"])))
    order = np.lexsort((rewrites["b"], rewrites["a"]))
    ids = texts.members.take(leading[np.searchsorted(numbers, covered["num"])]).ids
    records = coverage_records(
        covered["num"], ids, covered["coverage"], covered["score"], pairs, rewrites["cosine"][order]
    )
    job.tell("related", count, count)
    return records, []


def _tell_rarity(job: Job, documents: Indices, runs: TokenRuns) -> Rarity:
    """Return how rare terms are, by the sample of the texts of ``documents``."""
    sampled = documents[in_sample(job.texts.text[documents], documents.size)]
    counted = [(np.zeros(0, np.int64), np.zeros(0, np.int64))]
    for of_part in _cut(job, sampled):
        texts = job.texts.text[of_part]
        read = job.tokens.take(job.texts.rows[texts])
        counted.append(count_slots(drop_runs(read.values, read.lengths, runs.of(texts))))
    slots, counts = map(np.concatenate, zip(*counted, strict=True))
    return tell_rarity(slots, counts, sampled.size)


def _vector_tasks(
    job: Job, documents: Indices, runs: TokenRuns, rarity: TableSlices, cuts: list[list[str]]
) -> Iterator[ListVectors]:
    """Yield the tasks that make vectors of the texts of ``documents``."""
    for of_task in _cut(job, documents[job.texts.rows[job.texts.text[documents]].argsort()]):  # as they were read
        texts = job.texts.text[of_task]
        yield ListVectors(job.without_boilerplate(texts, runs), texts, job.texts.times[of_task], rarity, cuts)


def _find_candidates(lookups: Table) -> Table:
    """Return the candidates among texts, whose lookups are neighbours."""
    starts = first_of_equals(lookups["num"]).nonzero()[0]
    lengths = counts_of(starts, len(lookups))
    numbers = lookups["num"][starts]
    order = numbers.argsort()
    rows = ranges(starts[order], lengths[order])
    pairs = numbers[order][find_candidates(lookups["term"][rows], lengths[order])]
    return Table({"a": pairs[:, 0], "b": pairs[:, 1]})


def _cut(job: Job, documents: Indices) -> Iterator[Indices]:
    """Yield ``documents``, some at a time."""
    for first, last in chunks(job.texts.lengths[documents], _TOKENS, _TEXTS):
        yield documents[first:last]
