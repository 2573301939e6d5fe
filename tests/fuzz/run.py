"""Fuzz one target by coverage, with atheris: `python -m tests.fuzz.run TARGET SECONDS [ARGUMENTS OF LIBFUZZER]`.

What it finds, libFuzzer writes to the current folder. Install the extra `fuzz`.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["dedup"]):
    from tests.fuzz.targets import TARGETS


def main() -> None:
    """Run a target from its seeds."""
    name, seconds, *rest = sys.argv[1:]
    target = TARGETS[name]
    with tempfile.TemporaryDirectory() as folder:
        for place, seed in enumerate(target.seeds):
            Path(folder, str(place)).write_bytes(seed)
        arguments = [f"-max_total_time={seconds}", "-max_len=4096", "-timeout=60", "-rss_limit_mb=4096"]
        atheris.Setup([sys.argv[0], folder, *arguments, *rest], target.run)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
