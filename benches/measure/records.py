"""Ratios of earlier commits. They lie in ``.benchmarks``, as those of pytest-benchmark do; git ignores the folder."""

import json
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parents[2] / ".benchmarks"
"""Where the ratios lie, a file for each commit: ``gate-COMMIT.json``."""

_COMMITS: Final = 500
"""Commits that are looked through for the last ratios."""


def last(name: str, folder: Path = FOLDER) -> tuple[str, dict[str, float]]:
    """Return the last commit with ratios of a bench, and these ratios by their names.

    The commit of the tree itself counts only where the tree differs from it.

    Args:
        name: the name of the bench.
        folder: where the ratios lie.

    Returns:
        The first ten digits of the commit and the ratios; an empty text and no ratios if no commit has some.
    """
    commits = _git("rev-list", f"--max-count={_COMMITS}", "HEAD").split()
    for commit in commits if _git("status", "--porcelain") else commits[1:]:
        path = folder / f"{name}-{commit}.json"
        if path.is_file():
            ratios: dict[str, float] = json.loads(path.read_text("utf-8"))
            return commit[:10], ratios
    return "", {}


def keep(name: str, ratios: Mapping[str, float], folder: Path = FOLDER) -> None:
    """Keep the ratios of a bench for the commit of the tree. A tree that differs from its commit has none."""
    if _git("status", "--porcelain") or not (commit := _git("rev-parse", "HEAD").strip()):
        return
    folder.mkdir(exist_ok=True)
    (folder / f"{name}-{commit}.json").write_text(json.dumps(dict(ratios), indent=2) + "\n", "utf-8")


def changes(names: Iterable[str], now: Mapping[str, float], before: Mapping[str, float]) -> list[str]:
    """Return how much each ratio changed, as ``+3 %``; an empty text for a ratio that one of the two lacks."""
    pairs = [(now.get(name, 0.0), before.get(name, 0.0)) for name in names]
    return [f"{100 * (new / old - 1):+.0f} %" if new and old else "" for new, old in pairs]


def _git(*arguments: str) -> str:
    """Return what git prints about this tree, nothing where there is no git or no repository."""
    command = ["git", "-C", str(FOLDER.parent), *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""
