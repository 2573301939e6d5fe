"""The calls of the library that the commands of the index make. As in `jobs`, functions import the heavy rooms."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from dedup.cli.interrupt import interruptible
from dedup.cli.jobs import STDIN
from dedup.cli.output import tell
from dedup.cli.progress import progress
from dedup.errors import IndexMissing, IndexProblem
from dedup.settings import DEFAULT_LIMITS, InputLimits, Settings

if TYPE_CHECKING:
    from dedup.engines.online.index import Index
    from dedup.formats import Inputs, Place
    from dedup.index.records import IndexCounts
    from dedup.index_types import Decision, Event, IdRule
    from dedup.results import Report
    from dedup.types import Document, Note, Skip


_Decide = Callable[["Inputs", Callable[["Skip"], object]], "Iterator[list[Decision]]"]
"""A function from inputs, and a callback for skipped documents, to batches of decisions."""

Show = Callable[["Sequence[Decision]"], object]
"""A function that shows a batch of decisions as soon as it is made."""


@dataclass(frozen=True, slots=True)
class IndexArguments:
    """The inputs of a command.

    - ``paths``: the inputs, as typed
    - ``fields``: the user's names for the fields of rows, by our names
    - ``bars``: whether bars may be drawn
    - ``input_format``: the format of all inputs, None where names and first bytes tell it
    - ``quiet``: whether to leave notes and counts out
    - ``limits``: the most that one input may have
    """

    paths: tuple[str, ...]
    fields: Mapping[str, str]
    bars: bool
    input_format: str | None = None
    quiet: bool = False
    limits: InputLimits = DEFAULT_LIMITS


@dataclass(slots=True)
class AddOutcome:
    """The counts of a command.

    - ``documents``: all documents
    - ``copies``: the documents that are copies of another document
    - ``unchanged``: the documents that the index had already, with the same words
    - ``skipped``: the inputs that cannot be read
    """

    documents: int = 0
    copies: int = 0
    unchanged: int = 0
    skipped: int = 0


def add(
    folder: str,
    arguments: IndexArguments,
    settings: Settings | Mapping[str, Any] | None,
    ids: "IdRule | None",
    spans: tuple[timedelta | None, timedelta | None],
    timeout: float,
    show: Show,
) -> AddOutcome:
    """Add documents to an index, and show the decisions.

    Args:
        folder: the folder of the index, which is made if there is no index
        arguments: the inputs
        settings: the settings of a new index, as for `Index.open`
        ids: how a new index names documents without an id of their own, None for by their path
        spans: the time after which a document is forgotten, and the time for which it is remembered then; None for no
            end and for no time
        timeout: seconds to wait for another writer
        show: called with each batch of decisions
    """
    from dedup.engines.online.index import Index

    is_new = not Path(folder).exists()
    with interruptible():
        window, remember = spans
        options: dict[str, Any] = {"ids": ids, "window": window, "remember": remember, "timeout": timeout}
        with Index.open(folder, settings, limits=arguments.limits, **options) as index:
            warn_if_outdated(folder, index)
            if STDIN in arguments.paths:  # rows can be long in coming, so each batch is decided at once
                decide = _by_batch(lambda batch, skip: index.add_many(batch, on_skip=skip))
            else:
                decide = lambda inputs, _: index.add_stream(inputs)  # noqa: E731
            outcome = _decide_inputs(arguments, folder, index.ids, decide, show)
        if is_new and not outcome.documents:
            shutil.rmtree(folder)
    return outcome


def query(folder: str, arguments: IndexArguments, show: Show) -> AddOutcome:
    """Show the decisions on documents without adding them.

    Args:
        folder: the folder of the index
        arguments: the inputs
        show: called with each batch of decisions
    """
    with open_index(folder, "r") as index:
        decide = _by_batch(lambda batch, _: list(map(index.query, batch)))
        return _decide_inputs(arguments, folder, index.ids, decide, show, is_query=True)


def _by_batch(decide: "Callable[[list[Document], Callable[[Skip], object]], list[Decision]]") -> "_Decide":
    """Turn a function that decides one batch into a function that decides each batch of the inputs as it is read."""
    return lambda inputs, skip: (decide(list(columns), skip) for columns in inputs.read())


def _decide_inputs(
    arguments: IndexArguments, folder: str, ids: "IdRule", decide: "_Decide", show: Show, is_query: bool = False
) -> AddOutcome:
    """Read the inputs, decide their documents batch by batch, and show each batch of decisions.

    Args:
        arguments: the inputs
        folder: the folder of the index
        ids: how the index names documents without an id of their own
        decide: decides a batch
        show: shows the decisions on a batch
        is_query: whether nothing is added, so that a row needs no id
    """
    from dedup.formats import SkipGroups, read_all
    from dedup.report.summary import more_skipped, no_documents, noted, passed

    outcome, skips = AddOutcome(), SkipGroups(most=arguments.limits.skips)
    missing: list[Skip] = []
    notes: list[Note] = []
    places = _find_places(arguments, folder, ids, missing, notes)
    size = None if STDIN in arguments.paths else sum(place.size for place in places)
    with progress(size, arguments.bars) as bars:

        def on_skip(skip: "Skip") -> None:
            outcome.skipped += skip.count
            if skips.add(skip):  # the first of its reason is told at once, for rows can be long in coming
                bars.tell(passed(skip))

        for skip in missing:
            on_skip(skip)
        inputs = read_all(
            places,
            fields=arguments.fields,
            on_skip=on_skip,
            on_note=notes.append,
            on_bytes=bars.on_bytes,
            prompt=True,
            ids=None if is_query else ids,
            limits=arguments.limits,
        )
        for decisions in decide(inputs, on_skip):
            _add_counts(outcome, decisions)
            bars.on_progress("reading", outcome.documents, 0)
            show(decisions)
        for line in (*more_skipped(skips.skips()), *map(noted, () if arguments.quiet else notes)):
            bars.tell(line)
    if not outcome.documents:
        tell([no_documents(arguments.paths)])
    return outcome


def _find_places(
    arguments: IndexArguments, folder: str, ids: "IdRule", skips: "list[Skip]", notes: "list[Note]"
) -> "list[Place]":
    """Find the inputs of a command for an index, and add what there is to say about them to ``skips`` and ``notes``."""
    from dedup.formats import discover
    from dedup.formats.ids.files import name_files_of_index

    return discover(
        arguments.paths,
        on_skip=skips.append,
        on_note=notes.append,
        format=arguments.input_format,
        name_file=name_files_of_index(folder, ids),
    )


def _add_counts(outcome: AddOutcome, decisions: "Sequence[Decision]") -> None:
    outcome.documents += len(decisions)
    outcome.copies += sum(bool(decision.duplicate_of) for decision in decisions)
    outcome.unchanged += sum(decision.known for decision in decisions)


@contextmanager
def open_index(
    folder: str,
    mode: Literal["r", "w"],
    workers: int | None = None,
    reviewing: bool = False,
    timeout: float = 0.0,
    remember: timedelta | None = None,
) -> "Iterator[Index]":
    """Open an index that exists, until the block ends or is interrupted.

    Args:
        folder: the folder of the index
        mode: "r" to read, "w" to write
        workers: the number of processes, None for one a processor
        reviewing: whether the command reviews the index. Otherwise the user is warned if the index needs a review.
        timeout: seconds to wait for another writer
        remember: the time for which forgotten documents are remembered
    """
    from dedup.engines.online.index import Index

    with interruptible():
        if mode == "w":
            _check_exists(folder)
        with Index.open(folder, mode=mode, workers=workers, timeout=timeout, remember=remember) as index:
            if not reviewing:
                warn_if_outdated(folder, index)
            yield index


def find_ids(index: "Index", folder: str, names: Sequence[str]) -> list[str]:
    """Return the ids of documents of an index. A file is known by the name that the index gives it.

    Args:
        index: the index.
        folder: its folder.
        names: the ids or files, as typed.
    """
    from dedup.formats.ids.files import name_files_of_index

    name_file = name_files_of_index(folder, index.ids)
    ids = [name if name in index else name_file(name, name, False) for name in names]
    return [id if id in index else name for id, name in zip(ids, names, strict=True)]


def warn_if_outdated(folder: str, index: "Index") -> None:
    """Print a note if the documents of an index were judged by other numbers."""
    from dedup.report.terminal import harmless

    if index.outdated:
        cure = f"run 'dedup index review {harmless(folder)}'; until then few copies of them are found"
        tell([f"Note: the documents of {harmless(folder)} were judged by another version of the rule: {cure}"])


def _check_exists(folder: str) -> None:
    """Raise `IndexMissing` if there is no index. To open it for writing would make one."""
    from dedup.engines.online.index import Index

    try:
        Index.open(folder, mode="r").close()
    except IndexMissing:
        raise
    except IndexProblem:
        return  # the command meets the problem again and reports it


def counted(folder: str) -> "IndexCounts":
    """Return the counts of an index."""
    with open_index(folder, "r") as index:
        return index.stats()


def happened(folder: str, since: int, follow: bool = False) -> "Iterator[Event]":
    """Yield the events of an index.

    Args:
        folder: the folder of the index
        since: only events with a number above it
        follow: whether to wait for further events
    """
    with open_index(folder, "r") as index:
        yield from index.events(since=since, follow=follow)


def shown(folder: str, ids: Sequence[str], stories: Sequence[str], show: Show) -> list[str]:
    """Show the decisions on documents, and on the members of stories. Return the ids and names that are not there.

    Args:
        folder: the folder of the index
        ids: the ids of the documents
        stories: the names of the stories
        show: called with the decisions
    """
    absent = []
    with open_index(folder, "r") as index:
        for id in ids:
            if decision := index.show(id):
                show([decision])
            else:
                absent.append(id)
        for name in stories:
            if story := index.story(name):
                show([decision for member in story.members if (decision := index.show(member.id))])
            else:
                absent.append(name)
    return absent


def stories(folder: str, singletons: bool, canonical: Literal["first", "rule"] = "first") -> "Report":
    """Return the stories of an index as a report.

    Args:
        folder: the folder of the index
        singletons: whether a story of one document is a story of the report, and keeps its name; else its document is a
            singleton of the report
        canonical: as in `Index.stories`
    """
    from dedup.results import Report

    with open_index(folder, "r") as index:
        by_size = sorted(index.stories(canonical=canonical), key=lambda story: -story.size)
        settings, thresholds = index.settings.shown(), index.stats().thresholds
    return Report(
        stories=tuple(story for story in by_size if singletons or story.copies),
        singletons=() if singletons else tuple(story.canonical for story in by_size if not story.copies),
        documents=sum(story.size for story in by_size),
        inputs=(folder,),
        settings=settings,
        thresholds=thresholds,
    )
