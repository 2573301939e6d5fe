"""The results of a plan to a report."""

from collections.abc import Sequence

from dedup.core.arrays.tables import Table
from dedup.core.stages.story_records import make_records
from dedup.core.thresholds import fingerprint
from dedup.results import Report
from dedup.settings import Settings
from dedup.types import Note, Skip


def make_report(
    results: Table, settings: Settings, skipped: Sequence[Skip] = (), notes: Sequence[Note] = (), seconds: float = 0
) -> Report:
    """Return the report of a job.

    Args:
        results: the table of results.
        settings: the settings of the job.
        skipped: the inputs that were not read.
        notes: the messages of the job.
        seconds: seconds of the job by the clock.
    """
    stories, singletons = make_records(results)
    ids = results.take(results["place"].argsort()).lists("id").texts()
    return Report(
        stories=stories,
        singletons=singletons,
        documents=len(results),
        skipped=tuple(skipped),
        notes=tuple(notes),
        settings=settings.to_mapping(),
        seconds=seconds,
        thresholds=fingerprint(),
        ids=tuple(ids),
    )
