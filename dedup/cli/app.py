"""The group of all commands, and the one place where errors become messages and exit codes (`exit_codes`)."""

import io
import os
import sys
from importlib import import_module
from typing import Any, Final

import click

from dedup.cli.exit_codes import ExitCode
from dedup.cli.interrupt import leave
from dedup.cli.output import tell
from dedup.engines.pool.garbage import collect_rarely
from dedup.engines.pool.numpy_environment import set_numpy_environment
from dedup.errors import DedupError, IndexProblem, WorkError
from dedup.report.terminal import harmless
from dedup.version import version

_COMMANDS: Final = {
    "apply": "apply.apply",
    "boilerplate": "boilerplate.boilerplate",
    "cluster": "cluster.cluster",
    "compare": "compare.compare",
    "diff": "difference.diff",
    "eval": "evaluate.evaluate",
    "index": "index.index",
    "report": "report.report",
}
"""Each command, and its place: a module of ``commands``, and the function there."""


class _MainGroup(click.Group):
    """A group of commands that reports an error in one line. A traceback from it is a bug.

    A command is imported when it is used: the imports of all commands take as long as a small job.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, function = _COMMANDS[cmd_name].partition(".")
        command: click.Command = getattr(import_module(f"dedup.cli.commands.{module}"), function)
        return command

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().__call__(*args, **kwargs)
        except SystemExit as end:
            if end.code == ExitCode.INTERRUPTED:
                leave()
            raise

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command, show its error, and end the process with its exit code.

        A program that calls a command without ``standalone_mode`` gets the error instead.
        """
        _replace_closed_streams()
        options = {**kwargs, "standalone_mode": False}
        if not kwargs.get("standalone_mode", True):
            return super().main(*args, **options)
        try:
            code = super().main(*args, **options)
        except click.ClickException as error:
            shown, vars(error)["message"] = io.StringIO(), harmless(error.message)  # click shows a name as it is
            error.show(shown)
            tell(shown.getvalue().rstrip("\n").split("\n"))
            code = error.exit_code
        except click.Abort:
            tell(["Interrupted."])
            code = ExitCode.INTERRUPTED
        sys.exit(code)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except IndexProblem as error:
            message, code = str(error), ExitCode.INDEX_UNUSABLE
        except WorkError as error:
            message, code = str(error), ExitCode.WORKER_DIED
        except DedupError as error:
            raise click.UsageError(str(error)) from error
        except KeyboardInterrupt as error:
            raise click.Abort from error
        except BrokenPipeError:  # click ends quietly
            raise
        except OSError as error:
            message = f"{error}: see to the disk, the permissions and the limits of the process, then run again"
            code = ExitCode.WORKER_DIED
        except MemoryError:
            message = "the memory is full: give --memory, fewer --workers, or less at a time"
            code = ExitCode.WORKER_DIED
        line, begin, trace = message.partition("\nTraceback")  # of a fault in a worker process
        tell([f"Error: {line}", *f"{begin[1:]}{trace}".splitlines()])
        return ctx.exit(code)


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
    set_numpy_environment()
