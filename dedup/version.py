"""The version of the package, for the headers of reports and for ``dedup --version``."""

from typing import Final

DISTRIBUTION: Final = "news-dedup"
"""The name under which the package is installed. Imports and the command are named ``dedup``."""


def version() -> str:
    """Return the version of the installed package, or ``"unknown"`` for a source tree that is not installed."""
    import importlib.metadata  # takes as long as a fifth of a small job

    try:
        return importlib.metadata.version(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
