"""The records of a comparison of two documents. Places are characters of the text of a `Side`, as (begin, end)."""

import datetime
from typing import Literal

import msgspec

from dedup.types import Relation

Span = tuple[int, int]
"""The first character of a part of a text, and the character behind its last one."""


class Ground(msgspec.Struct, frozen=True, gc=False):
    """One rule, and what the pair has to say to it.

    Attributes:
        name: the name of the rule: ``shingles``, ``share``, ``one_site``, ``excerpt``, ``equal``, ``headlines``.
        value: the value of the pair; None if the rule was not asked.
        bound: the bound that the value has to reach; None if the rule was not asked.
        sense: how the value is compared with the bound.
        passed: whether the pair passes; None if the rule was not asked.
        counts: the two numbers whose quotient is the value, or the value and what it is a part of.
    """

    name: str
    value: float | None
    bound: float | None
    sense: Literal["at least"]
    passed: bool | None
    counts: tuple[int, int] | None


class Passage(msgspec.Struct, frozen=True, gc=False):
    """A stretch of equal words of both texts. Boilerplate never stands in it.

    Attributes:
        a: its place in the first text.
        b: its place in the second text.
        words: the number of words.
    """

    a: Span
    b: Span
    words: int


class Difference(msgspec.Struct, frozen=True, gc=False):
    """Other words between two passages, eight at most on either side. The place of an insertion is empty on one side.

    Attributes:
        kind: ``date``, ``figure``, ``negation``, ``name`` or ``words``. It is for the eye: no rule uses it.
        a: its place in the first text.
        b: its place in the second text.
    """

    kind: Literal["figure", "name", "date", "negation", "words"]
    a: Span
    b: Span


class Met(msgspec.Struct, frozen=True, gc=False):
    """The lookup keys that the two texts share, by which the pair becomes a candidate.

    Attributes:
        bands: the shared band keys.
        of_bands: the band keys of a text.
        sampled: the shared sampled shingles.
    """

    bands: int
    of_bands: int
    sampled: int


class Side(msgspec.Struct, frozen=True, gc=False):
    """One of the two documents.

    Attributes:
        id: the id of the document.
        source: its source, else the host of its address, else its folder.
        title: its headline.
        published: its time of publication.
        words: the words that are compared: those without boilerplate.
        shingles: the different shingles of these words.
        boilerplate: the places that are left out.
        text: the text that was compared, with repairs, boilerplate included.
    """

    id: str
    source: str
    title: str
    published: datetime.datetime | None
    words: int
    shingles: int
    boilerplate: tuple[Span, ...]
    text: str


class Comparison(msgspec.Struct, frozen=True, gc=False):
    """The decision on two documents, with its reasons.

    ``match`` is the verdict on the pair, and ``same_story`` that on the story: each can be without the other.

    Attributes:
        boilerplate_known: whether the boilerplate of the sites is known. Two documents alone are compared with their
            menus.
        a: the first document.
        b: the second document.
        match: whether the pair reaches the share from which two texts are copies.
        same_story: whether the two are in one story; None if they were compared alone.
        decided: the reason: the name of the rule that had the last word on the pair. Or ``by hand``: a person decided;
            ``story``: the other documents of the story decided; ``address`` or ``headline``: this joins the two;
            ``digest``: one of the two is a digest; ``no_article``: one of the two is no article;
            ``not_a_candidate``: the pair was not compared.
        relation: the relation of the second document to the first; None for two articles.
        grounds: all rules, in the order in which they are asked.
        replaced_figures: figures in place of other figures. Each makes the share less.
        estimate: the resemblance as the signatures estimate it.
        resemblance: the Jaccard coefficient of the shingles.
        containment: the share of the shingles of the first text in the second, and of the second in the first.
        passages: what the two texts share, in the order of the first text.
        differences: what they have in place of each other between passages.
        met: the lookup keys that they share; None if these make no candidate.
    """

    boilerplate_known: bool
    a: Side
    b: Side
    match: bool
    same_story: bool | None
    decided: str
    relation: Relation | None
    grounds: tuple[Ground, ...]
    replaced_figures: int
    estimate: float
    resemblance: float
    containment: tuple[float, float]
    passages: tuple[Passage, ...]
    differences: tuple[Difference, ...]
    met: Met | None

    def __repr__(self) -> str:
        verdicts = f"match={self.match}, same_story={self.same_story}, decided={self.decided!r}"
        return f"{type(self).__name__}({self.a.id!r}, {self.b.id!r}, {verdicts})"


class MemberReason(msgspec.Struct, frozen=True, gc=False):
    """Why a document is in its story.

    Attributes:
        by: the id of the nearest document of the story: the match with which it has most shingles in common. Of a
            document without a match, it is the id of the document that leads.
        link: its average share with the other texts of its story. The least of a story is its ``weakest``.
        decided: the rule that had the last word on the two; or ``address``, ``headline``, ``by hand`` or ``story``.
        boilerplate: the share of its words that is left out.
    """

    by: str
    link: float
    decided: str
    boilerplate: float


class LeadReason(msgspec.Struct, frozen=True, gc=False):
    """Why a document leads its story.

    Attributes:
        canonical_rule: the answer by which it comes before the next document: ``preferred``, ``no_stub``,
            ``uncredited``, ``credited``, ``dated``, ``earliest``, ``longest``, ``whole``, or ``id``.
        over: the id of the next document.
    """

    canonical_rule: str
    over: str


class ToldText(msgspec.Struct, frozen=True, gc=False):
    """A text of documents with equal words, headline and source.

    Attributes:
        ids: the ids of the documents.
        text: the text that was compared.
        boilerplate: the places that are left out.
    """

    ids: tuple[str, ...]
    text: str
    boilerplate: tuple[Span, ...]


TellingReason = Literal["member", "apart", "nearest"]
"""Why a pair is told, as `ToldPair` explains it."""


class ToldPair(msgspec.Struct, frozen=True, gc=False):
    """A comparison whose sides have no text.

    Attributes:
        why: ``member`` for a copy and the document that leads, or is nearest to it. ``apart`` for two articles that
            share enough, and that a rule keeps apart. ``nearest`` for those that share nearly enough.
        comparison: the comparison.
    """

    why: TellingReason
    comparison: Comparison


class PairToLabel(msgspec.Struct, frozen=True, gc=False):
    """A pair of documents for a person to label, as ``dedup eval --truth`` reads it.

    Attributes:
        a: the id of a document.
        b: the id of the other document.
        label: ``ignore`` until a person writes ``dup`` for one story, or another word for two.
        match: the verdict on the pair.
        decided: the rule that had the last word.
        share: the share of the shorter text that counts.
    """

    a: str
    b: str
    label: str
    match: bool
    decided: str
    share: float


class HandPair(msgspec.Struct, frozen=True, gc=False):
    """The word of a person on two documents. It goes before every rule.

    Attributes:
        a: the id of a document.
        b: the id of the other document.
        same: whether the two are one story.
    """

    a: str
    b: str
    same: bool
