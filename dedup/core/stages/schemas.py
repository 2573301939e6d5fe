"""The tables between the first stages of the plan: documents, texts, sites, boilerplate.

`DOCUMENTS` is what a reader gives. `MEMBERS`, `TEXTS`, `SITES` and `DROPPED` are what later stages read.
"""

from typing import Final

from dedup.core.arrays.tables import F64, FLAG, I32, I64, MANY_I32, MANY_I64, MANY_U8, MANY_U64, TEXT, U64, Schema

_PRINTED: Final[Schema] = {
    "place": I64,
    "id": TEXT,
    "title": TEXT,
    "source": TEXT,
    "path": TEXT,
    "published": TEXT,
    "time": I64,
    "name": TEXT,
    "home": TEXT,
    "credits": TEXT,
    "opening": TEXT,
    "url": U64,
    "item_headline": U64,
    "item_site": U64,
    "length": I64,
    "contents": U64,
    "contents_high": U64,
}

_TEXT: Final[Schema] = {
    "headline": U64,
    "source_key": U64,
    "contents": U64,
    "length": I64,
    "says": MANY_U64,
    "tokens": MANY_U64,
    "hashes": MANY_U64,
    "words": MANY_I32,
    "marks": MANY_U8,
}

DOCUMENTS: Final[Schema] = {**_PRINTED, "id_hash": U64, "text": U64, **_TEXT, "spellings": MANY_U64}
"""Documents as read, a row a document.

- ``place``: the place in the order of input: the number of the chunk << 24 | the row in the chunk.
- ``id``, ``id_hash``: the id that the document gives, and its hash.
- ``title``, ``source``, ``path``: as the document gives them.
- ``published``: the time in ISO 8601, empty for none. ``time``: nanoseconds since 1970, or `UNKNOWN_TIME`.
- ``name``, ``home``: as in `core.stories.document_credits`.
- ``credits``: the credits as JSON, empty for none.
- ``opening``: the beginning of the text, of a document without a headline (`core.text.openings`).
- ``url``: the key of the address, 0 for none.
- ``item_headline``, ``item_site``: the keys of headline and site of an item (`core.items.headlines.Items`).
- ``length``: the tokens. ``contents``, ``contents_high``: the halves of the fingerprint of the words.
- ``text``: a key of words, headline, source and blocks. For a document without a word (``length`` 0) it is a hash of
  the place, so that these documents do not come to one part.
- ``source_key``: the hash of the source as sources are compared, 0 for none.
- ``headline``, ``says``: the headline of the title (`core.text.headlines`).
- ``tokens``: the hashes of the tokens. ``spellings``: their spellings, if misprints may be corrected.
- ``hashes``, ``words``, ``marks``: the blocks (`core.sites.pages`).
"""

MEMBERS: Final[Schema] = {**_PRINTED, "num": I64}
"""Documents with their texts, a row a document. ``num``: the number of the text, or `NO_TEXT`. All ids differ."""

TEXTS: Final[Schema] = {"num": I64, **_TEXT}
"""Texts, a row a text. ``num``: the number in the canonical order. The columns are those of the first document."""

SITES: Final[Schema] = {"num": I64, "site": I64}
"""The site of each text: a negative number for a site with a source, or the least number of its texts."""

DROPPED: Final[Schema] = {"num": I64, "hash": U64}
"""Boilerplate, a row for each distinct block of each text. Credits are not among it: they have a mark."""

IDS: Final[Schema] = {"place": I64, "id": TEXT, "id_hash": U64}
"""The ids that documents give."""

DOUBLE_IDS: Final[Schema] = {"place": I64, "id": TEXT, "base": U64, "number": I64, "id_hash": U64}
"""Documents that need another id, a row for each number that is tried.

``id``, ``base``: the id that another document keeps, and its hash. ``number``: the number to try behind it.
``id_hash``: the hash of the id with this number.
"""

