"""How well copies are found when scanners misread them: `python benches/misprints.py [--scanned] [DOCS TRUTH]`.

In a share of the words of every document one character is changed to a letter, each copy on its own; the F1 is told for
every share. Without arguments the documents are the pages of ``corpus/``, as text.

`python benches/misprints.py --clean DOCS` asks the opposite: in samples of documents that nobody scanned, ``--scanned``
must change no text. It tells each sample in which a text is changed, and ends with 1 if there is one.
"""

import argparse
import random
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from msgspec.structs import replace

import dedup
from dedup import Settings
from dedup.engines.evaluation import Scores, score
from dedup.engines.pool.spill import SpillFiles
from dedup.engines.stages.documents import DocumentIntake
from dedup.engines.stages.load import load_documents
from dedup.engines.stages.meter import Meter, no_progress
from dedup.formats import discover, read_all
from dedup.formats.typed.labels import Truth, read_truth
from dedup.types import Document

__all__ = ["SHARES", "SIZES", "Draw", "curve", "draws", "main", "mended", "misread", "read"]

SHARES: Final = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2)
"""Of the words, those that are misread."""

CORPUS: Final = Path(__file__).resolve().parents[1] / "corpus"

SIZES: Final = (20, 50, 100)
"""Documents of a sample."""

DRAWS: Final = 20
"""Samples of each size."""

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def misread(text: str, share: float, rng: random.Random) -> str:
    """``text`` with one character changed to a letter in a ``share`` of its words of two characters or more."""

    def scanned(found: re.Match[str]) -> str:
        word = found[0]
        if len(word) < 2 or rng.random() >= share:
            return word
        place = rng.randrange(len(word))
        return word[:place] + rng.choice(_LETTERS) + word[place + 1 :]

    return re.sub(r"\S+", scanned, text)


def curve(
    documents: Sequence[Document],
    truth: Truth,
    shares: Sequence[float] = SHARES,
    settings: Settings | None = None,
    seed: int = 1,
) -> Iterator[tuple[float, Scores]]:
    """What the settings reach at each share of misread words.

    Args:
        documents: documents without misprints.
        truth: their labels.
        shares: shares of the words of each document that are misread.
        settings: how documents are compared; the defaults, if none are given.
        seed: key of the misprints.

    Yields:
        Each share with its scores.
    """
    for share in shares:
        rng = random.Random(seed)
        noisy = [replace(document, text=misread(document.text, share, rng)) for document in documents]
        yield share, score(dedup.cluster(noisy, settings), truth, 0)


class Draw(NamedTuple):
    """A sample: its ``size``, its ``number``, and the ``documents`` whose texts are changed, by their ids."""

    size: int
    number: int
    documents: tuple[str, ...]


def draws(documents: Sequence[Document], sizes: Sequence[int] = SIZES, count: int = DRAWS) -> Iterator[Draw]:
    """Samples of clean ``documents``, ``count`` of each of the ``sizes``, with what ``--scanned`` changes in each.

    Sample ``i`` of a size is drawn with the seed ``i``. A size above the number of documents is left out.
    """
    for size in sizes:
        for number in range(count if size <= len(documents) else 0):
            yield Draw(size, number, mended(random.Random(number).sample(documents, size)))


def mended(documents: Sequence[Document]) -> tuple[str, ...]:
    """The ids of the documents whose texts ``--scanned`` changes."""
    with SpillFiles() as stores:
        job = load_documents(
            DocumentIntake(), documents, Settings(scanned=True), 1, Meter(no_progress, stores), stores
        ).job
        if not job.mended:
            return ()
        rows, shelves = job.texts.rows, job.shelves
        printed, corrected = (shelf.take(rows) for shelf in (shelves.printed, shelves.mended))
        changed = [
            (printed.values[first:last] != corrected.values[first:last]).any()
            for first, last in printed.bounds.tolist()
        ]
        members = zip(job.texts.members, job.texts.text.tolist(), strict=True)
        return tuple(member.id for member, text in members if changed[text])


def read(path: str) -> list[Document]:
    """The documents at a path."""
    return list(read_all(discover([path], on_skip=print, on_note=print), on_skip=print, on_note=print))


def _clean(path: str) -> int:
    """Tell the samples in which a text is changed; 1 if there is one."""
    failed = 0
    for draw in draws(read(path)):
        if draw.documents:
            failed += 1
            print(f"{draw.size} documents, draw {draw.number}: changed are {', '.join(draw.documents)}", flush=True)
    print(f"{failed} samples with a changed text")
    return min(failed, 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the curve of some documents, or the clean samples that are changed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scanned", action="store_true", help="mend misprints before documents are compared")
    parser.add_argument("--clean", metavar="DOCS", help="a file or a folder of documents without misprints")
    parser.add_argument("collection", nargs="*", metavar="DOCS TRUTH", help="documents and their labels")
    given = parser.parse_args(arguments)
    if given.clean:
        return _clean(given.clean)
    if len(given.collection) not in (0, 2):
        print("give a file of documents and one of labels, or nothing", file=sys.stderr)
        return 2
    pages, labels = given.collection or (str(CORPUS / "pages"), str(CORPUS / "truth.jsonl"))
    documents, truth = read(pages), read_truth(labels)
    print(f"{len(documents):,} documents\n\nmisread words     F1  precision  recall")
    for share, found in curve(documents, truth, settings=Settings(scanned=given.scanned)):
        measured = found.clusters or found.pairs
        if measured is not None:
            measures = measured.pairwise
            print(f"{share:13.0%}  {measures.f1:.3f}  {measures.precision:9.3f}  {measures.recall:6.3f}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
