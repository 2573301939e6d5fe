"""Names of files -> documents, for a program: the inputs that `dedup.cluster` and `dedup.Index.add_many` take."""

from collections.abc import Callable, Iterator, Mapping
from os import PathLike, fspath

from msgspec import structs

from dedup.errors import InputError, ReadError
from dedup.formats.chunks import Chunk
from dedup.formats.cutter import CutContext, cut_chunks
from dedup.formats.discover import discover
from dedup.formats.fields.names import checked_fields
from dedup.formats.inputs import Inputs
from dedup.formats.messages import SkipGroups
from dedup.formats.places import Place, ReadOptions, no_events
from dedup.formats.surveys import Surveyor
from dedup.settings import InputLimits, Settings
from dedup.types import Note, Skip


class FileInputs(Inputs):
    """Documents of files and folders. Each time they are read, the files are looked for again.

    ``skipped`` and ``notes`` are those of the last time.
    """

    def __init__(
        self, paths: tuple[str, ...], options: ReadOptions, on_skip: Callable[[Skip], object] | None = None
    ) -> None:
        """Prepare to read.

        Args:
            paths: files and folders.
            options: how rows and pages are read.
            on_skip: takes each input that cannot be read; None to collect them.
        """
        self.paths = paths
        self.notes: list[Note] = []
        self._groups = SkipGroups(most=options.limits.skips)
        super().__init__(self._cut, options, on_skip or self._collect, self.notes.append)

    @property
    def skipped(self) -> list[Skip]:
        """The inputs that could not be read, one skip a reason."""
        return self._groups.skips()

    def for_index(self, on_skip: Callable[[Skip], object] | None) -> Inputs:
        """Return the inputs for an index, where each row must have an id of its own.

        Args:
            on_skip: takes each input that cannot be read. Without it, the first one is a `ReadError` at the end.
        """
        return _IndexInputs(self.paths, structs.replace(self.options, ids="path"), on_skip)

    def places(self) -> list[Place]:
        """Return the files that the paths name now."""
        return discover(self.paths, on_skip=no_events, on_note=no_events)

    def _cut(self, options: ReadOptions, on_skip: Callable[[Skip], object], survey: Surveyor) -> Iterator[Chunk]:
        """Yield the chunks of the files, beginning anew."""
        self._groups = SkipGroups(most=options.limits.skips)
        self.notes.clear()
        places = discover(self.paths, on_skip=on_skip, on_note=self.notes.append)
        return cut_chunks(places, CutContext(options, on_skip, self.notes.append, no_events, survey))

    def _collect(self, skip: Skip) -> None:
        self._groups.add(skip)

    def __repr__(self) -> str:
        return f"dedup.read({', '.join(map(repr, self.paths))})"


class _IndexInputs(FileInputs):
    """Documents of files for an index: each row needs an id. A skip without a callback is an error in the end."""

    def end(self) -> None:
        """Report what was skipped after the last chunk. Raises `ReadError` for the first skip without a callback."""
        super().end()
        for first in self.skipped[:1]:
            raise ReadError(first.path, first.reason, first.line)


def read(
    *paths: str | PathLike[str],
    fields: Mapping[str, str] | None = None,
    limits: InputLimits | Mapping[str, float] | None = None,
) -> FileInputs:
    """Return the documents of files and folders, for `dedup.cluster`, `dedup.boilerplate` and `dedup.Index`.

    Nothing is read before one of them reads it, or a caller iterates over the documents.

    Args:
        paths: files and folders of every format that the command ``dedup`` reads.
        fields: our names of fields -> the names in the rows, as in ``{"text": "body"}``.
        limits: the most that one input may have, as in ``{"page_seconds": 60}``. `settings.InputLimits` has the names.

    Raises:
        InputError: there is no path, or one is no path.
        SettingsError: a key of ``fields`` is not a field of a document, or a limit is unknown or out of its range.
    """
    try:
        names = tuple(fspath(path) for path in paths)
    except TypeError as error:
        raise InputError(f"{error}: give the names of files and folders, as dedup.read('a.jsonl', 'folder')") from error
    if not names or not all(isinstance(name, str) for name in names):
        raise InputError("give the names of files and folders as text, as dedup.read('a.jsonl', 'folder')")
    bounds = Settings.from_mapping({"limits": limits or {}}).limits
    return FileInputs(names, ReadOptions(dict(checked_fields(fields)), limits=bounds))
