"""``dedup boilerplate``: the blocks that are left out as boilerplate, source by source, to see and to overrule."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from dedup.cli.exit_codes import ExitCode
from dedup.cli.jobs import JobArguments, explained, rulings_from
from dedup.cli.options import (
    format_from,
    job_options,
    output_option,
    settings_from,
)
from dedup.cli.output import keep_apart, results, tell

FORMATS = ("table", "jsonl")
"""The formats of blocks: a copy of `dedup.report.boilerplate.FORMATS`, because that room is too heavy for ``--help``.

A test holds the two equal.
"""


@click.command(short_help="Show what is left out as boilerplate.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--format",
    type=click.Choice(FORMATS),
    help="How to write the blocks.  [default: by the suffix of --output, else table]",
)
@output_option
@click.option(
    "--source", "sources", multiple=True, metavar="NAME", help="Only the source of this name, as printed. Repeatable."
)
@click.option("--kept", "retained", is_flag=True, help="In the table, list what recurs and is no boilerplate as well.")
@click.option("--all", is_flag=True, help="In the table, list all blocks of a source, not the most frequent only.")
@job_options
@click.pass_context
def boilerplate(
    ctx: click.Context,
    /,
    paths: tuple[str, ...],
    format: str | None,
    output: Path | None,
    sources: tuple[str, ...],
    retained: bool,
    all: bool,
    fields: Mapping[str, str],
    input_format: str | None,
    rulings: str | None,
    workers: int | None,
    quiet: bool,
    config: Path | None,
    **flags: Any,
) -> None:
    """Show which blocks of which source are left out as boilerplate: menus, teasers, forms, legal lines.

    PATH and settings are those of `dedup cluster`, and so is the job. For each source come its blocks, on how many of
    its pages each stands, and of how many stories these are. A source is called what most of its pages give as theirs
    or, if most give none, by the id of the first of these.

    JSON Lines also have the blocks that recur and were kept ("chrome": false); to overrule a judgement, change "chrome"
    in some rows and give them to --boilerplate.

    \b
    Examples:
      dedup boilerplate articles/ --source globe.example --kept
      dedup boilerplate articles/ --output chrome.jsonl
      dedup cluster articles/ --boilerplate chrome.jsonl
    """
    from dedup.report.boilerplate import summary, write
    from dedup.report.summary import skipped

    settings = settings_from(config, flags)
    format = format_from(format, output)
    if format not in FORMATS:
        raise click.UsageError(f"blocks are not written as {format}: give --output .jsonl or .txt, or --format", ctx)
    outputs = () if output is None else (output,)
    keep_apart((config,), outputs)  # the rulings may be edited in place
    task = JobArguments(paths, fields, settings, rulings_from(rulings), workers, outputs, quiet, input_format)
    result = explained(task, sources)
    with results(output) as stream:
        write(result, stream, format, retained=retained, all=all)
    if quiet:
        tell(skipped(result.skipped))
    elif format != "table" or output is not None:
        tell(summary(result))
    ctx.exit(ExitCode.INPUT_SKIPPED if result.skipped or not result.documents else ExitCode.OK)
