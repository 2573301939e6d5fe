"""How well copies are found when scanners misread them: `python benches/noise.py [docs.jsonl truth.jsonl]`.

In a share of the words of every document one character is changed to a letter, each copy on its own; the F1 is told for
every share. Without arguments the documents are the pages of ``corpus/``, as text.
"""

import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import dedup
from dedup.engines.scoring import Scores, score
from dedup.formats import discover, read_all
from dedup.formats.truth import Truth, read_truth
from dedup.types import Document

__all__ = ["SHARES", "collection", "curve", "main", "misread"]

SHARES: Final = (0.0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2)
"""Of the words, those that are misread."""

CORPUS: Final = Path(__file__).resolve().parents[1] / "corpus"

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
    documents: Sequence[Document], truth: Truth, shares: Sequence[float] = SHARES, seed: int = 1
) -> Iterator[tuple[float, Scores]]:
    """Each share with the scores that the default settings reach."""
    for share in shares:
        rng = random.Random(seed)
        noisy = [replace(document, text=misread(document.text, share, rng)) for document in documents]
        yield share, score(dedup.cluster(noisy), truth, 0)


def collection(
    pages: str = str(CORPUS / "pages"), labels: str = str(CORPUS / "truth.jsonl")
) -> tuple[list[Document], Truth]:
    """The documents and labels at these paths."""
    places = discover([pages], on_skip=print, on_note=print)
    return list(read_all(places, on_skip=print, on_note=print)), read_truth(labels)


def main(arguments: Sequence[str]) -> int:
    """Print the curve of the documents and labels that ``arguments`` name."""
    if len(arguments) not in (0, 2):
        print("give a file of documents and one of labels, or nothing", file=sys.stderr)
        return 2
    documents, truth = collection(*arguments)
    print(f"{len(documents):,} documents\n\nmisread words     F1  precision  recall")
    for share, found in curve(documents, truth):
        measured = found.clusters or found.pairs
        if measured is not None:
            measures = measured.pairwise
            print(f"{share:13.0%}  {measures.f1:.3f}  {measures.precision:9.3f}  {measures.recall:6.3f}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
