"""Which lane finds the true pairs, and what it costs: `python benches/candidates.py [DOCS.jsonl TRUTH.jsonl ...]`.

It takes collections with labels, by default the one in ``corpus/``. It prints the share of the true pairs that become
candidates, and how many candidates there are for a text: for bands of several sizes, for sampled shingles
(`dedup.core.candidates.sampled`), and for both. Boilerplate is left out first. Equal texts have a key of their own,
which counts as a band. Two documents that are one text are no pair here. No lane finds a pair that shares no shingle,
so the last column has the share of the other pairs.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from dedup import Settings
from dedup.array_types import Pairs
from dedup.core.collection import NO_TEXT
from dedup.core.pairs.rule import PairFacts
from dedup.core.text.block_hashes import dropped_runs
from dedup.engines.pool.spill import SpillFiles
from dedup.engines.stages import candidates as pairing
from dedup.engines.stages.documents import DocumentIntake
from dedup.engines.stages.job import Job
from dedup.engines.stages.load import load_documents
from dedup.engines.stages.meter import Meter
from dedup.engines.stages.overrides import find_boilerplate_flags
from dedup.engines.stages.pair_texts import StoredTexts
from dedup.engines.stages.sketch import SketchStore
from dedup.formats import discover, read_all
from dedup.formats.typed.labels import read_truth

__all__ = ["LANES", "Count", "counted"]

CORPUS: Final = Path(__file__).resolve().parents[1] / "corpus"

LANES: Final = {
    "bands 64 x 2 (k = 128)": (Settings(k=128, similarity=0.27), True, False),
    "bands 128 x 2 (k = 256)": (Settings(k=256, similarity=0.19), True, False),
    "bands 256 x 2 (k = 512)": (Settings(k=512, similarity=0.134), True, False),
    "kept shingles, overlap 50": (Settings(), False, True),
    "kept shingles, overlap 100": (Settings(overlap=100), False, True),
    "the defaults: 64 x 2 and overlap 50": (Settings(), True, True),
}
"""Settings, and whether pairs come from bands and from kept shingles."""


class Count(NamedTuple):
    """True pairs of different texts, those of them that share a shingle, those found, texts, and candidates."""

    pairs: int
    sharing: int
    found: int
    texts: int
    candidates: int


def counted(documents: Path, labels: Path, lane: str) -> Count:
    """What a lane finds in one collection."""
    settings, by_bands, by_overlap = LANES[lane]
    with SpillFiles() as stores:
        places = discover([documents], on_skip=_tell, on_note=_tell)
        inputs = read_all(places, on_skip=_tell, on_note=_tell)
        read = load_documents(DocumentIntake(), inputs, settings, 1, Meter(_silent, stores), stores)
        job, every = read.job, np.arange(len(read.job.texts.rows))
        dropped = find_boilerplate_flags(job, read.printed, (), read.workers)[0].left_out
        sketches, pages = SketchStore(job), job.texts.pages
        runs = dropped_runs(pages.words, pages.bounds, dropped)
        sketches.make(every, runs, job.tell, spare=False)
        bands = pairing.find_pairs(job, pairing.of_bands(sketches)) if by_bands else pairing.NO_PARTS
        overlap = pairing.find_pairs(job, pairing.of_slices(sketches)) if by_overlap else pairing.NO_PARTS
        candidates = set(map(tuple, pairing.merge_parts(job, overlap, bands).pairs.tolist()))
        true = _true(job, labels)
        nothing = PairFacts(*np.zeros((len(PairFacts._fields), len(true)), np.bool_))
        answers = StoredTexts(sketches, every, runs).weigh(true, nothing)
        sharing = sum(int(np.count_nonzero(answer.common)) for _, answer in answers)
        found = sum(pair in candidates for pair in map(tuple, true.tolist()))
        return Count(len(true), sharing, found, every.size, len(candidates))


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Tell nobody how far it is."""


def _tell(what: object) -> None:
    print(what, file=sys.stderr)


def _true(job: Job, labels: Path) -> Pairs:
    """The pairs of different texts that are labelled as one story."""
    numbers = {member.id: text for member, text in zip(job.texts.members, job.texts.text.tolist(), strict=True)}
    stories: dict[str, set[int]] = {}
    for id, story in read_truth(str(labels)).clusters.items():
        if numbers.get(id, NO_TEXT) != NO_TEXT:
            stories.setdefault(story, set()).add(numbers[id])
    pairs = [pair for story in stories.values() for pair in combinations(sorted(story), 2)]
    return np.array(pairs, np.int64).reshape(-1, 2)


def _lines(collections: Sequence[tuple[Path, Path]]) -> Iterator[str]:
    yield f"{'':38}{'pairs':>8}{'recall':>9}{'a text':>9}{'of those that share':>22}"
    for lane in LANES:
        counts = [counted(*collection, lane) for collection in collections]
        pairs, sharing, found, texts, made = (sum(column) for column in zip(*counts, strict=True))
        yield f"{lane:38}{pairs:8,}{found / pairs:9.4f}{made / texts:9.2f}{found / sharing:22.4f}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, metavar="DOCS TRUTH", help="documents and their labels")
    names = parser.parse_args(arguments).files
    if len(names) % 2:
        parser.error("give pairs of files: documents and their labels")
    collections = list(zip(names[::2], names[1::2], strict=True)) or [(CORPUS / "pages", CORPUS / "truth.jsonl")]
    for line in _lines(collections):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
