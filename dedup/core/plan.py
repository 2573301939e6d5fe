"""The plan: the stages of a batch job as data, from the documents that a reader gives to the results."""

from typing import Final

from dedup.core.pairs.decision import REASONS
from dedup.core.stages import (
    articles,
    boilerplate,
    candidates,
    documents,
    ids,
    pairs,
    results,
    sites,
    stories,
    texts,
    versions,
)
from dedup.core.stages.stage import Step
from dedup.core.stories.relations import RELATIONS

__all__ = ["PLAN", "REASONS", "RELATIONS"]

PLAN: Final[tuple[Step, ...]] = (
    *ids.STAGES,
    *texts.STAGES,
    *sites.STAGES,
    *boilerplate.STAGES,
    *articles.STAGES,
    *candidates.STAGES,
    *pairs.STAGES,
    *stories.STAGES,
    *documents.STAGES,
    *versions.STAGES,
    *results.STAGES,
)
"""The steps from the table ``documents`` (`core.stages.schemas.DOCUMENTS`) to the table ``results``
(`core.stages.result_schemas.RESULTS`).
"""
