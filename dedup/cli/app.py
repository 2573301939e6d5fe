"""The group of all commands, and the one place where errors become messages and exit codes (`exit_codes`)."""

import os
import sys
from typing import Any

import click

from dedup.cli.commands.apply import apply
from dedup.cli.commands.boilerplate import boilerplate
from dedup.cli.commands.cluster import cluster
from dedup.cli.commands.compare import compare
from dedup.cli.commands.difference import diff
from dedup.cli.commands.evaluate import evaluate
from dedup.cli.commands.index import index
from dedup.cli.commands.rule import rule
from dedup.cli.commands.serve import serve
from dedup.cli.exit_codes import ExitCode
from dedup.cli.interrupt import leave
from dedup.engines.pool.garbage import collect_rarely
from dedup.engines.pool.threads import start_no_threads
from dedup.errors import DedupError, IndexProblem, WorkError
from dedup.version import version


class _MainGroup(click.Group):
    """A group of commands that reports an error in one line. A traceback from it is a bug."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        _replace_closed_streams()
        try:
            return super().__call__(*args, **kwargs)
        except SystemExit as end:
            if end.code == ExitCode.INTERRUPTED:
                leave()
            raise

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except WorkError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(ExitCode.WORKER_DIED)
        except IndexProblem as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(ExitCode.INDEX_UNUSABLE)
        except DedupError as error:
            raise click.UsageError(str(error)) from error
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            ctx.exit(ExitCode.INTERRUPTED)


def _replace_closed_streams() -> None:
    """Open the null device in place of a standard output or error that the process was started without."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 (open until the process ends)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 (open until the process ends)


def _print_version(ctx: click.Context, _: click.Parameter, is_set: bool) -> None:
    if is_set and not ctx.resilient_parsing:
        click.echo(f"dedup {version()}")
        ctx.exit()


@click.group(
    cls=_MainGroup,
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
    Reads pages, feeds, tables, mail and archives, compressed or not.

    \b
    Example:
      dedup cluster articles/ --output stories.jsonl --drop drop.txt
    """
    collect_rarely()
    start_no_threads()


main.add_command(apply)
main.add_command(boilerplate)
main.add_command(cluster)
main.add_command(compare)
main.add_command(diff)
main.add_command(evaluate)
main.add_command(index)
index.add_command(rule)
index.add_command(serve)
