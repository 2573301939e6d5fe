"""Which document of a story leads it, and in what order the others follow.

The default, ``earliest``, prefers an original to an aggregator's copy where the documents say which is which:

1. a document of a source that the user prefers, in the order of their preference;
2. one that carries no credit to another newsroom (`core.stories.credits`), for the others say themselves that they are copies;
3. one of a newsroom that a credit of another document of the story names;
4. the earliest of those whose time is known, then those whose time is not;
5. one that is whole: it has half of the shingles or more that the longest document of the story has;
6. the one of the shortest id, of equally long ones the least: numbers count up, and versions add to a name.

Of two whole documents the longer one does not lead: it may be a later version, or a copy with more of a page around it.
Lengths are in shingles, without boilerplate.

So an undated original leads the dated copies that credit someone. Where no credit and no preference says anything, a
known time is better than none: a dated copy leads an undated original, for nothing shows that it is the copy.

``source`` asks 3 before 2: a newsroom that the others name leads, though it credits an agency itself. ``longest`` asks
for the longest before 2. All of it is read from one story alone and has no ties, so the order of input does not matter.
It has no influence on which documents are in the story, for that is settled before.
"""

from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import UNKNOWN_TIME, Flags, Indices
from dedup.settings import Rule

_QUESTIONS: Final[dict[Rule, tuple[str, ...]]] = {
    "earliest": ("copy", "named", "time", "part"),
    "longest": ("length", "copy", "named", "time"),
    "source": ("named", "copy", "time", "part"),
}


class Credits(NamedTuple):
    """``(c,)`` credits: the ``documents`` that carry them, the numbers of the newsrooms that they name, negative for
    none, and whether each is ``weak``, as in `core.stories.credits`."""

    documents: Indices
    newsrooms: Indices
    weak: Flags


class Standing(NamedTuple):
    """``counted`` ``(c,)`` says which credits count; of the ``(n,)`` documents, those that carry one of these are a
    ``copy``, and those whose newsroom one of these names, in the same story, are ``named``."""

    counted: Flags
    copy: Flags
    named: Flags


class Traits(NamedTuple):
    """What `lead_order` asks of each document, ``(n,)``: its place in the user's ``preference``, its ``time`` as in
    `core.stories.order.canonical_order`, its ``length``, and the ``rank`` of its id, the shortest first."""

    preference: Indices
    time: Indices
    length: Indices
    rank: Indices


def standing(story: Indices, newsrooms: Indices, credits: Credits) -> Standing:
    """What the credits say of documents of these stories and newsrooms, ``(n,)`` numbers, negative for no newsroom.

    No document credits its own newsroom. A weak credit counts if the story has a document of whom it names.
    """
    if not credits.documents.size:
        nobody = np.zeros(story.size, np.bool_)
        return Standing(np.zeros(0, np.bool_), nobody, nobody)
    count = max(int(newsrooms.max(initial=-1)), int(credits.newsrooms.max(initial=-1))) + 1
    present = np.where(newsrooms >= 0, story * count + newsrooms, -1)
    wanted = np.where(credits.newsrooms >= 0, story[credits.documents] * count + credits.newsrooms, -2)
    counted = ~credits.weak | np.isin(wanted, present)
    copy = np.zeros(story.size, np.bool_)
    copy[credits.documents[counted]] = True
    return Standing(counted, copy, np.isin(present, wanted[counted]))


def lead_order(rule: Rule, story: Indices, standing: Standing, traits: Traits) -> Indices:
    """``(n,)`` the documents, story after story, each story led by its canonical document."""
    keys = {
        "copy": [standing.copy],
        "named": [~standing.named],
        "time": [traits.time == UNKNOWN_TIME, traits.time],
        "length": [-traits.length],
        "part": [2 * traits.length < _longest(story, traits.length)],
    }
    asked = [key for question in _QUESTIONS[rule] for key in keys[question]]
    return np.lexsort([traits.rank, *reversed(asked), traits.preference, story])


def _longest(story: Indices, lengths: Indices) -> Indices:
    """``(n,)`` the length of the longest document of the story of each document."""
    longest = np.zeros(int(story.max(initial=-1)) + 1, np.int64)
    np.maximum.at(longest, story, lengths)
    found: Indices = longest[story]
    return found
