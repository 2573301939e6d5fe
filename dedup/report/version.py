"""Which version of the package is speaking: for the headers of reports and for ``dedup --version``."""

import importlib.metadata


def version() -> str:
    """The version of the installed package, ``"unknown"`` where it runs from a source tree that is not installed."""
    try:
        return importlib.metadata.version("dedup")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
