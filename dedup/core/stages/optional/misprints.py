"""Texts with misprints -> the words that other copies have in the same contexts, where a job asks for that.

`core.misprints.correction` has the rule. Each turn reads all words by the words on one side of them.
"""

from typing import Final

import numpy as np

from dedup.array_types import Hashes
from dedup.core.arrays.ragged import Ragged, bounds_of, take_rows
from dedup.core.arrays.sorting import distinct
from dedup.core.arrays.tables import Table
from dedup.core.misprints import correction
from dedup.core.misprints.correction import Contexts, SeenWords, WordUses
from dedup.core.misprints.spelling import hashes_of
from dedup.core.stages.counts import COUNTS, MENDED, count_each
from dedup.core.stages.schemas import (
    CONTEXTS,
    CORRECTIONS,
    SCANS,
    SEEN_WORDS,
    TEXTS,
    TIED_WORDS,
    TURNS,
    WEIGHED_WORDS,
    WORD_USES,
)
from dedup.core.stages.stage import Operator, PlanStage, Repeat, StageContext, Step
from dedup.core.text.block_hashes import block_hashes


def list_seen(_context: StageContext, scans: Table) -> Table:
    """Return the contexts in which misprints are counted."""
    return _list_contexts(scans, correction.AROUND)


def count_seen(context: StageContext, contexts: Table) -> Table:
    """Count equal and misprinted words. All words of a context are there."""
    seen = correction.seen_words(_observed(contexts), context.settings.seed)
    counts = {"all": 0, "equal": seen.equal, "misprinted": seen.misprinted}
    return Table({name: np.full(1, count) for name, count in counts.items()}).take(np.arange(min(1, len(contexts))))


def begin_turns(_context: StageContext, seen: Table) -> Table:
    """Return the first turn if the texts are scanned. All counts are there."""
    scanned = SeenWords(int(seen["equal"].sum()), int(seen["misprinted"].sum())).scanned
    return Table({"turn": np.zeros(int(scanned), np.int64)})


def list_contexts(_context: StageContext, scans: Table) -> Table:
    """Return the contexts of the words of texts on the side of the turn."""
    turn = int(scans["turn"][0]) if len(scans) else 0
    return _list_contexts(scans, correction.SIDES[turn % len(correction.SIDES)])


def read_contexts(context: StageContext, contexts: Table) -> tuple[Table, Table, Table, Table]:
    """Read the words of contexts that have one most frequent word. All words of a context are there.

    Returns:
        The corrections; the words of other contexts that may change; the most frequent words of these contexts; and
        how often words stand in contexts that occur several times.
    """
    readings = correction.read_contexts(_observed(contexts), contexts["printed"], context.settings.seed)
    corrections = _correct(contexts.take(readings.changed), readings.words, contexts)
    tokens = _tokens_of(readings.tied_words, contexts)
    tied = Table({"word": readings.tied_words, "token": tokens, "context": readings.tied_contexts})
    uses = Table({"word": readings.uses.words, "uses": readings.uses.counts})
    return corrections, contexts.take(readings.undecided), tied, uses


def weigh_words(_context: StageContext, tied: Table, uses: Table) -> Table:
    """Return the words of tied contexts with their uses. All rows of a word are there."""
    joined = WordUses.joined([WordUses(uses["word"], uses["uses"])])
    return tied.using(uses=joined.of(tied["word"]))


def decide_ties(context: StageContext, contexts: Table, words: Table) -> Table:
    """Return the corrections in tied contexts.

    Args:
        context: the settings.
        contexts: words of tied contexts.
        words: the most frequent words of these contexts. All rows of a context are there.
    """
    rows, read = correction.decide_ties(
        _observed(contexts),
        contexts["printed"],
        words["context"],
        words["word"],
        words["uses"],
        context.settings.seed,
    )
    return _correct(contexts.take(rows), read, words)


def correct_words(_context: StageContext, scans: Table, corrections: Table) -> Table:
    """Return the texts with the corrections of a turn. All corrections of a text are there."""
    scans = scans.take(scans["num"].argsort())
    tokens, spellings = scans.lists("tokens"), scans.lists("spellings")
    hashes, words = tokens.values.copy(), spellings.values.copy()
    at = tokens.edges[scans["num"].searchsorted(corrections["num"])] + corrections["at"]
    hashes[at], words[at] = corrections["token"], corrections["word"]
    scans = scans.using(tokens=tokens._replace(values=hashes), spellings=spellings._replace(values=words))
    return scans.using(turn=scans["turn"] + 1)


def end_turn(_context: StageContext, turns: Table) -> Table:
    """Return the next turn, unless all turns are done."""
    next_turn = turns["turn"] + 1
    return Table({"turn": next_turn[next_turn < correction.TURNS * len(correction.SIDES)]})


