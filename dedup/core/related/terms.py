"""Tokens of texts -> their terms: each distinct token, how often it occurs, and where it occurs first.

A name is no kind of its own. Names and figures are rare words: their weights are high, and the order of rare words is
mostly theirs.
"""

from typing import NamedTuple

import numpy as np

from dedup.array_types import Hashes, Indices
from dedup.core.arrays.ragged import Ragged, ranges
from dedup.core.arrays.sorting import first_of_equals


class Terms(NamedTuple):
    """The terms of texts, text after text, the terms of a text rising.

    - ``texts`` ``(m,) int64``: the row of the text.
    - ``terms`` ``(m,) uint64``: the hash of the token.
    - ``times`` ``(m,) int64``: the occurrences of the term in the text.
    - ``places`` ``(m,) int64``: the first token of the text that is the term.
    """

    texts: Indices
    terms: Hashes
    times: Indices
    places: Indices


def find_terms(tokens: Ragged) -> Terms:
    """Return the terms of texts.

    The time is that of a sort of the tokens, and the memory some 40 bytes a token.

    Args:
        tokens: the tokens of the texts, without their boilerplate.
    """
    lengths = tokens.lengths
    values = tokens.values[ranges(tokens.bounds[:, 0], lengths)]
    texts = np.arange(lengths.size).repeat(lengths)
    order = np.lexsort((values, texts))
    values = values[order]
    starts = (first_of_equals(values) | first_of_equals(texts)).nonzero()[0]
    firsts = texts[starts]
    places = order[starts] - (lengths.cumsum() - lengths)[firsts]
    return Terms(firsts, values[starts], np.diff(starts, append=values.size), places)
