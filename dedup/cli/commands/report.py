"""``dedup report``: a report of an earlier run as one page of HTML."""

from pathlib import Path

import click

from dedup.cli.exit_codes import ExitCode
from dedup.cli.jobs import check_report, write_report_page
from dedup.cli.output import replaceable, results, tell
from dedup.errors import ReadError

TEXTS_LIMIT = 20_000_000
"""Characters of texts in a page: a copy of `dedup.report.page.TEXTS_LIMIT`, because that room is too heavy for
``--help``. A test holds the two equal.
"""


@click.command(short_help="Make a page of the stories of a run.")
@click.argument("stories", metavar="STORIES.jsonl")
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    callback=replaceable,
    metavar="FILE",
    help="Write the page to FILE, as report.html.",
)
@click.option(
    "--texts-limit",
    type=click.IntRange(min=0),
    default=TEXTS_LIMIT,
    show_default=True,
    metavar="N",
    help="Take texts of N characters into the page, those of the largest stories first.",
)
@click.pass_context
def report(ctx: click.Context, stories: str, output: Path, texts_limit: int) -> None:
    """Make one page of HTML of the stories that `dedup cluster` wrote. It opens from disk, and loads nothing.

    STORIES.jsonl is a report as JSON Lines, or - for standard input. With the rows of --explain the page compares the
    texts of each copy. Parquet and JSON give a page without texts. A row that is wrong is named, and exits with 3.

    \b
    Examples:
      dedup report stories.jsonl --output report.html
      dedup report stories.jsonl --output small.html --texts-limit 1000000
    """
    check_report(stories, output)
    try:
        with results(output) as stream:
            write_report_page(stories, stream, texts_limit)
    except ReadError as error:
        tell([f"Error: {error}"])
        ctx.exit(ExitCode.INPUT_SKIPPED)
