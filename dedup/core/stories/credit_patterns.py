"""How credit lines are written: the words that they begin with, and a pattern for each kind of line.

The languages are English, German, French and Spanish; labels such as "Source:" are in more languages.
"""

import functools
import re
from typing import Final

OPENERS: Final = {
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
"""First words -> second words that may follow. Any word may follow if no second word is named.

The words are folded, and an apostrophe separates words.
"""

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
        |(?:den|zum)\s(?:(?:ganzen|vollständigen|kompletten)\s)(?:artikel|beitrag|text)
         (?:\slesen)?(?:\ssie)?\s(?:auf|bei|in)
        |(?:publiée?|parue?)\s(?:initialement|d'abord|à\sl'origine|pour\sla\spremière\sfois)\s(?:sur|dans|par|chez)
        |(?:article\s)?initialement\s(?:publiée?|parue?)\s(?:sur|dans|par|chez)
        |lire\s(?:la\ssuite|l'article\s(?:complet|entier|intégral)|l'intégralité\sde\sl'article)\s(?:sur|dans|chez)
        |publicad[oa]\s(?:originalmente|por\sprimera\svez|primero)\s(?:en|por) |originalmente\spublicad[oa]\s(?:en|por)
        |(?:leer|lea|lee)\s(?:más|(?:el|la)\s(?:artículo|nota|texto|noticia)\scomplet[oa])\sen
        |(?:sigue|seguir|continúa|continuar)\s(?:leyendo|la\slectura)\sen )\s
    """,
    # No name is needed: "Source link", "Read the original article", "Republished with permission"
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
def forms() -> dict[str, re.Pattern[str]]:
    """The compiled pattern of each kind of credit line. A line is of the first kind that matches its beginning."""
    return {
        kind: re.compile(" ".join(text.split()).replace("'", _APOSTROPHE), re.IGNORECASE | re.VERBOSE)
        for kind, text in _PATTERNS.items()
    }
