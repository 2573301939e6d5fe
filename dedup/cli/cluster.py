"""``dedup cluster``: stories in folders, files, or standard input."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from dedup.cli.options import (
    boilerplate_option,
    field_option,
    format_from,
    report_options,
    settings_from,
    settings_options,
)
from dedup.cli.output import results, tell
from dedup.cli.run import overruled, run
from dedup.report import summary, write

__all__ = ["UNREADABLE", "cluster"]

UNREADABLE = 3
"""The exit code of a run that had to leave out some of its inputs."""


@click.command(short_help="Group articles into stories.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@report_options
@field_option
@boilerplate_option
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
    settings = settings_from(config, flags)
    format = format_from(format, output)
    report = run(paths, fields, settings, output, overruled(rulings))
    with results(output) as stream:
        write(report, stream, format, singletons=singletons)
    if format != "table" or output is not None:
        tell(summary(report))
    ctx.exit(UNREADABLE if report.skipped else 0)