TRIED_IDS: Final[Schema] = {"place": I64, "id": TEXT, "base": U64, "number": I64, "taken": FLAG}
"""`DOUBLE_IDS`, and whether a document gives the id with this number."""

RENAMED: Final[Schema] = {"place": I64, "id": TEXT}
"""New ids."""

ORDERED: Final[Schema] = {
    "text": U64,
    "contents": U64,
    "contents_high": U64,
    "place": I64,
    "undated": FLAG,
    "time": I64,
    "shortness": I64,
    "id_length": I64,
    "id": TEXT,
}
"""Columns that the canonical order of documents compares. ``shortness``: less the length. ``id_length``: characters."""

NUMBERED: Final[Schema] = {**ORDERED, "num": I64}
"""The first document of each text, and the number of the text."""

CELLS: Final[Schema] = {"hash": U64, "num": I64, "words": I32, "labels": I32, "contents": U64, "named": FLAG}
"""The distinct blocks of each page.

``labels``: the different labels of the page if the block is a label on it, else 0. ``contents``: that of the page if
the block is a label on it, else 0. ``named``: whether the page has a source.
"""

PAGES: Final[Schema] = {"num": I64, "source_key": U64, "contents": U64, "headline": U64, "words": I64}
"""Pages. ``words``: the words of the distinct blocks of the page that are no labels on it."""

LABEL_SETS: Final[Schema] = {"num": I64, "source_key": U64, "labels": MANY_U64}
"""The distinct labels of each page that may be alike to another one."""

SHARED_CELLS: Final[Schema] = {"num": I64, "hash": U64, "words": I32, "label": FLAG, "first_label": FLAG}
"""Blocks that stand on two pages or more.

``label``: whether the block is a label on the page. ``first_label``: whether it is one on the first page that has it.
"""

PAIRS: Final[Schema] = {"a": I64, "b": I64}
"""Pairs of texts, ``a < b``."""

ALIKE_PAGES: Final[Schema] = {"a": I64, "b": I64, "left": I64, "right": I64, "resemblance": F64}
"""Alike pages ``a < b``, and their nodes: the node of a source, or the number of a page without one."""

SITE_CELLS: Final[Schema] = {
    "hash": U64,
    "site": I64,
    "num": I64,
    "words": I32,
    "label": FLAG,
    "contents": U64,
    "source_key": U64,
}
"""Blocks that stand on two pages or more, with the site of the page. ``label``: as ``first_label`` before."""

PAGE_FACTS: Final[Schema] = {"num": I64, "contents": U64, "headline": U64, "own_words": I64}
"""Pages that share blocks.

``own_words``: words of the blocks of the page that no other page has and that are no labels on it.
"""

PAGE_ITEMS: Final[Schema] = {"num": I64, "own_words": I64, "items": MANY_U64, "weights": MANY_I64}
"""Items of pages: blocks that the page shares in its group, with their weights; a page may have several rows.

``own_words``: words of the other blocks of the page in this row.
"""

CANDIDATE_BLOCKS: Final[Schema] = {"first": I64, "hash": U64, "site": I64, "pages": MANY_I64}
"""Blocks that stand on enough pages of their group, with their sample. ``first``: the first page of the sample."""

SAMPLED: Final[Schema] = {"num": I64, "first": I64}
"""The pages of the samples with one first page."""

SAMPLED_PAIRS: Final[Schema] = {"a": I64, "b": I64, "first": I64}
"""The pairs ``a < b`` of pages of the samples with one first page."""

SAMPLE_PAGES: Final[Schema] = {**SAMPLED, "contents": U64, "weight": I64}
"""The pages of the samples with one first page, with their weights."""

WEIGHED_PAGES: Final[Schema] = {"num": I64, "headline": U64, "weight": I64, "items": MANY_U64, "weights": MANY_I64}
"""Sampled pages with all of their items."""

BOILERPLATE: Final[Schema] = {"hash": U64, "site": I64}
"""Blocks that are boilerplate of a site; the site is `ANY_SITE` if they are boilerplate anywhere."""

