"""``dedup cluster``: the stories of folders, files, or standard input."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import click

from dedup.cli.exit_codes import ExitCode
from dedup.cli.jobs import JobArguments, estimate_inputs, forget_run, pairs_from, rulings_from, run
from dedup.cli.options import (
    SPARK_FOLDER,
    boilerplate_option,
    engine_options,
    field_option,
    format_from,
    id_options,
    input_format_option,
    listing_from,
    pairs_option,
    quiet_option,
    report_options,
    run_options,
    settings_from,
    settings_options,
    workers_option,
)
from dedup.cli.output import STDOUT, append, has_too_many, keep_apart, replaceable, results, tell
from dedup.report import Listing, summary, write

if TYPE_CHECKING:
    from dedup.results import Report


@dataclass(frozen=True, slots=True)
class _Outputs:
    """The places and forms of the results, as typed."""

    output: Path | None
    format: str
    listing: Listing
    keep: Path | None
    drop: Path | None
    null: bool
    quiet: bool
    to_label: Path | None = None

    @property
    def shows_report(self) -> bool:
        """Whether the report is written: to a file, or to standard output if no list of ids goes there."""
        return self.output is not None or STDOUT not in (self.keep, self.drop)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that the results replace."""
        paths = self.output, self.keep, self.drop, self.to_label
        return tuple(path for path in paths if path not in (None, STDOUT))


def _check_labels(
    ctx: click.Context, parameter: click.Parameter, value: tuple[int, Path] | None
) -> tuple[int, Path | None] | None:
    """Return the number of pairs to label and their file. Raise `click.BadParameter` if it has labels, or cannot be
    written."""
    if value is not None and value[1].exists() and value[1].stat().st_size:
        raise click.BadParameter(f"{value[1]} has labels already: give another file, or remove it", ctx, parameter)
    return None if value is None else (value[0], replaceable(ctx, parameter, value[1]))


