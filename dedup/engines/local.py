"""A batch job on this machine: documents to a report, or to the boilerplate left out. The core does the rest."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from dedup.array_types import Indices
from dedup.comparison_types import HandPair
from dedup.core.sites.decision import BoilerplateFlags
from dedup.core.sites.overrides import hashes_of
from dedup.core.stories.by_hand.pairs import HandPairs
from dedup.core.thresholds import fingerprint
from dedup.engines.explanations.by_hand import find_hand_pairs
from dedup.engines.explanations.labels import pairs_to_label
from dedup.engines.notes import note_oversized, with_unnamed_copies
from dedup.engines.pool.run_folder import RunFolder
from dedup.engines.pool.spill import SpillFiles
from dedup.engines.run_header import run_header
from dedup.engines.stages.documents import DocumentIntake
from dedup.engines.stages.explain import describe_boilerplate
from dedup.engines.stages.load import Loaded, load_documents
from dedup.engines.stages.meter import Meter, Progress, no_progress
from dedup.engines.stages.overrides import Overrides, check_rulings, find_boilerplate_flags
from dedup.engines.stages.stories import GroupedDocuments, group_documents, report_stories
from dedup.engines.stages.verify import ComparedJob, verify
from dedup.errors import InputError
from dedup.explanation import Explanation
from dedup.formats import Inputs
from dedup.formats.pages.extractors import check_extractor
from dedup.formats.program.documents import Documents
from dedup.results import Report
from dedup.settings import Settings, make_settings
from dedup.types import Boilerplate, Coverage, Note, Ruling, Stats, Story

if TYPE_CHECKING:
    from dedup.engines.explanations.pairs import DecidedCollection


def cluster(
    documents: Documents | Inputs,
    settings: Settings | Mapping[str, Any] | None = None,
    *,
    fields: Mapping[str, str] | None = None,
    boilerplate: Iterable[Ruling] = (),
    workers: int | None = None,
    run: str | PathLike[str] | None = None,
    explain: bool = False,
    to_label: int = 0,
    pairs: Iterable[HandPair] = (),
    on_progress: Progress | None = None,
    **changes: Any,
) -> Report:
    """Find the stories in documents.

    Memory grows by 1.2 kilobytes a document of 600 words, most of it for blocks that pages share. Temporary files take
    11 bytes a word, 1 kilobyte for each document without a title, and more where documents have many copies. The
    setting ``related`` adds as much memory again, and 3 bytes a word of temporary files.

    Args:
        documents: any iterable of `Document`, mappings (``id``, ``text`` or ``html``, ``title``, ``source``, ``url``,
            ``published``) or texts; a table of pandas, Polars, Arrow, DuckDB or Hugging Face, whose columns have these
            names; or files, as `dedup.read` gives them. A document without an id gets its number, from 0.
        settings: the settings, or a mapping of their names to values; None for the defaults.
        fields: names of fields -> the keys or columns that hold them, as in ``{"text": "body"}``.
        boilerplate: rulings that go before the decision of the engine: your own, or the blocks of
            `dedup.boilerplate`. The engine finds boilerplate without them.
        workers: the number of processes; None for one a processor. It does not change the results.
        run: a folder that keeps the results of complete stages. A job that was interrupted goes on from there, if
            files, settings and rulings are the same. The folder stays; remove it when the report is saved.
        explain: whether the report says why each document is in its story (`Report.explanation`). The folder of
            ``run`` keeps the texts then.
        to_label: the number of pairs that the report gets for a person to label: near to the bound, of many sites.
        pairs: the word of a person on pairs of documents, which goes before every rule.
        on_progress: is called with ``(stage, done, total)``. A total of 0 is unknown.
        **changes: settings by name, as in ``k=256``. They go before ``settings``.

    Returns:
        The report. A document that cannot be used is among its ``skipped``. `Report.drop_ids` names the copies.

    Raises:
        InputError: the argument is not many documents, an item is no document, no document can be read, a ruling cannot
            be followed, or ``workers`` is no number from 1 on.
        SettingsError: a setting or a field is unknown, or out of its range; ``run`` is of another job, or in use.
        WorkError: a process died.
    """
    arguments = BatchArguments.of(documents, settings, changes, fields, boilerplate, workers, on_progress)
    return _cluster_in(run, arguments, _Wishes(explain, to_label, tuple(pairs)))


def _cluster_in(run: str | PathLike[str] | None, arguments: "BatchArguments", wishes: "_Wishes") -> Report:
    """Run the job of `cluster`, in the folder ``run`` if there is one."""
    if run is None:
        return _cluster(arguments, wishes)
    header = run_header(arguments.documents, arguments.settings, arguments.rulings)
    texts = {"texts": "kept"} if wishes.explain else {}
    with RunFolder(Path(run), {**header, **texts}) as folder:
        return _cluster(arguments, wishes, folder)


def boilerplate(
    documents: Documents | Inputs,
    settings: Settings | Mapping[str, Any] | None = None,
    *,
    fields: Mapping[str, str] | None = None,
    boilerplate: Iterable[Ruling] = (),
    workers: int | None = None,
    on_progress: Progress | None = None,
    **changes: Any,
) -> Boilerplate:
    """Find the boilerplate that `cluster` leaves out of documents, and the blocks that recur but are kept.

    The job is that of `cluster`. To overrule a block, give it to `cluster`, as it is or with
    ``dataclasses.replace(block, chrome=False)``. The texts go to a temporary file too. Memory grows with the blocks
    that recur, because they are returned.

    Args:
        documents: as in `cluster`.
        settings: as in `cluster`.
        fields: as in `cluster`.
        boilerplate: as in `cluster`.
        workers: as in `cluster`.
        on_progress: as in `cluster`.
        **changes: as in `cluster`.

    Returns:
        The blocks of each site.

    Raises:
        InputError: as in `cluster`.
        SettingsError: as in `cluster`.
        WorkError: as in `cluster`.
    """
    started = time.perf_counter()
    arguments = BatchArguments.of(documents, settings, changes, fields, boilerplate, workers, on_progress)
    with SpillFiles() as spill_files:
        job = run_job(arguments, spill_files, whole=True)
        job.meter("boilerplate", 0, 0)
        sources = describe_boilerplate(job.loaded.job, job.flags, job.overrides, job.compared.verified)
        job.meter("boilerplate", len(sources), len(sources))
    return Boilerplate(
        sources=sources,
        documents=len(job.loaded.job.texts.members),
        skipped=tuple(job.intake.skipped),
        notes=(*job.notes, *job.overrides.notes),
        settings=arguments.settings.shown(),
        seconds=time.perf_counter() - started,
    )


class _Wishes(NamedTuple):
    """The wishes of a caller of `cluster` beside the stories, and the word of a person."""

    explain: bool
    to_label: int
    pairs: tuple[HandPair, ...]


class BatchArguments(NamedTuple):
    """The arguments of a job, all of them checked but for the documents."""

    documents: Documents | Inputs
    settings: Settings
    intake: DocumentIntake
    rulings: Sequence[Ruling]
    workers: int | None
    on_progress: Progress

    @classmethod
    def of(
        cls,
        documents: Documents | Inputs,
        settings: Settings | Mapping[str, Any] | None,
        changes: Mapping[str, Any],
        fields: Mapping[str, str] | None,
        boilerplate: Iterable[Ruling],
        workers: int | None,
        on_progress: Progress | None,
    ) -> "BatchArguments":
        """Check arguments. `cluster` explains them and the errors.

        Args:
            documents: as in `cluster`.
            settings: as in `cluster`.
            changes: settings by name.
            fields: as in `cluster`.
            boilerplate: as in `cluster`.
            workers: as in `cluster`.
            on_progress: as in `cluster`.
        """
        if fields and isinstance(documents, Inputs):
            raise InputError("files have names of fields already: give the fields to dedup.read(PATH, fields=...)")
        chosen = make_settings(settings, changes, ("fields", "boilerplate", "workers", "run", "on_progress"))
        if isinstance(documents, Inputs):
            limits = documents.options.with_settings(chosen).limits
            chosen = replace(chosen, limits=limits)
        intake, rulings = DocumentIntake(fields, chosen), check_rulings(tuple(boilerplate))
        return cls(documents, chosen, intake, rulings, workers, on_progress or no_progress)


def _cluster(arguments: BatchArguments, wishes: "_Wishes", folder: RunFolder | None = None) -> Report:
    """Run the job of `cluster`. A run folder keeps the results of its stages."""
    started = time.perf_counter()
    settings = arguments.settings
    with SpillFiles(folder) as spill_files:
        job = run_job(arguments, spill_files, wishes.explain, folder)
        texts, verified, meter = job.loaded.job.texts, job.compared.verified, job.meter
        meter("stories", 0, 0)
        hand, hand_notes = find_hand_pairs(texts, wishes.pairs, job.intake.caller_ids)
        grouped = group_documents(texts, verified, settings, hand)
        stories, singletons, story_notes, joined_by, leading = report_stories(
            texts, verified, settings, grouped, job.loaded.job.shelves.openings
        )
        meter("stories", len(stories), len(stories))
        explanation = _explain(job, stories, grouped, hand) if wishes.explain else None
        coverage, coverage_notes = _relate(job, leading) if settings.related else ((), [])
        to_label = pairs_to_label(verified, texts, settings, wishes.to_label)
        meter.end()
    report = Report(
        stories=stories,
        singletons=singletons,
        documents=len(texts.members),
        skipped=tuple(job.intake.skipped),
        notes=(*job.notes, *story_notes, *coverage_notes, *hand_notes, *job.overrides.notes),
        settings=settings.shown(),
        seconds=time.perf_counter() - started,
        stats=_make_stats(job),
        thresholds=fingerprint(),
        ids=texts.members.ids,
        caller_ids=job.intake.caller_ids,
        skipped_ids=frozenset(job.intake.skipped_ids),
        joined_by=joined_by,
        explanation=explanation,
        to_label=to_label,
        coverage=coverage,
    )
    return with_unnamed_copies(report)


def _relate(job: "FinishedJob", leading: Indices) -> tuple[tuple[Coverage, ...], list[Note]]:
    """Find the coverage of a job. Another job does not import what that needs."""
    from dedup.engines.coverage import find_related

    compared, flags = job.compared.verified, job.flags
    return find_related(job.loaded.job, compared.reasons, flags.left_out, leading, job.loaded.workers)


def _explain(
    job: "FinishedJob", stories: Sequence[Story], grouped: GroupedDocuments, hand: HandPairs | None
) -> Explanation:
    """Explain the stories of a job that kept whole texts. Another job does not import what that needs."""
    from dedup.engines.explanations.stories import explain_stories

    job.meter("explaining", 0, 0)
    explanation = explain_stories(_with_texts(job, grouped, hand), stories)
    job.meter("explaining", len(stories), len(stories))
    return explanation


def decided_collection(job: "FinishedJob", alone: bool = False, hand: HandPairs | None = None) -> "DecidedCollection":
    """Return the collection of a job that kept whole texts, to compare pairs of it.

    Args:
        job: the job.
        alone: whether nothing is known of sites and stories.
        hand: the pairs that a person has decided.
    """
    texts, verified, settings = job.loaded.job.texts, job.compared.verified, job.loaded.job.settings
    grouped = None if alone else group_documents(texts, verified, settings, hand)
    return _with_texts(job, grouped, hand)


def _with_texts(job: "FinishedJob", grouped: GroupedDocuments | None, hand: HandPairs | None) -> "DecidedCollection":
    """Return the collection of a job with its whole texts and its stories."""
    from dedup.engines.explanations.pairs import DecidedCollection
    from dedup.engines.explanations.texts import SpilledTexts

    reading = job.loaded.job
    source = SpilledTexts(reading)
    return DecidedCollection(reading.texts, job.compared.verified, grouped, source, reading.settings, hand)


class FinishedJob(NamedTuple):
    """A job after the comparison: its input, its texts, its boilerplate, its stories, and its meter."""

    intake: DocumentIntake
    loaded: Loaded
    compared: ComparedJob
    flags: BoilerplateFlags
    overrides: Overrides
    meter: Meter

    @property
    def notes(self) -> list[Note]:
        """Notes on ids, repairs, misprints and oversized buckets."""
        settings, oversized = self.loaded.job.settings, self.compared.oversized
        return [
            *self.intake.notes,
            *self.loaded.notes,
            *note_oversized(len(oversized), int(oversized[:, 1].max(initial=0)), settings.max_bucket),
        ]


def run_job(
    arguments: BatchArguments, spill_files: SpillFiles, whole: bool = False, folder: RunFolder | None = None
) -> FinishedJob:
    """Read documents and compare them.

    Args:
        arguments: the arguments of the job.
        spill_files: hold temporary files, and close them with the job.
        whole: whether the job keeps whole texts.
        folder: keeps the results of complete stages; None for a job that begins anew each time.
    """
    documents, settings, intake, rulings, workers, on_progress = arguments
    check_extractor(settings.extractor)
    meter = Meter(on_progress, spill_files)
    quoted = hashes_of([ruling.block for ruling in rulings], settings.seed)
    loaded = load_documents(intake, documents, settings, workers, meter, spill_files, quoted, whole, folder)
    intake.check_read(len(loaded.job.texts.members))
    return FinishedJob(intake, loaded, *look(loaded, rulings), meter)


def look(loaded: Loaded, rulings: Sequence[Ruling]) -> tuple[ComparedJob, BoilerplateFlags, Overrides]:
    """Decide what is boilerplate, and compare the texts without it.

    Returns:
        The stories, the sites and the blocks that are left out, and where the rulings hold.
    """
    job = loaded.job
    job.tell("boilerplate", 0, 0)
    flags, overrides = find_boilerplate_flags(job, loaded.printed, rulings, loaded.workers)
    job.tell("boilerplate", len(job.texts.rows), len(job.texts.rows))
    return verify(job, flags), flags, overrides


def _make_stats(job: FinishedJob) -> Stats:
    texts = job.loaded.job.texts
    return Stats(
        documents=len(texts.members),
        texts=len(texts.rows),
        words=int(texts.lengths.sum()),
        workers=job.loaded.workers,
        stages=tuple(job.meter.stages),
        looks=(job.compared.verified.look,),
    )
