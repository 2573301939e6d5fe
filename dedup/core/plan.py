"""The plan: the stages of a batch job as data, from the documents that a reader gives to the results."""

from typing import Final

from dedup.core.pairs.decision import REASONS
from dedup.core.stages import (
    articles,
    boilerplate,
    candidates,
    documents,
    headlines,
    ids,
    pairs,
    results,
    sites,
    texts,
    versions,
)
from dedup.core.stages.optional import misprints, rulings
from dedup.core.stages.related import events, vectors
from dedup.core.stages.schemas import DROPPED
from dedup.core.stages.stage import Step
from dedup.core.stages.stories import components, gathered, rounds
from dedup.core.stories.decision import EVIDENCE
from dedup.core.stories.relations import RELATIONS
from dedup.settings import Settings

__all__ = ["BOILERPLATE", "COVERAGE", "EVIDENCE", "PLAN", "REASONS", "RELATIONS", "SCORES", "kept_tables", "steps_of"]

PLAN: Final[tuple[Step, ...]] = (
    *ids.STAGES,
    *texts.STAGES,
    *misprints.STAGES,
    *sites.STAGES,
    *boilerplate.STAGES,
    *rulings.STAGES,
    *articles.STAGES,
    *candidates.STAGES,
    *pairs.STAGES,
    *components.STAGES,
    rounds.FIRST,
    gathered.STAGES,
    rounds.MORE,
    *documents.STAGES,
    *versions.STAGES,
    *headlines.STAGES,
    *results.STAGES,
)
"""The steps from the table ``documents`` (`core.stages.schemas.DOCUMENTS`) to the table ``results``
(`core.stages.result_schemas.RESULTS`).
"""

SCORES: Final[tuple[Step, ...]] = events.SCORES
"""The steps from ``vectors`` and ``related`` (`core.stages.related.schemas`) to ``coverage_texts`` and ``rewrites``."""

COVERAGE: Final[tuple[Step, ...]] = (*vectors.BEGIN, *vectors.STAGES, *events.MEETINGS, *events.SCORES, events.END)
"""The steps after `PLAN` to ``coverage`` and ``rewrites`` (`core.stages.related.schemas`).

A job takes them if its setting ``related`` is true.
"""


def steps_of(settings: Settings) -> tuple[Step, ...]:
    """Return the steps of a job with these settings: those of `PLAN`, and of `COVERAGE` where it is asked for."""
    return (*PLAN, *COVERAGE) if settings.related else PLAN


def kept_tables(settings: Settings) -> tuple[str, ...]:
    """Return the names of the tables that are the result of a job with these settings."""
    return ("results", "counts", "coverage", "rewrites") if settings.related else ("results", "counts")


BOILERPLATE: Final[tuple[Step, ...]] = (
    *sites.STAGES,
    *boilerplate.STAGES[:-1],
    boilerplate.ANYWHERE._replace(gives={"dropped_anywhere": DROPPED}, adds=frozenset()),
    articles.PLACES,
)
"""The steps from ``texts`` (`core.stages.schemas.PAGE_BLOCKS`) to ``sites`` and to the ``places`` of boilerplate."""
