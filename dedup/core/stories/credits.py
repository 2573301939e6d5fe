"""Credit lines: where an article says that it is a copy of someone else's, and whose.

What counts is a line or a sentence that says so and nothing else, as it is told by how it begins, or the dateline. A
sentence about sources ("a source said"), about an older book or paper ("First published in 1897, ..."), or about the
page itself ("originally published on 3 March and updated") is none. Some forms serve other purposes too: "Source: X"
stands under charts, "(X) -" behind the place may be the paper's own name. They are `Credit.weak`: by themselves they
count only where X is a news agency, else where the story has a document of that source, which is for the caller to see.

A text is looked at only where one of its blocks begins with the words of a credit (`openings`, arrays), and where there
is a bracket in its head (`read_dateline`).
"""

import functools
import re
import unicodedata
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.sorting import find
from dedup.core.arrays.workspace import Workspace
from dedup.core.stories.newsrooms import (
    CLOSING,
    CONNECTING,
    ENDS,
    LONGEST_NAME,
    NOBODY,
    is_agency,
    is_date,
    is_name,
    name_at,
    newsroom,
)
from dedup.core.text.batches import encode
from dedup.core.text.folding import fold
from dedup.core.text.tokens import tokenize

LONGEST: Final = 600
"""Bytes of the longest block that can be a credit."""

HEAD: Final = 1500
"""Characters in which a dateline must stand; pages have menus before it."""

_LONGEST_DATELINE: Final = 70


class Credit(NamedTuple):
    """One credit: the ``name`` it gives, empty if none; ``weak`` as above; ``edge``, whether it counts only at the head
    or the tail of an article."""

    name: str
    weak: bool = False
    edge: bool = False


_OPENERS: Final = {
    "a an": "version longer shorter edited",
    "this": "article story post piece report column essay interview content commentary feature item text",
    "the": "post article story piece original",
    "originally initially republished reprinted reproduced reposted syndicated via editor note except source": "",
    "first": "published appeared",
    "published": "originally first",
    "continue": "reading",
    "read": "more the this full original",
    "original": "article source story link post",
    "link": "to",
    "quelle quellen zuerst ursprünglich weiterlesen dieser dieses originalartikel originaltext": "",
    "der das": "artikel beitrag text bericht kommentar",
    "den zum": "originalartikel original vollständigen ganzen kompletten",
    "im": "original",
    "cet cette lire publié publiée paru parue initialement": "",
    "ce": "texte reportage contenu billet",
    "l": "article",
    "article": "original initialement publié paru",
    "fuente publicado publicada originalmente este esta leer lea lee artículo sigue seguir continúa continuar": "",
    "el la": "artículo texto reportaje contenido entrada nota noticia historia",
    "fonte bron источник 来": "",
}
"""First words -> the second words that may follow, any if none are named. As they are folded: an apostrophe parts."""


class _Openers(NamedTuple):
    """Hashes under one seed: the ``sieve`` that the first words pass; those ``alone`` that any word may follow, and
    ``pairs`` of words that follow each other, as `_pairs` has them, both sorted."""

    sieve: npt.NDArray[np.bool_]
    alone: Hashes
    pairs: Hashes


@functools.cache
def _openers(seed: int, ascii: bool) -> _Openers:
    # To fold one letter beyond ASCII takes tables that half a second is spent on; English does without.
    openers = [
        (one, [word for word in after.split() if word.isascii() or not ascii], not after)
        for words, after in _OPENERS.items()
        for one in words.split()
        if one.isascii() or not ascii
    ]
    sieve = np.zeros(1 << 12, np.bool_)
    sieve[_sieve(_hashes([one for one, _, _ in openers], seed))] = True
    alone = [one for one, _, any_word in openers if any_word]
    pairs = [(one, two) for one, after, _ in openers for two in after]
    ones, twos = (_hashes([pair[side] for pair in pairs], seed) for side in (0, 1))
    return _Openers(sieve, np.sort(_hashes(alone, seed)), np.sort(_pairs(ones, twos)))


def _hashes(words: list[str], seed: int) -> Hashes:
    tokens = tokenize(fold(*encode(words), Workspace()), seed, Workspace())
    return tokens.values[tokens.bounds[:, 0]]


def _pairs(ones: Hashes, twos: Hashes) -> Hashes:
    return ones ^ (twos << np.uint64(1))


def _sieve(values: Hashes) -> Indices:
    """Numbers below 2 ** 12 for hashes, to rule most of them out before they are looked for."""
    return ((values * multiplier("sieve", 0)) >> np.uint64(52)).view(np.int64)


