"""What a page costs: its size, and the memory of its writer."""

import io
import json
import tracemalloc
from pathlib import Path
from random import Random
from typing import Any

from dedup.report.page import write_page
from dedup.report.page.blocks import frame

FIXED = 70 << 10
SHARE = 0.4


def explained(path: Path, folder: Path) -> Path:
    """The rows of `dedup cluster --explain` on a folder."""
    from click.testing import CliRunner

    from dedup.cli import main

    done = CliRunner().invoke(main, ["cluster", str(folder), "--explain", "--output", str(path), "--quiet"])
    assert 0 == done.exit_code, done.output
    return path


def test_the_page_of_the_collection_is_small(tmp_path: Path) -> None:
    """The page of ``corpus/pages`` has at most 70 KB, and 40 % of its rows."""
    rows = explained(tmp_path / "rows.jsonl", Path(__file__).parents[3] / "corpus" / "pages")
    stream = io.BytesIO()
    write_page(str(rows), stream)
    assert len(stream.getvalue()) <= FIXED + SHARE * rows.stat().st_size


def test_the_fixed_parts_are_small() -> None:
    """Style, script and frame have less than 70 KB."""
    assert len(frame().before) + len(frame().behind) < FIXED


def rows_of(path: Path, stories: int, words: int) -> str:
    """Write stories of two documents, each with a text of so many words."""
    random = Random(1)
    lines: list[dict[str, Any]] = [{"schema": "dedup.report/1", "type": "header"}]
    for number in range(stories):
        ids = [f"{side}/{number}" for side in "ab"]
        members = [{"id": id, "relation": relation} for id, relation in zip(ids, ("original", "exact"), strict=True)]
        text = " ".join(f"{random.randrange(36**5):x}" for _ in range(words))
        lines += [{"type": "story", "members": members}, {"type": "text", "ids": ids, "text": text}]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return str(path)


def peak(path: str, output: Path) -> int:
    """The most bytes of Python while a page is written."""
    tracemalloc.start()
    try:
        with output.open("wb") as stream:
            write_page(path, stream)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_texts(tmp_path: Path) -> None:
    """Texts of twenty times the length, 9 MB more, take less than a megabyte and a half more."""
    short, long = (rows_of(tmp_path / f"{words}.jsonl", 1500, words) for words in (50, 1000))
    peak(short, tmp_path / "page.html")  # what is loaded once
    assert Path(long).stat().st_size - Path(short).stat().st_size > 8_000_000
    assert peak(long, tmp_path / "page.html") - peak(short, tmp_path / "page.html") < 1_500_000
