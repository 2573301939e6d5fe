"""``dedup index``: stories on disk that grow as articles arrive."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Literal, TypeVar

import click

from dedup.cli import index_jobs, index_upkeep
from dedup.cli.commands.rule import rule
from dedup.cli.commands.serve import serve
from dedup.cli.exit_codes import ExitCode
from dedup.cli.index_jobs import IndexArguments, Show
from dedup.cli.options import (
    field_option,
    format_from,
    input_format_option,
    limits_options,
    listing_from,
    quiet_option,
    report_options,
    settings_from,
    settings_options,
    take_limits,
    workers_option,
)
from dedup.cli.output import CannotWriteError, replaceable, results, tell, watched
from dedup.cli.time_options import point_in_time, remember_option, timeout_option, window_option
from dedup.report import summary, write
from dedup.settings import InputLimits

_Command = TypeVar("_Command", bound=Callable[..., Any])


@click.group(short_help="Keep stories as articles arrive.")
def index() -> None:
    """Keep stories on disk as articles arrive: each is told at once what it is, new or a copy of which story.

    INDEX is a folder, which `dedup index add` makes. One process writes to it, any number read at the same time. A
    story has a name that stays, as s12.

    \b
    Examples:
      dedup index add news.dedup articles/ > decisions.jsonl
      crawler | dedup index add news.dedup - --window 7d | publisher
      dedup index stories news.dedup
    """


def _folder_argument(command: _Command) -> _Command:
    return click.argument("folder", metavar="INDEX", type=click.Path())(command)


def _paths_argument(command: _Command) -> _Command:
    return click.argument("paths", nargs=-1, required=True, metavar="PATH...")(command)


def _write_to(stream: BinaryIO) -> Show:
    """Return a function that writes decisions to ``stream`` at once, so that their reader need not wait."""
    from dedup.report.index_rows import decisions

    def show(batch: Sequence[Any]) -> None:
        stream.writelines(decisions(batch))
        stream.flush()

    return show


@index.command(short_help="Add articles, and say what each is.")
@_folder_argument
@_paths_argument
@window_option
@remember_option
@click.option(
    "--id",
    "ids",
    type=click.Choice(["path", "url", "hash"]),
    help="How a new INDEX names articles without an id: by the path of their file from the folder that holds INDEX, by "
    "their address, or by a hash of their text.  [default: path]",
)
@field_option
@input_format_option
@timeout_option
@quiet_option
@settings_options
@click.pass_context
def add(
    ctx: click.Context,
    /,
    folder: str,
    paths: tuple[str, ...],
    window: timedelta | None,
    remember: timedelta | None,
    ids: Any,
    fields: Mapping[str, str],
    input_format: str | None,
    timeout: float,
    quiet: bool,
    config: Path | None,
    **flags: Any,
) -> None:
    """Add articles to INDEX, and print what each is: a line of JSON, as soon as it is known and kept.

    PATH is what `dedup cluster` takes. A file of one article is known again by its path, and a row needs an id of its
    own, if --id does not say otherwise: what is added again with the same words changes nothing, with other words it
    is a revision.

    A line says id, story, relation, canonical, whether it was known, matches with their containment and resemblance,
    events, and whether it is new or of which article it is a copy, why, and whether that may be a guess ("cold").
    Settings are those of a new INDEX; one that is there keeps its own, and refuses others.

    \b
    Examples:
      dedup index add news.dedup articles/
      zcat feed.gz | dedup index add news.dedup - --field text=body --window 7d
    """
    chosen = take_limits(flags)
    has_settings = config is not None or any(value is not None for value in flags.values())
    settings = settings_from(config, flags) if has_settings else None
    named = settings.to_mapping() if settings and flags["seed"] is not None else settings  # a mapping names its seed
    limits = replace(settings.limits if settings else InputLimits(), **chosen)
    inputs = IndexArguments(paths, fields, not (quiet or watched()), input_format, quiet, limits)
    outcome = None
    with results(None) as stream:
        outcome = index_jobs.add(folder, inputs, named, ids, (window, remember), timeout, _write_to(stream))
    if outcome is None:
        raise CannotWriteError("standard output: its reader has gone, so what came after was not added")
    if outcome.documents and not quiet:
        tell([f"{outcome.documents} documents, {outcome.copies} of them copies, {outcome.unchanged} known before"])
    ctx.exit(ExitCode.INPUT_SKIPPED if outcome.skipped or not outcome.documents else ExitCode.OK)


@index.command(short_help="Say what articles would be.")
@_folder_argument
@_paths_argument
@field_option
@input_format_option
@quiet_option
@limits_options
@click.pass_context
def query(
    ctx: click.Context,
    /,
    folder: str,
    paths: tuple[str, ...],
    fields: Mapping[str, str],
    input_format: str | None,
    quiet: bool,
    **flags: Any,
) -> None:
    """Print what `dedup index add` would say of articles, and change nothing.

    PATH and the lines are those of `dedup index add`. A row needs no id; "story" is empty where there is none yet.
    """
    outcome = None
    with results(None) as stream:
        limits = InputLimits(**take_limits(flags))
        inputs = IndexArguments(paths, fields, not (quiet or watched()), input_format, quiet, limits)
        outcome = index_jobs.query(folder, inputs, _write_to(stream))
    ctx.exit(ExitCode.INPUT_SKIPPED if outcome and (outcome.skipped or not outcome.documents) else ExitCode.OK)


@index.command(short_help="Say how much there is in an index.")
@_folder_argument
@click.option("--json", is_flag=True, help="One object of JSON (schema dedup.index/1) for programs.")
def info(folder: str, json: bool) -> None:
    """Print how much there is in INDEX, its format, and the settings it was made with.

    With --json: schema, version, format, documents, stories, events, bytes, segments (name, documents, bytes),
    settings, thresholds. Keys are only ever added.
    """
    from dedup.report.index_rows import info, table

    counts = index_jobs.counted(folder)
    with results(None) as stream:
        stream.writelines([info(counts)] if json else (f"{line}\n".encode() for line in table(folder, counts)))


@index.command(short_help="Look for damage, and mend it.")
@_folder_argument
@click.option("--fix", is_flag=True, help="Make anew what can be made anew.")
@timeout_option
@click.pass_context
def check(ctx: click.Context, /, folder: str, fix: bool, timeout: float) -> None:
    """Read all of INDEX, and print what is wrong with it, a line each. Ends with 0 if nothing is, and with 4 otherwise.

    With --fix it prints what was wrong, and ends with 4 if that could not be mended.
    """
    problems, remaining = index_upkeep.check(folder, fix, timeout)
    with results(None) as stream:
        stream.writelines(f"{line}\n".encode() for line in problems)
    if fix and problems:
        tell(["mended" if not remaining else "not all of it could be mended:", *remaining])
    ctx.exit(ExitCode.INDEX_UNUSABLE if remaining else ExitCode.OK)


@index.command(short_help="Forget articles that were not seen for long.")
@_folder_argument
@click.option(
    "--before",
    callback=point_in_time,
    required=True,
    metavar="TIME",
    help="A time, as 2026-03-01, or an age, as 12h, 7d or 2w.",
)
@remember_option
@timeout_option
def expire(folder: str, before: datetime, remember: timedelta | None, timeout: float) -> None:
    """Forget the articles of INDEX that were last seen, added or added again, before TIME."""
    tell([f"{index_upkeep.expire(folder, before, remember, timeout)} documents forgotten"])


@index.command(short_help="Forget articles by their ids.")
@_folder_argument
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@timeout_option
@click.pass_context
def remove(ctx: click.Context, /, folder: str, ids: tuple[str, ...], timeout: float) -> None:
    """Forget the articles of these ids."""
    from dedup.report.terminal import harmless

    absent = index_upkeep.remove(folder, ids, timeout)
    tell(f"Skipped {harmless(id)}: there is no document of this id" for id in absent)
    ctx.exit(ExitCode.INPUT_SKIPPED if absent else ExitCode.OK)


@index.command(short_help="Forget articles, and leave no byte of them.")
@_folder_argument
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@timeout_option
@click.pass_context
def erase(ctx: click.Context, /, folder: str, ids: tuple[str, ...], timeout: float) -> None:
    """Forget the articles of these ids, and leave no byte of their texts in any file of INDEX.

    All of INDEX is written again, which takes time with its size. What was removed before is erased too. No other
    process may read INDEX meanwhile.
    """
    from dedup.report.terminal import harmless

    absent = index_upkeep.remove(folder, ids, timeout, erase=True)
    tell(f"Skipped {harmless(id)}: there is no document of this id" for id in absent)
    ctx.exit(ExitCode.INPUT_SKIPPED if absent else ExitCode.OK)


@index.command(short_help="Look at all articles together.")
@_folder_argument
@workers_option
@timeout_option
def review(folder: str, workers: int | None, timeout: float) -> None:
    """Look at all articles of INDEX together, as `dedup cluster` does: learn what is boilerplate, put stories right.

    A small INDEX does so by itself while it grows. Time and memory are those of `dedup cluster`.
    """
    tell([f"{index_upkeep.review(folder, workers, timeout)} events"])


@index.command(short_help="Write the stories of an index.")
@_folder_argument
@click.option(
    "--canonical",
    type=click.Choice(["first", "rule"]),
    default="first",
    help="Who leads a story: the document that leads it in INDEX, or the one that `dedup cluster` would choose.  "
    "[default: first]",
)
@report_options
def stories(
    folder: str, canonical: Literal["first", "rule"], format: str | None, output: Path | None, **options: Any
) -> None:
    """Write the stories of INDEX, as `dedup cluster` does. Each goes by its name in INDEX, which stays."""
    format = format_from(format, output)
    listing = listing_from(format, **options)
    report = index_jobs.stories(folder, listing.singletons, canonical)
    with results(output) as stream:
        write(report, stream, format, listing)
    if format != "table" or output is not None:
        tell(summary(report))


@index.command(short_help="Print what has happened to stories.")
@_folder_argument
@click.option(
    "--since", type=click.IntRange(min=0), default=0, metavar="N", help="Only what came after the event of this number."
)
@click.option("--follow", is_flag=True, help="Wait for further events, until interrupted.")
def events(folder: str, since: int, follow: bool) -> None:
    """Print what has happened to the stories of INDEX, a line of JSON an event, in order.

    Events are created, joined, merged, split, canonical_changed, replaced and left. Who follows them has the stories.
    """
    from dedup.report.index_rows import events

    with results(None) as stream:
        for line in events(index_jobs.happened(folder, since, follow)):
            stream.write(line)
            if follow:
                stream.flush()


@index.command(short_help="Print the decisions on articles again.")
@_folder_argument
@click.argument("ids", nargs=-1, metavar="[ID...]")
@click.option("--story", "stories", multiple=True, metavar="NAME", help="All articles of a story, as s12.")
@click.pass_context
def show(ctx: click.Context, /, folder: str, ids: tuple[str, ...], stories: tuple[str, ...]) -> None:
    """Print what `dedup index add` said of the articles of these ids, with who leads their stories now.

    \b
    Examples:
      dedup index show news.dedup articles/a.txt
      dedup index show news.dedup --story s12
    """
    from dedup.report.terminal import harmless

    if not ids and not stories:
        raise click.UsageError("Missing argument 'ID...', or --story.")
    with results(None) as stream:
        absent = index_jobs.shown(folder, ids, stories, _write_to(stream))
    tell(f"Skipped {harmless(name)}: there is no document or story of this name" for name in absent)
    ctx.exit(ExitCode.INPUT_SKIPPED if absent else ExitCode.OK)


@index.command(short_help="Write an index to one file.")
@_folder_argument
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), callback=replaceable)
def export(folder: str, file: Path) -> None:
    """Write INDEX, as it is now, to FILE, from which `dedup index import` makes it again. It may be written to."""
    index_upkeep.export(folder, file)


@index.command("import", short_help="Make an index of such a file.")
@click.argument("file", metavar="FILE", type=click.Path())
@_folder_argument
def restore(file: str, folder: str) -> None:
    """Make INDEX, where nothing may be yet, of what `dedup index export` wrote to FILE."""
    index_upkeep.restore(file, folder)


index.add_command(rule)
index.add_command(serve)
