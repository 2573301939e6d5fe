"""What each part and each number of the rule is worth: `python benches/ablation.py [--json FILE] [SET ...]`.

A SET is a folder with ``docs.jsonl`` and ``truth.jsonl`` or ``pairs.jsonl``; without one, the collection in ``corpus/``.
The table has a row for the rule as it is, a row for each part that is switched off, and two rows for each number, a
quarter lower and a quarter higher. A cell is F1 over labelled pairs where a set has those, else over clusters.
"""

import argparse
import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import dedup
from dedup import Settings
from dedup.core import cleaning, thresholds
from dedup.engines.scoring import score
from dedup.formats import discover, read_all
from dedup.formats.truth import Truth, read_truth
from dedup.types import Document

__all__ = ["PARTS", "Labelled", "labelled", "rows", "variants"]

CORPUS: Final = Path(__file__).resolve().parents[1] / "corpus"

NEVER: Final = 1 << 40
"""More than there ever is."""

PARTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "sites by labels": {"SHARED_LABELS": NEVER},
    "boilerplate of one site": {"SITE_PAGES": NEVER},
    "boilerplate of any sites": {"ANY_PAGES": NEVER},
    "a text on many sites is no boilerplate": {"WIDELY": NEVER},
    "the cost of a passage": {"PASSAGE_COST": 0},
    "the cost of a figure": {"FIGURE_COST": 0},
    "more for one site under other headlines": {"OWN": 1},
    "what headlines say": {"SAID": 0.0},
    "whole excerpts": {"EXCERPT_WORDS": NEVER},
    "digests": {"DIGEST_COMMON": -1.0},
    "notices": {"NOTICE_PHRASES": NEVER},
    "the text as a reader sees it": {"clean": lambda text: cleaning.Cleaned(text, ())},
}
"""Parts of the rule, and what takes the place of names of the package to switch them off."""


class Labelled(NamedTuple):
    """A labelled set: its ``name``, its ``documents`` and its ``truth``."""

    name: str
    documents: list[Document]
    truth: Truth


def labelled(folder: Path) -> Labelled:
    """The set in a folder; that of ``corpus/`` has pages in place of rows."""
    pages = folder / "docs.jsonl" if (folder / "docs.jsonl").exists() else folder / "pages"
    places = discover([str(pages)], on_skip=print, on_note=print)
    labels = folder / "pairs.jsonl" if (folder / "pairs.jsonl").exists() else folder / "truth.jsonl"
    return Labelled(
        folder.resolve().name, list(read_all(places, on_skip=print, on_note=print)), read_truth(str(labels))
    )


@contextlib.contextmanager
def replaced(names: Mapping[str, Any]) -> Iterator[None]:
    """Put other values in the place of names, in every module of the package that has them."""
    before = [
        (module, name, getattr(module, name))
        for module_name, module in list(sys.modules.items())
        for name in names
        if module_name.startswith("dedup.core") or module_name.startswith("dedup.engines")
        if hasattr(module, name)
    ]
    for module, name, _ in before:
        setattr(module, name, names[name])
    try:
        yield
    finally:
        for module, name, value in before:
            setattr(module, name, value)


def variants() -> Iterator[tuple[str, Mapping[str, Any], Settings]]:
    """The rule as it is, without each part, and with each number a quarter lower and higher: a title, names with other
    values, and settings."""
    yield "the rule", {}, Settings()
    for part, names in PARTS.items():
        yield f"without {part}", names, Settings()
    for name, value in sorted(thresholds.numbers().items()):
        for factor in (0.75, 1.25):
            other = value * factor if isinstance(value, float) else _moved(value, factor)
            title = f"{name} {value:g} -> {other:g}"
            if name == "COPIES":
                yield title, {}, replace(Settings(), containment=other)
            else:
                yield title, {name: other}, Settings()


def _moved(value: int, factor: float) -> int:
    """A whole number, a quarter lower or higher, and by one at least."""
    return min(value - 1, round(value * factor)) if factor < 1 else max(value + 1, round(value * factor))


def rows(
    sets: Iterable[Labelled], chosen: Callable[[str], bool] = lambda _: True
) -> Iterator[tuple[str, dict[str, float]]]:
    """The F1 of each variant on each set."""
    known = list(sets)
    for title, names, settings in variants():
        if not chosen(title):
            continue
        with replaced(names):
            yield (
                title,
                {each.name: score(dedup.cluster(each.documents, settings, workers=1), each.truth, 0).f1 for each in known},
            )


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the rows to a file")
    parser.add_argument("--only", default="", help="only variants whose title has this text")
    parser.add_argument("sets", nargs="*", type=Path, metavar="SET")
    given = parser.parse_args()
    sets = [labelled(folder) for folder in given.sets or [CORPUS]]
    print("| variant | " + " | ".join(each.name for each in sets) + " |")
    print("| --- |" + " ---: |" * len(sets), flush=True)
    started, found = time.process_time(), []
    for title, scores in rows(sets, lambda title: given.only in title):
        found.append({"variant": title, **{name: round(value, 4) for name, value in scores.items()}})
        print(f"| {title} | " + " | ".join(f"{value:.3f}" for value in scores.values()) + " |", flush=True)
    if given.json:
        given.json.write_text("".join(json.dumps(row) + "\n" for row in found), "utf-8")
    print(f"{time.process_time() - started:.0f} s of processor time", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
