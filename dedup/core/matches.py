"""Measured and aligned pairs -> how strongly each is a match: containment, unless the alignment speaks against a copy.

A copy shares passages with its original; what was cut away or added around them does not count against it. Two articles
on one event share phrases and quotes, which are short. Two reports filled into one template share nearly all of their
words too, but in short runs between figures and names that were *replaced*, and they were published days apart. So:

- figures: of the figures at aligned places no more than `FIGURES` may be replaced by others. A correction, "raises to
  14 from 13", passes in a text with other figures that stay;
- places: those where words are replaced may be no more than `PLACES` of the aligned words;
- phrases: below `WHOLE` containment, a pair needs a shared passage of `PASSAGE` words;
- one source: below `WHOLE`, two pages of one source are two articles in the site's frame, or two reports of its desk. A
  source's own revision is mostly the same text.

A pair that shares only phrases is no match, but unlike the others, that does not speak against a copy: it weighs what a
pair just below the threshold does, where nobody asks for a passage. Two short excerpts of one article have few words in
common and no long passage, and must not keep each other out of its story. (To let a site's frame weigh that much made
three weather pages of one site a story, whose common lines then were not chrome.)

Where something is replaced, two more replacements are counted than were seen: in a short text, one says little about
how many there would be in a long one (Agresti and Coull 1998 add two to what is counted, too). So a form letter of
fifty words with another name in it is not a copy, and an article with one is.

Corrections follow within hours, reports by the day: within `SOON` the first two bounds double. A long text that agrees
in all of many figures is one article whose words were replaced: phrases and places are not held against it.

On 9,998 wires of 1987, of pairs with a containment of 0.35 or more, 372 of 399 pairs of recurring reports have fewer
than 17 words a shared run or more than half of their figures replaced; of 411 pairs of true copies 6 have either. The
bounds were chosen on these and a few other labelled sets, so figures on those sets are no forecast for others.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.core.clusters import UNKNOWN_TIME
from dedup.core.passages import Alignment
from dedup.types import Floats, Indices, Pairs

__all__ = ["FIGURES", "LONG", "PASSAGE", "PLACES", "PRINTED", "SAME", "SHORT", "SOON", "WHOLE", "mended", "weigh"]

WHOLE: Final = 0.7
"""Containment from which a pair needs no long passage, and from which two pages of one source are a match."""

PASSAGE: Final = 30
"""Words of the longest shared passage that a pair below `WHOLE` needs."""

PRINTED: Final = 0.2
"""Containment, misprints and all, from which scanned pages of one source are more than the site's frame."""

FIGURES: Final = 0.23
"""Share of the aligned figures that may be replaced."""

PLACES: Final = 0.05
"""Places where words are replaced, over those and the aligned words."""

_UNSEEN: Final = 2
"""Replacements that are counted though not seen."""

LONG: Final = 200
"""Aligned words from which `SAME` figures, none of them replaced, tell one article with its words replaced."""

SAME: Final = 5
"""Figures that two reports of one template do not have in common by chance."""

SHORT: Final = 1e-6
"""How far below the threshold a pair of phrases stays: more than the rounding of an average."""

SOON: Final = 12 * 3600 * 10**9
"""Nanoseconds between a text and its correction."""


def mended(containment: Floats, alignment: Alignment, sizes: Indices, sources: Indices, pairs: Pairs) -> Floats:
    """``(p,)`` the containment of pairs as it would be without their misprints: those shingles count as shared that
    only misprints at aligned places keep from it, ``sizes`` ``(p,)`` being those of the smaller text.

    Not all chrome with misprints is known for chrome. So two pages of one source count as printed below `PRINTED`.
    """
    one_source = sources[pairs[:, 0]] == sources[pairs[:, 1]]
    readable = np.minimum(1.0, containment + alignment.misread / np.maximum(sizes, 1))
    return np.where(one_source & (containment < PRINTED), containment, readable)


def weigh(
    containment: Floats, alignment: Alignment, times: Indices, sources: Indices, pairs: Pairs, threshold: float
) -> Floats:
    """``(p,)`` the containment of each pair, or 0 where the texts share a template or a site's frame; where they share
    only phrases, no more than just below the ``threshold`` of a match.

    ``times`` ``(n,)`` are nanoseconds, or `UNKNOWN_TIME`, of the documents that ``pairs`` ``(p, 2)`` number;
    ``sources`` ``(n,)`` the numbers of their sources.
    """
    first, second = times[pairs[:, 0]], times[pairs[:, 1]]
    known = (first != UNKNOWN_TIME) & (second != UNKNOWN_TIME)
    # As floats: the difference of two times may not fit 64 bits.
    soon = known & (np.abs(first.astype(np.float64) - second) <= SOON)
    allowed = np.where(soon, 2.0, 1.0)
    figures = _too_many(alignment.replaced_figures, alignment.kept_figures, FIGURES * allowed)
    places = _too_many(alignment.replaced_gaps, alignment.kept_words, PLACES * allowed)
    one_source = sources[pairs[:, 0]] == sources[pairs[:, 1]]
    partial = containment < WHOLE
    phrases = partial & (alignment.longest < PASSAGE)
    spun = (alignment.kept_words >= LONG) & (alignment.kept_figures >= SAME) & (alignment.replaced_figures == 0)
    weights = np.where(phrases & ~spun, np.minimum(containment, threshold - SHORT), containment)
    return np.where(places & ~spun | figures | partial & one_source, 0.0, weights)


def _too_many(replaced: Indices, kept: Indices, share: Floats) -> npt.NDArray[np.bool_]:
    """Whether, with `_UNSEEN` replacements more than were seen, ``share`` of all are; not where none was seen."""
    return (replaced > 0) & (replaced + _UNSEEN >= share * (replaced + kept))
