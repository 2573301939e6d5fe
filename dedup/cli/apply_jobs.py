"""The calls of the library that ``dedup apply`` makes. As in `jobs`, functions import the heavy rooms."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from dedup.cli.interrupt import interruptible
from dedup.cli.output import results
from dedup.cli.progress import progress
from dedup.errors import ReadError, SettingsError
from dedup.settings import DEFAULT_LIMITS, InputLimits

if TYPE_CHECKING:
    from dedup.engines.kept_rows import KeptRows
    from dedup.engines.report_copies import ReportCopies
    from dedup.formats import Place
    from dedup.types import Skip

Action = Literal["copy", "move", "link"]
"""An action on files: a copy of `dedup.engines.kept_files.Action`, because that room is too heavy for ``--help``."""


@dataclass(frozen=True, slots=True)
class ApplyArguments:
    """The arguments of the command.

    - ``report``: the file of the report
    - ``paths``: the inputs, as typed; none for the inputs that the report names
    - ``fields``: the user's names for the fields of rows, by our names
    - ``dry_run``: whether to write nothing
    - ``quiet``: whether to show no progress
    - ``input_format``: the format of all inputs, None where names and first bytes tell it
    - ``limits``: the most that one input may have
    """

    report: str
    paths: tuple[str, ...]
    fields: Mapping[str, str]
    dry_run: bool
    quiet: bool
    input_format: str | None = None
    limits: InputLimits = DEFAULT_LIMITS


def apply_to_files(
    task: ApplyArguments, action: Action, folder: Path, on_skip: "Callable[[Skip], object]"
) -> list[str]:
    """Copy, move or link the files that are no copies into a folder. Return what was done, line by line.

    Args:
        task: the arguments
        action: what to do with a file
        folder: the folder to fill
        on_skip: takes each file with which that was not possible

    Raises:
        SettingsError: the inputs are not those of the report, or a file would be overwritten
    """
    from dedup.engines.kept_files import check_targets, plan_files, run_action
    from dedup.formats.places import readable
    from dedup.report.terminal import harmless

    copies = _load_copies(task.report)
    places = _discover(task, copies, on_skip)
    _check_outside(task, copies, folder)
    files = plan_files(copies, places, folder, _is_whole(task, copies))
    counts = f"{len(files):,} files, without {len(places) - len(files):,} copies"
    if task.dry_run:
        check_targets([file.target for file in files])
        lines = [f"{action} {harmless(file.place.path)} to {harmless(readable(str(file.target)))}" for file in files]
        return [*lines, f"{action}: {counts}; nothing was done"]
    with interruptible():
        done = run_action(action, files, on_skip)
    return [f"{action}: {done:,} of {counts}"]


def apply_to_rows(task: ApplyArguments, target: str, on_skip: "Callable[[Skip], object]") -> list[str]:
    """Write the rows that are no copies to a file or below a folder. Return what was written, line by line.

    Args:
        task: the arguments
        target: a file, a folder, or ``-``
        on_skip: takes each input that cannot be read to its end

    Raises:
        SettingsError: the inputs are not those of the report, or a file would be overwritten
    """
    from dedup.engines.kept_files import check_targets
    from dedup.engines.kept_rows import find_kept_rows
    from dedup.formats import ReadOptions
    from dedup.report.terminal import harmless

    copies = _load_copies(task.report)
    places = _discover(task, copies, on_skip)
    _check_outside(task, copies, Path(target))
    unread: list[Skip] = []
    with interruptible(), progress(sum(place.size for place in places), not task.quiet) as bars:
        options = ReadOptions(task.fields, limits=task.limits)
        inputs = find_kept_rows(copies, places, options, _is_whole(task, copies), unread.append, bars.on_bytes)
        targets = _targets(places, inputs, target)
        check_targets([path for path in targets if path is not None])
        lines = [] if not unread else [f"{len(unread):,} rows or inputs cannot be read, and stay"]
        for rows, path in zip(inputs, targets, strict=True):
            if rows.is_of_rows:
                stay = rows.documents - rows.numbers.size
                lines.append(f"{harmless(rows.place.path)}: {stay:,} of {rows.documents:,} documents stay")
            if not task.dry_run:
                _write(rows, path, on_skip)
        if count := sum(not rows.is_of_rows for rows in inputs):
            lines.append(f"{count:,} files of one document stay")
    return [*lines, "nothing was written"] if task.dry_run else lines


def _load_copies(path: str) -> "ReportCopies":
    """Read a report, and forget all but its copies."""
    from dedup.engines.report_copies import ReportCopies
    from dedup.parquet_schema import COMPLETE_FILE
    from dedup.report.load import load

    report, file = load(path), Path(path)
    if file.is_dir():
        file /= COMPLETE_FILE
    return ReportCopies(report, file.stat().st_mtime) if file.is_file() else ReportCopies(report)


def _discover(task: ApplyArguments, copies: "ReportCopies", on_skip: "Callable[[Skip], object]") -> "Sequence[Place]":
    """Find the inputs. The report, a file or a folder, may lie among them, and is none."""
    from dedup.formats import discover

    places = discover(
        task.paths or copies.inputs, on_skip=on_skip, on_note=lambda _note: None, format=task.input_format
    )
    report = Path(task.report).resolve()
    return [
        place
        for place in places
        if report.name not in place.file or not Path(place.file).resolve().is_relative_to(report)
    ]


def _is_whole(task: ApplyArguments, copies: "ReportCopies") -> bool:
    """Whether the inputs are all inputs of the report."""
    return not task.paths or task.paths == copies.inputs


def _check_outside(task: ApplyArguments, copies: "ReportCopies", target: Path) -> None:
    """Raise `SettingsError` if the results would lie in a folder that is an input."""
    for path in map(Path, task.paths or copies.inputs):
        if path.is_dir() and target.resolve().is_relative_to(path.resolve()):
            raise SettingsError(
                f"{target} lies in the input {path}, which would hold its articles twice: write outside"
            )


def _targets(places: "Sequence[Place]", inputs: "Sequence[KeptRows]", target: str) -> list[Path | None]:
    """The file of each input: below a folder as below the folder that was named, else ``target``; None for ``-``."""
    from dedup.engines.kept_files import below
    from dedup.formats.registry import suffixes

    if target == "-" and len(places) == 1:
        return [None] * len(inputs)
    path = Path(target)
    kinds = suffixes(target)
    if target != "-" and (path.is_dir() or target.endswith(os.sep) or (kinds is None and len(places) > 1)):
        return [path / below(rows.place) for rows in inputs]
    if len(places) != 1:
        raise SettingsError(f"{target} would hold the rows of {len(places):,} inputs: give a folder, as rows/")
    if kinds is None or kinds[0] != places[0].suffix:
        suffix = places[0].suffix
        raise SettingsError(
            f"{target}: the rows of {places[0].path} stay {suffix}: give a name that ends in {suffix}, "
            f"or a folder, as rows/"
        )
    return [path] * len(inputs)


def _write(rows: "KeptRows", path: Path | None, on_skip: "Callable[[Skip], object]") -> None:
    """Write the rows of one input. Rows before the place where its bytes break off are written."""
    from dedup.formats.files.compressors import compressing
    from dedup.formats.registry import suffixes
    from dedup.types import Skip

    packing = "" if path is None else (suffixes(str(path)) or ("", ""))[1]
    with _new_file(path) as file, ExitStack() as whole:
        stream = None if rows.packed_apart else whole.enter_context(compressing(file, packing, str(path)))
        try:
            for piece in rows.read():
                with compressing(file, packing, str(path)) if stream is None else nullcontext(stream) as target:
                    target.write(piece)
        except ReadError as error:
            on_skip(Skip(error.path, error.reason, error.line))


@contextmanager
def _new_file(path: Path | None) -> Iterator[BinaryIO]:
    """Open a file that appears all at once, in a folder that is made if it is missing; standard output for None."""
    if path is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(f"{path.parent}: cannot make the folder: {error.strerror}") from error
    with results(path) as stream:
        yield stream
