"""``dedup index`` in this process, and texts for it."""

import json
import random
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from dedup.cli import main


def run_index(*arguments: str | Path, code: int = 0, stdin: str | None = None) -> Result:
    """Run ``dedup index`` with ``arguments``, which must end with ``code``."""
    result = CliRunner().invoke(main, ["index", *map(str, arguments)], input=stdin, catch_exceptions=False)
    assert code == result.exit_code, result.stderr
    return result


def rows_of(result: Result) -> list[dict[str, Any]]:
    """The rows on standard output."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def prose(seed: int, words: int = 90) -> str:
    """A text that shares no runs of words with the text of another seed."""
    rng = random.Random(seed)
    return " ".join("".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(words))


def json_row(id: str, text: str) -> str:
    """A line of JSON Lines with an id and a text."""
    return json.dumps({"id": id, "text": text}) + "\n"
