"""The decisions on the last pairs stay in memory, and are those that are made anew."""

import random

import numpy as np
import pytest

from dedup.core.arrays.ragged import Ragged, take_rows
from dedup.core.arrays.workspace import Workspace
from dedup.core.pairs.decision import DecidedPairs, decide_pairs, shingle_sets
from dedup.core.pairs.rule import ComparedTexts, PairFacts
from dedup.core.text.figures import words_of
from dedup.engines.online.comparison import kept_pairs
from dedup.engines.online.comparison.kept_pairs import KeptPairs
from dedup.settings import Settings


def draw_texts(draw: random.Random, count: int) -> list[str]:
    """Texts of a few passages, with figures. Some are equal, and some share passages."""
    passages = [" ".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=30)) for _ in range(4)]
    passages += [f"{draw.randrange(9)} {draw.choice(passages)} {draw.randrange(9)}" for _ in range(4)]
    return [" ".join(draw.choices(passages, k=draw.randrange(1, 4))) for _ in range(count)]


def as_lists(decided: DecidedPairs) -> list[object]:
    """All that was decided."""
    return [column.tolist() for column in decided]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("most", [50, 1 << 14])
def test_decisions_equal_those_made_anew(monkeypatch, seed, most):
    """Pairs that were decided, also under other headlines and facts, and pairs after too many pairs, are the same."""
    monkeypatch.setattr(kept_pairs, "_PAIRS", most)
    monkeypatch.setattr(kept_pairs, "_FEW", 4)
    draw, settings = random.Random(seed), Settings()
    texts = draw_texts(draw, 24)
    tokens = words_of(texts, settings.seed)
    sets, numbers = shingle_sets(tokens, settings, Workspace()), [texts.index(text) + 1 for text in texts]
    headlines = Ragged(np.array([7, 8, 7], np.uint64), np.array([[0, 1], [1, 3]]))
    decider = KeptPairs(settings.containment)
    for _ in range(12):
        rows = np.array(draw.sample(range(24), draw.choice([3, 8, 16])))
        says = take_rows(headlines, np.array(draw.choices([0, 1], k=rows.size)))
        contents = ComparedTexts(take_rows(tokens, rows), np.array(numbers, np.uint64)[rows], says)
        pairs = np.array([(a, b) for a in range(rows.size) for b in range(rows.size) if a < b and draw.random() < 0.8])
        flags = np.array(draw.choices([False, True], k=4 * len(pairs))).reshape(4, -1)
        words = contents.rests, contents.rests
        arguments = contents, take_rows(sets, rows), pairs, PairFacts(*flags)
        assert as_lists(decide_pairs(*arguments, settings.containment)) == as_lists(decider.decide(words, *arguments))
