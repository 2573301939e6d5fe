"""``dedup diff``: what changed in the stories between two reports."""

import click

from dedup.cli.exit_codes import ExitCode
from dedup.cli.jobs import load_report
from dedup.cli.output import results

FORMATS = ("table", "json", "github")
"""The formats of a difference: a copy of `dedup.report.difference.FORMATS`, because that room is too heavy for
``--help``. A test holds the two equal.
"""


@click.command("diff", short_help="Compare the stories of two reports.")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--format", type=click.Choice(FORMATS), default="table", show_default=True, help="How to write the difference."
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    metavar="N",
    help="Show N changes of each kind, 0 for all. JSON has all.",
)
@click.option("--fail-on-change", is_flag=True, help="Exit with 1 if there is a change.")
@click.pass_context
def diff(ctx: click.Context, old: str, new: str, format: str, limit: int, fail_on_change: bool) -> None:
    """Compare the stories of two reports on the same documents, or on most of them.

    OLD and NEW are reports that `dedup cluster` or `dedup index stories` wrote as Parquet, JSON Lines or JSON.

    A story goes on in the story that has most of its documents. The changes are stories that are created, gone, merged
    or split off, or have another canonical document, and documents that moved, or are added or removed.

    \b
    Examples:
      dedup diff monday.jsonl tuesday.jsonl
      dedup diff accepted.jsonl stories.jsonl --fail-on-change
      dedup diff main.jsonl branch.jsonl --format github >> "$GITHUB_STEP_SUMMARY"
    """
    from dedup.engines.difference import compare_reports
    from dedup.report.difference import write

    difference = compare_reports(load_report(old), load_report(new))
    with results(None) as stream:
        write(difference, (old, new), stream, format, limit)
    ctx.exit(ExitCode.LIMIT_BROKEN if fail_on_change and difference.changes else ExitCode.OK)
