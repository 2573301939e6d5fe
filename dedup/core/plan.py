"""The plan: the stages of a batch job as data, from the documents that a reader gives to the results."""

from typing import Final

from dedup.core.stages import articles, candidates, documents, pairs, results, stories, versions
from dedup.core.stages.stage import Step

TEXTS_TO_RESULTS: Final[tuple[Step, ...]] = (
    *articles.STAGES,
    *candidates.STAGES,
    *pairs.STAGES,
    *stories.STAGES,
    *documents.STAGES,
    *versions.STAGES,
    *results.STAGES,
)
"""The steps from the tables ``texts``, ``dropped``, ``sites`` and ``members`` to the table ``results``."""
