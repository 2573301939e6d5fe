"""``dedup cluster``: the stories of folders, files, or standard input."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from dedup.cli.exit_codes import ExitCode
from dedup.cli.jobs import JobArguments, estimate_inputs, rulings_from, run
from dedup.cli.options import (
    boilerplate_option,
    field_option,
    format_from,
    report_options,
    settings_from,
    settings_options,
    workers_option,
)
from dedup.cli.output import results, tell
from dedup.report import summary, write


@click.command(short_help="Group articles into stories.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@report_options
@click.option("--dry-run", is_flag=True, help="Look at a sample of the inputs, say what a run will cost, and stop.")
@field_option
@boilerplate_option
@workers_option
@click.option("--stats", is_flag=True, help="Say on standard error what each stage took, and count the pairs.")
@settings_options
@click.pass_context
def cluster(
    ctx: click.Context,
    /,
    paths: tuple[str, ...],
    format: str | None,
    output: Path | None,
    singletons: bool,
    fields: Mapping[str, str],
    rulings: str | None,
    workers: int | None,
    stats: bool,
    dry_run: bool,
    config: Path | None,
    **flags: Any,
) -> None:
    """Group articles into stories: the original of each, and its copies.

    PATH is a folder, a file, or - for JSON Lines on standard input. A file of text, Markdown or HTML is one article; so
    is each line of JSON Lines, with its text or html, and id, title, source, url and published if known. Any file may
    be compressed (.gz, .zst).

    \b
    Examples:
      dedup cluster articles/
      dedup cluster feed.jsonl.gz --field text=body --output stories.jsonl
      zcat feed.gz | dedup cluster - --format csv > stories.csv
    """
    from dedup.report.stats import table

    settings = settings_from(config, flags)
    format = format_from(format, output)
    task = JobArguments(paths, fields, settings, rulings_from(rulings), workers, output)
    if dry_run:
        _print_estimate(task)
        return
    report = run(task)
    with results(output) as stream:
        write(report, stream, format, singletons=singletons)
    if format != "table" or output is not None:
        tell(summary(report))
    if stats:
        tell(table(report.stats, report.seconds))
    ctx.exit(ExitCode.INPUT_SKIPPED if report.skipped or not report.documents else ExitCode.OK)


def _print_estimate(task: JobArguments) -> None:
    """Print the estimate of a run to standard output, and the missing inputs to standard error."""
    from dedup.report.estimate import lines
    from dedup.report.summary import skipped

    estimate, missing = estimate_inputs(task)
    with results(None) as stream:
        stream.writelines(f"{line}\n".encode() for line in lines(estimate))
    tell(skipped(missing))