def openings(tokens: Ragged, seed: int, ascii: bool) -> Indices:
    """The blocks, rows of ``tokens`` as `tokenize` hashes them under ``seed``, that begin as a credit does; ``ascii``
    says that no letter in them is beyond it."""
    known = _openers(seed, ascii)
    rows = np.flatnonzero(tokens.lengths > 0)
    firsts = tokens.values.take(tokens.bounds[:, 0].take(rows))
    rows = rows[known.sieve.take(_sieve(firsts))]
    begins = tokens.bounds[rows, 0]
    one, two = tokens.values[begins], tokens.values[np.minimum(begins + 1, tokens.values.size - 1)]
    alone = find(known.alone, one)[1]
    return rows[alone | ((tokens.lengths[rows] > 1) & find(known.pairs, _pairs(one, two))[1])]


_APOSTROPHE: Final = "['’ʼ]"
_PATTERNS: Final = {
    # "This article (by ...) first appeared on X", "The post ... appeared first on X", "... is republished from X"
    "subject": r"""
        (?:(?:editor.?s\s)?note\s?[:.–—-]?\s)?(?:an?\s(?:\w+\s)?version\sof\s)?
        (?:this|the)\s(?:article|story|post|piece|report|column|essay|interview|content|commentary|feature|item|text)\b
        .{0,200}?(?:
            (?:first|originally|initially)\s(?:appeared|published|posted|ran|produced)(?:\shere)?\s(?:on|in|by|at|with)
            |(?:appeared|ran|published|posted)\s(?:first|originally)\s(?:on|in|by|at)
            |(?:is|was|has\sbeen)\s(?:republished|reprinted|reproduced|syndicated)
             (?:\s(?:here|with|the|kind|permission))*\s(?:from|of|by)
        )\s
        |(?:dieser|dieses|der|das)\s(?:artikel|beitrag|text|bericht|kommentar|interview)\b
        .{0,200}?\b(?:erschien(?:en)?\s(?:zuerst|ursprünglich)|(?:zuerst|ursprünglich|im\soriginal)
        (?:\s(?:erschienen|veröffentlicht))?)\s(?:auf|in|bei|im|von|unter)\s
        |(?:cet(?:te)?|ce|l')\s?(?:article|texte|tribune|reportage|contenu|billet|enquête)\b
        .{0,200}?\b(?:(?:initialement|d'abord|à\sl'origine)(?:\sété)?\s(?:publiée?|parue?)
        |(?:publiée?|(?:ap)?parue?)\s(?:initialement|d'abord|à\sl'origine|pour\sla\spremière\sfois|en\spremier))
        \s(?:sur|dans|par|chez|en)\s
        |(?:este|esta|el|la)\s(?:artículo|texto|nota|entrada|reportaje|contenido|historia|noticia)\b
        .{0,200}?\b(?:(?:publicad[oa]|apareció|publicó)\s(?:originalmente|por\sprimera\svez|primero|inicialmente)
        |(?:originalmente|por\sprimera\svez)\s(?:publicad[oa]|apareció|se\spublicó|fue\spublicad[oa]))\s(?:en|por)\s
    """,
    # "Originally published on X", "Republished from X", "Continue reading on X"
    "phrase": r"""
        (?:(?:editor.?s\s)?note\s?[:.–—-]?\s)?(?:
        (?:originally|first|initially)\s(?:published|appeared|posted|produced)\s(?:on|in|by|at)
        |published\s(?:originally|first)\s(?:on|in|by|at)
        |(?:republished|reprinted|reproduced|reposted|syndicated)(?:\shere)?\sfrom
        |continue\sreading\s(?:th(?:is|e)\s(?:\w+\s)?(?:article|story|post)\s)?(?:on|at|in)
        |read\smore\sat|read\s(?:the|this)?\s?(?:(?:full|whole|complete|entire|rest\sof\sthe)\s)+
         (?:article|story|post|piece)\s(?:on|at|in|from)
        |(?:zuerst|ursprünglich|im\soriginal)\s(?:erschienen|veröffentlicht)\s(?:auf|in|bei|im|von)
        |weiterlesen\s(?:auf|bei|in|im)
        |(?:den|zum)\s(?:(?:ganzen|vollständigen|kompletten)\s)(?:artikel|beitrag|text)(?:\slesen)?(?:\ssie)?\s(?:auf|bei|in)
        |(?:publiée?|parue?)\s(?:initialement|d'abord|à\sl'origine|pour\sla\spremière\sfois)\s(?:sur|dans|par|chez)
        |(?:article\s)?initialement\s(?:publiée?|parue?)\s(?:sur|dans|par|chez)
        |lire\s(?:la\ssuite|l'article\s(?:complet|entier|intégral)|l'intégralité\sde\sl'article)\s(?:sur|dans|chez)
        |publicad[oa]\s(?:originalmente|por\sprimera\svez|primero)\s(?:en|por)
        |originalmente\spublicad[oa]\s(?:en|por)
        |(?:leer|lea|lee)\s(?:más|(?:el|la)\s(?:artículo|nota|texto|noticia)\scomplet[oa])\sen
        |(?:sigue|seguir|continúa|continuar)\s(?:leyendo|la\slectura)\sen
        )\s
    """,
    # These need no name: "Source link", "Read the original article", "Republished with permission"
    "nameless": r"""
        source\slink$|link\sto\s(?:the\s)?(?:original|source)(?:\s(?:article|story|post))?$
        |original\s(?:article|source|story|link|post)\s?[:\uff1a]\s?|original\s(?:article|source|link)$
        |(?:republished|reprinted|reproduced)\s(?:here\s)?with\s(?:the\s)?(?:kind\s)?permission(?:\s(?:of|from|by)\s|\b)
        |read\s(?:the|this)\soriginal(?:\s(?:article|story|post|piece|version))(?:\s(?:on|at|in|from|here)\b|[.:!]?$)
        |read\s(?:the|this)\s(?:full|whole|complete)\s(?:article|story|post)\shere
        |(?:except\sfor\sthe\sheadline|(?:this|the)\s(?:story|article|report)\b).{0,150}?
         (?:syndicated|(?:wire|news)\sagency)\sfeed
        |(?:zum\s|den\s)?original-?(?:artikel|text|beitrag)\s?(?:[:\uff1a]|lesen|auf|bei|hier|$)\s?
        |lire\sl'article\soriginal(?:\ssur\s|\b)|article\soriginal\s?(?:[:\uff1a]|$)
        |(?:leer\s(?:el\s)?)artículo\soriginal(?:\sen\s|\b)|artículo\soriginal\s?(?:[:\uff1a]|$)
    """,
    "label": r"(?:source|quelle|fuente|fonte|bron|источник|来源)\s?[:\uff1a]\s?",
    "via": r"via\s?:?\s",
}


