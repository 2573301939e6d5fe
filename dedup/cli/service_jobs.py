"""The call of the library that `dedup index serve` makes. As in `jobs`, functions import the heavy rooms."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from dedup.cli.index_jobs import warn_if_outdated
from dedup.cli.output import tell
from dedup.settings import InputLimits, Settings


def serve(
    folder: str,
    settings: Settings | None,
    limits: InputLimits,
    spans: tuple[timedelta | None, timedelta | None],
    place: tuple[str, str, int],
    token_file: Path | None,
    queue: int | None,
    fields: Mapping[str, str],
) -> None:
    """Serve an index until a signal ends the process.

    Args:
        folder: the folder of the index, which is made if there is no index
        settings: the settings of a new index, None for the defaults
        limits: the most that one article may have
        spans: the time after which a document is forgotten, and the time for which it is remembered then; None for no
            end and for no time
        place: the path of a socket, or nothing; a host and a port
        token_file: the file of the token that each request needs, None for no token
        queue: the most documents that wait, None for the default
        fields: the user's names for the fields of lines, by our names
    """
    from dedup.result_tables import import_library

    for library in ("starlette", "uvicorn"):
        import_library(library, extra="serve")

    from dedup.engines.online.index import Index
    from dedup.engines.service.app import read_token
    from dedup.engines.service.server import ServiceAddress, listen, serve
    from dedup.engines.service.service import QUEUE
    from dedup.report.terminal import harmless

    logging.basicConfig(format="%(levelname)s: %(message)s")  # documents on which the service fails, to standard error
    address, token = ServiceAddress(*place), read_token(token_file) if token_file else ""
    window, remember = spans
    with (
        listen(address, token) as listener,
        Index.open(folder, settings, limits=limits, window=window, remember=remember) as index,
    ):
        warn_if_outdated(folder, index)
        serve(
            index,
            listener,
            token=token,
            queue=queue or QUEUE,
            fields=fields,
            on_ready=lambda url: tell([f"Serving {harmless(folder)} at {url}"]),
        )
