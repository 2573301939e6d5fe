"""Stories, credits, times and lengths -> the canonical document of each story and the order of its copies.

The default rule, ``earliest``, prefers an original to a copy of an aggregator, if the documents say which is which. A
document comes first if it answers the first question that tells two documents apart:

1. Its source is one that the user prefers, in the order of the preference.
2. It is no stub of another document of its address (`find_stubs`).
3. It carries no credit to another newsroom (`core.stories.credits`). A document with a credit says that it is a copy.
4. Its newsroom is named by a credit of another document of the story.
5. Its time is known and earlier. An unknown time comes last.
6. It is whole: it has at least half of the shingles that the longest document of the story has.
7. Its id is shorter; of ids of one length it is the least. Numbers count up, and versions add to a name.

Of two whole documents the longer one does not come first: it may be a later version, or a copy with more of a page
around it. Lengths are in shingles, without boilerplate.

So an undated original comes before dated copies with credits. Without a credit and a preference a known time is better
than an unknown time: a dated copy comes before an undated original, because nothing shows that the first is the copy.

``source`` asks question 4 before 3: a newsroom that credits name comes first, also if it credits an agency itself.
``longest`` asks for the longest document before question 3. The answers come from one story alone and have no ties, so
the order of input does not matter. The rule does not change which documents are in a story.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import UNKNOWN_TIME, Flags, Hashes, Indices
from dedup.core.arrays.names import number_names
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.stories.credits import Credit
from dedup.core.stories.newsrooms import newsroom, plain
from dedup.core.thresholds import URL_WORDS
from dedup.settings import Rule, Settings

_QUESTIONS: Final[dict[Rule, tuple[str, ...]]] = {
    "earliest": ("copy", "named", "time", "part"),
    "longest": ("length", "copy", "named", "time"),
    "source": ("named", "copy", "time", "part"),
}


LEADS: Final = ("preferred", "no_stub", "uncredited", "credited", "dated", "earliest", "longest", "whole", "id")
"""Why a document leads: the answer by which it comes before the next document of its story."""

UNNAMED: Final = "an unnamed source"
"""The credit of a document that says that it is a copy and gives no name, as "Source link" does."""


class Credits(NamedTuple):
    """``c`` credits.

    - ``documents`` ``(c,) int64``: the document that carries each credit.
    - ``newsrooms`` ``(c,) int64``: the number of the newsroom that each credit names, negative for no newsroom.
    - ``weak`` ``(c,) bool``: whether each credit is weak, as in `core.stories.credits`.
    """

    documents: Indices
    newsrooms: Indices
    weak: Flags


class Standing(NamedTuple):
    """The meaning of credits for ``n`` documents.

    - ``counted`` ``(c,) bool``: which credits count.
    - ``copy`` ``(n,) bool``: the document carries a credit that counts.
    - ``named`` ``(n,) bool``: a credit that counts, in the same story, names the newsroom of the document.
    """

    counted: Flags
    copy: Flags
    named: Flags


class Traits(NamedTuple):
    """Facts of documents for `lead_order`, ``(n,)`` each.

    - ``preference``: the position of the source among the preferred sources.
    - ``stub`` ``bool``: as from `find_stubs`.
    - ``time``: as in `core.stories.order.canonical_order`.
    - ``length``: in shingles, without boilerplate.
    - ``rank``: the rank of the id, as from `core.stories.order.id_order`.
    """

    preference: Indices
    stub: Flags
    time: Indices
    length: Indices
    rank: Indices


def find_stubs(story: Indices, urls: Hashes, words: Indices) -> Flags:
    """Finds the documents that are a stub of another document: an item of a feed, a page that was not read whole.

    A stub has at most `URL_WORDS` words, and less than half of the words of a document of its story and address.

    Args:
        story: ``(n,) int64`` story of each document.
        urls: ``(n,) uint64`` key of the address of each document, 0 for none.
        words: ``(n,) int64`` words of each document, without boilerplate.

    Returns:
        ``(n,) bool`` whether each document is a stub.
    """
    stubs = np.zeros(story.size, np.bool_)
    rows = urls.nonzero()[0]
    order = rows[np.lexsort((-words[rows], urls[rows], story[rows]))]
    first = first_of_equals(story[order]) | first_of_equals(urls[order])
    longest = words[order[first]][first.cumsum() - 1]
    stubs[order] = (words[order] <= URL_WORDS) & (2 * words[order] < longest)
    return stubs


def standing(story: Indices, newsrooms: Indices, credits: Credits) -> Standing:
    """Decides which credits count, and what they say of the documents.

    A weak credit counts if the story has a document of the newsroom that the credit names.

    Args:
        story: ``(n,) int64`` story of each document.
        newsrooms: ``(n,) int64`` newsroom of each document, negative for no newsroom.
        credits: the credits. No document credits its own newsroom.

    Returns:
        `Standing` of the documents.
    """
    if not credits.documents.size:
        no_document = np.zeros(story.size, np.bool_)
        return Standing(np.zeros(0, np.bool_), no_document, no_document)
    count = max(int(newsrooms.max(initial=-1)), int(credits.newsrooms.max(initial=-1))) + 1
    present = np.where(newsrooms >= 0, story * count + newsrooms, -1)
    credited = np.where(credits.newsrooms >= 0, story[credits.documents] * count + credits.newsrooms, -2)
    counted = ~credits.weak | np.isin(credited, present)
    copy = np.zeros(story.size, np.bool_)
    copy[credits.documents[counted]] = True
    return Standing(counted, copy, np.isin(present, credited[counted]))


def lead_order(rule: Rule, story: Indices, standing: Standing, traits: Traits) -> Indices:
    """Orders the documents story by story, the canonical document of each story first.

    Args:
        rule: the setting ``canonical``.
        story: ``(n,) int64`` story of each document.
        standing: as from the function `standing`.
        traits: facts of the documents.

    Returns:
        ``(n,) int64`` documents in their order.
    """
    keys = [key for _, key in _lead_keys(rule, story, standing, traits)]
    return np.lexsort([*reversed(keys), story])


def _lead_keys(rule: Rule, story: Indices, standing: Standing, traits: Traits) -> list[tuple[str, Indices | Flags]]:
    """The keys by which documents lead, the first question first, each with the name of its answer (`LEADS`)."""
    keys: dict[str, list[tuple[str, Indices | Flags]]] = {
        "copy": [("uncredited", standing.copy)],
        "named": [("credited", ~standing.named)],
        "time": [("dated", traits.time == UNKNOWN_TIME), ("earliest", traits.time)],
        "length": [("longest", -traits.length)],
        "part": [("whole", 2 * traits.length < _longest_lengths(story, traits.length))],
    }
    questions = [key for question in _QUESTIONS[rule] for key in keys[question]]
    return [("preferred", traits.preference), ("no_stub", traits.stub), *questions, ("id", traits.rank)]


def _longest_lengths(story: Indices, lengths: Indices) -> Indices:
    """``(n,) int64``: the length of the longest document of the story of each document."""
    longest = np.zeros(int(story.max(initial=-1)) + 1, np.int64)
    np.maximum.at(longest, story, lengths)
    of_documents: Indices = longest[story]
    return of_documents


class StoryDocuments(NamedTuple):
    """Facts of ``n`` documents for `lead_stories`.

    - ``homes`` ``(n,)``: the source of each document (`core.stories.document_credits`), as a place in ``names``.
    - ``names``: the names of sources.
    - ``credits``: the credits of the documents that have credits, by document.
    - ``urls`` ``(n,) uint64``: the key of the address of each document, 0 for none.
    - ``times`` ``(n,) int64``: as in `core.stories.order.canonical_order`.
    - ``by_id`` ``(n,) int64``: the ranks of the ids, as from `core.stories.order.id_order`.
    - ``story`` ``(n,) int64``: the story of each document.
    - ``lengths`` ``(n,) int64``: the shingles of each document without boilerplate.
    - ``words`` ``(n,) int64``: the words of each document without boilerplate, if any document has an address.
    """

    homes: npt.NDArray[np.integer[Any]]
    names: Sequence[str]
    credits: Mapping[int, tuple[Credit, ...]]
    urls: Hashes
    times: Indices
    by_id: Indices
    story: Indices
    lengths: Indices
    words: Indices


class StoryLeaders(NamedTuple):
    """The order of documents, and their credits.

    - ``order`` ``(n,) int64``: the documents, story after story, the canonical document of each first.
    - ``credits``: the name of the newsroom that a document credits, or `UNNAMED`, by document.
    """

    order: Indices
    credits: dict[int, str]


class Origins(NamedTuple):
    """Where ``n`` documents come from, and the origins that they credit.

    - ``preference`` ``(n,) int64``: the position of the source of each document among the preferred sources; their
      number for another source.
    - ``newsrooms`` ``(n,) int64``: the newsroom of each document, negative for no newsroom.
    - ``credits``: the credits, as documents and newsrooms.
    - ``names``: the name that each credit gives, or `UNNAMED`.
    """

    preference: Indices
    newsrooms: Indices
    credits: Credits
    names: list[str]

    def credited(self, meaning: Standing) -> dict[int, str]:
        """The name that a document credits in its story, by document. The first credit that counts gives the name."""
        names: dict[int, str] = {}
        for document, name, counted in zip(
            self.credits.documents.tolist(), self.names, meaning.counted.tolist(), strict=True
        ):
            if counted:
                names.setdefault(document, name)
        return names


def find_origins(
    homes: npt.NDArray[np.integer[Any]],
    names: Sequence[str],
    credits: Mapping[int, tuple[Credit, ...]],
    prefer: tuple[str, ...],
) -> Origins:
    """Finds the origins of documents.

    Args:
        homes: ``(n,)`` the source of each document, as a place in ``names``.
        names: the names of sources.
        credits: the credits of the documents that have credits, by document.
        prefer: the sources that the user prefers.

    Returns:
        `Origins` of the documents.
    """
    pairs = [(document, credit) for document, of_document in credits.items() for credit in of_document]
    newsrooms = number_names([newsroom(name) for name in (*names, *(credit.name for _, credit in pairs))])
    of_credits = Credits(
        np.array([document for document, _ in pairs], np.int64),
        newsrooms[len(names) :],
        np.array([credit.weak for _, credit in pairs], np.bool_),
    )
    preference = _rank_sources(homes, names, prefer)
    return Origins(
        preference, newsrooms[: len(names)][homes], of_credits, [credit.name or UNNAMED for _, credit in pairs]
    )


def lead_stories(documents: StoryDocuments, settings: Settings) -> StoryLeaders:
    """Put the documents of each story in the order of the canonical rule.

    The ``settings`` hold the canonical rule and the preferred sources.
    """
    origins, meaning, traits = _traits_of(documents, settings)
    order = lead_order(settings.canonical, documents.story, meaning, traits)
    return StoryLeaders(order, origins.credited(meaning))


def _traits_of(documents: StoryDocuments, settings: Settings) -> tuple[Origins, Standing, Traits]:
    """Finds the facts by which documents lead."""
    origins = find_origins(documents.homes, documents.names, documents.credits, settings.prefer)
    meaning = standing(documents.story, origins.newsrooms, origins.credits)
    stubs = find_stubs(documents.story, documents.urls, documents.words)
    return origins, meaning, Traits(origins.preference, stubs, documents.times, documents.lengths, documents.by_id)


def lead_reasons(documents: StoryDocuments, settings: Settings, leaders: Indices, others: Indices) -> list[str]:
    """Says why documents come before other documents of their stories.

    Args:
        documents: the documents.
        settings: hold the canonical rule and the preferred sources.
        leaders: ``(k,)`` documents.
        others: ``(k,)`` a later document of the story of each.

    Returns:
        The first answer, of `LEADS`, that tells the two documents apart.
    """
    _, meaning, traits = _traits_of(documents, settings)
    keys = _lead_keys(settings.canonical, documents.story, meaning, traits)
    differ = np.array([key[leaders] != key[others] for _, key in keys])
    return [keys[question][0] for question in differ.argmax(axis=0).tolist()]


def alone_credit(credits: tuple[Credit, ...]) -> str:
    """Return the name that a document credits if it is a story of its own. A weak credit does not count there."""
    return next((credit.name or UNNAMED for credit in credits if not credit.weak), "")


def count_sources(homes: Sequence[str], prefer: Sequence[str]) -> Indices:
    """Return ``(p,)`` how many of the ``homes`` are of each preferred source."""
    counts = Counter(homes)
    plain_counts: Counter[str] = Counter()
    for home, count in counts.items():
        plain_counts[plain(home)] += count
    return np.array([plain_counts[plain(name)] for name in prefer], np.int64)


def _rank_sources(homes: npt.NDArray[np.integer[Any]], names: Sequence[str], prefer: tuple[str, ...]) -> Indices:
    """Return ``(n,)`` the rank of the source of each document among the preferred ones. ``homes`` are in ``names``."""
    if not prefer:
        return np.zeros(homes.size, np.int64)
    ranks = {plain(name): rank for rank, name in reversed(list(enumerate(prefer)))}
    of_names = np.array([ranks.get(plain(name), len(prefer)) for name in names], np.int64)
    preference: Indices = of_names[homes]
    return preference