@functools.cache  # few jobs meet a line that may be a credit
def _forms() -> dict[str, re.Pattern[str]]:
    return {
        kind: re.compile(" ".join(text.split()).replace("'", _APOSTROPHE), re.IGNORECASE | re.VERBOSE)
        for kind, text in _PATTERNS.items()
    }


_LEADING: Final = re.compile(r"^[\W_]+")


@functools.lru_cache(1 << 12)  # pages of one site carry the same line
def read_credit(block: str) -> Credit | None:
    """The credit that a line or a sentence is, if it is one; see the head of this file."""
    line = _LEADING.sub("", " ".join(unicodedata.normalize("NFC", block).split()))
    kind, found = next(((kind, found) for kind, form in _forms().items() if (found := form.match(line))), (None, None))
    if found is None:
        return None
    name, rest, link = name_at(line[found.end() :])
    if kind == "nameless":
        return Credit(name)
    if not name or (kind == "phrase" and rest.startswith(",")):
        return None
    if kind in ("label", "via"):
        if newsroom(name) in NOBODY or (kind == "via" and rest.strip(ENDS + CLOSING + " ")):
            return None
        return Credit(name, weak=kind == "label" and not (link or is_agency(name)), edge=True)
    return Credit(name)


_NAMED: Final = re.compile(r"\(([^()\n]{2,30})\)\s{0,2}(?:[.:]?\s?[-–—_]|--)")
_LISTED: Final = re.compile("[/,;]")
_PLACE: Final = re.compile(r"(?:^|[\n|])\W*([^\n|]{0,60})$")
_CAPITALS: Final = re.compile(r"\s([^\W\da-z_]{3}[^\W\da-z_ .'’-]*(?:,\s[\w. ]{1,16})?\s)$")


def read_dateline(text: str) -> Credit | None:
    """The credit in the dateline in the head of a text, as in ``LONDON, March 3 (Reuters) -`` or ``Berlin (dpa) -``.

    Before the bracket stands nothing but a place, and a day behind a comma, or a place in capitals and whatever else.
    """
    begin = text.find("(", 0, HEAD)  # many times as fast as the expression is, and most texts have none
    for found in _NAMED.finditer(text, begin, HEAD) if begin >= 0 else ():
        begin = found.start()
        name = _LISTED.split(found[1])[0].strip()
        before = ("" if begin <= _LONGEST_DATELINE else "\0") + text[max(begin - _LONGEST_DATELINE, 0) : begin]
        if _ends_in_place(before) and is_name(name) and not is_date(name.split()[:2]):
            return Credit(name, weak=not is_agency(name))
    return None


def _ends_in_place(before: str) -> bool:
    """Whether the place of a dateline, which may be empty, stands at the end of ``before``, and nothing else."""
    line = _PLACE.search(before)
    words = line[1].partition(",")[0].split() if line else []
    if line and len(words) <= LONGEST_NAME and all(is_name(word) or word in CONNECTING for word in words):
        return True
    return _CAPITALS.search(before) is not None
