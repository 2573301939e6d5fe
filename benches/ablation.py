"""What each part and each number of the rule is worth: `python benches/ablation.py [--json FILE] [SET ...]`.

A SET is a folder with ``docs.jsonl`` and ``truth.jsonl`` or ``pairs.jsonl``; without one, the collection in
``corpus/``. The table has a row for the rule as it is, a row for each part that is switched off, and two rows for each
number, a quarter lower and a quarter higher. A cell is F1 over labelled pairs where a set has those, else over
clusters. With ``--no-source`` each set has a second column: the same documents without their sources. With ``--moves``
a row has the sets that the variant moves, and by how much: so stand the rows in `dedup/core/README.md`. At the end
stand the numbers and parts that move no cell: no set needs them.
"""

import argparse
import contextlib
import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from msgspec import structs

from dedup import Settings
from dedup.array_types import Bytes, Offsets
from dedup.core import thresholds
from dedup.core.arrays.ragged import ranges
from dedup.core.sites.likeness import PageNames
from dedup.core.text.cleaning import CleanTexts
from dedup.core.text.digits import Edits
from dedup.core.text.sentence_ends import NO_END
from dedup.engines.evaluation import score
from dedup.formats import discover, read_all
from dedup.formats.typed.labels import Truth, read_truth
from dedup.results import Report
from dedup.types import Document

__all__ = [
    "PARTS",
    "Labelled",
    "Row",
    "Variant",
    "changed",
    "labelled",
    "moves",
    "rows",
    "unmoved",
    "variants",
    "without_source",
]

CORPUS: Final = Path(__file__).resolve().parents[1] / "corpus"

NEVER: Final = 1 << 40
"""More than there ever is."""

MORE_THAN_LOOKED_AT: Final = 17
"""More pages than are looked at for a block."""

SHARE: Final = 0.25
"""By so much numbers are moved."""

LEAST: Final = 0.0005
"""The least change that `moves` tells."""

Change = Callable[[Any], Any]
"""What takes the place of a value."""


def _to(value: Any) -> Change:
    """Another value, whatever there was."""
    return lambda _: value


def _as_it_came(buffer: Bytes, offsets: Offsets) -> CleanTexts:
    """Texts that nobody cleans."""
    return CleanTexts(buffer, offsets, np.zeros(offsets.size - 1, np.uint8))


PARTS: Final[Mapping[str, Mapping[str, Change]]] = {
    "boilerplate": {
        "core.thresholds.SITE_PAGES": _to(MORE_THAN_LOOKED_AT),
        "core.thresholds.ANY_PAGES": _to(MORE_THAN_LOOKED_AT),
    },
    "boilerplate of one site": {"core.thresholds.SITE_PAGES": _to(MORE_THAN_LOOKED_AT)},
    "boilerplate of any sites": {"core.thresholds.ANY_PAGES": _to(MORE_THAN_LOOKED_AT)},
    "sites by labels": {"core.thresholds.SHARED_LABELS": _to(NEVER)},
    "sentences as blocks": {"core.text.blocks.sentence_ends": _to(lambda _, marks: np.full_like(marks, NO_END))},
    "less weight for what many pages share": {
        "core.sites.likeness._weights": lambda weights: (
            lambda items, own, counted: weights(items, own, np.full_like(counted, 2))
        )
    },
    "the lightest pages first": {
        "core.sites.boilerplate._lightest_first": _to(lambda pages, starts, sizes, _: pages[ranges(starts, sizes)])
    },
    "one headline is never unlike": {
        "core.sites.boilerplate.PageNames": _to(lambda headlines, sources: PageNames(np.zeros_like(headlines), sources))
    },
    "a text on many sites is no boilerplate": {"core.thresholds.WIDELY": _to(NEVER)},
    "the cost of a passage": {"core.thresholds.PASSAGE_COST": _to(0)},
    "one word in place of another": {"core.thresholds.BRIDGED_WORDS": _to(0)},
    "figures (neither break nor cost)": {
        "core.pairs.alignment.is_figure": _to(lambda tokens: np.zeros(tokens.size, np.bool_))
    },
    "the cost of a figure": {"core.thresholds.FIGURE_COST": _to(0)},
    "figures by value": {
        "core.text.folding.figure_edits": _to(lambda *_: Edits(*np.zeros((3, 0), np.int64))),
        "core.pairs.decision.by_value": _to(lambda *_: None),
        "core.text.headlines.by_value": _to(lambda *_: None),
    },
    "more for one site under other headlines": {"core.thresholds.OWN": _to(1)},
    "whole excerpts": {"core.thresholds.EXCERPT_WORDS": _to(NEVER)},
    "what headlines say": {"core.thresholds.SAID": _to(0.0)},
    "digests": {"core.thresholds.DIGEST_COMMON": _to(-1.0)},
    "average link (single link)": {"core.stories.clustering._link_all": _to(lambda parts, *_: parts)},
    "versions of one page": {"engines.tasks.read.url_key": _to(lambda *_: 0)},
    "headlines of items": {"core.items.keys.URL_WORDS": _to(-1)},
    "notices": {"core.thresholds.NOTICE_PHRASES": _to(NEVER)},
    "the text as a reader sees it": {
        "core.text.cleaning.clean_encoded": _to(_as_it_came),
        "engines.tasks.read.clean_encoded": _to(_as_it_came),
    },
}
"""Parts of the rule, and what takes the place of values of the package to switch each part off."""


class Labelled(NamedTuple):
    """A labelled set: its ``name``, its ``documents`` and its ``truth``."""

    name: str
    documents: list[Document]
    truth: Truth


class Variant(NamedTuple):
    """One row: its ``title``, what is changed, and the settings."""

    title: str
    changes: Mapping[str, Change]
    settings: Settings