CANDIDATE_CELLS: Final[Schema] = {"hash": U64, "num": I64}
"""Pages of the blocks that may be boilerplate anywhere."""

PAGE_BLOCKS: Final[Schema] = {
    "num": I64,
    "headline": U64,
    "source_key": U64,
    "contents": U64,
    "hashes": MANY_U64,
    "words": MANY_I32,
    "marks": MANY_U8,
}
"""The columns of `TEXTS` that the stages of sites and boilerplate read."""

BLOCK_PLACES: Final[Schema] = {"num": I64, "of_site": MANY_I32, "anywhere": MANY_I32}
"""The positions of the blocks of a text that are boilerplate ``of_site`` or ``anywhere``. Other texts have no row."""

JOINED: Final[Schema] = SITES
"""The sites of pages without a source that are alike to another page."""

OPEN_ENDS: Final[Schema] = {"a": I64, "b": I64, "resemblance": F64, "node": I64, "other": I64, "is_right": FLAG}
"""Both ends of pairs of alike pages ``a < b``, with the site ``node`` of the end and ``other`` of the other end."""

JOINED_NODES: Final[Schema] = {"num": I64, "node": I64}
"""Pages without a source, and the site that they have so far."""

COMPONENTS: Final[Schema] = {"node": I64, "label": I64}
"""Nodes, and the least node of their component."""

PAGE_NAMES: Final[Schema] = {"num": I64, "source": TEXT, "id": TEXT}
"""The source of each text, empty for none, and the id of its first document. No row where no ruling names a source."""

RULED_BLOCKS: Final[Schema] = {"num": I64, "block": I32, "hash": U64}
"""Blocks on which the user has ruled: the text, the position of the block in it, and the hash of the block as read."""

PLACED_BLOCKS: Final[Schema] = {**RULED_BLOCKS, "site": I64}
"""`RULED_BLOCKS` with the site of the text."""

SITE_SOURCES: Final[Schema] = {"site": I64, "first": I64, "pages": I64, "source": TEXT, "id": TEXT}
"""Pages of one source on a site: the first of them, their number, and the id of the first one."""

RULED_SITES: Final[Schema] = {"hash": U64, "site": I64, "name": I64}
"""Sites that a ruling names: a row for each block with such a ruling, and the number of the name."""

OVERRIDDEN: Final[Schema] = {"num": I64, "block": I32, "verdict": FLAG}
"""Blocks that a ruling overrides, and whether they are boilerplate."""

SCANS: Final[Schema] = {"num": I64, "turn": I64, "tokens": MANY_U64, "spellings": MANY_U64, "printed": MANY_U64}
"""Texts that may be scanned: their tokens as they are read after some turns, the spellings of these tokens, and the
spellings as they were printed."""

TURNS: Final[Schema] = {"turn": I64}
"""The turn that is next, if there is one."""

CONTEXTS: Final[Schema] = {"context": U64, "num": I64, "at": I64, "word": U64, "token": U64, "printed": U64}
"""The context and the word of a token ``at`` a position in a text (`core.misprints.correction`).

``word``: the spelling. ``token``: the hash. ``printed``: the spelling as it was printed.
"""

SEEN_WORDS: Final[Schema] = {"all": I64, "equal": I64, "misprinted": I64}
"""Neighbours of one context that are equal, or one misprint apart. ``all`` is 0 in each row."""

CORRECTIONS: Final[Schema] = {"num": I64, "at": I64, "word": U64, "token": U64}
"""The word as which a token is read: its spelling and its hash."""

WORD_USES: Final[Schema] = {"word": U64, "uses": I64}
"""How often a word stands in contexts that occur several times, in one part."""

TIED_WORDS: Final[Schema] = {"word": U64, "token": U64, "context": U64}
"""The most frequent words of a context that has several."""

WEIGHED_WORDS: Final[Schema] = {"word": U64, "token": U64, "context": U64, "uses": I64}
"""`TIED_WORDS`, and how often each word stands in contexts that occur several times."""
