"""The group of all commands, and the one edge where errors become messages and exit codes.

0 ran; 1 a limit that the user set was broken; 2 usage; 3 ran, but some inputs could not be read; 4 an index cannot be
used as it is; 5 a process of the job died, so that there are no results; 130 interrupted.
"""

from typing import Any

import click

from dedup.cli.commands.boilerplate import boilerplate
from dedup.cli.commands.cluster import cluster
from dedup.cli.commands.evaluate import evaluate
from dedup.cli.commands.index import UNUSABLE, index
from dedup.cli.interrupt import INTERRUPTED, leave
from dedup.engines.pool.garbage import collect_rarely
from dedup.engines.pool.threads import start_no_threads
from dedup.errors import DedupError, IndexProblem, WorkError
from dedup.version import version

DIED = 5
"""The exit code of a run without results, as a process that worked on it died or failed."""


class _Edge(click.Group):
    """A group that says in one line what went wrong. A traceback from it is a bug."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().__call__(*args, **kwargs)
        except SystemExit as end:
            if end.code == INTERRUPTED:
                leave()
            raise

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except WorkError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(DIED)
        except IndexProblem as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(UNUSABLE)
        except DedupError as error:
            raise click.UsageError(str(error)) from error
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(f"dedup {version()}")
        ctx.exit()


@click.group(
    cls=_Edge,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Each command has its own --help.",
)
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_print_version, help="Print the version."
)
def main() -> None:
    """Collapse copies of news articles into stories.

    \b
    Finds exact copies, reprints, excerpts and revisions among articles from many
    sites, whatever boilerplate surrounds them, and names the original of each.
    Reads folders of text, Markdown, HTML and JSON Lines, compressed or not.

    \b
    Example:
      dedup cluster articles/ --output stories.jsonl
    """
    collect_rarely()
    start_no_threads()


main.add_command(boilerplate)
main.add_command(cluster)
main.add_command(evaluate)
main.add_command(index)