class Row(NamedTuple):
    """The ``title`` of a variant, and its F1 on each set by the name of the set."""

    title: str
    scores: dict[str, float]


def labelled(folder: Path) -> Labelled:
    """The set in a folder; that of ``corpus/`` has pages in place of rows."""
    pages = folder / "docs.jsonl" if (folder / "docs.jsonl").exists() else folder / "pages"
    places = discover([str(pages)], on_skip=print, on_note=print)
    documents = list(read_all(places, on_skip=print, on_note=print))
    labels = folder / "pairs.jsonl" if (folder / "pairs.jsonl").exists() else folder / "truth.jsonl"
    return Labelled(folder.resolve().name, documents, read_truth(str(labels)))


def without_source(known: Labelled) -> Labelled:
    """The same set without what documents say of their sources."""
    documents = [structs.replace(document, source="") for document in known.documents]
    return Labelled(f"{known.name}, no source", documents, known.truth)


@contextlib.contextmanager
def changed(changes: Mapping[str, Change]) -> Iterator[Callable[..., Report]]:
    """`dedup.cluster` with other values in the package, whose modules are loaded anew, for some values are made of
    others when a module is loaded."""
    mine = ("dedup.core", "dedup.engines")
    before = {name: module for name, module in sys.modules.items() if name.startswith(mine)}
    package = importlib.import_module("dedup")
    rooms = {name: getattr(package, name) for name in ("core", "engines") if hasattr(package, name)}
    for name in before:
        del sys.modules[name]
    try:
        # Numbers come first: the modules that are loaded after them take them as they are.
        for place, change in sorted(changes.items(), key=lambda item: "thresholds" not in item[0]):
            module_name, _, name = place.rpartition(".")
            module = importlib.import_module(f"dedup.{module_name}")
            setattr(module, name, change(getattr(module, name)))
        cluster: Callable[..., Report] = importlib.import_module("dedup.engines.local").cluster
        yield cluster
    finally:
        for name in [name for name in sys.modules if name.startswith(mine)]:
            del sys.modules[name]
        sys.modules.update(before)
        for name, room in rooms.items():
            setattr(package, name, room)


def variants() -> Iterator[Variant]:
    """The rule as it is, without each part, and with each number a quarter lower and higher."""
    yield Variant("the rule", {}, Settings())
    for part, changes in PARTS.items():
        yield Variant(f"without {part}", changes, Settings())
    for name, value in sorted(thresholds.numbers().items()):
        for other in _moved(value):
            title = f"{name} {value:g} -> {other:g}"
            if name == "COPIES":
                yield Variant(title, {}, replace(Settings(), containment=other))
            else:
                yield Variant(title, {f"core.thresholds.{name}": _to(other)}, Settings())


def _moved(value: float) -> tuple[float, float]:
    """A number, a quarter lower and higher; a whole number by one at least."""
    lower, higher = value * (1 - SHARE), value * (1 + SHARE)
    if isinstance(value, int):
        return min(value - 1, round(lower)), max(value + 1, round(higher))
    return lower, higher


def rows(sets: Sequence[Labelled], chosen: Callable[[str], bool] = lambda _: True) -> Iterator[Row]:
    """The F1 of each variant whose title is ``chosen``, on each set."""
    for title, changes, settings in variants():
        if not chosen(title):
            continue
        with changed(changes) as cluster:
            reports = {each.name: (cluster(each.documents, settings, workers=1), each.truth) for each in sets}
        yield Row(title, {name: score(report, truth, 0).f1 for name, (report, truth) in reports.items()})


def unmoved(found: Sequence[Row]) -> Iterator[str]:
    """What moves no cell: parts, and numbers neither lower nor higher."""
    if not found:
        return
    still = [row.title for row in found[1:] if row.scores == found[0].scores]
    yield from (title for title in still if title.startswith("without "))
    for name in sorted(thresholds.numbers()):
        own = [row.title for row in found[1:] if row.title.split()[0] == name]
        if own and all(title in still for title in own):
            yield name


def moves(row: Row, base: Row) -> str:
    """What a variant moves by `LEAST` or more, set by set; nothing if it moves no set so far."""
    steps = {name: score - base.scores[name] for name, score in row.scores.items()}
    told = [f"{name} {step:+.3f}".replace("0.", ".") for name, step in steps.items() if abs(step) >= LEAST]
    return "; ".join(told) or "nothing"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the rows to a file")
    parser.add_argument("--only", default="", help="only the rule and variants whose title has this text")
    parser.add_argument("--no-source", action="store_true", help="a second column a set, without sources")
    parser.add_argument("--moves", action="store_true", help="one cell a row: the sets that the variant moves")
    parser.add_argument("sets", nargs="*", type=Path, metavar="SET")
    given = parser.parse_args(arguments)
    sets = [labelled(folder) for folder in given.sets or [CORPUS]]
    if given.no_source:
        sets = [each for known in sets for each in (known, without_source(known))]
    print("| variant | " + ("moves" if given.moves else " | ".join(each.name for each in sets)) + " |")
    print("| --- | --- |" if given.moves else "| --- |" + " ---: |" * len(sets), flush=True)
    started, found = time.process_time(), []
    for row in rows(sets, lambda title: title == "the rule" or given.only in title):
        found.append(row)
        cells = [moves(row, found[0])] if given.moves else [f"{value:.3f}" for value in row.scores.values()]
        print(f"| {row.title} | " + " | ".join(cells) + " |", flush=True)
        if given.json:
            lines = ({"variant": title, **scores} for title, scores in found)
            given.json.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    print("\n".join(("", "Nothing moves by: " + "; ".join(unmoved(found)))))
    print(f"{time.process_time() - started:.0f} s of processor time", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
