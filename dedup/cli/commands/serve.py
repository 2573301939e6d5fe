"""``dedup index serve``: one index for many programs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from dedup.cli import service_jobs
from dedup.cli.options import field_option, settings_from, settings_options, take_limits
from dedup.cli.time_options import remember_option, window_option
from dedup.settings import InputLimits


@click.command(short_help="Serve an index to many programs.")
@click.argument("folder", metavar="INDEX", type=click.Path())
@click.option("--socket", metavar="PATH", type=click.Path(), help="Listen at a socket file, which only you may use.")
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", help="Listen at a port; 0 is any free one.")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="The address of --port. One that other machines reach needs --token-file.",
)
@click.option(
    "--token-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Answer only requests with the token that FILE holds.",
)
@click.option(
    "--queue",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many articles may wait; then their senders wait.  [default: 1024]",
)
@field_option
@window_option
@remember_option
@settings_options
def serve(
    folder: str,
    socket: str | None,
    port: int | None,
    host: str,
    token_file: Path | None,
    queue: int | None,
    fields: Mapping[str, str],
    window: timedelta | None,
    remember: timedelta | None,
    config: Path | None,
    **flags: Any,
) -> None:
    """Serve INDEX over HTTP to many programs, until SIGTERM or Ctrl-C. What was answered is on the disk.

    Programs send articles as lines of JSON to /documents, or use dedup.connect. Settings are those of a new INDEX; one
    that is there keeps its own, and refuses others.

    \b
    Examples:
      dedup index serve news.dedup --socket /run/dedup.sock --window 30d
      dedup index serve news.dedup --port 8765
      curl --unix-socket /run/dedup.sock http://dedup/documents --data-binary @feed.jsonl
    """
    if (socket is None) == (port is None):
        raise click.UsageError("give --socket PATH or --port N, one of them")
    chosen = take_limits(flags)
    has_settings = config is not None or any(value is not None for value in flags.values())
    settings = settings_from(config, flags) if has_settings else None
    limits = replace(settings.limits if settings else InputLimits(), **chosen)
    service_jobs.serve(
        folder, settings, limits, (window, remember), (socket or "", host, port or 0), token_file, queue, fields
    )
