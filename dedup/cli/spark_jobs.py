"""``dedup cluster --engine spark``: a job on Spark, its progress on standard error, its exit code."""

import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any

import click

from dedup.cli.exit_codes import ExitCode
from dedup.cli.jobs import JobArguments
from dedup.cli.output import has_too_many, tell
from dedup.parquet_schema import SKIPPED_FOLDER
from dedup.report.summary import counts_in_words, skipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import SparkSession

    from dedup.engines.spark.job import JobResult
    from dedup.types import Note, Skip


def run_on_spark(task: JobArguments, folder: str | None, master: str | None, max_copies: int | None) -> ExitCode:
    """Run a job on Spark. The report is a folder.

    Args:
        task: the arguments of the job.
        folder: the folder of the report.
        master: the master of Spark; None for that of ``spark-submit``.
        max_copies: how many copies there may be; None for any number.

    Raises:
        click.UsageError: there is no folder.
    """
    if folder is None:
        raise click.UsageError("--engine spark writes a folder: give --output FOLDER")
    result = _run(task, folder, master)
    if result is None:
        return ExitCode.INPUT_SKIPPED
    facts = result.facts
    if not task.quiet:
        tell([f"{note.about}: {note.reason}" for note in facts.notes])
        tell([counts_in_words(facts.documents, facts.stories, facts.copies, facts.no_articles)])
        tell([f"{result.skipped:,} skipped, in {facts.seconds:,.0f} s: {folder}"])
    tell(skipped(result.skips))
    if more := result.skipped - len(result.skips):
        tell([f"  and {more:,} more: {folder}/{SKIPPED_FOLDER}"])
    if has_too_many(facts.copies, max_copies):
        return ExitCode.LIMIT_BROKEN
    return ExitCode.INPUT_SKIPPED if result.skipped else ExitCode.OK


def _run(task: JobArguments, folder: str, master: str | None) -> "JobResult | None":
    """Return the result of a job; None if no document can be read. Spark is not started if there is no file."""
    from dedup.engines.spark.session import check_environment, start
    from dedup.formats import SkipGroups

    check_environment()
    from dedup.engines.spark.errors import NoDocuments
    from dedup.engines.spark.inputs import find_places

    skips: SkipGroups = SkipGroups()
    notes: list[Note] = []
    places = find_places(task.paths, on_skip=skips.add, on_note=notes.append)
    skipped_paths: list[Skip] = skips.skips()
    if not places:
        _tell_nothing(task, skipped_paths, sum(skip.count for skip in skipped_paths), notes)
        return None
    session = start(master)
    from dedup.engines.spark.job import cluster_files

    try:
        with _stopped_at_the_end(session, folder):
            return cluster_files(
                session,
                places,
                folder,
                task.settings,
                rulings=task.rulings,
                fields=task.fields,
                paths=task.paths,
                skips=skipped_paths,
                notes=notes,
                on_progress=None if task.quiet else _print_progress,
            )
    except NoDocuments as error:
        _tell_nothing(task, error.skips, error.skipped, notes)
        return None


@contextmanager
def _stopped_at_the_end(session: "SparkSession", folder: str) -> Iterator[None]:
    """Stop a session when the block ends. An interrupt gives one message in place of the tracebacks of py4j."""
    interrupts: list[int] = []

    def interrupt(number: int, _frame: Any) -> None:
        interrupts.append(number)
        logging.disable()  # py4j logs each call that was cut off
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    except (Exception, KeyboardInterrupt) as error:
        if not interrupts:
            raise
        tell([f"{folder} keeps the complete stages. Give the same command to go on."])
        with suppress(Exception):
            session.sparkContext.setLogLevel("OFF")  # tasks that are cut off are no errors
        raise KeyboardInterrupt from error  # an error of a call that was cut off can hide it
    finally:
        with suppress(Exception) if interrupts else nullcontext():
            session.stop()
        signal.signal(signal.SIGINT, before)
        logging.disable(logging.NOTSET)


def _tell_nothing(task: JobArguments, skips: "Sequence[Skip]", count: int, notes: "Sequence[Note]") -> None:
    """Tell that no document can be read, and why: the first of the ``count`` skipped inputs, and the notes."""
    from dedup.report.summary import no_documents, noted, skipped

    if not task.quiet:
        tell([no_documents(task.paths)])
    tell(skipped(skips))
    if more := count - sum(skip.count for skip in skips):
        tell([f"  and {more:,} more"])
    if not task.quiet:
        tell(map(noted, notes))


def _print_progress(line: str) -> None:
    tell([line])