def mend_texts(context: StageContext, texts: Table, scans: Table) -> tuple[Table, Table, Table]:
    """Write the corrected words into texts, with new hashes of their blocks.

    Args:
        context: the settings.
        texts: the texts.
        scans: the texts with the corrections of all turns, or of no turn. All rows of a text are there.

    Returns:
        The texts, the number of changed texts, and no more scans.
    """
    texts, scans = texts.take(texts["num"].argsort()), scans.take(scans["num"].argsort())
    tokens, blocks, words = scans.lists("tokens"), texts.lists("hashes"), texts.lists("words")
    differs = scans.lists("spellings").values != scans.lists("printed").values
    changed = np.bincount(tokens.owners, differs, len(texts)) > 0
    of_changed = changed[blocks.owners]
    bounds = bounds_of(words.values.astype(np.int64))
    hashes = blocks.values.copy()
    tokens_of_changed = take_rows(Ragged(tokens.values, bounds), of_changed.nonzero()[0])
    hashes[of_changed] = block_hashes(tokens_of_changed, context.settings.seed)
    mended = texts.using(tokens=tokens, hashes=blocks._replace(values=hashes))
    return mended, count_each(MENDED, np.array([changed.sum()])), Table.empty(SCANS)


def _list_contexts(scans: Table, around: tuple[int, ...]) -> Table:
    """Return the contexts of the words of texts. ``around`` are the distances of the words of a context."""
    spellings = scans.lists("spellings")
    contexts, words, at = correction.contexts(spellings.ragged, around)
    text = spellings.owners[at]
    return Table(
        {
            "context": contexts,
            "num": scans["num"][text],
            "at": at - spellings.edges[text],
            "word": words,
            "token": scans.lists("tokens").values[at],
            "printed": scans.lists("printed").values[at],
        }
    )


def _correct(contexts: Table, words: Hashes, words_and_tokens: Table) -> Table:
    """Return the corrections of ``contexts`` by ``words``. ``words_and_tokens`` has these words with their hashes."""
    return contexts.using(word=words, token=_tokens_of(words, words_and_tokens)).select(CORRECTIONS)


def _tokens_of(words: Hashes, words_and_tokens: Table) -> Hashes:
    """Return the hashes of words, which ``words_and_tokens`` has."""
    spellings, word = distinct(words)
    return hashes_of(spellings, words_and_tokens["word"], words_and_tokens["token"])[word]


def _observed(contexts: Table) -> Contexts:
    return Contexts(contexts["context"], contexts["word"], np.arange(len(contexts)))


_TURN: Final[tuple[Step, ...]] = (
    PlanStage("contexts", Operator.MAP, ("scans",), (), {"contexts": CONTEXTS}, list_contexts),
    PlanStage(
        "words of contexts",
        Operator.GROUP,
        ("contexts",),
        ("context",),
        {"corrections": CORRECTIONS, "contexts": CONTEXTS, "tied_words": TIED_WORDS, "word_uses": WORD_USES},
        read_contexts,
    ),
    PlanStage(
        "uses of words",
        Operator.GROUP,
        ("tied_words", "word_uses"),
        ("word",),
        {"weighed_words": WEIGHED_WORDS},
        weigh_words,
    ),
    PlanStage(
        "words of tied contexts",
        Operator.GROUP,
        ("contexts", "weighed_words"),
        ("context",),
        {"corrections": CORRECTIONS},
        decide_ties,
        adds=frozenset({"corrections"}),
    ),
    PlanStage("corrected words", Operator.GROUP, ("scans", "corrections"), ("num",), {"scans": SCANS}, correct_words),
    PlanStage("turns", Operator.MAP, ("turns",), (), {"turns": TURNS}, end_turn),
)
"""Reads all words by one side."""

STAGES: Final[tuple[Step, ...]] = (
    Repeat(
        "misprints",
        "scans",
        (
            PlanStage("counted contexts", Operator.MAP, ("scans",), (), {"contexts": CONTEXTS}, list_seen),
            PlanStage(
                "seen words", Operator.GROUP, ("contexts",), ("context",), {"seen_words": SEEN_WORDS}, count_seen
            ),
            PlanStage(
                "first turn",
                Operator.GROUP,
                ("seen_words",),
                ("all",),
                {"turns": TURNS},
                begin_turns,
                whole="whether there are enough misprints",
            ),
            Repeat("turns of misprints", "turns", _TURN),
            PlanStage(
                "mended texts",
                Operator.GROUP,
                ("texts", "scans"),
                ("num",),
                {"texts": TEXTS, "counts": COUNTS, "scans": SCANS},
                mend_texts,
                adds=frozenset({"counts"}),
            ),
        ),
    ),
)
"""Corrects the table ``texts``."""