@click.command(short_help="Group articles into stories.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@report_options
@engine_options
@id_options
@click.option("--max-copies", type=click.IntRange(min=0), metavar="N", help="Exit with 1 if there are over N copies.")
@click.option(
    "--explain",
    is_flag=True,
    help="Say who leads why, and why a copy is in that is no match with the leader. JSON Lines get texts and "
    "comparisons too. HTML has all of this in any case.",
)
@pairs_option
@click.option(
    "--to-label",
    type=(click.IntRange(min=1), click.Path(dir_okay=False, path_type=Path)),
    callback=_check_labels,
    metavar="N FILE",
    help="Write N pairs for a person to label, near to the bound and of many sites, as `eval --truth` reads them.",
)
@click.option("--dry-run", is_flag=True, help="Look at a sample of the inputs, say what a run will cost, and stop.")
@field_option
@input_format_option
@boilerplate_option
@workers_option
@run_options
@click.option("--stats", is_flag=True, help="Say on standard error what each stage took, and count the pairs.")
@quiet_option
@settings_options
@click.pass_context
def cluster(
    ctx: click.Context,
    /,
    paths: tuple[str, ...],
    format: str | None,
    output: Path | None,
    max_copies: int | None,
    fields: Mapping[str, str],
    rulings: str | None,
    workers: int | None,
    stats: bool,
    dry_run: bool,
    config: Path | None,
    **options: Any,
) -> None:
    """Group articles into stories: the original of each, and its copies.

    PATH is a folder, a file, or - for standard input. A file of text, Markdown, HTML or mail is one article; so is each
    row of CSV, JSON, JSON Lines or Parquet, each entry of RSS or Atom, each mail of an mbox, and each page of a WARC.
    Any file may be compressed (.gz, .zst, .bz2, .xz), or in an archive (.tar, .zip). Usual names of columns are known.

    \b
    Examples:
      dedup cluster articles/
      dedup cluster articles/ --drop drop.txt --output report.html
      dedup cluster articles.csv --field text=Content --output stories.jsonl
      zcat feed.gz | dedup cluster - --format csv > stories.csv
    """
    places = {name: options.pop(name) for name in ("keep", "drop", "null", "quiet")}
    others = {name: options.pop(name) for name in ("input_format", "memory", "run_folder")}
    engine, master = (options.pop(name) for name in ("engine", "master"))
    _check_engine(ctx)
    others["to_label"], places["to_label"] = options.pop("to_label") or (0, None)
    format = format_from(format, output)
    others |= {"pairs": pairs_from(options.pop("pairs")), "explain": options.pop("explain") or format == "html"}
    outputs = _Outputs(output, format, _listing(format, options, others["explain"]), **places)
    _check_outputs(ctx, outputs)
    settings = settings_from(config, options)
    task = JobArguments(paths, fields, settings, rulings_from(rulings), workers, outputs.files, outputs.quiet, **others)
    if engine == "spark":
        ctx.exit(_on_spark(task, ctx, master, max_copies))
    if dry_run:
        _print_estimate(task)
        return
    report = run(task)
    if report.documents or not outputs.files:  # a report of no document replaces no file
        _write_results(report, outputs)
    forget_run(task)
    _print_summary(report, outputs, stats)
    ctx.exit(_exit_code(report, max_copies))


def _on_spark(task: JobArguments, ctx: click.Context, master: str | None, max_copies: int | None) -> ExitCode:
    """Run the job on Spark. A job of this machine does not import what that needs."""
    from dedup.cli.spark_jobs import run_on_spark

    return run_on_spark(task, ctx.meta.get(SPARK_FOLDER), master, max_copies)


def _listing(format: str, options: dict[str, Any], explains: bool) -> Listing:
    """The part of the report that is written, taken from ``options``. A table explains documents."""
    listing = listing_from(format, **{name: options.pop(name) for name in ("singletons", "members", "limit")})
    return listing._replace(members=listing.members or (explains and format == "table"))


def _exit_code(report: "Report", max_copies: int | None) -> ExitCode:
    """The exit code of a job."""
    if has_too_many(report.copies, max_copies):
        return ExitCode.LIMIT_BROKEN
    return ExitCode.INPUT_SKIPPED if report.skipped or not report.documents else ExitCode.OK


_NOT_ON_SPARK: Final = (
    *("format", "singletons", "members", "limit", "keep", "drop", "null", "dry_run", "input_format", "workers"),
    *("stats", "memory", "run_folder", "explain", "to_label", "pairs"),
)
"""The options that do not go with ``--engine spark``."""


def _check_engine(ctx: click.Context) -> None:
    """Raise `click.UsageError` for an option that does not go with the engine."""
    if ctx.params["engine"] != "spark":
        if ctx.params.get("master"):
            raise click.UsageError("--master is for Spark: add --engine spark", ctx)
        return
    for parameter in ctx.command.params:
        if parameter.name in _NOT_ON_SPARK and ctx.params.get(parameter.name):
            raise click.UsageError(f"{parameter.opts[-1]} does not go with --engine spark: leave it out", ctx)


def _check_outputs(ctx: click.Context, outputs: _Outputs) -> None:
    """Raise `click.UsageError` if two results would go to one place, or a result to a file that the command reads."""
    if outputs.keep == outputs.drop == STDOUT:
        raise click.UsageError("--keep and --drop are both -: standard output takes one list, so give one a file", ctx)
    keep_apart((ctx.params[name] for name in ("config", "rulings", "pairs")), outputs.files)
    if len({path.resolve() for path in outputs.files}) < len(outputs.files):
        raise click.UsageError("--output, --keep, --drop and --to-label name one file twice: give each its own", ctx)
    if outputs.null and outputs.keep is None and outputs.drop is None:
        raise click.UsageError("--null ends the ids of --keep and --drop: give one of them", ctx)


def _write_results(report: "Report", outputs: _Outputs) -> None:
    """Write the report and the lists of ids. No file is replaced if one of the results cannot be written."""
    writers: list[tuple[Path | None, Callable[[BinaryIO], object]]] = []
    if outputs.shows_report:
        writers.append((outputs.output, partial(_write, report, outputs)))
    for path, ids in ((outputs.keep, report.keep_ids), (outputs.drop, report.drop_ids)):
        if path is not None:
            data = _encode_ids(ids(), outputs.null)
            writers.append((None if path == STDOUT else path, partial(_write_bytes, data)))
    if outputs.to_label is not None:
        writers.append((outputs.to_label, partial(_write_bytes, _encode_labels(report))))
    with ExitStack() as streams:
        # Standard output comes last: its reader may leave early, and the files are written all the same.
        for place, write_result in sorted(writers, key=lambda writer: writer[0] is None):
            write_result(streams.enter_context(results(place)))
    if outputs.format == "github" and (file := os.environ.get("GITHUB_STEP_SUMMARY")):
        from dedup.report.writers.github import summary as job_summary

        append(Path(file), job_summary(report))


def _write(report: "Report", outputs: _Outputs, stream: BinaryIO) -> None:
    """Write the report, and below a table what a user may want next."""
    shown = replace(report, notes=()) if outputs.quiet and outputs.format == "table" else report
    steps = () if outputs.quiet or not report.copies else tuple(_next_steps(outputs, report.explanation is not None))
    write(shown, stream, outputs.format, outputs.listing._replace(next_steps=steps))


def _next_steps(outputs: _Outputs, explained: bool) -> Iterator[str]:
    """Yield what the options that a user left out are for, and the command that says why of any two documents."""
    if not outputs.listing.members:
        yield "The documents of each story: --members. Why they are one story: --explain."
    elif not explained:
        yield "Why they are one story: --explain."
    else:
        yield "Why any two are one story, or not: dedup compare A B --among PATH."
    if outputs.keep is None and outputs.drop is None:
        yield "The copies as a list: --drop FILE. A page to look through: --output report.html."


def _write_bytes(data: bytes, stream: BinaryIO) -> None:
    stream.write(data)


def _encode_labels(report: "Report") -> bytes:
    """The pairs to label, as JSON Lines."""
    from dedup.json_rows import encode

    return b"".join(encode(pair) + b"\n" for pair in report.to_label)


def _encode_ids(ids: Sequence[Any], null: bool) -> bytes:
    """The ids, each with its end. Raises `click.UsageError` for an id that a line cannot hold."""
    end = "\0" if null else "\n"
    names = [str(id) for id in ids]
    for name in names:
        if "\0" in name or (not null and ("\n" in name or "\r" in name)):
            cure = "change it: no list can hold it" if null or "\0" in name else "give --null"
            raise click.UsageError(f"the id {name!r} has a line end or a NUL byte, so nothing was written; {cure}")
    return "".join(f"{name}{end}" for name in names).encode("utf-8", "backslashreplace")


def _print_summary(report: "Report", outputs: _Outputs, stats: bool) -> None:
    """Print the counts, skipped inputs and notes, unless the table on standard output has them."""
    from dedup.report.stats import table
    from dedup.report.summary import skipped

    if outputs.format != "table" or outputs.output is not None or not outputs.shows_report:
        tell(skipped(report.skipped) if outputs.quiet else summary(report))
    if stats:
        tell(table(report.stats, report.seconds))


def _print_estimate(task: JobArguments) -> None:
    """Print the estimate of a run to standard output, and the missing inputs to standard error."""
    from dedup.report.estimate import lines
    from dedup.report.summary import skipped

    estimate, missing = estimate_inputs(task)
    with results(None) as stream:
        stream.writelines(f"{line}\n".encode() for line in lines(estimate))
    tell(skipped(missing))
