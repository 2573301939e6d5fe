"""A whole job on Spark: inputs to documents, the plan, the folder of a report."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from pyspark.sql import DataFrame, Observation, SparkSession
from pyspark.sql.pandas.types import to_arrow_schema

from dedup.core.plan import kept_tables, steps_of
from dedup.core.stages.result_schemas import RESULTS
from dedup.core.stages.stage import StageContext, stages_of
from dedup.core.thresholds import fingerprint
from dedup.engines.plan.report import make_notes
from dedup.engines.plan.walk import walk
from dedup.engines.run_header import describe_files
from dedup.engines.spark import inputs, results
from dedup.engines.spark.driver import COUNTS as COUNT_ROWS
from dedup.engines.spark.driver import NOTES
from dedup.engines.spark.errors import NoDocuments, readable_errors, readable_folder
from dedup.engines.spark.folders import SUCCESS, Files, JobFolder
from dedup.engines.spark.headers import HEADER, check_header, make_header
from dedup.engines.spark.limits import DRIVER_EDGES, LISTED_SKIPS, PARTS_A_CORE, READ_BYTES
from dedup.engines.spark.operators import SparkOperators
from dedup.engines.spark.progress import StageProgress, Tell
from dedup.engines.spark.session import prepare
from dedup.engines.spark.storage.stored_tables import StoredTable, shares_of
from dedup.engines.spark.tasks import PacketSource, versions
from dedup.engines.stages.overrides import check_rulings
from dedup.errors import InputError
from dedup.formats import ByteRange, Place, RangeSurvey, ReadOptions
from dedup.formats.fields.names import checked_fields
from dedup.parquet_schema import FACTS_FILE, PART_SUFFIX, SKIPPED_FOLDER, ReportFacts
from dedup.settings import Settings, make_settings
from dedup.types import Coverage, Note, Ruling, Skip
from dedup.version import version

_REPORT: Final = "report"
"""The name of the last stage, which writes the report."""


@dataclass(frozen=True)
class JobResult:
    """The result of a job.

    - ``facts``: the facts of the report. Its skipped inputs are rows of the folder.
    - ``skipped``: the number of inputs that were not read.
    - ``received``: the rows that reached the driver, by kind.
    - ``skips``: the first of the skipped inputs.
    """

    facts: ReportFacts
    skipped: int
    received: Mapping[str, int]
    skips: Sequence[Skip] = ()


def cluster(
    frame: DataFrame,
    settings: Settings | Mapping[str, Any] | None = None,
    *,
    folder: str,
    fields: Mapping[str, str] | None = None,
    boilerplate: Iterable[Ruling] = (),
    parts: int | None = None,
    driver_edges: int = DRIVER_EDGES,
    on_progress: Tell | None = None,
    **changes: Any,
) -> DataFrame:
    """Find the stories in the rows of a frame, on its session, whose settings stay as they are.

    Args:
        frame: documents, a row each, with the columns ``id``, ``text`` or ``html``, ``title``, ``source``, ``url``,
            ``published``. A row without an id is skipped. The ids should differ: of two equal ones, any may get a
            number.
        settings: the settings, or a mapping of their names to values; None for the defaults.
        folder: where the result and the stages go. A run that was cut short is resumed from its complete stages, and
            a complete result is kept, if the rows and the settings are the same. The frame is read once more for that.
        fields: names of fields -> the columns that hold them, as in ``{"text": "body"}``.
        boilerplate: rulings on blocks, as in `dedup.cluster`.
        parts: the number of parts of every table; None for as many as the bytes of each table need.
        driver_edges: the edges whose components the driver finds, at most.
        on_progress: takes lines of progress.
        **changes: settings by name. They go before ``settings``.

    Returns:
        The rows of the report: `dedup.parquet_schema.COLUMNS`.

    Raises:
        InputError: the argument is no frame of Spark, no column holds ids or texts, no document can be read, or a
            ruling cannot be followed.
        SettingsError: a setting is out of its range, the folder has another job or cannot be opened, or an executor has
            another version.
        WorkError: a task failed.
    """
    chosen = make_settings(
        settings, changes, ("folder", "fields", "boilerplate", "parts", "driver_edges", "on_progress")
    )
    if not isinstance(frame, DataFrame):
        kind = f"{type(frame).__module__.partition('.')[0]}.{type(frame).__name__}"
        raise InputError(f"a {kind} is no frame of Spark: give session.createDataFrame(...), or use dedup.cluster")
    names, rulings = checked_fields(fields), check_rulings(tuple(boilerplate))
    job = _Job(frame.sparkSession, folder, chosen, rulings, names, parts, driver_edges, on_progress)
    rows = frame.select(*inputs.frame_columns(to_arrow_schema(frame.schema), names))
    if job.begin(job.describe_rows(rows)) is None:
        job.run(lambda: rows, inputs.FrameTask(chosen, job.options), (), ())
    return frame.sparkSession.read.parquet(folder)


def cluster_files(
    session: SparkSession,
    places: Sequence[Place],
    folder: str,
    settings: Settings,
    *,
    rulings: Sequence[Ruling] = (),
    fields: Mapping[str, str] | None = None,
    paths: tuple[str, ...] = (),
    skips: Sequence[Skip] = (),
    notes: Sequence[Note] = (),
    parts: int | None = None,
    driver_edges: int = DRIVER_EDGES,
    on_progress: Tell | None = None,
) -> JobResult:
    """Find the stories in files, which executors open by the same names.

    Args:
        session: a session of Spark. Its settings stay as they are.
        places: the files, as `dedup.formats.discover` finds them.
        folder: as in `cluster`.
        settings: the settings.
        rulings: rulings on blocks.
        fields: as in `cluster`.
        paths: the inputs as typed, for the report.
        skips: inputs that were passed over before.
        notes: notes that were made before.
        parts: as in `cluster`.
        driver_edges: as in `cluster`.
        on_progress: as in `cluster`.

    Raises:
        InputError: as in `cluster`.
        SettingsError: as in `cluster`.
        WorkError: as in `cluster`.
    """
    names = checked_fields(fields)
    job = _Job(session, folder, settings, check_rulings(rulings), names, parts, driver_edges, on_progress, paths)
    complete = job.begin(describe_files(places), skips)
    if complete is not None:
        return complete
    listed = inputs.list_inputs(places, job.options, job.survey)
    rows = inputs.input_rows(listed.inputs, max(1, min(len(listed.inputs), job.read_parts(places))))
    task = inputs.ReadTask(settings, job.options)
    return job.run(lambda: job.placed(rows), task, (*skips, *listed.skips), (*notes, *listed.notes))


class _Job:
    """One job: its session, its folder and its operators. `cluster_files` explains the arguments."""

    def __init__(
        self,
        session: SparkSession,
        folder: str,
        settings: Settings,
        rulings: Sequence[Ruling],
        fields: Mapping[str, str],
        parts: int | None,
        driver_edges: int,
        on_progress: Tell | None,
        paths: tuple[str, ...] = (),
    ) -> None:
        self._begun = time.monotonic()
        self._session, self._settings, self._fields, self._paths = prepare(session), settings, dict(fields), paths
        self._rulings = rulings
        self._files = Files(session)
        self._path = self._files.absolute(folder.rstrip("/"))
        self._read_parts = parts or PARTS_A_CORE * session.sparkContext.defaultParallelism
        self._driver_edges, self._tell = driver_edges, on_progress
        self.options = ReadOptions(self._fields).with_settings(settings)
        self._steps = steps_of(settings)
        names = (inputs.NAME, *(stage.name for stage in stages_of(self._steps)), _REPORT)
        self._operators = SparkOperators(
            self._session,
            StageContext.of(settings, rulings),
            JobFolder(self._path, self._files),
            parts,
            driver_edges,
            StageProgress(self._session, on_progress, names),
            self._steps,
        )

    def read_parts(self, places: Sequence[Place]) -> int:
        """Return the number of tasks that read the places: one for each chunk of bytes, and at least all parts."""
        return max(self._read_parts, sum(place.size for place in places) // READ_BYTES)

    def placed(self, rows: Sequence[tuple[int, int, bytes]]) -> DataFrame:
        """Return inputs as a frame, each in its part."""
        count = max((part for _, part, _ in rows), default=0) + 1
        return self._session.createDataFrame(list(rows), inputs.INPUT_COLUMNS).repartitionById(count, "part")

    def survey(self, ranges: Sequence[ByteRange]) -> list[RangeSurvey]:
        """Count the lines of byte ranges on executors."""
        rows = [(number, number % self._read_parts, msgspec.msgpack.encode(item)) for number, item in enumerate(ranges)]
        surveyed = self.placed(rows).mapInArrow(inputs.SurveyTask(versions()), inputs.INPUT_COLUMNS)
        with readable_errors(inputs.NAME):
            data = self._operators.driver.surveys(surveyed)
        return [msgspec.msgpack.decode(data[number], type=RangeSurvey) for number in range(len(ranges))]

    def describe_rows(self, frame: DataFrame) -> str:
        """Return the columns and the number of the rows of a frame, and a digest of them."""
        with readable_errors(inputs.NAME):
            count, checksum = self._operators.driver.checksum(frame)
        return f"{count:,} rows of {', '.join(map(' '.join, frame.dtypes))} ({checksum:016x})"

    def begin(self, described: str, skips: Sequence[Skip] = ()) -> JobResult | None:
        """Write the header of the job, or compare it with the header that is in the folder.

        Args:
            described: the inputs in words, with a digest that changes with them.
            skips: inputs that cannot be found.

        Returns:
            The result, if the folder has it already.
        """
        header = make_header(described, skips, self._fields, self._settings, self._rulings, self._driver_edges)
        with readable_folder(self._path):
            check_header(self._path, self._files, header)
            return self._complete_result()

    def run(
        self,
        frame: Callable[[], DataFrame],
        source: PacketSource,
        skips: Sequence[Skip],
        notes: Sequence[Note],
    ) -> JobResult:
        """Run the job that has begun, or resume it.

        Args:
            frame: makes the frame of the inputs, or of the documents.
            source: makes the packets of the tables `inputs.READ` of its rows.
            skips: what the driver has passed over.
            notes: the notes of the driver.
        """
        documents, skipped, chunk_notes = self._operators.store_frame(inputs.NAME, frame, source, inputs.READ)
        self._write_skipped(skipped, skips)
        if not documents.rows:
            raise self._forget_run(skipped.rows + len(skips))
        all_notes = (*notes, *self._read_notes(chunk_notes))
        tables = walk(self._steps, self._operators, {"documents": documents}, kept_tables(self._settings))
        counts = self._write_report(tables["results"])
        plan_counts = self._operators.driver.table(tables["counts"], COUNT_ROWS)
        notes = *all_notes, *make_notes(plan_counts, self._settings, self._rulings)
        facts = self._facts(counts, notes, self._operators.driver.coverage(tables))
        self._files.write(f"{self._path}/{FACTS_FILE}", msgspec.json.encode(facts).decode())
        self._files.write(f"{self._path}/{SUCCESS}", "")
        self._files.delete_stages(self._path)
        first, count = self._first_skips(), skipped.rows + len(skips)
        return JobResult(facts, count, dict(self._operators.driver.received), first)

    def _complete_result(self) -> JobResult | None:
        """Return the result that is in the folder, if it is complete."""
        places = [f"{self._path}/{name}" for name in (SUCCESS, FACTS_FILE)]
        if not all(map(self._files.exists, places)):
            return None
        facts = msgspec.json.decode(self._files.read(places[1]), type=ReportFacts)
        if self._tell is not None:
            self._tell(f"{self._path} is complete already: the result stays; delete the folder to run it again")
        self._files.delete_stages(self._path)
        first, received = self._first_skips(), dict(self._operators.driver.received)
        return JobResult(facts, self._skipped_rows().count() if first else 0, received, first)

    def _forget_run(self, skipped: int) -> NoDocuments:
        """Delete what a run that has read no document has written. Return the error that names the reasons."""
        skips = self._first_skips()
        self._files.delete_stages(self._path)
        for name in (SKIPPED_FOLDER, HEADER):
            self._files.delete(f"{self._path}/{name}")
        return NoDocuments(skips, skipped)

    def _write_report(self, table: StoredTable) -> dict[str, int]:
        """Write the rows of the report."""
        for name in self._files.names(self._path):
            if not name.startswith("_") or name == SUCCESS:
                self._files.delete(f"{self._path}/{name}")
        operators, parts = self._operators, self._operators.parts([table])
        cut = operators.cut(_REPORT, results.StoryCutTask(_REPORT, (dict(RESULTS),), parts), [table], parts)
        task = results.RowsTask(versions(), _REPORT, (dict(RESULTS),), cut, results.report_rows)
        rows = operators.numbers(parts).mapInArrow(task, results.REPORT_SCHEMA)
        observation = Observation()
        with readable_errors(_REPORT):
            rows.observe(observation, *results.count_columns()).write.mode("append").parquet(self._path)
        self._files.delete(f"{self._path}/{SUCCESS}")
        return {name: int(value or 0) for name, value in self._operators.driver.observed(observation).items()}

    def _write_skipped(self, table: StoredTable, skips: Sequence[Skip]) -> None:
        """Write the skipped inputs, those of the driver too."""
        if not table.rows and not skips:
            return
        of_driver = self._operators.store("skipped", inputs.skipped_table(skips, -1), inputs.SKIPPED)
        reads = shares_of([self._operators.added(table, of_driver)], 1)
        task = results.RowsTask(versions(), SKIPPED_FOLDER, (dict(inputs.SKIPPED),), reads, results.skipped_rows)
        rows = self._operators.numbers(1).mapInArrow(task, results.SKIPPED_SCHEMA)
        with readable_errors(SKIPPED_FOLDER):
            rows.write.mode("overwrite").parquet(f"{self._path}/{SKIPPED_FOLDER}")

    def _skipped_rows(self) -> DataFrame:
        """Return the skipped inputs that the folder has."""
        folder = f"{self._path}/{SKIPPED_FOLDER}"  # Spark warns of its name, and with a trace of a pattern
        parts = [f"{folder}/{name}" for name in self._files.names(folder) if name.endswith(PART_SUFFIX)]
        return self._session.read.parquet(*parts)

    def _first_skips(self) -> list[Skip]:
        """Return the first of the skipped inputs that the folder has, if it has any."""
        if not self._files.exists(f"{self._path}/{SKIPPED_FOLDER}"):
            return []
        with readable_errors(SKIPPED_FOLDER):
            return self._operators.driver.skips(self._skipped_rows(), LISTED_SKIPS)

    def _read_notes(self, table: StoredTable) -> list[Note]:
        """Return the notes of all chunks, one a kind of problem."""
        if not table.rows:
            return []
        task = inputs.NotesTask(inputs.NAME, (dict(inputs.NOTES),))
        merged = self._operators.run_task("notes", task, [table], inputs.NOTES)
        rows = self._operators.driver.table(merged, NOTES)
        return [note for text in rows.lists("notes").texts() for note in msgspec.json.decode(text, type=list[Note])]

    def _facts(self, counts: Mapping[str, int], notes: Sequence[Note], coverage: tuple[Coverage, ...]) -> ReportFacts:
        return ReportFacts(
            schema="dedup.report/1",
            version=version(),
            settings=self._settings.shown(),
            inputs=self._paths,
            thresholds=fingerprint(),
            rows=counts["documents"],
            skipped=(),
            notes=tuple(notes),
            seconds=time.monotonic() - self._begun,
            stats=None,
            documents=counts["documents"],
            stories=counts["stories"],
            copies=counts["copies"],
            singletons=counts["singletons"],
            no_articles=counts["no_articles"],
            coverage=coverage,
        )
