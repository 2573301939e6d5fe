"""Articles of one component in memory, whose pairs are decided again and again."""

from typing import Final

import numpy as np

from dedup.array_types import Indices, Pairs
from dedup.core.arrays.ragged import Ragged, bounds_of, chunks, take_rows
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.arrays.tables import Table
from dedup.core.arrays.workspace import Workspace
from dedup.core.pairs.decision import decide_pairs, shingle_sets
from dedup.core.pairs.rule import ComparedTexts
from dedup.core.stages.pairs import compare_articles
from dedup.core.stages.result_schemas import DECIDED
from dedup.core.stages.stage import StageContext

_TOKENS: Final = 1 << 18
"""Tokens of articles whose shingle sets are made together, about."""

_COMPARED: Final = ("num", "headline", "source_key", "site", "blocks", "text_hash")
"""The columns of articles that are compared beside their words."""


class ArticlePairs:
    """Articles in memory, whose pairs are decided again and again. Their shingle sets are made once.

    Args:
        context: the settings.
        articles: articles.
        rows: ``(c,)`` the rows of the articles that pairs are of. Pairs have positions among their numbers, rising.
    """

    def __init__(self, context: StageContext, articles: Table, rows: Indices) -> None:
        self._threshold = context.settings.containment
        rows = rows[articles["num"][rows].argsort()]
        self._articles = articles.select(_COMPARED).take(rows)
        tokens = take_rows(articles.lists("tokens").ragged, rows)
        workspace, values, lengths = Workspace(), [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)]
        for first, last in chunks(tokens.lengths, _TOKENS, max(1, rows.size)):
            begin, end = tokens.bounds[first, 0], tokens.bounds[last - 1, 1]
            batch = Ragged(tokens.values[begin:end], tokens.bounds[first:last] - begin)
            sets = shingle_sets(batch, context.settings, workspace)
            values.append(sets.values)
            lengths.append(sets.lengths)
        self._sets = Ragged(np.concatenate(values), bounds_of(np.concatenate(lengths)))
        says = take_rows(articles.lists("says").ragged, rows)
        self._texts = ComparedTexts(tokens, self._articles["text_hash"], says)
        self._decided = [Table.empty(DECIDED)]

    def measure(self, pairs: Pairs) -> Indices:
        """Return the shares of ``pairs`` ``(p, 2)``, ``a < b``."""
        decided = decide_pairs(self._texts, self._sets, pairs, compare_articles(self._articles, pairs), self._threshold)
        (a, b), sizes, numbers = pairs.T, self._sets.lengths, self._articles["num"]
        columns = {"a": numbers[a], "b": numbers[b], "share": decided.shares, "common": decided.common}
        table = Table({**columns, "size_a": sizes[a], "size_b": sizes[b], "links": np.zeros(len(pairs), np.bool_)})
        self._decided.append(table.take(decided.shares > 0))
        return decided.shares

    def decided(self) -> Table:
        """Return the pairs that share something, each once. They link nothing."""
        table = Table.joined(self._decided, DECIDED)
        order = np.lexsort((table["b"], table["a"]))
        return table.take(order[first_of_equals(table["a"][order]) | first_of_equals(table["b"][order])])
