"""``dedup compare``: why two documents are in one story, or not."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dedup.cli.compare_jobs import compare_alone, compare_among, compare_indexed
from dedup.cli.exit_codes import ExitCode
from dedup.cli.jobs import JobArguments, pairs_from, rulings_from
from dedup.cli.options import (
    job_options,
    output_option,
    pairs_option,
    settings_from,
)
from dedup.cli.output import keep_apart, results, tell
from dedup.errors import SettingsError

if TYPE_CHECKING:
    from dedup.types import Skip

FORMATS = ("table", "json", "html")
"""The formats of a comparison: a copy of `dedup.report.comparison.FORMATS`, because that room is too heavy for
``--help``. A test holds the two equal.
"""

_SUFFIXES = {".txt": "table", ".json": "json", ".html": "html"}
"""The suffix of a file and the format that it selects."""


@click.command(short_help="Say why two articles are one story, or not.")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option("--among", multiple=True, metavar="PATH", help="The collection of the two documents. Repeatable.")
@click.option("--index", metavar="INDEX", help="The index that has the two documents.")
@click.option(
    "--format",
    type=click.Choice(FORMATS),
    help="How to write the comparison.  [default: by the suffix of --output, else table]",
)
@output_option
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    metavar="N",
    help="Show N differences, 0 for all. JSON and HTML have all.",
)
@pairs_option
@job_options
@click.pass_context
def compare(
    ctx: click.Context,
    /,
    a: str,
    b: str,
    among: tuple[str, ...],
    index: str | None,
    format: str | None,
    output: Path | None,
    limit: int,
    fields: Mapping[str, str],
    input_format: str | None,
    rulings: str | None,
    pairs: str | None,
    workers: int | None,
    quiet: bool,
    config: Path | None,
    **flags: Any,
) -> None:
    """Compare two articles: the verdict, the rule that gave it, what they share, and where they differ.

    A and B are files, ids, or lines of a file of JSON Lines (FILE:LINE). With --among they are decided as `dedup
    cluster` decides them among all articles of PATH; with --index by what an index knows. Two files alone are compared
    with their menus.

    \b
    Examples:
      dedup compare a.html b.html
      dedup compare globe/ferry.html herald/ferry.html --among articles/
      dedup compare 17 42 --index news.dedup --format json
      dedup compare a.html b.html --among articles/ --output pair.html
    """
    from dedup.report.comparison import write
    from dedup.report.summary import skipped

    _check_options(ctx)
    chosen, outputs = format or _format_of(output), () if output is None else (output,)
    settings, words, blocks = settings_from(config, flags), pairs_from(pairs), rulings_from(rulings)
    task = JobArguments(among, fields, settings, blocks, workers, outputs, quiet, input_format, pairs=words)
    skips: Sequence[Skip] = ()
    if index is not None:
        comparison = compare_indexed(a, b, index)
    elif among:
        comparison, skips = compare_among(a, b, task)
    else:
        comparison = compare_alone(a, b, task)
    with results(output) as stream:
        write(comparison, stream, chosen, limit)
    tell(skipped(skips))
    ctx.exit(ExitCode.INPUT_SKIPPED if skips else ExitCode.OK)


def _format_of(output: Path | None) -> str:
    """Return the format that the suffix of a file selects, the table for no file. Raises `SettingsError`."""
    suffix = ".txt" if output is None else output.suffix.lower()
    if suffix not in _SUFFIXES:
        raise SettingsError(f"{output}: no comparison has the suffix {suffix!r}; give {', '.join(_SUFFIXES)}")
    return _SUFFIXES[suffix]


def _check_options(ctx: click.Context) -> None:
    """Raise `click.UsageError` for an option that does not go with ``--index``, or an output that is read."""
    keep_apart((ctx.params[name] for name in ("a", "b", "config", "rulings", "pairs")), [ctx.params["output"]])
    cures = {"among": "give one of them", "pairs": "use 'dedup index rule'"}
    for name, cure in cures.items():
        if ctx.params["index"] is not None and ctx.params[name]:
            raise click.UsageError(f"--{name} and --index do not go together: {cure}", ctx)
