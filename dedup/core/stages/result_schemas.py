"""The tables of the plan from texts without boilerplate to results. `core.arrays.tables` explains kinds of columns."""

from typing import Final

from dedup.core.arrays.tables import F64, FLAG, I8, I64, MANY_I64, MANY_U8, MANY_U64, TEXT, U64, Schema

ARTICLES: Final[Schema] = {
    "num": I64,
    "tokens": MANY_U64,
    "says": MANY_U64,
    "headline": U64,
    "source_key": U64,
    "site": I64,
    "blocks": MANY_U64,
    "text_hash": U64,
    "reason": I8,
    "bands_skipped": FLAG,
}
"""A text without boilerplate and credits.

``blocks`` are the blocks that are left if it has no headline. ``reason`` says why it is no article, by the text
alone. ``bands_skipped`` says that it is long and has no band keys.
"""

TEXT_FACTS: Final[Schema] = {"num": I64, "text_hash": U64, "reason": I8, "words": I64, "left_out": MANY_U8}
"""Facts of a text: why it is no article, and its words without boilerplate.

``left_out``: whether each of its first words is boilerplate, of a text without a headline.
"""

SAMPLED_SHINGLES: Final[Schema] = {"hash": U64, "num": I64}
"""A sampled shingle of a text."""

BANDS: Final[Schema] = {"key": U64, "num": I64}
"""A band key of a text. The upper 32 bits of a key are the band."""

MET: Final[Schema] = {"a": I64, "b": I64, "times": I64}
"""A pair of texts, ``a < b``, and how often they met. A pair that met twice is a candidate."""

NUMBERS: Final[Schema] = {"num": I64}
"""Numbers of texts."""

ADDRESSES: Final[Schema] = {"url": U64, "num": I64, "words": I64}
"""A text that an address shows, and its words without boilerplate."""

ITEMS: Final[Schema] = {"item_headline": U64, "item_site": U64, "url": U64, "time": I64, "num": I64, "joins": FLAG}
"""An item of a feed (`core.items.headlines.Items`)."""

ITEM_STORIES: Final[Schema] = {**ITEMS, "story": I64}
"""An item, and its story."""

PAIRS: Final[Schema] = {"a": I64, "b": I64}
"""A pair of texts, ``a < b``."""

DECIDED: Final[Schema] = {
    "a": I64,
    "b": I64,
    "share": I64,
    "common": I64,
    "size_a": I64,
    "size_b": I64,
    "links": FLAG,
}
"""A decided pair: its share, what its shingle sets have in common, their sizes, and whether it links two articles."""

SIZES: Final[Schema] = {"num": I64, "size": I64}
"""The size of the shingle set of a text that is in a candidate. A text may come twice."""

WALLS: Final[Schema] = {"text_hash": U64}
"""The hash of a text that stands under many headlines."""

PARTS: Final[Schema] = {
    "num": I64,
    "a": I64,
    "b": I64,
    "part": I64,
    "words": I64,
    "headline": U64,
    "places": MANY_I64,
}
"""A text ``part`` that stands in the text ``num``. ``a < b`` are the two texts.

``words`` are the words of the part. ``places`` has the first word and the end of each passage in the text.
"""

APART: Final[Schema] = {"a": I64, "b": I64, "num": I64}
"""Two parts of the text ``num`` in different places and under different headlines."""

LABELS: Final[Schema] = {"num": I64, "component": I64}
"""The component of a text that has a link."""

KNOWN_SHARES: Final[Schema] = {"num": I64, "other": I64, "component": I64, "share": I64}
"""The share of two texts of one component."""

LINKED: Final[Schema] = {"component": I64, "num": I64, "others": MANY_I64, "shares": MANY_I64}
"""A text of a component, and its shares with later texts of the component."""

MEASURED: Final[Schema] = {"component": I64, "a": I64, "b": I64, "share": I64}
"""The share of a pair that was no candidate."""

UNMEASURED: Final[Schema] = {"a": I64, "b": I64, "component": I64}
"""A pair that is measured next."""

TEXT_STORIES: Final[Schema] = {"num": I64, "story": I64, "weakest": F64}
"""The story of a text that has a link: the number of its first text, and the weakest link of the story."""

STORY_DOCUMENTS: Final[Schema] = {
    "place": I64,
    "num": I64,
    "story": I64,
    "text_story": I64,
    "page_story": I64,
    "weakest": F64,
    "words": I64,
    "size": I64,
    "reason": I8,
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
    "contents": U64,
    "contents_high": U64,
}
"""A document and its story, ``text_story``, its story by its text alone, and ``page_story``, by text and address.

``opening`` is the first line that is no boilerplate, of a document without a headline. The other fields of the input
are those of the table of documents.
"""

VERSIONS: Final[Schema] = {"url": U64, "place": I64, "num": I64, "story": I64, "words": I64}
"""A version of a page: a document with an address that documents of several stories have."""

PAGE_VERSIONS: Final[Schema] = {**VERSIONS, "of_long": FLAG}
"""A version of a page, and whether its story has a text that is not short."""

FOLLOWING: Final[Schema] = {"a": I64, "b": I64, "first_story": I64, "second_story": I64}
"""Two texts that follow each other at one page, ``a < b``, and their stories."""

STORY_EDGES: Final[Schema] = {"a": I64, "b": I64}
"""Two stories, or a story and a page, that are joined."""

STORY_NODES: Final[Schema] = {"node": I64, "label": I64}
"""A story or a page, and the least one of its component."""

JOINED_STORIES: Final[Schema] = {"story": I64, "joined": I64}
"""A story, and the story that it is joined to."""

JOINED_PARTS: Final[Schema] = {**JOINED_STORIES, "of_long": FLAG}
"""A joined story, and whether it has a text that is not short."""

FOLLOWED: Final[Schema] = {"story": I64, "target": I64}
"""A story of short texts, and the story or the page that it follows."""

RESULTS: Final[Schema] = {
    "place": I64,
    "id": TEXT,
    "story": TEXT,
    "rank": I64,
    "canonical": FLAG,
    "evidence": I8,
    "relation": I8,
    "containment": F64,
    "resemblance": F64,
    "weakest": F64,
    "credit": TEXT,
    "no_article": I8,
    "title": TEXT,
    "source": TEXT,
    "path": TEXT,
    "published": TEXT,
    "home": TEXT,
    "opening": TEXT,
}
"""A document of the result. The story has the id of its first document.

- ``rank``: the place of the document in its story, from 0.
- ``evidence``: what puts the document into its story (`core.stories.decision.EVIDENCE`).
- ``opening``: the first line of a canonical document whose story has no title. It is empty for other documents.
"""

UNMEASURED_RESULTS: Final[Schema] = {
    **RESULTS,
    "a": I64,
    "b": I64,
    "exact": FLAG,
    "update": FLAG,
    "shorter": FLAG,
    "one_url": FLAG,
}
"""A result without its measures: the texts ``a < b`` of the document and of its canonical document are compared."""
