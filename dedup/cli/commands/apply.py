"""``dedup apply``: what a report says, done to its inputs."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from dedup.cli.exit_codes import ExitCode
from dedup.cli.options import field_option, input_format_option, limits_options, quiet_option, take_limits
from dedup.cli.output import tell
from dedup.settings import InputLimits

if TYPE_CHECKING:
    from dedup.cli.apply_jobs import Action

_ACTIONS: Final[tuple["Action", ...]] = ("copy", "move", "link")

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _folder_option(action: "Action", help: str) -> Callable[[_Command], _Command]:
    """``--copy-to``, ``--move-to`` or ``--link-to``, a folder."""
    return click.option(f"--{action}-to", type=click.Path(path_type=Path), metavar="DIR", help=help)


@click.command(short_help="Copy, move, link or write what is no copy.")
@click.argument("report", metavar="REPORT")
@click.argument("inputs", nargs=-1, metavar="[INPUT...]")
@_folder_option("copy", "Copy the files that are no copies to DIR, in the folders in which they are.")
@_folder_option("move", "Move the files that are no copies to DIR. The copies stay where they are.")
@_folder_option("link", "Make symbolic links in DIR to the files that are no copies.")
@click.option(
    "--rows-to",
    metavar="FILE|FOLDER",
    help="Write the rows that are no copies, in the format of the input, with each byte of a row as it came. The "
    "suffix of FILE says how to compress: .gz .zst .bz2 .xz. A FOLDER gets a file for each input.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@field_option
@input_format_option
@quiet_option
@limits_options
@click.pass_context
def apply(
    ctx: click.Context,
    /,
    report: str,
    inputs: tuple[str, ...],
    rows_to: str | None,
    dry_run: bool,
    fields: Mapping[str, str],
    input_format: str | None,
    quiet: bool,
    **options: Any,
) -> None:
    """Keep one document of each story: copy, move or link files, or write rows.

    REPORT is what `dedup cluster` wrote as Parquet, JSON Lines or JSON. INPUT is what it read, typed in the same way;
    without INPUT the inputs are those that REPORT names. Nothing is deleted and nothing is overwritten. A row or file
    that cannot be read is nobody's copy, so it stays.

    \b
    Examples:
      dedup apply stories.jsonl --copy-to clean/
      dedup apply stories.jsonl --rows-to clean.jsonl.gz
      dedup apply stories.jsonl feed.jsonl --rows-to clean.jsonl --dry-run
    """
    from dedup.cli.apply_jobs import ApplyArguments, apply_to_files, apply_to_rows
    from dedup.report.summary import passed

    limits = InputLimits(**take_limits(options))
    chosen = [(action, folder) for action in _ACTIONS if (folder := options[f"{action}_to"]) is not None]
    if len(chosen) + (rows_to is not None) != 1:
        raise click.UsageError("give one of --copy-to, --move-to, --link-to and --rows-to", ctx)
    skips: list[str] = []
    task = ApplyArguments(report, inputs, fields, dry_run, quiet, input_format, limits)
    if rows_to is not None:
        lines = apply_to_rows(task, rows_to, lambda skip: skips.append(passed(skip)))
    else:
        ((action, folder),) = chosen
        lines = apply_to_files(task, action, folder, lambda skip: skips.append(passed(skip)))
    tell(skips if quiet else (*lines, *skips))
    ctx.exit(ExitCode.INPUT_SKIPPED if skips else ExitCode.OK)
