"""What the commands of the index ask of the library. As in ``run``, heavy rooms are imported when they are needed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dedup.cli.interrupt import interruptible
from dedup.cli.jobs import STDIN
from dedup.cli.output import tell
from dedup.cli.progress import progress
from dedup.errors import IndexMissing, IndexProblem
from dedup.settings import Settings

if TYPE_CHECKING:
    from dedup.engines.online.index import Index
    from dedup.formats import Inputs
    from dedup.index.records import IndexCounts
    from dedup.types import Decision, Document, Event, Note, Report, Skip


_Decide = Callable[["Inputs", Callable[["Skip"], object]], "Iterator[list[Decision]]"]
"""What is decided on the documents of the inputs, and whom to tell of what cannot be used."""

Show = Callable[["Sequence[Decision]"], object]
"""What is done with decisions as they are made."""


@dataclass(frozen=True, slots=True)
class IndexArguments:
    """The inputs of a command: the ``paths`` as typed, the user's names for the ``fields`` of rows, and whether bars
    may be drawn."""

    paths: tuple[str, ...]
    fields: Mapping[str, str]
    bars: bool


@dataclass(slots=True)
class AddOutcome:
    """What came of them: how many documents there were, how many of them are no originals, how many the index knew
    already, and how many inputs could not be read."""

    documents: int = 0
    copies: int = 0
    known: int = 0
    skipped: int = 0


def add(
    folder: str, given: IndexArguments, settings: Settings | None, window: timedelta | None, show: Show
) -> AddOutcome:
    """Add the documents to the index in the ``folder``, which is made if there is none, and show the decisions."""
    from dedup.engines.online.index import Index

    with interruptible(), Index.open(folder, settings, window=window) as index:
        _warn(folder, index)
        if STDIN in given.paths:  # where rows may be long in coming: those that are there are decided at once
            decide = _lot_by_lot(lambda lot, skip: index.add_many(lot, on_skip=skip))
            return _each(given, True, decide, show)
        return _each(given, True, lambda read, _: index.add_stream(read), show)


def query(folder: str, given: IndexArguments, show: Show) -> AddOutcome:
    """Show what would be decided on the documents."""
    with _opened(folder, "r") as index:
        return _each(given, False, _lot_by_lot(lambda lot, _: list(map(index.query, lot))), show)


def _lot_by_lot(decide: "Callable[[list[Document], Callable[[Skip], object]], list[Decision]]") -> "_Decide":
    """What is decided on the documents of each lot that is read."""
    return lambda read, skip: (decide(lot, skip) for lot in read.read())


def _each(
    given: IndexArguments,
    own_ids: bool,
    decide: "_Decide",
    show: Show,
) -> AddOutcome:
    """Show what is decided on the documents, those together that come together."""
    from dedup.formats import discover, read_all
    from dedup.report.summary import noted, passed

    outcome = AddOutcome()
    unread: list[Skip] = []
    notes: list[Note] = []
    places = discover(given.paths, on_skip=unread.append, on_note=notes.append)
    size = None if STDIN in given.paths else sum(place.size for place in places)
    with progress(size, given.bars) as bars:

        def skip(one: "Skip") -> None:
            outcome.skipped += 1
            bars.tell(passed(one))

        for one in unread:
            skip(one)
        read = read_all(
            places,
            fields=given.fields,
            on_skip=skip,
            on_note=notes.append,
            on_bytes=bars.on_bytes,
            prompt=True,
            own_ids=own_ids,
        )
        for decisions in decide(read, skip):
            _count(outcome, decisions)
            bars.on_progress("reading", outcome.documents, 0)
            show(decisions)
        for note in notes:
            bars.tell(noted(note))
    return outcome


def _count(outcome: AddOutcome, decisions: "Sequence[Decision]") -> None:
    outcome.documents += len(decisions)
    outcome.copies += sum(decision.relation != "original" for decision in decisions)
    outcome.known += sum(decision.known for decision in decisions)


@contextmanager
def _opened(
    folder: str, mode: Literal["r", "w"], workers: int | None = None, reviewing: bool = False
) -> "Iterator[Index]":
    """An index that is there already, until the block has ended or is interrupted; the user hears if it is to be
    reviewed, unless that is what happens now."""
    from dedup.engines.online.index import Index

    with interruptible():
        if mode == "w":
            _there(folder)
        with Index.open(folder, mode=mode, workers=workers) as index:
            if not reviewing:
                _warn(folder, index)
            yield index


def _warn(folder: str, index: "Index") -> None:
    """Say that the documents of an index were judged by other numbers."""
    from dedup.report.terminal import harmless

    if index.outdated:
        cure = f"run 'dedup index review {harmless(folder)}'; until then few copies of them are found"
        tell([f"Note: the documents of {harmless(folder)} were judged by another version of the rule: {cure}"])


def _there(folder: str) -> None:
    """Raise `IndexMissing` if there is no index, which to open it to write would make."""
    from dedup.engines.online.index import Index

    try:
        Index.open(folder, mode="r").close()
    except IndexMissing:
        raise
    except IndexProblem:
        return  # it is told of where it is met again


def counted(folder: str) -> "IndexCounts":
    """How much there is."""
    with _opened(folder, "r") as index:
        return index.stats()


def happened(folder: str, since: int) -> "Iterator[Event]":
    """The events after that number."""
    with _opened(folder, "r") as index:
        yield from index.events(since=since)


def stories(folder: str, singletons: bool) -> "Report":
    """The stories as a report: those of one document are among its stories if they are to be written."""
    from dedup.types import Report

    with _opened(folder, "r") as index:
        found = sorted(index.stories(), key=lambda story: -story.size)
        settings, thresholds = index.settings.to_mapping(), index.stats().thresholds
    return Report(
        stories=tuple(story for story in found if singletons or story.copies),
        singletons=() if singletons else tuple(story.canonical for story in found if not story.copies),
        documents=sum(story.size for story in found),
        inputs=(folder,),
        settings=settings,
        thresholds=thresholds,
    )


def remove(folder: str, ids: Sequence[str]) -> list[str]:
    """Forget the documents of these ids; those that were not there."""
    with _opened(folder, "w") as index:
        return [id for id in ids if not index.remove(id)]


def expire(folder: str, before: datetime) -> int:
    """Forget what was last seen before that time; how many documents those were."""
    with _opened(folder, "w") as index:
        return index.expire(before=before)


def review(folder: str, workers: int | None) -> int:
    """Look at all documents together; how many events that gave."""
    with _opened(folder, "w", workers, reviewing=True) as index, progress(None) as bars:
        return index.review(on_progress=bars.on_progress)


def check(folder: str, fix: bool) -> tuple[list[str], list[str]]:
    """What is wrong, and what still is when that has been mended, if it was to be."""
    with _opened(folder, "w" if fix else "r") as index:
        found = index.check(fix=fix)
        return found, index.check() if fix and found else found


def export(folder: str, file: Path) -> None:
    """Write all of it to one file."""
    with _opened(folder, "r") as index:
        index.export(file)


def restore(file: str, folder: str) -> None:
    """Make an index in the ``folder`` of what `export` wrote."""
    from dedup.engines.online.index import Index

    with interruptible():
        Index.restore(file, folder)
