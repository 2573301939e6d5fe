"""The page of a report of 10^5 documents: its writer's time and memory, and its size: `python benches/report_page.py`.

The rows are those of `synthetic/stories.py`, as they are and with a text for each document of a story and a comparison
for each copy, as ``--explain`` writes them. `dedup report` makes the page, watched from outside. A page is at most 70
KB and 40 % of its rows. The rows have texts for the default of ``--texts-limit``.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

import msgspec
from measure.processes import Watched, watch
from synthetic.stories import report_rows
from synthetic.vocabulary import FREQUENT, words

__all__ = ["WrittenPage", "explained_rows", "measure"]

STORIES: Final = 10_000
FIXED: Final = 70 << 10
SHARE: Final = 0.4
"""Bytes of a page without data, and the share of its rows that its data may have."""

_TEXT: Final = 27
"""Words of a text: as many as make 20 million characters in 10^5 documents."""
_MIB: Final = 1 << 20


class WrittenPage(NamedTuple):
    """Rows and their page in bytes, and the command that made it."""

    name: str
    rows: int
    page: int
    command: Watched

    @property
    def bound(self) -> float:
        """The most bytes of the page."""
        return FIXED + SHARE * self.rows


def explained_rows(rows: Iterable[dict[str, Any]], seed: int = 2) -> Iterator[dict[str, Any]]:
    """Yield rows with a text for each document of a story, of which one word is another, and comparisons of copies."""
    random = Random(seed)
    for row in rows:
        yield row
        if row["type"] != "story" or row["size"] == 1:
            continue
        article = [random.choice(FREQUENT if random.random() < 0.4 else words()) for _ in range(_TEXT)]
        lead = row["members"][0]["id"]
        for member in row["members"]:
            yield {"type": "text", "ids": [member["id"]], "text": _version(article, member["id"]), "boilerplate": []}
        for member in row["members"][1:]:
            yield _comparison(article, lead, member["id"])


def _version(article: list[str], id: str) -> str:
    """Return the text of a document: its last word but one is its own."""
    return " ".join([*article[:-2], id.rpartition("/")[2], article[-1]])


def _comparison(article: list[str], a: str, b: str) -> dict[str, Any]:
    same = len(" ".join(article[:-2]))
    ends = [len(_version(article, id)) - len(article[-1]) for id in (a, b)]
    first, last = [0, same], [[end, end + len(article[-1])] for end in ends]
    ground = {"name": "share", "value": 0.9231, "bound": 0.3, "sense": "at least", "passed": True, "counts": [24, 26]}
    sides = [{"id": id, "source": "", "title": "", "published": None, "words": _TEXT, "shingles": 22} for id in (a, b)]
    return {
        "boilerplate_known": True,
        **{name: side | {"boilerplate": [], "text": ""} for name, side in zip("ab", sides, strict=True)},
        "match": True,
        "same_story": True,
        "decided": "share",
        "relation": "reprint",
        "grounds": [ground],
        "replaced_figures": 0,
        "estimate": 0.8594,
        "resemblance": 0.8079,
        "containment": [0.9231, 0.9231],
        "passages": [{"a": first, "b": first, "words": _TEXT - 2}, {"a": last[0], "b": last[1], "words": 1}],
        "differences": [{"kind": "words", "a": [same + 1, ends[0] - 1], "b": [same + 1, ends[1] - 1]}],
        "met": {"bands": 38, "of_bands": 61, "sampled": 9},
        "type": "comparison",
        "why": "member",
    }


def measure(stories: int) -> list[WrittenPage]:
    """Measure the page of plain and of explained rows. Raises `ValueError` if a page is too large or cannot be made."""
    results = []
    for name, explain in (("plain", False), ("explained", True)):
        with tempfile.TemporaryDirectory() as folder:
            path, page = Path(folder, "rows.jsonl"), Path(folder, "report.html")
            rows = report_rows(stories)
            with path.open("wb") as file:
                file.writelines(msgspec.json.encode(row) + b"\n" for row in (explained_rows(rows) if explain else rows))
            done = watch([sys.executable, "-m", "dedup", "report", str(path), "--output", str(page)])
            if done.code:
                raise ValueError(f"dedup report ends with {done.code}: {done.error}")
            results.append(WrittenPage(name, path.stat().st_size, page.stat().st_size, done))
        if results[-1].page > results[-1].bound:
            raise ValueError(f"the page of {name} rows has {results[-1].page:,} bytes, over {results[-1].bound:,.0f}")
    return results


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a line for each kind of rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, default=STORIES, help="Stories of ten documents in the mean.")
    options = parser.parse_args(arguments)
    print("             rows MB   page MB  of its bound   CPU s  MiB")
    for name, rows, page, command in (written[:4] for written in measure(options.stories)):
        bound = FIXED + SHARE * rows
        print(
            f"{name:10}{rows / 1e6:10.1f}{page / 1e6:10.2f}{page / bound:13.0%}"
            f"{command.cpu:9.1f}{command.memory / _MIB:6.0f}"
        )


if __name__ == "__main__":
    main()
